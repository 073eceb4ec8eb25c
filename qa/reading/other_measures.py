"""Lengths that are no answer to how deep, wide, high or thick something is: the 23 km of a canal aren't its depth.

To a reader any length answers any of these questions.
"""

import re
from collections.abc import Iterator

Range = tuple[int, int]

_DIMENSIONS = {
    "deep": r"deep|depths?|draws|draught|draft|below|down|goes down|up to (?:my|your|the)",
    "wide": r"wide|widths?|broad|breadth|across|beam|span",
    "high": r"high|heights?|tall|above|rises|headroom",
    "thick": r"thick|thickness",
    "long": r"long|lengths?",
}
_ASKED = {
    "deep": re.compile(r"\bhow deep\b", re.IGNORECASE),
    "wide": re.compile(r"\bhow (?:wide|broad)\b", re.IGNORECASE),
    "high": re.compile(r"\bhow (?:high|tall)\b", re.IGNORECASE),
    "thick": re.compile(r"\bhow thick\b", re.IGNORECASE),
}
_UNIT = (
    r"(?:km|kilomet(?:re|er)s?|miles?|m|met(?:re|er)s?|cm|centimet(?:re|er)s?|mm|"
    r"millimet(?:re|er)s?|feet|foot|ft|yards?|inch(?:es)?)"
)
_LENGTH = re.compile(rf"(?<![\w.,])\d[\d.,]*(?:-|\s)?{_UNIT}\b", re.IGNORECASE)
_FAR = re.compile(r"(?:km|kilomet(?:re|er)s?|miles?)$", re.IGNORECASE)
# "25 m long", "23 metres in length"; "a depth of 3 m", "length: 3 m"
_BEHIND = {name: re.compile(rf"[\s-](?:in\s)?(?:{words})\b", re.IGNORECASE) for name, words in _DIMENSIONS.items()}
_BEFORE = {
    name: re.compile(rf"\b(?:{words})(?:\s(?:is|of|about|some|up to|only|at least|at most)|:){{0,3}}\s$", re.IGNORECASE)
    for name, words in _DIMENSIONS.items()
}
# What a thing's length alone is told by: "a canal of 23 km", "the walk, 300 metres, runs", "2 km of it remain"
_OF = re.compile(
    r"\b(?:canal|river|stream|path|walk|trail|road|street|track|route|line|tunnel|pool|basin|bridge|beach|"
    r"coast|hedge|cable|rope|pipe|ditch|dyke|dike|trench|moat|stretch|lane|runway|pier|quay|wall|fence)"
    r"\sof\s(?:about\s|some\s|over\s|nearly\s)?$",
    re.IGNORECASE,
)
_RUNS_ON = re.compile(
    r"(?:,|\s\w+)?(?:\s(?:remain|remains|run|runs|stretch|stretches|is left|are left|leads?|goes|to go|from))\b",
    re.IGNORECASE,
)
_RUNS = re.compile(
    r"\b(?:runs|ran|stretch(?:es|ed)?|extends?|leads|goes on|continues)(?:\sfor|\sover)?\s(?:about\s|some\s|over\s)?$",
    re.IGNORECASE,
)
_LOOKED_AT = 40


def of_other_measures(question: str, passage: str) -> list[Range]:
    """The slices of the passage's lengths that are said of another dimension than the one the question asks for.

    Where nothing tells which one is meant, as in "the fence must not be over 1.8 m", the length stays.
    """
    asked = [name for name, asks in _ASKED.items() if asks.search(question)]
    if len(asked) != 1:
        return []
    return list(_lengths_of_others(asked[0], passage))


def _lengths_of_others(asked: str, passage: str) -> Iterator[Range]:
    for length in _LENGTH.finditer(passage):
        before = passage[max(0, length.start() - _LOOKED_AT) : length.start()]
        behind = {name: found for name, words in _BEHIND.items() if (found := words.match(passage, length.end()))}
        told = {*behind, *(name for name, words in _BEFORE.items() if words.search(before))}
        if asked in told:
            continue
        is_length = _RUNS_ON.match(passage, length.end()) or _RUNS.search(before) or _OF.search(before)
        is_upright = asked in ("high", "thick") and not _FAR.search(length[0]) and _OF.search(before)
        if told or (is_length and not is_upright):
            yield length.start(), max([length.end(), *(found.end() for found in behind.values())])
