"""The stems of a text's content words, to tell whether two texts are about the same thing."""

import re
import unicodedata

from index.retrieval.query_words import TYPED

_STOP = frozenset(
    """a about all an and any are as at be been but by can could did do does for from get give had has have how i if in
    into is it its may me much must my no not of on one or our shall she should so that the their them there they this
    to us was we were what when where which who whom whose why will with would you your""".split()  # noqa: SIM905
)
_STEM_CHARS = 5
_TYPED = str.maketrans(TYPED)


def stems_of(text: str) -> frozenset[str]:
    """The first letters of each word that isn't a stop word: "What does the Eider weigh?" → {eider, weigh}.

    They are as they are typed where a keyboard has no others, and a name is one with what belongs to it: "Bøe", "Boe"
    and "Boe's" have one stem.
    """
    words = re.findall(r"[^\W_]+(?:['’](?!s\b)[^\W_]+)?", _typed(text.lower()))
    return frozenset(map(_stem, (word for word in words if word not in _STOP and word != "s")))


def share_of_stems(question: str, text: str) -> float:
    """The share of the question's stems that the text has, in [0, 1]; 0 for a question without any."""
    asked = stems_of(question)
    return len(asked & stems_of(text)) / len(asked) if asked else 0.0


def _stem(word: str) -> str:
    """Its first letters; all of a number or code, of which the last digits tell."""
    return word if any(map(str.isdigit, word)) else word.removesuffix("s")[:_STEM_CHARS]


def _typed(text: str) -> str:
    if text.isascii():
        return text
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return bare.translate(_TYPED)
