"""The values at the end of a clause: "7, 12 and 17" of "In winter the ferry sails at 7, 12 and 17".

Cut at its commas the first item would be a clause, and the others numbers.
"""

import re
from collections.abc import Sequence

from index.language.months import MONTH
from index.language.weekdays import DAY_NAME
from qa.answering.forms.form import Part

_UNIT = rf"(?:\s?(?:[ap]\.?m\.?|o['’]clock|h\b|%|°C?|(?:of\s)?{MONTH})|(?:st|nd|rd|th)(?:(?:\sof)?\s{MONTH})?)?"
_NUMBER = rf"(?:[£$€]?\d{{1,5}}(?:[.:,]\d{{1,3}})?{_UNIT}|noon|midnight|midday)"
_DAY = rf"(?:{DAY_NAME}s?)"
_MONTH = rf"(?:{MONTH})"
_ON_DAY = rf"(?:on\s)?{_DAY}(?:\s(?:and|to)\s{_DAY})?\sat\s"  # "on Mondays at 7" is no other day's 7
_KINDS = tuple(re.compile(kind, re.IGNORECASE) for kind in (_NUMBER, _DAY, _MONTH))
_LEAD = r"(?:at|on|in|from|by|every|for|to|are|is|costs?)\s"
_LAST = tuple(
    re.compile(rf"\s(?:{_LEAD}(?P<value>{kind})|(?P<dated>{_ON_DAY}{_NUMBER}))$", re.IGNORECASE)
    for kind in (_NUMBER, _DAY, _MONTH)
)


def behind_clause(parts: Sequence[Part], start: int) -> int:
    """Where the first value begins behind a clause, if all other parts are values of the same kind; else `start`.

    "the ferry sails at 7", "12", "17" → the place of "7". "at 7" alone stays whole.
    """
    first, *others = parts
    for kind, last in zip(_KINDS, _LAST, strict=True):
        found = last.search(first.text)
        if found and others and all(kind.fullmatch(other.text) for other in others):
            return first.start + found.start(found.lastgroup or 0)
    return start
