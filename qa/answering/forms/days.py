"""Whether the days or months that are asked about are those of a clause: Tuesday isn't of "closed on Mondays"."""

import re
from typing import Literal

from index.language.months import MONTH, MONTHS, number_of_month
from index.language.weekdays import DAY_NAME
from qa.answering.forms.calendar_dates import (
    DAYS_OF_YEAR,
    are_whole_months,
    dates_in,
    months_of,
    names_holiday,
    without_dates,
)
from qa.answering.forms.polarity import denies
from qa.reading.weekdays import days_asked, days_to_days

DayRelation = Literal["inside", "outside", "unclear"]

# Not the "May" that a question begins with; in small letters only where it can be nothing else
_LOWER = "january|february|april|june|july|august|september|october|november|december"
_MONTH_ALONE = re.compile(
    rf"(?<=[a-z0-9,] )(?:{MONTH})|\b(?:{_LOWER})\b|"
    r"(?:(?<=\bin )|(?<=\bof )|(?<=\bsince )|(?<=\bduring ))(?:may|march)\b"
)
_MONTH_TO_MONTH = re.compile(rf"\b(?P<first>{MONTH})\s?(?:[-–—]|to|until|till|through|and)\s?(?P<last>{MONTH})\b")
_BETWEEN = re.compile(r"\b(?:from|between)\s", re.IGNORECASE)
_EVERY_DAY = re.compile(r"\b(?:daily|every day|each day|seven days a week)\b", re.IGNORECASE)
# What says something of the days that aren't named
_ON_OTHERS = re.compile(
    r"\b(?:others?|rest|any day|all (?:days|week|year)|also|too|instead|otherwise|except\w*|but|unless)\b",
    re.IGNORECASE,
)
# What says something of some weeks alone: "on the four weekends", "the Sunday boat … in winter"
_OF_SOME_WEEKS = re.compile(
    r"\b(?:the|these|those) (?:two|three|four|five|six|next|following) (?:week-?ends?|\w{2,6}days?)\b|"
    r"\b(?:in|during|over) (?:the )?(?:winter|summer|spring|autumn|fall|season|term|(?:school |summer )?holidays)\b",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\b(?:(?P<until>until|till|by|before|up to|ends? on)|from|since|after|as of|"
    r"(?:opens?|starts?|starting|begins?) on) "
    rf"(?:the )?(?:{DAY_NAME},? )?(?:\d|{MONTH})",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"\b(?:closed|shut|cancelled|suspended)\b", re.IGNORECASE)
_PART_OF_MONTH = re.compile(
    r"\b(?:first|second|third|fourth|last|\d(?:st|nd|rd|th)) (?:(?:two|three|full|few) )?"
    r"(?:weeks?|week-?ends?|days?|\w{2,6}days?|half) (?:of|in)\b|"
    rf"\b(?:early|late|mid|beginning of|end of|middle of)[ -](?:in )?{MONTH}",
    re.IGNORECASE,
)  # fmt: skip


def relation_to_days(question: str, clause: str) -> DayRelation | None:
    """Where the days, or months, of the question lie; None if either names none, or the clause speaks of others, too.

    It is "unclear" where the one names days of the week and the other dates, or the clause a part of the month asked.

    >>> relation_to_days("Is it open on Tuesdays?", "It is closed on Mondays.")
    'outside'
    >>> relation_to_days("Is it open on 2 May?", "It is closed on 1 May.")
    'outside'
    """
    asked_dates, said_dates = dates_in(question), dates_in(clause)
    asked, said = _days(question), _days(clause)
    if asked_dates and said_dates:
        relation = _relation(asked_dates, _with_open_end(clause, said_dates), clause)
        return "unclear" if relation == "outside" and said else relation
    if asked and not said and _EVERY_DAY.search(clause):
        return "inside"
    if asked and said:
        relation = _relation(asked, said, clause)
        return "unclear" if relation == "outside" and _is_of_some_weeks(question, clause) else relation
    if asked and (said_dates or names_holiday(clause)) and not names_holiday(question):
        return "unclear"
    if asked_dates and said and not _months(clause):
        return "unclear"
    months_asked, months_said = _months(question), _months(clause) | months_of(said_dates)
    if not months_asked or not months_said:
        return None
    relation = _relation(months_asked, months_said, clause)
    is_part = not are_whole_months(months_asked, said_dates) if said_dates else _PART_OF_MONTH.search(clause)
    return "unclear" if relation == "inside" and is_part else relation


def _with_open_end(clause: str, dates: frozenset[int]) -> frozenset[int]:
    """The dates, with all before a single one that something is so until, or all behind one that it is so from."""
    bound = _BOUND.search(clause)
    if not bound or len(dates) != 1:
        return dates
    (date,) = dates
    return frozenset(range(date + 1) if bound["until"] else range(date, DAYS_OF_YEAR))


def _is_of_some_weeks(question: str, clause: str) -> bool:
    """Whether a clause denies something of the days of some weeks: of other days then nothing is said."""
    is_denied = denies(clause) or bool(_CLOSED.search(clause))
    return is_denied and bool(_OF_SOME_WEEKS.search(clause)) and not _OF_SOME_WEEKS.search(question)


def _relation(asked: frozenset[int], said: frozenset[int], clause: str) -> DayRelation | None:
    if asked <= said:
        return "inside"
    return None if asked & said or _ON_OTHERS.search(clause) else "outside"


def _days(text: str) -> frozenset[int]:
    text = without_dates(text)
    return days_to_days(text) | days_asked(text)


def _months(text: str) -> frozenset[int]:
    months = {number_of_month(found[0]) for found in _MONTH_ALONE.finditer(text)}
    for found in _MONTH_TO_MONTH.finditer(text):
        if " and " not in found[0] or _BETWEEN.search(text, 0, found.start()):
            first, last = number_of_month(found["first"]), number_of_month(found["last"])
            months |= {(first + i) % len(MONTHS) for i in range((last - first) % len(MONTHS) + 1)}
    return frozenset(months)
