"""A span → the form in which it answers the question.

The form needs two things: the question asks for it, and the text around the span has it. A question for several things
is answered with a list if the span is in one, else with the span. A question for a fact (who, when, where, how many)
keeps its span, unless that is in a table row or only announces what follows.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.documents import Document
from index.known_slices import before_furniture
from index.lines import Line, lines_near
from qa.answering.forms.asked_items import asked_items
from qa.answering.forms.clauses import sentence_at, sentence_ends_within
from qa.answering.forms.comparisons import compared_shape
from qa.answering.forms.computed_rows import computed_rows
from qa.answering.forms.coordinations import coordination
from qa.answering.forms.cut_pairs import with_rest_of_pair
from qa.answering.forms.delimiters import CLOSING
from qa.answering.forms.edges import whole
from qa.answering.forms.elliptic_values import elliptic_value
from qa.answering.forms.explanations import explanation_shape
from qa.answering.forms.facts import fact_span
from qa.answering.forms.faq_answer import faq_answer
from qa.answering.forms.form import Form, Shape
from qa.answering.forms.introductions import ANNOUNCES, headed_list, introduced_list, is_introduction
from qa.answering.forms.labelled_lists import labelled_list
from qa.answering.forms.lists import list_shape
from qa.answering.forms.parallel_parts import told_of_asked
from qa.answering.forms.period_times import times_of_period
from qa.answering.forms.qualifiers import with_qualifier
from qa.answering.forms.question_kind import (
    Kind,
    asks_for_one,
    asks_for_steps,
    asks_for_value,
    asks_what_to_do,
    asks_where,
    kind_of,
)
from qa.answering.forms.row_ends import cut_at_row_end
from qa.answering.forms.settings import setting_shape
from qa.answering.forms.span_lists import is_step_of_several, items_in_span, listed, named_in_span, span_as_list
from qa.answering.forms.steps import steps_shape
from qa.answering.forms.tables import below_heads, cell_shape, column_shape
from qa.answering.forms.times import whole_time
from qa.answering.forms.told_steps import told_steps
from qa.answering.forms.unmarked_lists import plain_list_shape, unmarked_list_shape
from qa.answering.forms.whole_instructions import whole_instruction
from qa.answering.forms.yes_no import yes_no_shape
from qa.reading.changes import version_above
from qa.reading.shortcodes import has_shortcode
from qa.reading.stems import stems_of

_ON_AMOUNT = re.compile(r"\bhow (?:many|much|long|often|far|old|big)\b", re.IGNORECASE)
_VALUE = re.compile(r"[\dA-Z]")  # "8", "15" and "22 March", "on Mondays" and "in June"; not "clear" and "kind"
_OF_ANOTHER = re.compile(r"(?:the|an?|those|that)\s(?=[^\d]*\d)", re.IGNORECASE)  # "the Estate 1,100 kg"
_ON_ONE = re.compile(r"\b(?:which|wich|what (?:kind|sort|type))\b", re.IGNORECASE)  # "which form", "what kind of risk"
_FEWEST_NAMED = {Kind.LIST: 2, Kind.MANNER: 4, Kind.STEPS: 4}
_OPENING_FENCE = re.compile(r"(?:`{3,}|~{3,})[^\n]{0,40}\n\s*(?=\S)")
_BAR = re.compile(r"\|\s+(?=[^\s|])")  # in front of a table's cell
_CLOSING_FENCE = re.compile(r"(?<=\S)\n\s*(?:`{3,}|~{3,})$")


def shape(question: str, document: Document, start: int, end: int) -> Shape:
    """The form of the answer that the reader found at `[start, end)` of the document's text.

    If that form would hold nothing but white space, the span is returned.
    """
    if of_table := computed_rows(question, document, start):
        return of_table
    start, end = whole(document.text, start, end)
    end = with_rest_of_pair(document.text, start, end)
    start = bar.end() if (bar := _BAR.match(document.text, start, end)) else start
    start = _out_of_heading(document, start, end)
    start = _in_asked_sentence(question, document.text, start, end)
    shaped = asked_items(
        question, document.text, lines_near(document.text, start, end), _shape(question, document, start, end)
    )
    shaped = cut_at_row_end(question, document.text, shaped)
    if shaped.form in (Form.SENTENCE, Form.YES_NO):
        shaped = replace(shaped, start=below_headings(document, shaped.start, start))
    if shaped.form in (Form.SPAN, Form.SENTENCE):
        first, last = _without_fences(document.text, shaped.start, shaped.end)
        first = with_qualifier(question, document.text, first, last) if shaped.form is Form.SPAN else first
        shaped = replace(shaped, start=first, end=last)
    if shaped.form is Form.SENTENCE and has_shortcode(document.text, shaped.start, shaped.end):
        return Shape(Form.SPAN, start, end)
    holds_words = bool(document.text[shaped.start : shaped.end].strip())
    return shaped if holds_words else Shape(Form.SPAN, start, end)


def _without_fences(text: str, start: int, end: int) -> tuple[int, int]:
    """The slice without the lines of marks above and below a block of code."""
    if opening := _OPENING_FENCE.match(text, start, end):
        start = opening.end()
    if closing := _CLOSING_FENCE.search(text, start, end):
        end = closing.start()
    return start, end


def _out_of_heading(document: Document, start: int, end: int) -> int:
    """The start of a span without the headings that it begins in, as "4. Pets" before "No dogs are allowed."."""
    for heading in document.headings:
        line_end = document.text.find("\n", heading.start, end)
        if heading.start <= start < line_end and (words := document.text[line_end:end].lstrip()):
            start = end - len(words)
    return start


def _in_asked_sentence(question: str, text: str, start: int, end: int) -> int:
    """The start of a span without the end of a sentence before the one that the question is about.

    "Where do I put the softener?" with the span "compartment II. Softener goes into compartment III": the second
    sentence has more of the question's stems, so the span begins there. From a sentence's beginning on, all is meant.
    """
    lines = lines_near(text, start, end)
    ends = sentence_ends_within(text, lines, start, end)
    if not ends or sentence_at(text, lines, start, ends[0])[0] == start:
        return start
    rest = end - len(text[ends[0] : end].lstrip())
    asked = stems_of(question)
    here, below = (stems_of(text[slice(*sentence_at(text, lines, *part))]) for part in ((start, ends[0]), (rest, end)))
    return rest if len(below & asked) > len(here & asked) else start


def below_headings(document: Document, first: int, start: int) -> int:
    """The start of a sentence without the headings in front of it; in a PDF they are on the line above, without marks.

    The sentence begins at `first`, the span at `start`.
    """
    for heading in document.headings:
        line_end = document.text.find("\n", heading.start, start)
        if first < line_end:
            words = document.text[line_end:start]
            first = line_end + len(words) - len(words.lstrip())
    return first


def _shape(question: str, document: Document, start: int, end: int) -> Shape:
    """As `shape`; a sentence may still begin with headings."""
    text, kind = before_furniture(document.text, document.metadata, end), kind_of(question)
    lines = lines_near(text, start, end)
    compared = compared_shape(question, text, lines, start, end)
    if compared or kind is Kind.YES_NO:
        return compared or yes_no_shape(question, text, lines, start, end)
    if shaped := _value_asked(question, text, lines, start, end, kind):
        return shaped
    if shaped := _several_asked(question, document, text, lines, start, end, kind):
        return shaped
    if whole_answer := faq_answer(question, kind, text, lines, start, end):
        return whole_answer
    if shaped := _left_out(question, text, lines, start, end, kind):
        return shaped
    if kind is Kind.FACT:
        start, end = told_of_asked(question, text, lines, start, end) or (start, end)
        start, end = times_of_period(question, text, lines, start, end) or (start, end)
        start, end = fact_span(question, text, lines, start, end)
    if shaped := _span_as_list(question, text, lines, start, end, kind):
        return shaped
    if kind in (Kind.REASON, Kind.CONDITION, Kind.STEPS, Kind.MANNER):
        return explanation_shape(text, lines, start, end, kind)
    return Shape(Form.SPAN, start, end)


def _several_asked(
    question: str, document: Document, text: str, lines: Sequence[Line], start: int, end: int, kind: Kind
) -> Shape | None:
    """The steps or the list around the span, with marks or without, if several things are asked for; else None."""
    on_steps = kind is Kind.STEPS or asks_what_to_do(question) or asks_for_steps(question)
    if on_steps and (steps := _steps_asked(question, text, lines, start, end)):
        return steps
    is_plain = kind is Kind.LIST and document.media_type in ("text/plain", "text/markdown")
    if is_plain and (shaped := plain_list_shape(text, lines, start)):
        return shaped
    if shaped := _list_asked(question, text, lines, start, end, kind):
        return shaped
    announces = kind is Kind.LIST or bool(ANNOUNCES.fullmatch(text[start:end].strip()))
    is_page = announces and document.media_type == "text/html"
    return unmarked_list_shape(text, lines, start) if is_page else None


def _left_out(question: str, text: str, lines: Sequence[Line], start: int, end: int, kind: Kind) -> Shape | None:
    """What the span leaves out: the instruction that it follows from, or the value of the one thing that is asked."""
    is_how = kind in (Kind.STEPS, Kind.MANNER) or asks_what_to_do(question)
    if is_how and (told := whole_instruction(question, text, lines, start, end)):
        return Shape(Form.SENTENCE, *told)
    value = elliptic_value(question, text, lines, start, end) if kind is Kind.FACT else None
    return Shape(Form.SPAN, *value) if value else None


def _value_asked(question: str, text: str, lines: Sequence[Line], start: int, end: int, kind: Kind) -> Shape | None:
    """The version of a change, a whole time, a table's cell, with what it lists, or a setting's value; else None."""
    if version := version_above(question, text, start, end):
        return Shape(Form.SPAN, *version)
    if kind is Kind.FACT and (when := whole_time(question, text, lines, start, end)):
        return Shape(Form.SPAN, *when)
    if cell := cell_shape(question, text, start, end):
        return _cells_asked(question, text, start, end, cell) if kind is Kind.LIST else cell
    if kind is Kind.LIST and (column := below_heads(question, text, start, end)):
        return column
    return setting_shape(question, text, lines, start, end)


def _cells_asked(question: str, text: str, start: int, end: int, cell: Shape) -> Shape:
    """A list in a table: what the cell lists, or those of its column in all rows that the span touches."""
    if "\n" in text[start:end] and (column := column_shape(question, text, start, end)):
        return column
    return listed(text, cell.start, cell.end) or cell


def _steps_asked(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Shape | None:
    """The steps around the span, in a numbered list or told by sentences."""
    numbered = steps_shape(question, text, lines, start, end)
    return numbered or told_steps(question, text, lines, start, end)


def _list_asked(question: str, text: str, lines: Sequence[Line], start: int, end: int, kind: Kind) -> Shape | None:
    """The list around the span, where several things are asked for or the line above the list is what is asked."""
    on_deeds = kind is not Kind.LIST and asks_what_to_do(question)
    if kind is Kind.LIST or on_deeds:
        headed = headed_list(question, text, lines, start, end, on_deeds=on_deeds)
        if headed:
            return headed
    if kind is Kind.LIST and (labelled := labelled_list(text, lines, start, end)):
        return labelled
    if kind is Kind.LIST or is_introduction(text, lines, start, end):
        return list_shape(text, lines, start, end)
    is_on_amount = _ON_AMOUNT.search(question)
    return introduced_list(question, text, lines, start, end) if kind is Kind.FACT and not is_on_amount else None


def _are_values(parts: Sequence[str]) -> bool:
    """Whether all parts are times or amounts of one thing: not "500 kg", "the Estate 1,100 kg" and "550 kg"."""
    of_another = [bool(_OF_ANOTHER.match(part)) for part in parts]
    return all(map(_VALUE.search, parts)) and (not any(of_another[1:]) or of_another[0])


def _span_as_list(question: str, text: str, lines: Sequence[Line], start: int, end: int, kind: Kind) -> Shape | None:
    """The list behind a label that the span is in, or the span if it lists several things itself.

    Who, where and how are answered with a list only by a span that is nothing but names of things; a time, an amount, a
    reason or a condition only by one that covers several items.
    """
    if kind in (Kind.FACT, Kind.LIST) and not asks_for_one(question):
        if shaped := labelled_list(text, lines, start, end):
            return shaped
        if shaped := span_as_list(text, lines, start, end):
            return headed_list(question, text, lines, start, end) or shaped
    if kind in (Kind.REASON, Kind.CONDITION) or asks_for_value(question):
        if items := items_in_span(text, lines, start, end):
            return items
        several = coordination(text, lines, start, end, 3)
        are_values = several and _are_values([part.text for part in several.parts])
        return several if are_values or not asks_for_value(question) else None
    may_be_address = asks_where(question) and not CLOSING.search(text, start, end)  # "12 Mill Lane, Leeds, York"
    named = named_in_span(text, lines, start, end, _FEWEST_NAMED.get(kind, 4 if may_be_address else 3))
    if kind in (Kind.STEPS, Kind.MANNER) and is_step_of_several(text, lines, start, end):
        return named  # one step stays whole
    may_be_pair = kind in (Kind.FACT, Kind.LIST) and not asks_where(question) and not _ON_ONE.search(question)
    several = named or coordination(text, lines, start, end, 2 if may_be_pair else 3)
    headed = several and may_be_pair and headed_list(question, text, lines, start, end)
    return headed or several
