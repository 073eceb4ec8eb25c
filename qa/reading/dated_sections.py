"""Sections whose heading is of another day, month or year than the one asked about.

Who plays below "## Friday 12 June" isn't who plays on Saturday, and the hours below "In July" aren't those of October.
A reader takes the name and leaves the day.
"""

import re
from collections.abc import Callable, Iterator

from index.language.months import MONTH, MONTHS, number_of_month
from qa.reading.weekdays import days_asked, days_to_days

Range = tuple[int, int]

# Then a section on another day may well answer: "the week before May", "since 2019"
_ON_OTHERS = re.compile(
    r"\b(?:before|after|since|until|till|than|from|between|by|or|last|next|previous|following|not|except)\b|n['’]t\b",
    re.IGNORECASE,
)
_DATED_HEADING = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+(?P<marked>[^\n]{1,100})|\*\*(?P<bold>[^*\n]{1,100})\*\*[ \t]*)$", re.MULTILINE
)
# Of more than it names
_OPEN = re.compile(
    r"\b(?:since|from|after|until|till|before|all|every|each|except\w*|not|no|closed|than|next|last|by|updated?|"
    r"published|issued|edition|version|copyright|founded)\b|[©?]",
    re.IGNORECASE,
)
_MONTH_ASKED = re.compile(rf"\b(?:in|during|of|for|\d{{1,2}}(?:st|nd|rd|th)?)\s(?P<month>{MONTH})\b", re.IGNORECASE)
_MONTH_NAMED = re.compile(rf"\b{MONTH}\b")
_MONTH_TO_MONTH = re.compile(rf"\b(?P<first>{MONTH})\s?(?:[-–—]|to|until|and|through)\s?(?P<last>{MONTH})\b")
_YEARS = re.compile(
    r"(?<![\w.,£$€-])(?P<first>(?:19|20)\d\d)(?:\s?(?:[-–/]|to|and)\s?(?P<last>(?:19|20)\d\d|\d\d)(?!\d))?(?![\w-]|[.,]\d)"
)


def of_other_dates(question: str, passage: str, context: str = "") -> list[Range]:
    """The slices of the passage below a heading of another day, month or year than the question's.

    `context` holds the title and the headings above the passage. A section stays open if it names the question's.
    """
    if _ON_OTHERS.search(question):
        return []
    closed = []
    for named in (_days, _months, _years):
        asked = named(question)
        if not asked:
            continue
        closed += [
            (start, end)
            for heading, start, end in _sections(passage, context, named)
            if not asked & named(heading) and not asked & named(passage[start:end])
        ]
    return closed


def _sections(passage: str, context: str, named: Callable[[str], frozenset[int]]) -> Iterator[tuple[str, int, int]]:
    """Each part of the passage with the nearest heading above it that names a day, month or year, if one does."""
    above = [line for line in context.split("\n") if named(line)]
    heading, start = above[-1] if above else "", 0
    for found in _DATED_HEADING.finditer(passage):
        words = found["marked"] or found["bold"]
        if not named(words):
            continue
        if heading and not _OPEN.search(heading):
            yield heading, start, found.start()
        heading, start = words, found.start()
    if heading and not _OPEN.search(heading):
        yield heading, start, len(passage)


def _days(text: str) -> frozenset[int]:
    return days_asked(text) | days_to_days(text)


def _months(text: str) -> frozenset[int]:
    months = {number_of_month(found["month"]) for found in _MONTH_ASKED.finditer(text)}
    months |= {number_of_month(found[0]) for found in _MONTH_NAMED.finditer(text) if found[0] != "May"}
    for found in _MONTH_TO_MONTH.finditer(text):
        first, last = number_of_month(found["first"]), number_of_month(found["last"])
        months |= {(first + i) % len(MONTHS) for i in range((last - first) % len(MONTHS) + 1)}
    return frozenset(months)


def _years(text: str) -> frozenset[int]:
    years: set[int] = set()
    for found in _YEARS.finditer(text):
        first, last = int(found["first"]), found["last"]
        until = first if not last else int(last) if len(last) > 2 else first - first % 100 + int(last)
        years |= set(range(first, min(until, first + 100) + 1))
    return frozenset(years)
