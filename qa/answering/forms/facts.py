"""A span → a single fact: who, when, where, how many, without the label before it and without what else is said."""

import re
from collections.abc import Sequence

from index.lines import Line
from qa.answering.forms.amounts import (
    asked_amount,
    bounded_amount,
    changed_amount,
    first_amount,
    last_amount,
    ordinal_amount,
    paired_value,
)
from qa.answering.forms.clauses import sentence_at, sentence_ends_within
from qa.answering.forms.dates import asked_date
from qa.answering.forms.further_ones import further_amount
from qa.answering.forms.other_cases import amount_of_other_case
from qa.answering.forms.particles import behind_particle
from qa.answering.forms.places_in_row import place_in_row
from qa.answering.forms.question_kind import asks_for_one
from qa.answering.forms.successors import successor
from qa.reading.leaders import LEADERS
from qa.reading.stems import stems_of

# What of several a question names: each gives its slice, or None
_NAMED = (
    successor,
    place_in_row,
    asked_date,
    amount_of_other_case,
    further_amount,
    asked_amount,
    ordinal_amount,
    paired_value,
    bounded_amount,
)
_LABEL = re.compile(r"[*_]{0,3}(?P<label>[^\W\d_][^\n:.!?;,|]{1,40}):[*_]{0,3}\s+(?=\S)")
_FEW_WORDS = 3  # of another sentence that a span goes on with by mistake
_SECOND_STATEMENT = re.compile(
    r"(?<!\s),?\s+(?:and|but)\s+(?:(?!who\b|which\b|that\b)\w+\s+){1,4}(?:is|are|was|were|has|have|will)\b"
)

# "Mrs Dale, the caretaker is Mr Finch"
_NAME_AND_STATEMENT = re.compile(
    r"(?P<name>[A-Z][\w'’.-]*(?:\s[A-Z][\w'’.-]*){0,3}),\s(?:the|his|her|its|their|our|and)\s(?:\w+\s){1,3}(?:is|was)\b"
)


def fact_span(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> tuple[int, int]:
    """The span as a single fact: of several values the one that is asked for, and nothing of another statement.

    "Who is the chair?" with the span "Chair: Helen Osei and her deputy is Priya Nair" gets "Helen Osei".
    """
    end = _before_next_led(text, start, end)
    start, end = _behind_label(question, text, start, end), _before_next_sentence(question, text, lines, start, end)
    for named in _NAMED:
        start, end = named(question, text, lines, start, end) or (start, end)
    start, end = changed_amount(question, text, start, end) or (start, end)
    start, end = last_amount(question, text, start, end) or (start, end)
    start, end = first_amount(question, text, start, end) or (start, end)
    start = behind_particle(question, text, start, end)
    return start, _before_second_statement(question, text, start, end)


def _before_next_led(text: str, start: int, end: int) -> int:
    """The end of a value without the label of the line below: of "130 EUR" and "Paris" above "Paris ... 210 EUR"."""
    stop = text.find("\n", start, end)
    below = text.find("\n", stop + 1) if stop > 0 else -1
    is_led = stop > 0 and LEADERS.search(text, stop, below if below > 0 else len(text))
    return start + len(text[start:stop].rstrip()) if is_led else end


def _behind_label(question: str, text: str, start: int, end: int) -> int:
    """The start of a fact without a label that the question names: of "Sick pay: Ms Orr" after "Sick pay: "."""
    label = _LABEL.match(text, start, end)
    stems = stems_of(label["label"]) if label else frozenset()
    return label.end() if label and stems and stems <= stems_of(question) else start


def _before_next_sentence(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> int:
    """The end of a single fact without the first words of another sentence: of "Ann. Bea" of "Ann. Bea left early."."""
    ends = sentence_ends_within(text, lines, start, end) if asks_for_one(question) else []
    if not ends or len(text[ends[-1] : end].split()) > _FEW_WORDS:
        return end
    if sentence_at(text, lines, ends[-1] + 1, end)[1] <= end:  # the other sentence is whole
        return end
    return start + len(text[start : ends[-1]].rstrip(".!?…"))


def _before_second_statement(question: str, text: str, start: int, end: int) -> int:
    """The end of a single fact, before another statement: of "Helen Osei and her deputy is Priya Nair" after "Osei"."""
    if asks_for_one(question) and (name := _NAME_AND_STATEMENT.match(text, start, end)):
        return name.end("name")
    further = _SECOND_STATEMENT.search(text, start, end)
    return further.start() if further and asks_for_one(question) and not re.search(r"\band\b", question) else end
