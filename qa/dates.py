"""The date of a document: what its metadata says, else the front matter at the head of its text."""

import re
from datetime import date

from index.documents import Document
from index.language.months import MONTH, number_of_month

_NAMES = ("updated", "modified", "date", "published", "created")  # what holds a date; the first of these is the latest
_ISO = r"(\d{4}(?:-\d{2}(?:-\d{2})?)?)(?![\d-])"
_VALUE = re.compile(_ISO)
_MAX_FRONT_MATTER = 4000  # characters
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)
_LINE = re.compile(rf"^({'|'.join(_NAMES)}):[ \t]*[\"']?{_ISO}", re.MULTILINE | re.IGNORECASE)

_MAX_HEAD = 300  # characters
_MAX_DATE = 30
_VALID_UNTIL = re.compile(r"\b(?:valid|in force|applies|apply)\s(?:only\s)?(?:until|till|to|through)\s", re.IGNORECASE)
_NAMED = re.compile(
    rf"(?<![\d.,-])(?:(?P<iso>(?:19|20)\d\d-\d\d-\d\d)(?!\d)|"
    rf"(?:(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s)?(?P<month>{MONTH})\s)?(?P<year>(?:19|20)\d\d)(?![\d-])(?!\.\d))"
)


def date_of(document: Document) -> str | None:
    """The day, month or year in ISO 8601: `2026-03-01`, `2026-03` or `2026`; None if the document says none.

    A time of day is left out, and so is what is no date ("2026-02-30", "last March").
    """
    front_matter = _FRONT_MATTER.match(document.text, 0, _MAX_FRONT_MATTER)
    lines = _LINE.findall(front_matter[1]) if front_matter else []
    written = {name.lower(): value for name, value in lines}
    values = [str(source[name]) for source in (document.metadata, written) for name in _NAMES if name in source]
    return next((day for value in values if (day := _day(value))), None)


def edition_of(document: Document) -> str | None:
    """The date that a document is of, as `date_of` gives it: what that says, else what its title or first lines name.

    "Minutes of 12 September 2026" has 2026-09-12, "Prices 2026" and "Season 2025/26" have a year, as 2026 and 2025.
    """
    head = "\n".join(document.text[:_MAX_HEAD].split("\n\n")[:2])
    return date_of(document) or _date_in(document.title) or _date_in(head)


def expiry_in(text: str) -> str | None:
    """Until when a text says that something is valid, in ISO 8601; None if it doesn't: "valid until 31 March 2025"."""
    found = _VALID_UNTIL.search(text)
    return _date_in(text[found.end() : found.end() + _MAX_DATE]) if found else None


def _date_in(text: str) -> str | None:
    """The first date with a year that a text names, in ISO 8601."""
    found = _NAMED.search(text)
    if not found:
        return None
    if found["iso"]:
        return _day(found["iso"])
    month = f"-{number_of_month(found['month']) + 1:02}" if found["month"] else ""
    day = f"-{int(found['day']):02}" if found["day"] else ""
    return _day(f"{found['year']}{month}{day}")


def _day(value: str) -> str | None:
    match = _VALUE.match(value.strip())
    if not match:
        return None
    day = str(match[1])
    try:
        date.fromisoformat(f"{day}-01-01"[:10])  # of a year or a month its first day
    except ValueError:
        return None
    return day
