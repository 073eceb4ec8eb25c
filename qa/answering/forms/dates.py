"""The date or time that a question asks for, where a sentence gives several of them.

"Applications open on 3 March and close on 14 April." has two dates, and readers take the first, or all that lies
between them, too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.language.months import MONTH
from index.language.weekdays import DAY_NAME
from index.lines import Line
from qa.answering.forms.clauses import sentence_at
from qa.reading.stems import stems_of
from qa.reading.weekdays import DAY_PATTERN

_DAY = rf"(?:{DAY_NAME}s?|weekdays?|weekends?)\b"
_YEAR = r"(?:,?\s\d{4})?"
_TWO_DAYS = r"(?:\d{1,2}(?:st|nd|rd|th)?\s(?:and|or|&)\s)?"  # "2 and 3 February"
_DATE = re.compile(
    rf"(?<![\w£$€.,:/-])(?:(?:{_DAY},?\s(?:the\s)?)?(?:{_TWO_DAYS}\d{{1,2}}(?:st|nd|rd|th)?(?:\sof)?\s{MONTH}{_YEAR}|"
    rf"{MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b{_YEAR})|{_DAY}|\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|"
    r"\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]m\b|[ap]\.m\b\.?)|\d{1,2}:\d\d|(?:noon|midnight)\b)",
    re.IGNORECASE,
)
_ASKS_WHEN = re.compile(r"\bwhen\b|\bwhat time\b|\b(?:day|date|deadline|latest|earliest)\b", re.IGNORECASE)
_NEXT_LINE = re.compile(r"\n\s{0,40}(?=[A-Z\d])")  # a line of its own, not the rest of a sentence
_PARTS = re.compile(r"[,;]\s|\s(?=(?:and|but|while|whereas|until|till?|to)\s)|\s?[–—]\s?|\s-\s", re.IGNORECASE)
# Words of a beginning and of an end, in a question or beside a date
_BEGINS = re.compile(r"\b(?:opens?|opening|start\w*|beg[iau]n\w*|from|since|earliest|as of|first)\b", re.IGNORECASE)
_ENDS = re.compile(
    r"\b(?:closes?|closing|end(?:s|ed|ing)?|finish\w*|expir\w+|until|till?|deadline|latest|"
    r"last (?:day|date|chance|moment)|due|(?:is|are|be) over|over(?=\W*$)|by (?:when|what))\b",
    re.IGNORECASE,
)
_ENDS_AT = re.compile(rf"{_ENDS.pattern}|\b(?:to|by|before)\b|[–—]|\s-\s", re.IGNORECASE)

_TIME = re.compile(r"\d\s?[ap]\.?m\b|\d:\d|noon|midnight", re.IGNORECASE)
_WEEKDAY = re.compile(_DAY, re.IGNORECASE)
_ITEMS = re.compile(r"\n[ \t]*(?:[-*+•|]|\d{1,3}[.)])[ \t]|\|")  # a list's or a table's dates are each of its own line
_ONE_MOMENT = re.compile(r",?\s(?:at\s)?")  # "3 March, 9:00"
_RANGE = re.compile(r"\s?(?:to|until|till|and|[-–—])\s?", re.IGNORECASE)
_IS_OPEN = re.compile(r"\b(?:is|are|was|were)\b[^,.?]{0,60}\bopen\b", re.IGNORECASE)  # which is no beginning
_LINKS = re.compile(r"\b(?:from|since|as of|until|till?|to|by|before)\b", re.IGNORECASE)
_NO_SUBJECT = re.compile(rf"{_LINKS.pattern}|\b{MONTH}", re.IGNORECASE)
# "and in winter at", "and Sat"
_ADDS = re.compile(rf",?\s(?:and|but|or)\s(?:(?:on|in|at|during|for)\b|{DAY_PATTERN})", re.IGNORECASE)
_WHEN_WORDS = re.compile(r"\b(?:until|till|since|date|day|time|latest|earliest|deadline)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Dated:
    """A date, the slice `[start, end)` of the text, and what is said of it: its own words, and with those it shares."""

    start: int
    end: int
    own: str
    shared: str


def asked_date(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> tuple[int, int] | None:
    """The slice of the only date in the span's sentence of which the question asks; None if that isn't clear.

    "Until when can I apply?" with the span "3 March and close on 14 April" gets "14 April".
    """
    if not _ASKS_WHEN.search(question):
        return None
    dates = _dates(text, *sentence_at(text, lines, start, end))
    touched = {_is_time(text, date) for date in dates if date.start < end and start < date.end}
    dates = [date for date in dates if {_is_time(text, date)} == touched]  # a day isn't asked for as a time of it
    if len(dates) < 2:
        return None
    scores = [_score(question, date) for date in dates]
    best = max(scores)
    chosen = dates[scores.index(best)]
    return (chosen.start, chosen.end) if best > 0 and scores.count(best) == 1 else None


def _is_time(text: str, date: _Dated) -> bool:
    return bool(_TIME.search(text, date.start, date.end))


def _dates(text: str, first: int, last: int) -> list[_Dated]:
    """The dates of a sentence, each with the words up to the next part on either side.

    One without a subject of its own in front shares what is in front of the one before it: "opens on 3 March for
    members and on 10 March for guests", "is locked at 9 pm from April to September and in winter at 6 pm". What stands
    on the next line belongs to the next date, as "Hall 2" between "Hall 1: 3 March" and "Hall 2: 5 March".
    """
    found = [] if _ITEMS.search(text, first, last) else list(_DATE.finditer(text, first, last))
    if any(_ONE_MOMENT.fullmatch(text, before.end(), after.start()) for before, after in pairwise(found)):
        return []
    breaks = [_NEXT_LINE.search(text, before.end(), after.start()) for before, after in pairwise(found)]
    edges = [_behind_heading(text, first, found[0].start()) if any(breaks) else first]
    for (before, after), line in zip(pairwise(found), breaks, strict=True):
        part = line or _PARTS.search(text, before.end(), after.start())
        is_of_day = _TIME.search(after[0]) and _WEEKDAY.fullmatch(before[0])
        if is_of_day and not stems_of(_LINKS.sub("", text[before.end() : after.start()])):  # "on Sundays from 10:00"
            edges.append(edges[-1])
        else:
            edges.append(part.start() if part else before.end())
    dates: list[_Dated] = []
    lent = ""
    for match, edge, stop in zip(found, edges, [*edges[1:], last], strict=False):
        front, behind = text[edge : match.start()], text[match.end() : stop]
        has_subject = stems_of(_NO_SUBJECT.sub("", front)) and not _ADDS.match(front)
        lent = front if has_subject else f"{lent} {front}"
        shared = f"{lent} {behind}"
        if dates and _RANGE.fullmatch(front):  # "from 3 to 5 May for guests" says the same of both
            shared = f"{dates[-1].shared} {behind}"
            dates[-1] = replace(dates[-1], shared=shared)
        dates.append(_Dated(match.start(), match.end(), f"{front} {behind}", shared))
    return dates


def _behind_heading(text: str, first: int, at: int) -> int:
    """The start of the line that `at` is on: what stands above it, as "Who moves when", is said of all dates."""
    return max(first, text.rfind("\n", first, at))


def _score(question: str, date: _Dated) -> int:
    """How much of what is asked is said of a date: two for a word of it, one for its being a beginning or an end.

    It is less than nothing for a date that is an end where a beginning is asked for, or the reverse.
    """
    common = len(stems_of(_WHEN_WORDS.sub("", question)) & stems_of(date.shared))
    begins, ends = bool(_BEGINS.search(_IS_OPEN.sub("", question))), bool(_ENDS.search(question))
    if begins == ends:
        return 2 * common
    is_so, is_other = (_BEGINS, _ENDS_AT) if begins else (_ENDS_AT, _BEGINS)
    said = date.own if is_so.search(date.own) or is_other.search(date.own) else date.shared
    if is_so.search(said):
        return 2 * common + 1
    return -1 if is_other.search(said) else 2 * common
