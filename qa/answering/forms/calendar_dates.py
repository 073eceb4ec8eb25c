"""The days of a year that a text names: "24, 25 and 31 December", "from 11 April to 3 May", "August 5th"."""

import re

from index.language.months import MONTH, MONTHS, number_of_month
from index.language.weekdays import DAY_NAME

_MONTH_DAYS = 31  # in numbers of days: 5 August is 7 * 31 + 4, whichever days there are
DAYS_OF_YEAR = _MONTH_DAYS * len(MONTHS)
_WHOLE_MONTH = 28  # days that are a whole month, at least

_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DAYS = rf"(?<![\d.:€$£]){_DAY}(?:(?:,? (?:and|or|to) |, | ?[-–] ?)(?:the )?{_DAY}(?![\d:])){{0,6}}"
_DATE = re.compile(rf"(?P<days>{_DAYS}) (?:of )?(?P<month>{MONTH})", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"(?<=\w )(?P<month>{MONTH}) (?:the )?(?P<days>{_DAYS})(?![\d:%]|\s?(?:[ap]m|people)\b)")
_NUMBERS = re.compile(r"(?P<first>\d{1,2})(?:st|nd|rd|th)?(?:(?: to | ?[-–] ?)(?:the )?(?P<last>\d{1,2}))?")
_TO = re.compile(
    rf",?(?: \d{{4}})?(?: to | until | till | through | ?[-–] ?)(?:on )?(?:the )?(?:{DAY_NAME},? )?", re.IGNORECASE
)
_HOLIDAY = re.compile(
    r"\b(?:christmas(?: eve| day)?|boxing day|new year(?:['’]s)?(?: eve| day)?|good friday|easter(?: sunday| monday)?|"
    r"ascension(?: day)?|whit (?:sunday|monday)|ash wednesday|shrove tuesday|maundy thursday|palm sunday|labour day|"
    r"thanksgiving|(?:bank|public) holidays?(?: mondays?)?)\b",
    re.IGNORECASE,
)
_DAY_OF_DATE = re.compile(
    rf"\b{DAY_NAME},? (?:the )?(?=\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{MONTH}|{MONTH} \d)", re.IGNORECASE
)


def dates_in(text: str) -> frozenset[int]:
    """The numbers of all days in the dates of a text, from 0 for 1 January, and of those between two."""
    dates: set[int] = set()
    previous: tuple[int, int] | None = None  # the last day of the date before, and where that ends
    for found in sorted([*_DATE.finditer(text), *_MONTH_FIRST.finditer(text)], key=re.Match.start):
        start = found.start()
        if previous and start < previous[1]:
            continue
        named = _of_month(found)
        if not named:
            continue
        if previous and _TO.fullmatch(text, previous[1], start):
            dates |= {(previous[0] + i) % DAYS_OF_YEAR for i in range((named[0] - previous[0]) % DAYS_OF_YEAR)}
        dates |= set(named)
        previous = (named[-1], found.end())
    return frozenset(dates)


def months_of(dates: frozenset[int]) -> frozenset[int]:
    """The months that dates lie in, 0 for January."""
    return frozenset(date // _MONTH_DAYS for date in dates)


def are_whole_months(months: frozenset[int], dates: frozenset[int]) -> bool:
    """Whether the dates are all of each month."""
    return all(sum(date // _MONTH_DAYS == month for date in dates) >= _WHOLE_MONTH for month in months)


def names_holiday(text: str) -> bool:
    """Whether a text names a holiday, which falls on one day a year."""
    return bool(_HOLIDAY.search(text))


def without_dates(text: str) -> str:
    """The text without holidays and without the days of the week that belong to a date: "Saturday 11 April"."""
    return _DAY_OF_DATE.sub("", _HOLIDAY.sub(" ", text))


def _of_month(found: re.Match[str]) -> list[int]:
    month = number_of_month(found["month"]) * _MONTH_DAYS
    named: list[int] = []
    for days in _NUMBERS.finditer(found["days"]):
        first, last = int(days["first"]), int(days["last"] or days["first"])
        if not 1 <= first <= last <= _MONTH_DAYS:
            return []
        named += [month + day - 1 for day in range(first, last + 1)]
    return named
