"""When something is: a time of day together with its day, and nothing but the time.

Readers often take "between 9 and 11 a.m." of "on Wednesdays between 9 and 11 a.m.", and the time alone of a line in a
calendar, whose date stands in front of it.
"""

import re
from collections.abc import Sequence

from index.language.months import MONTH
from index.lines import Line, line_at

_DAY = r"(?:Mon|Tue|Tues|Wed|Wednes|Thu|Thur|Thurs|Fri|Sat|Satur|Sun)(?:day)?s?"
_NUMBER = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = rf"(?:{_DAY}\.?,?\s{{1,3}})?(?:{_NUMBER}\s(?:of\s)?{MONTH}|{MONTH}\.?\s{_NUMBER})\b(?:,?\s(?:19|20)\d\d)?"
_ON_DAY = rf"(?:{_DATE}|{_DAY}\b|\d{{4}}-\d\d-\d\d)"
_CLOCK = r"\d{1,2}(?:[.:]\d\d)?(?:\s?(?:[ap]m\b|[ap]\.m\b\.?|o['’]clock|h\b))?|noon|midnight|midday"
_TIME_ALONE = re.compile(
    rf"(?P<time>(?:(?:at|from|between|until|till|by|about)\s)?(?:{_CLOCK})"
    rf"(?:\s?(?:-|–|—|to|and|until|till)\s?(?:{_CLOCK}))?)\.?",
    re.IGNORECASE,
)
_DAYS = (
    rf"{_DAY}\b\.?(?:\s?(?:,|and\b|or\b|to\b|until\b|[-–—/&])\s?{_DAY}\b\.?){{0,6}}(?:\sof\s(?:the|every|each)\smonth)?"
)
_WHICH = r"(?:other|first|second|third|fourth|last|[1-4](?:st|nd|rd|th))"
# "every other Tuesday at", "from Monday to Friday at", "on the first Monday of the month at", "daily from"
_DAY_BEFORE = re.compile(
    rf"\b(?i:(?:(?:on|at|every|each|from)\s)?(?:the\s)?(?:{_WHICH}\s(?:(?:and|or)\s{_WHICH}\s)?)?)(?:{_DATE}|{_DAYS}|"
    r"\d{4}-\d\d-\d\d|(?i:weekdays|weekends|daily|every\sday)),?\s(?:at\s|from\s|between\s)?$"
)
_DATE_LABEL = re.compile(rf"\s*(?:[-*+•]\s)?[*_]*(?P<date>{_ON_DAY})[*_.]*(?:\s{{2,}}|\t|:\s|\s[–—-]\s)")
_DATE_AND_MORE = re.compile(
    rf"(?:(?:on|until|till|by|from)\s)?{_DATE}(?P<more>,\s(?!if\b|unless\b|except\b|but\b|provided\b|or\b|and\b|not\b|"
    r"when\b|while\b|apart\b|subject\b|depending\b|usually\b|only\b|with\b|in the\b|at the latest\b)[^\W\d][^\n]*)"
)
_SAYS_WHEN = re.compile(rf"\b{_DATE}|\b{_DAY}\b|\d[.:]\d\d|\d\s?[ap]\.?m\b|\b(?:19|20)\d\d\b|\b(?:noon|midnight)\b")
_ASKS_WHEN = re.compile(r"\bwhen\b|\b(?:what|which) (?:date|day)\b", re.IGNORECASE)
_LOOKED_AT = 120  # characters before a span
_LONGEST = 120  # characters from a date to the time that belongs to it


def whole_time(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> tuple[int, int] | None:
    """The slice of the whole time if the question asks when, and the span is a part of it, or more than it; else None.

    "When are bins emptied?" with the span "between 9 and 11" gets "on Wednesdays between 9 and 11".
    """
    if not _ASKS_WHEN.search(question):
        return None
    if alone := _TIME_ALONE.fullmatch(text, start, end):
        begin = _day_of(text, lines, start)
        return None if begin is None else (begin, alone.end("time"))
    more = _DATE_AND_MORE.fullmatch(text, start, end)
    return (start, more.start("more")) if more and not _SAYS_WHEN.search(more["more"]) else None


def _day_of(text: str, lines: Sequence[Line], start: int) -> int | None:
    """Where the day begins that a time of day belongs to: right before it, or as the label of its line."""
    line = lines[line_at(lines, start)]
    if before := _DAY_BEFORE.search(text, max(line.start, start - _LOOKED_AT), start):
        return before.start()
    label = _DATE_LABEL.match(text, line.start, line.end)
    is_near = label and label.end() <= start <= label.start("date") + _LONGEST
    return label.start("date") if label and is_near and ". " not in text[label.end() : start] else None
