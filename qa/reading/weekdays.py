"""The days of the week that a label or a question names: "Mon–Thu" the first four, "at the weekend" the last two."""

import re
from collections.abc import Sequence

from index.language.weekdays import DAY_NAME

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK, _WEEKEND = frozenset(range(7)), frozenset((5, 6))
DAY_PATTERN = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?\b|s?\b\.?)"
"""Matches a day's name as a label has it, in full or shortened, case ignored."""
_DAY_TO_DAY = re.compile(
    rf"\b(?P<first>{DAY_PATTERN})\s?(?:[-–—]|to|until|till|through)\s?(?P<last>{DAY_PATTERN})", re.IGNORECASE
)
_ALONE = re.compile(rf"\b{DAY_PATTERN}", re.IGNORECASE)
_ASKED = re.compile(rf"\b{DAY_NAME}s?\b", re.IGNORECASE)
_WEEKEND_NAMED = re.compile(r"\bweek-?ends?\b", re.IGNORECASE)
_WORKING_DAYS_NAMED = re.compile(r"\b(?:week|working) ?days?\b", re.IGNORECASE)
_LONGEST_LABEL = 60  # characters


def days_asked(question: str) -> frozenset[int]:
    """The days that a question names, 0 for Monday; empty if it names none."""
    days = {_number_of(found[0]) for found in _ASKED.finditer(question)}
    if _WEEKEND_NAMED.search(question):
        days |= _WEEKEND
    elif _WORKING_DAYS_NAMED.search(question):
        days |= _WEEK - _WEEKEND
    return frozenset(days)


def without_days(question: str) -> str:
    """The question without the days that it names."""
    for named in (_ASKED, _WEEKEND_NAMED, _WORKING_DAYS_NAMED):
        question = named.sub(" ", question)
    return question


def with_days_of(text: str, question: str) -> str:
    """The question about the first day of a text instead of its own: "Is it open on Monday?" for "Monday to Friday"."""
    named = _ASKED.search(text) or _WEEKEND_NAMED.search(text) or _WORKING_DAYS_NAMED.search(text)
    if not named:
        return question
    for asked in (_ASKED, _WEEKEND_NAMED, _WORKING_DAYS_NAMED):
        question = asked.sub(named[0], question)
    return question


def days_in(label: str) -> frozenset[int]:
    """The days of a label that begins with them, as "Mon–Thu", "Sat, Sun" and "weekends" do; else none."""
    label = label.strip()
    if len(label) > _LONGEST_LABEL:
        return frozenset()
    days = days_to_days(label) | {_number_of(found[0]) for found in _ALONE.finditer(label)}
    if _WEEKEND_NAMED.search(label):
        days |= _WEEKEND
    elif _WORKING_DAYS_NAMED.search(label):
        days |= _WEEK - _WEEKEND
    return frozenset(days)


def days_to_days(text: str) -> frozenset[int]:
    """All days from the first to the last of each range in a text: 0 to 4 of "Monday to Friday"."""
    ranges = [(_number_of(found["first"]), _number_of(found["last"])) for found in _DAY_TO_DAY.finditer(text)]
    return frozenset((first + i) % len(_DAYS) for first, last in ranges for i in range((last - first) % len(_DAYS) + 1))


def label_of_days(question: str, labels: Sequence[str]) -> int | None:
    """The index of the one label that has all days of the question, the one with the fewest; else None.

    At least two of the labels must name days. "On a Tuesday" names "Mon–Fri" beside "Sat", and "Tue" beside "Mon–Fri".
    """
    asked, named = days_asked(question), [days_in(label) for label in labels]
    if not asked or sum(map(bool, named)) < 2:
        return None
    fitting = [i for i, days in enumerate(named) if asked <= days]
    fewest = min((len(named[i]) for i in fitting), default=0)
    best = [i for i in fitting if len(named[i]) == fewest]
    return best[0] if len(best) == 1 else None


def _number_of(day: str) -> int:
    return _DAYS.index(day[:3].lower())
