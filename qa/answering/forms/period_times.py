"""The times within a period that a question names: "at 6, 9 and 18" of "From April to October at 6, 9 and 18".

Readers often take the period, which the question knows.
"""

import re
from collections.abc import Sequence

from index.language.months import MONTH
from index.language.weekdays import DAY_NAME
from index.lines import Line
from qa.answering.forms.clauses import sentence_at
from qa.reading.stems import stems_of
from qa.reading.weekdays import DAY_PATTERN

_ASKS_WHEN = re.compile(r"\b(?:when|what times?|at which times?)\b", re.IGNORECASE)
# "in summer", "during the holidays", "on Sundays", but not "the summer timetable"
_NAMES_PERIOD = re.compile(
    r"\b(?:in|during|on|over|at)\s(?:the\s)?(?:(?:high|low|off|summer|winter|peak)[ -]season|summer|winter|spring|"
    r"autumn|season|"
    rf"(?:school\s)?holidays?|term(?:[ -]?time)?|week-?ends?|weekdays?|{MONTH}|{DAY_PATTERN})\b",
    re.IGNORECASE,
)
_DATE = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s)?(?:(?:the\s)?(?:end|beginning|middle|start)\sof\s)?{MONTH}(?:\s\d{{1,2}}\b)?"
_PERIOD = re.compile(
    rf"(?:(?:from|between|in|during)\s)?(?:{_DATE}\s?(?:to|until|till|and|through|[-–—])\s?{_DATE}|"
    r"(?:the\s)?(?:summer|winter|spring|autumn)(?:\smonths)?|"
    rf"(?:(?:on|at)\s)?(?:weekdays|week-?ends|{DAY_NAME}s))",
    re.IGNORECASE,
)
_CLOCK = r"(?:\d{1,2}(?:[.:]\d\d)?(?:\s?(?:[ap]\.?m\b\.?|o['’]clock))?(?![\w%£$€])|noon|midnight|midday)"
_TIMES = re.compile(
    rf"(?:every\s(?:[\w'’-]{{1,12}}\s){{1,3}})?(?:(?:at|from|between|until|till|by)\s)?{_CLOCK}"
    rf"(?:(?:,|,?\sand|,?\sor|\sto|\suntil|\still|\s?[-–—])\s?(?:(?:at|from)\s)?{_CLOCK}){{0,11}}",
    re.IGNORECASE,
)
_NO_TIME = re.compile(
    r"\s?(?:euros?|pounds?|dollars?|hours?|minutes?|days?|people|boats?|times|kg|km|m)\b", re.IGNORECASE
)


def times_of_period(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> tuple[int, int] | None:
    """The slice of the times in the span's sentence, if the span is only the period that the question names; else None.

    "When does it sail in summer?" with the span "From April to October": what its sentence has at the end of it.
    Of several the one counts that is of what is asked: "we open at 9 and close at 18".
    """
    if not (_ASKS_WHEN.search(question) and _NAMES_PERIOD.search(question)):
        return None
    if not _PERIOD.fullmatch(text, start, end):
        return None
    found = list(_TIMES.finditer(text, end, sentence_at(text, lines, start, end)[1]))
    edges = [end, *(times.end() for times in found)]
    asked = stems_of(_NAMES_PERIOD.sub("", question))
    said = [stems_of(text[edge : times.start()]) for edge, times in zip(edges, found, strict=False)]
    named = [times for times, stems in zip(found, said, strict=True) if stems & asked]
    times = found[0] if len(found) == 1 else named[0] if len(named) == 1 else None
    return None if times is None or _NO_TIME.match(text, times.end()) else times.span()
