"""Values that a text calls former: "£120" of "The fee was raised from £120 to £135.", "60" of "100 (previously 60)".

To a reader each of them answers "How much is the fee?", and it agrees with the old document that is out of date. Most
are amounts; what is struck out, and what stands in brackets with "until" and a date, may be a name.
"""

import re
from collections.abc import Iterable

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

_ON_FORMER = re.compile(
    r"\b(?:(?:before|until|till|up to) (?:the )?\d|before(?:\W*$| (?:that|the change)\b)|used to (?:be|cost|last|take)|"
    r"(?<!how )(?<!years )old|previous\w*|former\w*|"
    rf"earlier|original\w*|so far|last (?:year|month|week|season|term|time)|until {MONTH})\b",
    re.IGNORECASE,
)
_STRUCK_FIRST = re.compile(r"(?:~~[^~\n]{1,200}~~[ \t,]*)+")
_DATED = re.compile(rf"\b(?:{MONTH}|(?:19|20)\d\d)\b")
_YES_NO = re.compile(
    r"^\W*(?:is|are|am|was|were|do|does|did|has|have|can|could|may|might|must|shall|will|would|should)\b", re.IGNORECASE
)
_NUMBER = rf"(?:[£$€]?\d+(?:[.,:]\d+)*(?:\s?[%€]|\s?°[CF]?)?|\b{NUMBER_WORD}\b)"
_UNIT = r"(?:[\s-](?!(?:an?|and|as|at|but|for|from|in|is|now|of|on|or|per|till|to|until)\b)[^\W\d_]{1,12}\b)?"
_AMOUNT = rf"(?P<amount>{_NUMBER}{_UNIT})"
_DATE = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s{MONTH}|(?:19|20)\d\d\b)"
_PERIOD = r"(?:year|season|term|month|week|spring|summer|autumn|winter)"
_UNTIL = (
    rf"(?:(?:the\s)?end\sof\s)?(?:(?:\d{{1,2}}(?:st|nd|rd|th)?\s)?{MONTH}(?:\s(?:19|20)\d\d)?|(?:19|20)\d\d|now|then|"
    rf"recently|last\s(?:{_PERIOD}|{MONTH}))"
)
_PART = r"(?:half\s(?:an?\s)?|an?\s(?:whole|half|quarter(?:\sof\san?)?|third(?:\sof\san?)?)\s)[^\W\d_]{1,20}"
_AMOUNT_OR_PART = rf"(?P<amount>{_PART}|{_NUMBER}{_UNIT})"
_FORMER = (
    re.compile(
        r"(?:\bno\slonger(?:\s(?:at|be|costs?|lasts?|takes?))?|\binstead\sof(?:\sthe(?:\s(?:former|old|previous))?|\sat)?|"
        r"\b(?:previously|formerly):?(?:\sat|\s(?:it\s)?(?:was|cost|took))?|\bbefore:|\bused\sto\s(?:be|cost|last|take)|"
        rf"(?:[,–—]\s|\()(?:up|down)\sfrom)\s{_AMOUNT}",
        re.IGNORECASE,
    ),
    # Not "can be raised from 20 to 60 °C", "was lowered from 1 April to 30 June"
    re.compile(
        r"(?<!\bbe\s)(?<!\bbeing\s)(?<!\bis\s)(?<!\bare\s)\b(?:raised|lowered|changed|moved|switched|increased|reduced|decreased|"
        r"extended|shortened|rose|risen|fell|fallen|dropped|(?:gone|went)\s(?:up|down))"
        r"(?:\s(?!(?:and|are|from|is|or|open|to)\b)[^\s,.;:]{1,20}){0,4}\sfrom\s"
        rf"(?!{_DATE}){_AMOUNT}(?=(?:\s(?!to\b)\S{{1,15}}){{0,3}}\sto\s)",
        re.IGNORECASE,
    ),
    re.compile(rf"\bnot\s{_AMOUNT}(?=\sas\s(?:before|previously|until\snow)\b)", re.IGNORECASE),
    # Last year's premium was £378.40; until August it was a whole tablet; £48 (was £42)
    re.compile(
        rf"(?:\blast\s{_PERIOD}(?:['’]s)?(?:\s(?!(?:and|but|is|now|we|was|were|cost)\b)[^\s,.;:]{{1,20}}){{0,3}}\s|"
        rf"\b(?:until|till|up\sto)\s(?:{_UNTIL})(?:,)?(?:\s(?!(?:and|but|is|now|was|were|cost)\b)[^\s,.;:]{{1,20}}){{0,3}}\s|"
        rf"\bthe\s(?:old|former|previous|earlier)\s[^\s,.;:]{{1,20}}\s)"
        rf"(?:was|were|cost|lasted|took|came\sto)\s(?:at\s|only\s|still\s)?{_AMOUNT_OR_PART}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:was|were|cost)\s{_AMOUNT}(?=(?:\s[^\s,.;:()]{{1,15}}){{0,3}}(?:,\s|\sand\s|\sbut\s|,\sand\s|,\sbut\s|;\s)"
        r"(?:(?:it|they)\s)?(?:(?:is|are|costs?|lasts?)\s)?now\s(?:at\s|only\s)?[£$€]?"
        rf"(?:\d|{NUMBER_WORD}\b))",
        re.IGNORECASE,
    ),
    re.compile(rf"\(was\s{_AMOUNT}(?=[^()\n]{{0,30}}\))", re.IGNORECASE),
    re.compile(
        r"(?<=\S\s)\((?:previously|formerly|before|until\snow|so\sfar|before\sthat|until\sthen|predecessor):\s"
        r"(?P<amount>[^()\n]{1,60})\)",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<amount>~~[^~\n]{1,200}~~)"),
)
_ALL_FORMER = (
    *_FORMER,
    # Project manager: Marek Solt (until 30 April 2025: Nadia Brandt)
    re.compile(
        rf"(?<=\S\s)\((?:until|till|before|up\sto)\s(?:{_UNTIL})[:,]?\s(?!(?:it|they|he|she|we|was|were)\b)(?P<amount>[^()\n]{{1,60}})\)",
        re.IGNORECASE,
    ),
)


def of_former_values(question: str, passage: str) -> list[Range]:
    """The slices of the passage's values that were right once, unless the question is on them or on the change.

    "28 days" of "30 days instead of 28 days". A question for yes or no needs the whole sentence, and one that names a
    month or a year may be on the time until which a value holds.
    """
    if FORMERLY.search(question) or ON_CHANGE.search(question) or is_yes_no(question):
        return []
    return former_values(passage, _FORMER if _DATED.search(question) else _ALL_FORMER)


def former_values(passage: str, patterns: Iterable[re.Pattern[str]] = _ALL_FORMER) -> list[Range]:
    """The slices of all values that the passage calls former."""
    return sorted({found.span("amount") for pattern in patterns for found in pattern.finditer(passage)})


def without_struck(passage: str, place: Range | None) -> Range | None:
    """The place without what is struck out at its start: "£5" of "~~£4~~ £5"; None if it is all struck out."""
    struck = _STRUCK_FIRST.match(passage, *place) if place else None
    if not place or not struck:
        return place
    return (struck.end(), place[1]) if struck.end() < place[1] else None


def is_yes_no(question: str) -> bool:
    """Whether a question is for yes or no, by its first word."""
    return bool(_YES_NO.match(question))


def asks_for_former(question: str) -> bool:
    """Whether a question is for what was before, or for what has changed: "what was it before", "why did it rise".

    "Was" and "until" alone don't tell: "until when is the gate open", "how many people were hurt".
    """
    return bool(_ON_FORMER.search(question) or ON_CHANGE.search(question))
