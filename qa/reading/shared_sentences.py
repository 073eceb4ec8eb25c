"""The amount of the one thing asked for where a sentence tells several: "Logs are kept for 30 days, backups a year".

Readers take the number before the other one, above all if that is in words or has no unit.

| question                           | text                                                  | amount          |
| ---------------------------------- | ----------------------------------------------------- | --------------- |
| How long are firewall logs kept?   | Logs are kept 30 days, those of the firewall a year.  | "a year"        |
| How long does a guest's key last?  | Keys last 90 days. For guests they last a week.       | "a week"        |
| What does it cost on Sundays?      | It costs 9 euros, on Sundays 6.                       | "6"             |
| How long is a sync, not the first? | A sync takes 4 minutes; the first one takes 50.       | "4 minutes"     |

The question must name all of the part's words, and nothing that the sentence or the headings above don't have.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.language.months import MONTH
from qa.reading.quantities import NUMBER_WORD
from qa.reading.stems import stems_of, stems_with_verbs

Range = tuple[int, int]

_ASKS = re.compile(
    r"\bhow (?:long|often|much|many|far)\b|\b(?:what|which)\b[^?]{0,80}\b(?:costs?|price|fee|fare|charge)\b",
    re.IGNORECASE,
)
# Then several amounts are asked for, or how they have changed
_ON_SEVERAL = re.compile(
    r"\b(?:than|total|altogether|both|between|differ\w*|compar\w*|chang\w*|more|less|before|until|was|were|did)\b",
    re.IGNORECASE,
)
_TIME = (
    r"(?:seconds?|minutes?|mins?|hours?|days?|nights?|weeks?|fortnights?|months?|quarters?|years?|decades?|"
    r"generations?)"
)
_MONEY = r"(?:euros?|pounds?|dollars?|francs?|crowns?|cents?|pence|€)"
_VALUE = re.compile(
    rf"\b(?P<often>(?:once|twice|{NUMBER_WORD}\stimes|\d{{1,3}}\stimes)\s(?:an?|per|every|each)\s(?:\w{{1,12}}\s)?{_TIME}|"
    rf"every\s(?:other\s|second\s|third\s|(?:\d{{1,3}}|{NUMBER_WORD})\s)?{_TIME}|"
    r"(?:hourly|daily|weekly|fortnightly|monthly|quarterly|yearly|annually))\b"
    rf"|\b(?P<time>(?:\d{{1,6}}(?:[.,]\d{{1,3}})?\s?|{NUMBER_WORD}[\s-]|half\san?\s|an?\s(?:half\s)?)(?:working\s)?{_TIME}"
    r"(?:\sand\sa\shalf)?)\b"
    rf"|(?P<money>[£$€]\s?\d{{1,7}}(?:[.,]\d{{1,3}}){{0,4}}|\b\d{{1,7}}(?:[.,]\d{{1,3}})?\s?{_MONEY}(?!\w))"
    r"|\b(?P<none>nothing|free(?:\sof\scharge)?)\b"
    rf"|\b(?P<bare>\d{{1,6}}(?:[.,]\d{{1,3}})?)\b(?![\w%°/:.-]{{0,20}}\w)(?!\s(?:{MONTH}|[^\W\d_]))",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n\s*\n|\n(?=\s*(?:[-*+•#|]|\d{1,2}[.)]))")
_SENTENCE_GOES_ON = re.compile(r"\s*(?:for|on|at|in|with|those|that of)\s", re.IGNORECASE)
_PART_END = re.compile(r"[,;]\s|\s(?:and|but|while|whereas)\s|[.!?]\s")
_REASON = re.compile(r"\s(?:because|since|as|so|if|when|unless|which|who|where|until)\s|\s\(", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:not|except(?:\sfor)?|apart\sfrom|other\sthan|without|don['’]?t\s\w+|(?:is|are|was|were)n['’]?t)\b(?P<thing>[^,.;?]{1,60})",
    re.IGNORECASE,
)
_GENERAL = stems_of(
    "long often much many far take takes last lasts cost costs price fee fare charge charged pay pays paid need needs "
    "time times those they usually normally normal general standard typical keep live want get just only each every "
    "about"
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a sentence with one amount: its slice, the kind of amount, and the stems of its other words."""

    amount: Range
    kind: str
    stems: frozenset[str]


def asked_share(question: str, passage: str, context: str = "") -> tuple[Range, list[Range]] | None:
    """The slice of the amount that a sentence has for the thing asked for, and of those for others; else None.

    `context` holds the title and the headings above the passage. None, too, if several sentences have one.
    """
    if not _ASKS.search(question) or _ON_SEVERAL.search(question):
        return None
    denied = frozenset().union(*(stems_of(found["thing"]) for found in _DENIED.finditer(question)))
    asked = stems_of(question if not denied else _DENIED.sub(" ", question)) - _GENERAL
    around = stems_with_verbs(context)
    named = [
        (amount, [part.amount for part in parts if part.amount != amount])
        for start, end in _sentences(passage)
        if len(parts := _parts(passage, start, end)) > 1
        and (amount := _named(asked, denied - _GENERAL, parts, around)) is not None
    ]
    return named[0] if len(named) == 1 else None


def _named(
    asked: frozenset[str], denied: frozenset[str], parts: Sequence[_Part], around: frozenset[str]
) -> Range | None:
    """The amount of the part that the question names in full, of the first where it names or denies no other."""
    first, others = parts[0], parts[1:]
    labels = [part.stems - first.stems - _GENERAL for part in others]
    known = first.stems | around
    if denied:
        excluded = [label for label in labels if label and (label <= denied or denied <= label)]
        is_general = len(excluded) == 1 and asked <= known and not any(label <= asked for label in labels)
        return first.amount if is_general and asked & first.stems else None
    fitting = [i for i, label in enumerate(labels) if label and label <= asked and asked - label <= known]
    if not fitting and all(labels) and asked <= known and asked & (first.stems - frozenset().union(*labels)):
        return first.amount
    if len(fitting) != 1 or not all(labels):
        return None
    part = others[fitting[0]]
    rest = asked - labels[fitting[0]]
    is_on_heading = not first.stems - _GENERAL  # "They last 90 days"
    return part.amount if not rest or is_on_heading or rest & (first.stems | part.stems) else None


def _sentences(passage: str) -> Iterator[Range]:
    """The slices of sentences, each with those behind it that go on with "For guests", "Those of the root"."""
    start = 0
    for mark in _SENTENCE_END.finditer(passage):
        if mark[0] in ".!?" and _SENTENCE_GOES_ON.match(passage, mark.end()):
            continue
        yield start, mark.end()
        start = mark.end()
    yield start, len(passage)


def _parts(passage: str, start: int, end: int) -> list[_Part]:
    """The parts of a sentence that have one amount each, if they are of one kind; else none."""
    edges = [start, *(mark.end() for mark in _PART_END.finditer(passage, start, end)), end]
    parts = [part for at, stop in pairwise(edges) if (part := _part(passage, at, stop))]
    kinds = {part.kind for part in parts} - {"none", "bare"}
    return parts if len(kinds) == 1 else []


def _part(passage: str, start: int, end: int) -> _Part | None:
    reason = _REASON.search(passage, start, end)
    amounts = list(_VALUE.finditer(passage, start, reason.start() if reason else end))
    if len(amounts) != 1:
        return None
    at, stop = amounts[0].span()
    words = f"{passage[start:at]} {passage[stop : reason.start() if reason else end]}"
    return _Part((at, stop), str(amounts[0].lastgroup), stems_with_verbs(words))
