"""Whether the days or months that are asked about are those of a clause: Tuesday isn't of "closed on Mondays"."""

import re
from typing import Literal

from index.language.months import MONTH, MONTHS, number_of_month
from qa.reading.weekdays import days_asked, days_to_days

DayRelation = Literal["inside", "outside"]

_MONTH_ALONE = re.compile(rf"(?<=[a-z0-9,] )(?:{MONTH})\b")  # not the "May" that a question begins with
_MONTH_TO_MONTH = re.compile(rf"\b(?P<first>{MONTH})\s?(?:[-–—]|to|until|till|through|and)\s?(?P<last>{MONTH})\b")
_BETWEEN = re.compile(r"\b(?:from|between)\s", re.IGNORECASE)
_EVERY_DAY = re.compile(r"\b(?:daily|every day|each day|seven days a week)\b", re.IGNORECASE)
# What says something of the days that aren't named
_ON_OTHERS = re.compile(
    r"\b(?:others?|rest|any day|all (?:days|week|year)|also|too|instead|otherwise|except\w*|but|unless)\b",
    re.IGNORECASE,
)


def relation_to_days(question: str, clause: str) -> DayRelation | None:
    """Where the days, or months, of the question lie; None if either names none, or the clause speaks of others, too.

    >>> relation_to_days("Is it open on Tuesdays?", "It is closed on Mondays.")
    'outside'
    """
    for named in (_days, _months):
        asked, said = named(question), named(clause)
        if asked and not said and named is _days and _EVERY_DAY.search(clause):
            return "inside"
        if asked and said:
            if asked <= said:
                return "inside"
            return None if asked & said or _ON_OTHERS.search(clause) else "outside"
    return None


def _days(text: str) -> frozenset[int]:
    return days_to_days(text) | days_asked(text)


def _months(text: str) -> frozenset[int]:
    months = {number_of_month(found[0]) for found in _MONTH_ALONE.finditer(text)}
    for found in _MONTH_TO_MONTH.finditer(text):
        if " and " not in found[0] or _BETWEEN.search(text, 0, found.start()):
            first, last = number_of_month(found["first"]), number_of_month(found["last"])
            months |= {(first + i) % len(MONTHS) for i in range((last - first) % len(MONTHS) + 1)}
    return frozenset(months)
