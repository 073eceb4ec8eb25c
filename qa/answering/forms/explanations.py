"""A span → what explains how, why or on what condition: a clause or an instruction to its end, not a bare noun."""

import re
from collections.abc import Sequence

from index.lines import Line, LineKind, item_at, line_at
from qa.answering.forms.clauses import clause_at, sentence_at
from qa.answering.forms.form import Form, Shape
from qa.answering.forms.question_kind import Kind

_NOUN_WORDS = 3  # a span with at most so many words is too short for a reason or a manner
_MAX_CLAUSE_WORDS = 45
_MAX_INSTRUCTION_WORDS = 30
# "It can be reset by" before "holding the button", "is done by", "may also be paid by"
_MODAL = re.compile(
    r"(?:(?:it|they|this|that|these|you)\s)?(?:can|may|could|must|should|is|are|was|were|has to|have to)\s"
    r"(?:(?:also|only|easily|be)\s){0,3}(?!not\b)\w{3,20}\s(?:\w{1,20}\s){0,2}(?=by\s\w{1,20}ing\b)",
    re.IGNORECASE,
)
# "It is paid now" of "It is paid now if it is approved, otherwise in May." holds only under that condition
_UNDER_CONDITION = re.compile(r",?\s+(?:only\s+)?(?:if|unless|otherwise|provided|except|or else)\b", re.IGNORECASE)
# What only tells more of what is to be done
_ASIDE = re.compile(
    r"\s+\(|,?\s+(?:which|who|because|since|as|so|in order|if|unless|except|but|while|when|where|"
    r"and (?:is|it|this|that|the))\b",
    re.IGNORECASE,
)


def explanation_shape(text: str, lines: Sequence[Line], start: int, end: int, kind: Kind) -> Shape:
    """The clause around a short span, such as one noun, that explains nothing by itself; else the span.

    "Why was the race put off?" with the span "fog" of "The race was put off because of thick fog; nobody sailed." gets
    what stands before the semicolon. A condition keeps its "if", an instruction its end.
    """
    is_manner = kind in (Kind.STEPS, Kind.MANNER)
    if is_manner:
        start = _behind_modal(text, start, end)
    span, sentence = Shape(Form.SPAN, start, end), sentence_at(text, lines, start, end)
    if (start, end) == sentence:
        return Shape(Form.SENTENCE, start, end)
    if kind is Kind.CONDITION and _UNDER_CONDITION.match(text, end, sentence[1]) and sentence[0] <= start:
        is_short = len(text[slice(*sentence)].split()) <= _MAX_CLAUSE_WORDS
        return Shape(Form.SENTENCE, *sentence) if is_short else span
    if is_manner and (whole_end := _end_of_instruction(text, lines, start, end)):
        return Shape(Form.SPAN, start, whole_end)
    is_value = kind is Kind.MANNER and bool(re.search(r"[\dA-Z`]", text[start:end]))
    if len(text[start:end].split()) > _NOUN_WORDS or is_value or not _is_in_prose(text, lines, start):
        return span
    first, last = clause_at(text, lines, start, end)
    is_whole = len(text[first:last].split()) <= _MAX_CLAUSE_WORDS and first <= start <= end <= last
    return Shape(Form.SENTENCE, first, last) if is_whole else span


def _is_in_prose(text: str, lines: Sequence[Line], place: int) -> bool:
    """Whether a line has sentences, not cells, code or a heading's words."""
    number = line_at(lines, place)
    is_prose = lines[number].kind in (LineKind.TEXT, LineKind.BULLET, LineKind.NUMBERED)
    return is_prose or item_at(text, lines, number) is not None


def _end_of_instruction(text: str, lines: Sequence[Line], start: int, end: int) -> int | None:
    """The end of the clause that the span begins, if what it leaves out belongs to what is to be done; else None.

    "Click **New**, choose a customer" of "Click **New**, choose a customer and press **Save**.", and "hold a pin in the
    hole" before "*RESET* for 12 seconds".
    """
    if len(text[start:end].split()) <= _NOUN_WORDS:
        return None
    first, last = clause_at(text, lines, start, end)
    last -= len(text[first:last]) - len(text[first:last].rstrip(".!?…"))
    is_whole = first < start or last <= end or _ASIDE.match(text, end, last)
    return None if is_whole or len(text[first:last].split()) > _MAX_INSTRUCTION_WORDS else last


def _behind_modal(text: str, start: int, end: int) -> int:
    """The start of a manner behind what is said of it: of "can be reset by holding it" before "by holding it"."""
    said = _MODAL.match(text, start, end)
    return said.end() if said else start
