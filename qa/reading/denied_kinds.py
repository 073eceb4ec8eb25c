"""The people whom a question rules out, as in "non-members": a column or row of others is meant, not of theirs."""

import re
from collections.abc import Sequence

from qa.reading.stems import stems_of

_PEOPLE = r"(?:members?|residents?|students?|locals?|employees?|subscribers?|pensioners?)"
_DENIED = re.compile(
    rf"\bnon[ -]?(?P<non>{_PEOPLE})\b|"
    rf"\b(?:not|isn['’]t|aren['’]t|without being) (?:an? |one of the )?(?P<denied>{_PEOPLE})\b|"
    r"\bwithout (?:an? )?(?P<without>member)ship\b",
    re.IGNORECASE,
)
_DENIES = re.compile(r"\bnon[ -]?|\b(?:not|without)\b", re.IGNORECASE)
_OTHERS = stems_of("guest visitor public others other everybody everyone outsider standard full regular")


def denied_kinds(question: str) -> frozenset[str]:
    """The stems of the people ruled out: {membe} of "non-members" and of "I'm not a member"; empty for none."""
    return frozenset().union(*(stems_of(found[found.lastgroup or 0]) for found in _DENIED.finditer(question)))


def relation_to_denied(denied: frozenset[str], label: str) -> int:
    """Whether a column's head or a row's label is of the people ruled out, -1, of others, 1, or of neither, 0.

    For {membe}: "Member" -1, "Non-member" 1, "Guest" 1, "Price" 0.
    """
    stems = stems_of(label)
    if not denied:
        return 0
    if denied & stems or (_DENIES.search(label) and denied & stems_of(_DENIES.sub("", label))):
        return 1 if _DENIES.search(label) else -1
    return int(bool(stems & _OTHERS))


def row_of_others(question: str, labels: Sequence[str]) -> int | None:
    """The index of the only label of others, where one is of the people whom the question rules out; else None.

    "What do non-members pay?" names "Guests" beside "Members".
    """
    denied = denied_kinds(question)
    relations = [relation_to_denied(denied, label) for label in labels] if denied else []
    return relations.index(1) if relations.count(1) == 1 and -1 in relations else None
