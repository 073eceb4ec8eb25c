"""The value that a line of text gives for the range in which a number of the question falls.

"Aisles 1-8: 2,400 kg. Aisles 9-14: 1,800 kg." has the value for aisle 11, and "3 to 5 years two months, 6 to 10 years
four months" the one after 7 years. Readers take the first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.reading.former_values import is_yes_no
from qa.reading.quantities import NUMBER_WORD
from qa.reading.ranges import row_in_range
from qa.reading.stems import stems_of

Range = tuple[int, int]

_N = r"\d{1,6}(?:[.,]\d{1,3})?"
_UNIT = r"(?:\s?(?!to\b|and\b|or\b)[^\W\d_]{1,12}(?:\sof\s[^\W\d_]{2,15})?)?"
_RANGE = (
    rf"(?:(?:from\s|between\s)?{_N}(?:\s?[^\W\d_]{{1,6}})?\s?(?:[-–—]|to|and)\s?{_N}|"
    rf"(?:up\sto|under|below|over|above|more\sthan|less\sthan|at\sleast|from)\s{_N})"
)
_PART = re.compile(
    rf"(?<![\w.,-])(?:(?P<kind>[^\W\d_]{{3,12}})\s)??(?P<label>{_RANGE}{_UNIT})"
    rf"(?::\s(?P<told>(?:[^.;,\n]|[.,](?=\d)){{1,80}})|\s(?P<value>(?:\d[\d.,]*|{NUMBER_WORD})\s[a-z]{{2,10}}))",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?![ \t]*\n))+")
_ASKED = re.compile(
    rf"(?:\b(?P<kind>[^\W\d_]{{2,15}})\s)?(?<![\w.,:/–-])(?P<number>{_N})(?![\d:/–-])\s?(?P<unit>[^\W\d_]*)"
)
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class _Part:
    label: str
    kind: str
    value: Range


def value_in_range(question: str, passage: str, context: str = "") -> Range | None:
    """The slice of the value whose range has the number of the question in it; None unless exactly one has.

    The number must count what the ranges do, or stand behind their word as in "aisle 11", and the paragraph must have
    another word of the question.
    """
    numbers = list(_ASKED.finditer(question))
    if len(numbers) != 1 or is_yes_no(question):
        return None
    counted = stems_of(f"{numbers[0]['kind'] or ''} {numbers[0]['unit']}")
    others = stems_of(question) - counted - stems_of(numbers[0][0])
    values = []
    for paragraph in _PARAGRAPH.finditer(passage):
        parts = list(_parts(passage, *paragraph.span()))
        words = " ".join(f"{part.kind} {part.label}" for part in parts)
        is_on_it = bool(counted & stems_of(words)) and bool(others & stems_of(f"{context} {paragraph[0]}"))
        if len(parts) < _FEWEST or not is_on_it:
            continue
        is_of_kind = bool(stems_of(numbers[0]["kind"] or "") & stems_of(words))
        number = numbers[0]["number"] if is_of_kind else f"{numbers[0]['number']} {numbers[0]['unit']}"
        within = row_in_range(number, words, [part.label for part in parts])
        if within is not None:
            values.append(parts[within].value)
    return values[0] if len(values) == 1 else None


def _parts(text: str, start: int, end: int) -> Iterator[_Part]:
    for found in _PART.finditer(text, start, end):
        first, last = found.span("told" if found["told"] else "value")
        yield _Part(found["label"], found["kind"] or "", (first, first + len(text[first:last].rstrip())))
