"""The hours of the day that a question names, where a line gives those of several days: "Tue–Fri 9–17, Sat 9–13".

Readers take the first of them, or another time altogether.
"""

import re

from qa.reading.stems import stems_of
from qa.reading.weekdays import DAY_PATTERN, days_asked, days_in, label_of_days, without_days

Range = tuple[int, int]

_DAYS = rf"{DAY_PATTERN}(?:\s?(?:[-–—,&/]|to|and|until|till)\s?{DAY_PATTERN}){{0,6}}"
_CLOCK = r"\d{1,2}(?:[.:]\d\d)?(?:\s?(?:[ap]\.m\.|[ap]m\b))?"
_HOURS = re.compile(
    rf"\b(?P<days>{_DAYS}):?,?\s(?:from\s)?{_CLOCK}\s?(?:[-–—]|to|until|till)\s?{_CLOCK}(?:\s?h\b)?"
    rf"|\bclosed (?:on )?(?P<closed>{_DAYS})",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\b(?:when|(?:what|which) time|hours|how late|until|till|open|opening)\b", re.IGNORECASE)
_LINE = re.compile(r"[^\n]+")
_ASKING = stems_of("open opened opening hours time times late close closes closed until till start end begin works")


def asked_hours(question: str, passage: str, context: str = "") -> Range | None:
    """The slice `[start, end)` of the passage with the hours of the days asked for; None unless one is named.

    Whatever else is asked must be in the same line or the `context`: "When is the yard open on Saturdays?" names
    "Sat 9–13" in a line on the yard.
    """
    days = days_asked(question)
    if not days or not _ASKS.search(question):
        return None
    asked = stems_of(without_days(question)) - _ASKING
    named = []
    for line in _LINE.finditer(passage):
        hours = list(_HOURS.finditer(passage, *line.span()))
        if not hours or not asked <= stems_of(f"{context}\n{line[0]}"):
            continue
        labels = [found["days"] or found["closed"] for found in hours]
        if len(hours) == 1:
            named += hours if days <= days_in(labels[0]) else []
        elif (at := label_of_days(question, labels)) is not None:
            named.append(hours[at])
    return named[0].span() if len(named) == 1 else None
