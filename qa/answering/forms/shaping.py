"""A span that was read → the form in which it answers the question.

The question says what is wanted, and the text around the span whether it is there: a question for several things is
answered with a list where the span stands in one, and otherwise as it was read. A question for a fact (who, when,
where, how many) keeps its span, unless that stands in a table's row or only announces what follows.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.documents import Document
from qa.answering.forms.clauses import clause_at, sentence_at
from qa.answering.forms.form import Form, Shape
from qa.answering.forms.lines import Line, LineKind, item_at, line_at, lines_near
from qa.answering.forms.lists import ANNOUNCES, is_introduction, list_shape, told_off, unmarked_shape
from qa.answering.forms.question_kind import Kind, asks_for_one, kind_of
from qa.answering.forms.settings import setting_shape
from qa.answering.forms.steps import steps_shape
from qa.answering.forms.tables import cell_shape
from qa.answering.forms.yes_no import yes_no_shape

_NOUN_WORDS = 3  # a span of so many words is no reason and no way
_MAX_CLAUSE_WORDS = 45


def shape(question: str, document: Document, start: int, end: int) -> Shape:
    """The form of the answer that was read at `[start, end)` of the document's text.

    A form that would hold no words, as around a span of blanks, is the span instead.
    """
    found = _shape(question, document, start, end)
    if found.form in (Form.SENTENCE, Form.YES_NO):
        found = replace(found, start=_below_headings(document, found.start, start))
    holds_words = bool(document.text[found.start : found.end].strip())
    return found if holds_words else Shape(Form.SPAN, start, end)


def _below_headings(document: Document, first: int, start: int) -> int:
    """Where a sentence begins, less the headings in front of it: a PDF's stand on the line above, without a mark."""
    for heading in document.headings:
        line_end = document.text.find("\n", heading.start, start)
        if first < line_end:
            words = document.text[line_end:start]
            first = line_end + len(words) - len(words.lstrip())
    return first


def _shape(question: str, document: Document, start: int, end: int) -> Shape:
    """As `shape`, with whatever headings a sentence begins with."""
    text, kind = document.text, kind_of(question)
    lines = lines_near(text, start, end)
    if kind is Kind.YES_NO:
        return yes_no_shape(question, text, lines, start, end)
    if kind is not Kind.LIST and (cell := cell_shape(question, text, start, end)):
        return cell
    if found := setting_shape(question, text, lines, start, end):
        return found
    introduces = is_introduction(text, lines, start, end)
    if kind is Kind.STEPS and (steps := steps_shape(question, text, lines, start, end)):
        return steps
    if (kind is Kind.LIST or introduces) and (found := list_shape(text, lines, start, end)):
        return found
    announces = kind is Kind.LIST or bool(ANNOUNCES.fullmatch(text[start:end].strip()))
    if announces and document.media_type == "text/html" and (found := unmarked_shape(text, lines, start)):
        return found
    if kind in (Kind.FACT, Kind.LIST) and not asks_for_one(question) and (found := told_off(text, lines, start, end)):
        return found
    if kind in (Kind.REASON, Kind.CONDITION, Kind.STEPS, Kind.MANNER):
        return _said(text, lines, start, end, kind)
    return Shape(Form.SPAN, start, end)


def _said(text: str, lines: Sequence[Line], start: int, end: int, kind: Kind) -> Shape:
    """At least a clause: what was read, if that is one, else what it stands in."""
    if (start, end) == sentence_at(text, lines, start, end):
        return Shape(Form.SENTENCE, start, end)
    words = text[start:end].split()
    is_value = kind is Kind.MANNER and bool(re.search(r"[\dA-Z`]", text[start:end]))
    if len(words) > _NOUN_WORDS or is_value:
        return Shape(Form.SPAN, start, end)
    number = line_at(lines, start)
    if lines[number].kind not in (LineKind.TEXT, LineKind.BULLET, LineKind.NUMBERED) and not item_at(
        text, lines, number
    ):
        return Shape(Form.SPAN, start, end)
    first, last = clause_at(text, lines, start, end)
    if len(text[first:last].split()) > _MAX_CLAUSE_WORDS or not first <= start <= end <= last:
        return Shape(Form.SPAN, start, end)
    return Shape(Form.SENTENCE, first, last)
