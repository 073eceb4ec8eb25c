"""Whether a version that is asked about is too old, or too new, for a rule: 2.9 is older than "2.10 or later".

A version is no decimal number: its parts are compared one after the other.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

_Parts = tuple[int, ...]

_CUE = re.compile(
    r"\b(?:versions?|releases?|firmwares?|kernels?|revisions?|builds?)\b|\bv\.?\s?(?=\d)|"
    r"(?<![\d.,])\d{1,4}(?:\.\d{1,4}){2}",
    re.IGNORECASE,
)
_LEAST = (
    r"at least|min(?:imum)?(?: of)?|from|since|after|(?:newer|later|higher|greater|more recent) than|above|over|"
    r"no(?:t)? (?:older|earlier|lower|less) than|as of|starting with"
)
_MOST = (
    r"up to|at most|until|till|before|prior to|below|under|(?:older|earlier|lower|less) than|not? (?:newer|later) than"
)
_LEAST_BEHIND = (
    r"\+|,? (?:or|and) (?:later|newer|higher|above|up|greater|upwards?|onwards?)\b| onwards?\b|"
    r" on(?=\s*(?:[.,;)]|$))"
)
_MOST_BEHIND = r",? (?:or|and) (?:earlier|older|lower|below)\b"
# What it says of a version isn't so of that version itself
_STRICT = re.compile(
    r"(?:newer|later|higher|greater|more recent|older|earlier|lower|less) than|above|over|below|under|"
    r"before|prior to|after",
    re.IGNORECASE,
)
_NAMED = r"(?:(?!\d)[\w-]{1,20} ){0,3}?v?\.?"
_UNITS = (
    r"[mck]?m|k?g|m?l|t|[kmgt]b|bar|volts?|watts?|euros?|pounds?|dollars?|minutes?|hours?|days?|weeks?|months?|years?|"
    r"people|percent|degrees?|times|users?|seats?|pm|am"
)
_VERSION = re.compile(
    rf"(?:\b(?:(?P<least>{_LEAST})|(?P<most>{_MOST})) {_NAMED})?"
    rf"(?<![\d.,:€$£])(?P<parts>\d{{1,4}}(?:\.\d{{1,4}}){{0,3}})(?![\d:%€$£°]|[.,]\d)(?![\s-]?(?:{_UNITS})\b)"
    rf"(?:(?P<least_behind>{_LEAST_BEHIND})|(?P<most_behind>{_MOST_BEHIND}))?",
    re.IGNORECASE,
)
_LONGEST_NAME = 24  # characters
_NAME_BEFORE = re.compile(r"([a-z][\w+#'’-]{0,20}?) ?v?\.?$", re.IGNORECASE)
_BEFORE_NUMBER = re.compile(r"\b((?!\d)[a-z][\w+#-]{1,20}) v?\.?(?=\d)", re.IGNORECASE)
_FUNCTION_WORDS = frozenset(
    """than to of from at or and least most until till before after over above under below since with on in for is are
    the a an up be within about around between by i'm i am not than only my his her""".split()  # noqa: SIM905
)
_CALLED = frozenset(("version", "release"))  # whatever it is a version of
_Relation = Literal["within", "beyond", "unclear"]


class _Version(NamedTuple):
    parts: _Parts
    side: Literal["most", "least"] | None
    strict: bool


def relation_to_version(question: str, clause: str) -> _Relation | None:
    """Where the version that is asked about lies, given those that the clause is on; None if either has none.

    It is "unclear" where several are, or where only the first parts of the two are known and equal.

    >>> relation_to_version("Does it run on Python 3.9?", "It needs Python 3.10 or later.")
    'beyond'
    """
    if not _on_versions(question, clause):
        return None
    limits = [version for version in _versions(clause) if version.side]
    asked = [version.parts for version in _versions(question)]
    if not asked or not limits:
        return None
    if len(asked) > 1 or len(limits) > 1:
        return "unclear"
    return _relation(asked[0], limits[0])


def _on_versions(question: str, clause: str) -> bool:
    """Whether the numbers of the two are versions: so they are called, or stand behind the same name."""
    if _CUE.search(question) or _CUE.search(clause):
        return True
    asked, said = (
        {name.lower() for name in _BEFORE_NUMBER.findall(text)} - _FUNCTION_WORDS - _CALLED
        for text in (question, clause)
    )
    return bool(asked & said)


def _versions(text: str) -> Iterator[_Version]:
    for found in _VERSION.finditer(text):
        least, most = found["least"] or found["least_behind"], found["most"] or found["most_behind"]
        strict = bool(_STRICT.fullmatch(found["least"] or found["most"] or ""))
        if "." not in found["parts"] and not found["least_behind"] and not _has_name(text, found.start("parts")):
            continue  # "up to 10 projects"
        parts = tuple(map(int, found["parts"].split(".")))
        yield _Version(parts, "least" if least else "most" if most else None, strict)


def _has_name(text: str, start: int) -> bool:
    """Whether a word stands before a number that it may be a version of: "PostgreSQL 13", not "up to 13"."""
    named = _NAME_BEFORE.search(text, max(0, start - _LONGEST_NAME), start)
    return named is not None and named[1].lower() not in _FUNCTION_WORDS


def _relation(asked: _Parts, limit: _Version) -> _Relation:
    shared = min(len(asked), len(limit.parts))
    if asked[:shared] != limit.parts[:shared]:
        is_newer = asked > limit.parts
        return "within" if is_newer == (limit.side == "least") else "beyond"
    if len(asked) < len(limit.parts) and any(limit.parts[shared:]):
        return "unclear"
    if len(asked) > len(limit.parts) and any(asked[shared:]) and limit.strict:
        return "unclear"
    return "beyond" if limit.strict else "within"
