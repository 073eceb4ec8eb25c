"""The date of a document: what its metadata says, else the front matter at the head of its text."""

import re
from datetime import date

from index.documents import Document

_NAMES = ("updated", "modified", "date", "published", "created")  # what holds a date; the first of these is the latest
_ISO = r"(\d{4}(?:-\d{2}(?:-\d{2})?)?)(?![\d-])"
_VALUE = re.compile(_ISO)
_MAX_FRONT_MATTER = 4000  # characters
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)
_LINE = re.compile(rf"^({'|'.join(_NAMES)}):[ \t]*[\"']?{_ISO}", re.MULTILINE | re.IGNORECASE)


def date_of(document: Document) -> str | None:
    """The day, month or year in ISO 8601: `2026-03-01`, `2026-03` or `2026`; None if the document says none.

    A time of day is left out, and so is what is no date ("2026-02-30", "last March").
    """
    front_matter = _FRONT_MATTER.match(document.text, 0, _MAX_FRONT_MATTER)
    lines = _LINE.findall(front_matter[1]) if front_matter else []
    written = {name.lower(): value for name, value in lines}
    values = [str(source[name]) for source in (document.metadata, written) for name in _NAMES if name in source]
    return next((day for value in values if (day := _day(value))), None)


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
