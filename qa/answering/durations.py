"""How long an answer says that something takes, or how often it comes: "4 weeks", "every six months".

Durations in other units can be compared: 24 months are 2 years, and 4 weeks aren't 3 months.
"""

from dataclasses import dataclass

from index.language.base import Language
from qa.answering.answer_normalization import is_number

_ROUNDED = 0.001  # by which share durations may differ and be the same: three times a day is every 7.9992 hours
_SAME = 0.02  # by which share two durations may differ and be the same, where a month or year is roughly so long
_NEAR = 0.1  # by which share they may differ there without contradicting each other
_WORK_DAYS = 5  # of a week: 25 days of leave may be 5 weeks


@dataclass(frozen=True, slots=True)
class Duration:
    """`number` of a unit of time, in the canonical words from `start` to `end`; `again` if it comes every so often."""

    number: float
    unit: str
    minutes: float
    again: bool
    start: int
    end: int


def duration_in(words: tuple[str, ...], language: Language) -> Duration | None:
    """The duration among canonical words, if it is the only one and no other number is there; else None.

    (notice, of, 4, week) has 4 weeks, (every, day) each 1 day, and (hour,) 1 hour; (3, day, a, week) has none.
    """
    rules = language.numbers
    places = [i for i, word in enumerate(words) if word in rules.minutes]
    if len(places) != 1:
        return None
    unit = places[0]
    counted = [word for word in words[max(unit - 1, 0) : unit] if is_number(word) and ":" not in word]
    start = unit - len(counted)
    again = start > 0 and words[start - 1] == rules.every
    if sum(map(is_number, words)) != len(counted) or not (counted or again or len(words) == 1):
        return None
    number = float(counted[0]) if counted else 1
    return Duration(number, words[unit], number * rules.minutes[words[unit]], again, start - again, unit + 1)


def are_same(one: Duration, other: Duration, language: Language) -> bool:
    """Whether two durations are one: 24 months and 2 years, or 90 days and 3 months, but not 28 and 30 days."""
    tolerance = _SAME if _is_by_calendar(one, other, language) else _ROUNDED
    return one.again == other.again and _difference(one, other) <= tolerance


def are_apart(one: Duration, other: Duration, language: Language, tolerance: float) -> bool:
    """Whether two durations surely differ, by more than the tolerance; 25 days may be 5 weeks of work."""
    least = _NEAR if _is_by_calendar(one, other, language) else _ROUNDED
    return _difference(one, other) > max(tolerance, least) and not _are_work_weeks(one, other, language)


def _are_work_weeks(one: Duration, other: Duration, language: Language) -> bool:
    """Whether one is in weeks, and the other is as many weeks of five days: 5 weeks and 25 days."""
    minutes = language.numbers.minutes
    days, weeks = sorted((one, other), key=lambda each: minutes[each.unit])
    return minutes[weeks.unit] == 7 * minutes[days.unit] and days.number == _WORK_DAYS * weeks.number


def _is_by_calendar(one: Duration, other: Duration, language: Language) -> bool:
    """Whether the units differ, and either has no fixed length."""
    return one.unit != other.unit and bool({one.unit, other.unit} & language.numbers.calendar_units)


def _difference(one: Duration, other: Duration) -> float:
    """By which share of the longer one they differ."""
    longer = max(abs(one.minutes), abs(other.minutes))
    return abs(one.minutes - other.minutes) / longer if longer else 0
