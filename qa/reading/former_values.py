"""Amounts that a text calls former: "£120" of "The fee was raised from £120 to £135.", "60" of "100 (previously 60)".

To a reader each of them answers "How much is the fee?", and it agrees with the old document that is out of date.
"""

import re

from index.language.months import MONTH
from qa.reading.quantities import NUMBER_WORD

Range = tuple[int, int]

FORMERLY = re.compile(
    r"\b(?:before|until|was|were|did|used? to|(?<!how )(?<!years )old|previous\w*|former\w*|earlier|original\w*|so far|"
    r"last (?:year|month|week|season|time))\b",
    re.IGNORECASE,
)
"""Matches in a question for what something was."""

ON_CHANGE = re.compile(
    r"\b(?:ris(?:e|es|en|ing)|rose|increas\w+|rais\w+|up|down|falls?|fell|drop\w*|decreas\w+|reduc\w+|cut|lower\w*|"
    r"chang\w+|more|less|difference|by how much|from what(?! (?:age|date|day|time)\b))\b",
    re.IGNORECASE,
)
"""Matches in a question for how something has changed."""

_YES_NO = re.compile(r"^\W*(?:is|are|was|were|do|does|did|has|have|can|may|must|will|should)\b", re.IGNORECASE)
_NUMBER = rf"(?:[£$€]?\d+(?:[.,:]\d+)*(?:\s?[%€]|\s?°[CF]?)?|\b{NUMBER_WORD}\b)"
_UNIT = r"(?:[\s-](?!(?:an?|and|as|at|but|for|from|in|is|now|of|on|or|per|to)\b)[^\W\d_]{1,12}\b)?"
_AMOUNT = rf"(?P<amount>{_NUMBER}{_UNIT})"
_DATE = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s{MONTH}|(?:19|20)\d\d\b)"
_FORMER = (
    re.compile(
        r"(?:\bno\slonger(?:\s(?:at|be|costs?|lasts?|takes?))?|\binstead\sof(?:\sthe(?:\s(?:former|old|previous))?|\sat)?|"
        r"\b(?:previously|formerly):?(?:\sat|\s(?:it\s)?(?:was|cost|took))?|\bbefore:|\bused\sto\s(?:be|cost|last|take)|"
        rf"(?:[,–—]\s|\()(?:up|down)\sfrom)\s{_AMOUNT}",
        re.IGNORECASE,
    ),
    # Not "can be raised from 20 to 60 °C", "was lowered from 1 April to 30 June"
    re.compile(
        r"(?<!\bbe\s)(?<!\bbeing\s)(?<!\bis\s)(?<!\bare\s)\b(?:raised|lowered|changed|increased|reduced|decreased|"
        r"extended|shortened|rose|risen|fell|fallen|dropped|(?:gone|went)\s(?:up|down))"
        r"(?:\s(?!(?:and|are|from|is|or|open|to)\b)[^\s,.;:]{1,20}){0,4}\sfrom\s"
        rf"(?!{_DATE}){_AMOUNT}(?=(?:\s(?!to\b)\S{{1,15}}){{0,3}}\sto\s)",
        re.IGNORECASE,
    ),
    re.compile(rf"\bnot\s{_AMOUNT}(?=\sas\s(?:before|previously|until\snow)\b)", re.IGNORECASE),
)


def of_former_values(question: str, passage: str) -> list[Range]:
    """The slices of the passage's amounts that were right once, unless the question is on them or on the change.

    "28 days" of "30 days instead of 28 days". A question for yes or no needs the whole sentence.
    """
    if FORMERLY.search(question) or ON_CHANGE.search(question) or _YES_NO.match(question):
        return []
    return sorted(found.span("amount") for pattern in _FORMER for found in pattern.finditer(passage))
