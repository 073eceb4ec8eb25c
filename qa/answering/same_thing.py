"""Whether two sentences are on two kinds of a thing that they tell apart in words: "a half plot" and "a full plot".

Names that tell things apart are known by `other_subjects.py`; these are common words.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from index.language.months import MONTH
from qa.reading.stems import stem_of, stems_of

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W_]+)*")
_COMPLEMENT = re.compile(
    rf"\b(?P<noun>[^\W\d_]{{1,40}})\s(?:to|of|for|in|on|at|with)\s(?:(?:the|an?|our|your|all)\s)?(?!{MONTH})"
    r"(?P<of>[^\W\d_]{1,40})",
    re.IGNORECASE,
)
_MANY_CHARS = 3
# They stand before a noun and tell no kind of it
_NO_KIND = stems_of(
    "new old former current present same other next last this that these those now also only again agreed decided "
    "usual total whole entire annual normal each every per single from since then than and both her "
    "his own through under over after before between during against along around behind beside near off out down until "
    "till upon within without more less"
)


def on_other_kind(asked: str, sentence: str) -> bool:
    """Whether a sentence is on another kind of what is `asked`, a question or the sentence of another answer.

    Of one noun they have other words right before it, or behind "to", "of" and the like: "trip to the mill" and "trip
    to the castle". A sentence that has the other's word as well is on both.
    """
    return _apart(_kinds(asked), _kinds(sentence), stems_of(asked), stems_of(sentence))


def _apart(
    here: dict[tuple[str, str], set[str]],
    there: dict[tuple[str, str], set[str]],
    words: frozenset[str],
    others: frozenset[str],
) -> bool:
    return any(
        key in there and not kinds & there[key] and not kinds & others and not there[key] & words
        for key, kinds in here.items()
    )


def _kinds(text: str) -> dict[tuple[str, str], set[str]]:
    """(Where, the stem of a noun) → the stems of the words before it, or behind it and "of"."""
    found: dict[tuple[str, str], set[str]] = {}
    for where, noun, kind in _pairs(text):
        noun, kind = stem_of(noun), stem_of(kind)
        if noun and kind and noun not in _NO_KIND and kind not in _NO_KIND:
            found.setdefault((where, noun), set()).add(kind)
    return found


def _pairs(text: str) -> Iterator[tuple[str, str, str]]:
    words = list(_WORD.finditer(text))
    for one, other in pairwise(words):
        if text[one.end() : other.start()] in (" ", "\n") and min(len(one[0]), len(other[0])) >= _MANY_CHARS:
            yield "before", other[0], one[0]
    for found in _COMPLEMENT.finditer(text):
        yield "behind", found["noun"], found["of"]
