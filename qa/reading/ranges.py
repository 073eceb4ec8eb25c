"""The row of a table whose label is a range that a number, month or day of the question falls in.

"I have been here for 7 years" names the row "6–10" under the head "Years of service", and "over 10" it doesn't. "In
December" names the row "1 October – 31 March", and "on a Tuesday" the row "Mon–Thu". Heads may be
ranges, too.
"""

import re
from collections.abc import Sequence
from math import inf

from index.language.months import MONTH, MONTHS, number_of_month
from qa.reading.stems import stems_of
from qa.reading.weekdays import label_of_days

_THOUSANDS = r"[1-9]\d{0,2}(?:,\d{3}){1,3}(?![\d,])"  # "4,999", but "4,5" is four and a half
_NUMBER = rf"(?:{_THOUSANDS}(?:\.\d{{1,6}})?|\d{{1,9}}(?:[.,]\d{{1,6}})?)"
_AMOUNT = rf"(?:[€£$¥]\s?)?({_NUMBER})"
_UNIT = r"(?:\s?[^\W\d_]{1,12}\.?|\s?°\s?[CF]?|\s?[%€£$¥])?"
_KIND = r"(?:(?:days?|weeks?|months?|years?|hours?|ages?|grades?|classes|rooms?|zones?|pages?)\s)?"  # "days 4–7"
_FROM_TO = re.compile(rf"(?:from\s|between\s)?{_KIND}{_AMOUNT}{_UNIT}\s?(?:[-–—]|to|and)\s?{_AMOUNT}\b", re.IGNORECASE)
_BELOW = re.compile(rf"(?:under|below|less than|fewer than|<)\s?{_AMOUNT}\b", re.IGNORECASE)
_UP_TO = re.compile(rf"(?:up to|at most|no more than|not more than|≤)\s?{_AMOUNT}\b", re.IGNORECASE)
_ABOVE = re.compile(rf"(?:over|above|more than|>)\s?{_AMOUNT}\b", re.IGNORECASE)
_FROM = re.compile(
    rf"(?:at least|from|≥)\s?{_KIND}{_AMOUNT}\b|"
    rf"{_AMOUNT}{_UNIT}(?:\s?\+|\s(?:and|or) (?:more|over|above|older|longer)\b)",
    re.IGNORECASE,
)
_ASKED = re.compile(rf"(?<![\w.,:/–-])({_NUMBER})(?![\d:/–-])\s?(°|%|[^\W\d_]*)")
# Words that stand for each other: in the head, or behind a number of the question
_ALIKE = ({"degre", "c", "f", "celsi", "tempe"}, {"year", "age", "aged"})
_DAY_OF = r"(?:(?:the )?\d{1,2}(?:st|nd|rd|th)?(?: of)? )?"
_MONTHS_FROM_TO = re.compile(
    rf"(?:from )?{_DAY_OF}(?P<first>{MONTH})\.? ?(?:[-–—]|to|until|till|through|and) ?{_DAY_OF}(?P<last>{MONTH})",
    re.IGNORECASE,
)
# "may" and "mar" are other words, too
_MONTH_ASKED = re.compile(
    rf"\b(?:(?P<long>{'|'.join(month for month in MONTHS if month != 'May')})|(?:in|to|and|or|until) (?P<short>may))\b",
    re.IGNORECASE,
)
Bounds = tuple[float, float, bool, bool]
"""Lowest and highest number of a range, and whether each is in it."""

_MEASURES = frozenset("kg g t km m cm mm l ml h min c f".split())  # noqa: SIM905


def row_within(question: str, head: str, rows: Sequence[Sequence[str]]) -> int | None:
    """The index of the one row whose label is a range of numbers, months or days with that of the question in it.

    `rows` are the words of all cells, `head` is that of the labels. None if there is no such row, or several.
    """
    labels = [row[0] if row else "" for row in rows]
    for within in (
        row_in_range(question, head, labels),
        row_in_months(question, rows),
        label_of_days(question, labels),
    ):
        if within is not None:
            return within
    return None


def column_within(question: str, heads: Sequence[str]) -> int | None:
    """The index of the one head, after the first, that is a range with a number or day of the question; else None.

    Of "1–7 bags | 8–39 bags | 40+ bags" it is the second for "10 bags". The words above several heads are left out: of
    "Price: Mon–Thu" the range is "Mon–Thu".
    """
    labels = [head.rpartition(": ")[2] for head in heads[1:]]
    has_unit = any(unit & stems_of(" ".join(labels)) for _, unit in _numbers(question))
    in_range = row_in_range(question, "", labels) if has_unit else None
    within = _first(in_range, label_of_days(question, labels))
    return None if within is None else within + 1


def _first(*places: int | None) -> int | None:
    return next((place for place in places if place is not None), None)


def row_in_range(question: str, head: str, labels: Sequence[str]) -> int | None:
    """The index of the one row whose label is a range with a number of the question in it; else None.

    At least two of the `labels` must be ranges. Those numbers count that have a word of the `head` or the labels behind
    them, as the 12 of "4 days off after 12 years" under "Years of service"; else the only one, if it counts nothing.
    Of "up to 30 kg" and "up to 250 kg" the first has 20 kg, as it lies within the second.
    """
    ranges = [_range(label) for label in labels]
    if sum(each is not None for each in ranges) < 2:
        return None
    for number in _asked_numbers(question, head, labels):
        inside = [i for i, each in enumerate(ranges) if each and _is_in(number, *each)]
        innermost = [i for i in inside if all(_holds(ranges[other], ranges[i]) for other in inside)]
        if len(innermost) == 1:
            return innermost[0]
    return None


def row_in_months(question: str, rows: Sequence[Sequence[str]]) -> int | None:
    """The index of the one row whose label is a range of months with that of the question in it; else None.

    `rows` are the words of all cells. Of several such rows it is the one with another cell that the question names: "in
    December" and "sail loft" name "October – March | Sail loft | 10 am – 4 pm".
    """
    asked = [number_of_month(found["long"] or found["short"]) for found in _MONTH_ASKED.finditer(question)]
    ranges = [_months(row[0]) if row else frozenset() for row in rows]
    if len(asked) != 1 or sum(map(bool, ranges)) < 2:
        return None
    inside = [i for i, months in enumerate(ranges) if asked[0] in months]
    if len(inside) > 1:
        stems = stems_of(question)
        inside = [i for i in inside if any(cell and cell <= stems for cell in map(stems_of, rows[i][1:]))]
    return inside[0] if len(inside) == 1 else None


def _months(label: str) -> frozenset[int]:
    """The numbers of the months from the first to the last of a label, 0 for January; empty if it has none."""
    found = _MONTHS_FROM_TO.match(label.strip())
    if not found:
        return frozenset()
    first, last = number_of_month(found["first"]), number_of_month(found["last"])
    return frozenset((first + i) % 12 for i in range((last - first) % 12 + 1))


def _asked_numbers(question: str, head: str, labels: Sequence[str]) -> list[float]:
    """The numbers that may be of the head's kind; "4 children" is none under "Years of service"."""
    numbers = _numbers(question)
    named = stems_of(f"{head} {' '.join(labels)}")
    for alike in _ALIKE:
        named |= alike if named & alike else set()
    of_head = [number for number, unit in numbers if unit & named]
    return of_head or [number for number, unit in numbers if len(numbers) == 1 and unit <= _MEASURES]


def _numbers(question: str) -> list[tuple[float, frozenset[str]]]:
    """The numbers of a question, each with the stem of the word behind it."""
    return [(_value(found[1]), stems_of(found[2])) for found in _ASKED.finditer(question)]


def _range(label: str) -> Bounds | None:
    """The bounds of a label that is a range; None if it isn't one."""
    label = label.strip()
    if found := _FROM_TO.match(label):
        low, high = _value(found[1]), _value(found[2])
        return (low, high, True, True) if low < high else None
    if found := _FROM.match(label):
        return _value(found[1] or found[2]), inf, True, True
    if found := _ABOVE.match(label):
        return _value(found[1]), inf, False, True
    if found := _UP_TO.match(label):
        return -inf, _value(found[1]), True, True
    if found := _BELOW.match(label):
        return -inf, _value(found[1]), True, False
    return None


def _is_in(number: float, low: float, high: float, with_low: bool, with_high: bool) -> bool:
    return (low < number < high) or (with_low and number == low) or (with_high and number == high)


def _holds(outer: Bounds | None, inner: Bounds | None) -> bool:
    return outer is not None and inner is not None and outer[0] <= inner[0] and inner[1] <= outer[1]


def _value(number: str) -> float:
    is_whole = re.match(_THOUSANDS, number)
    return float(number.replace(",", "" if is_whole else "."))
