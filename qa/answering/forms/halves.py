"""The half of a sentence that a plain question is about: "Towels may be hired, swimsuits may not." says two things."""

import re

from qa.answering.forms.polarity import denies
from qa.reading.stems import stems_of

_PARTED = re.compile(
    r";\s|,\s(?:but|while|whereas)\s(?!not\b|never\b|only\b|also\b|without\b|excluding\b)", re.IGNORECASE
)
_FEWEST_WORDS = 4  # of a half that says something by itself
_VERB = r"(?:are|is|were|was|may|can|must|do|does|will|need)"
_DENIAL = r"(?:\snot|n['’]t|\sno longer)"
# "…, swimsuits may not." and "…; scans are."
_ELLIPTIC = re.compile(
    rf"(?:[,;]|,?\s(?:but|while|whereas))\s(?P<subject>(?:[\w'’.-]{{1,20}}\s){{1,4}}?)(?P<verb>{_VERB}{_DENIAL}?)\W{{0,5}}$",
    re.IGNORECASE,
)
_PREDICATE = re.compile(rf"\b{_VERB}{_DENIAL}?\s|\b(?=need\b)", re.IGNORECASE)


def asked_half(question: str, clause: str) -> str:
    """The half of `clause` with words of the question that the other lacks, if one of them denies something; else all.

    A half that leaves out what the first says has it filled in.

    >>> asked_half("Can I hire a swimsuit?", "Towels may be hired, swimsuits may not.")
    'swimsuits may not be hired'
    """
    if elliptic := _ELLIPTIC.search(clause):
        return _of_elliptic(question, clause[: elliptic.start()], elliptic) or clause
    halves = _PARTED.split(clause)
    if len(halves) != 2 or denies(halves[0]) == denies(halves[1]):
        return clause
    of_first, of_second = _asked(question, *halves)
    half = halves[of_second]
    return half if of_first != of_second and len(half.split()) >= _FEWEST_WORDS else clause


def _of_elliptic(question: str, first: str, second: re.Match[str]) -> str | None:
    predicate = _PREDICATE.search(first)
    of_first, of_second = _asked(question, first, second["subject"])
    if not predicate or not (of_first or of_second) or denies(first) == denies(second["verb"]):
        return None
    return f"{second['subject']}{second['verb']} {first[predicate.end() :]}" if of_second else first


def _asked(question: str, first: str, second: str) -> tuple[bool, bool]:
    """Whether the question has words that only the first has, and whether any that only the second has."""
    asked, one, other = map(stems_of, (question, first, second))
    return bool(asked & one - other), bool(asked & other - one)
