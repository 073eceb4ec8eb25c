"""Sentences on the opposite of what a question asks the amount or the time of: "the old boat" isn't "the new boat".

Asked "How much did the new boat cost?", a reader takes the price for which "the old boat was sold".
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from qa.reading.stems import stem_of

Range = tuple[int, int]

# Before one noun, two of the same row tell two kinds apart: the stems of each row
CONTRASTS = tuple(
    frozenset(map(stem_of, row.split()))
    for row in (
        "basic standard premium gold silver bronze platinum pro enterprise starter",
        "large small medium big tiny huge",
        "full-time part-time temporary permanent seasonal casual",
        "new existing former old",
        "annual yearly monthly weekly daily hourly",
        "electric diesel petrol hybrid",
        "private business commercial corporate",
        "domestic international foreign",
        "junior senior",
        "indoor outdoor",
        "upper lower front rear back",
        "left right",
        "red green blue yellow black white brown grey",
        "first second third fourth fifth",
        "male female",
        "raw cooked",
        "digital printed",
    )
)
_ORDINALS = frozenset(map(stem_of, "second third fourth fifth".split()))  # noqa: SIM905
# "The first costs £52, each further one £38"
_ON_THE_OTHERS = re.compile(
    r"\b(?:further|additional|each|every|next|another|others?|extra|more|following|subsequent|after that|rest)\b",
    re.IGNORECASE,
)
_ON_AMOUNT = re.compile(
    r"^\W*(?:(?:and|so|but) )?(?:how (?:much|many|long|often|old|far|big|large|high|heavy|tall|wide|deep|fast)|when|"
    r"what (?:did|does|do|will) .{1,80} (?:cost|weigh)|what (?:is|was) the (?:price|cost|fee|fare|weight|length|"
    r"height))\b",
    re.IGNORECASE,
)
# Then the one kind may tell of the other: "When did the new pump replace the old one?"
_ON_BOTH = re.compile(
    r"\b(?:than|replac\w*|succe\w*|instead|compar\w*|differ\w*|chang\w*|becom\w*|became|between|both|or|swap\w*)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?;](?=\s)|\n")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def of_contrasts(question: str, passage: str) -> list[Range]:
    """The slices of the passage's sentences on the opposite of what the question asks the amount or the time of.

    One that has the question's own kind as well is on both.
    """
    if not _ON_AMOUNT.search(question) or _ON_BOTH.search(question):
        return []
    asked = set(_kinds(question))
    return [
        (start, end)
        for start, end in (_sentences(passage) if asked else ())
        if any(_is_on_opposite(passage[start:end], *kind) for kind in asked)
    ]


def _is_on_opposite(sentence: str, row: int, kind: str, noun: str) -> bool:
    if kind in _ORDINALS and _ON_THE_OTHERS.search(sentence):
        return False
    opposites = [each for each in _kinds(sentence) if each[0] == row and each[2] == noun]
    return bool(opposites) and kind not in map(stem_of, _WORD.findall(sentence))


def _kinds(text: str) -> Iterator[tuple[int, str, str]]:
    """Each word that tells a kind, with the index of its row and the stem of the noun right behind it."""
    stems = [stem_of(word) for word in _WORD.findall(text)]
    for kind, noun in pairwise(stems):
        for row, kinds in enumerate(CONTRASTS):
            if kind in kinds and noun and noun not in kinds:
                yield row, kind, noun


def _sentences(passage: str) -> Iterator[Range]:
    start = 0
    for mark in _SENTENCE_END.finditer(passage):
        yield start, mark.end()
        start = mark.end()
    yield start, len(passage)
