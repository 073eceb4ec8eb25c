"""Whether a sentence on those who don't need a thing is on the asker: the one beside it may be on those who do.

"Probes used for food must be calibrated. Probes used for rooms need no calibration." says no to whoever has one for
rooms, and yes to whoever has one for food.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.lines import Line
from qa.answering.forms.clauses import block_at, sentence_at
from qa.answering.forms.polarity import asks_need, denies
from qa.reading.stems import stems_of, stems_with_verbs

Range = tuple[int, int]

_NEEDS_NOT = re.compile(
    r"\b(?:needs?|requires?|takes?) (?:no\b|none\b)|(?:n['’]t|\bnot|\bnever) (?:need|require|have to)\b|"
    r"\bneed(?:n['’]t| not)\b|"
    r"\b(?:no need|(?:not|n['’]t) (?:required|necessary|compulsory|needed|obligatory|mandatory))\b",
    re.IGNORECASE,
)
_NEEDS = re.compile(
    r"\b(?:must|needs?|requires?|ha(?:s|ve) to|"
    r"(?:is|are) (?:required|needed|necessary|compulsory|mandatory|obligatory)|shall|only with|only against)\b",
    re.IGNORECASE,
)
_ON_ALL = re.compile(r"\W*(?:you|we|i|it|there|please|no need)\b", re.IGNORECASE)  # it sets no kind apart
_PRONOUN = re.compile(r"\b(?:one|none|it|them|this|that|so)\b", re.IGNORECASE)
_GENERAL = stems_of("need needs require requires required needed necessary must have")


class Beside(NamedTuple):
    """What stands beside a sentence on those who don't need a thing: the one on those who do, if it is that one."""

    is_asked: bool
    start: int
    end: int


def need_beside(question: str, text: str, lines: Sequence[Line], first: int, last: int) -> Beside | None:
    """The sentence before or behind the one at `[first, last)` that says who needs what others don't.

    None if there is none, or if the one at `[first, last)` has more of what the question says of itself. `is_asked` if
    the one beside has more of it; if neither has, nothing is said of the asker.
    """
    clause = text[first:last]
    needs_not = _NEEDS_NOT.search(clause)
    if not needs_not or _ON_ALL.match(clause) or not asks_need(question) or denies(question):
        return None
    asked, own = stems_with_verbs(question) - _GENERAL, stems_with_verbs(clause)
    for start, end in _beside(text, lines, first, last):
        beside = text[start:end]
        needs = _NEEDS.search(beside)
        if not needs or denies(beside):
            continue
        rest = stems_with_verbs(beside[needs.start() :])
        if not _have_common(rest, stems_with_verbs(clause[needs_not.start() :]) - _GENERAL | asked):
            continue  # on the need of something else
        named = stems_with_verbs(beside[: needs.start()]) | (frozenset() if _PRONOUN.search(clause) else rest)
        more, fewer = len(asked & named - own), len(asked & own - named - rest)
        if fewer > more:
            return None
        return Beside(more > fewer, start, end)
    return None


def _have_common(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether a stem of the one begins with one of the other: "scan" and "scann" of "scanned"."""
    return any(one.startswith(other) or other.startswith(one) for one in some for other in others)


def _beside(text: str, lines: Sequence[Line], first: int, last: int) -> Iterator[Range]:
    floor, ceiling = block_at(text, lines, first, last)
    before = floor + len(text[floor:first].rstrip())
    behind = last + len(text[last:ceiling]) - len(text[last:ceiling].lstrip())
    if before > floor:
        yield sentence_at(text, lines, before - 1, before)
    if behind < ceiling:
        yield sentence_at(text, lines, behind, behind + 1)
