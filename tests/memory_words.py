"""Words as a store in memory finds them: folded, stemmed as Porter has it, and weighed by BM25.

Porter, "An algorithm for suffix stripping", Program 14(3), 1980, with the two changes that he made later.
Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
"""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

K1, B = 1.2, 0.75
_LEAST_IDF = 1e-6  # of a word that more than half of the chunks have

# (ending, what takes its place): the first that a word ends with is the only one that is tried
_STEP_2 = (
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("logi", "log"),
    ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"),
    ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"),
    ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
)  # fmt: skip
_STEP_3 = (
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
)  # fmt: skip
_STEP_4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "sion", "tion", "ou", "ism",
    "ate", "iti", "ous", "ive", "ize",
)  # fmt: skip

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Text:
    """A chunk's own words and those of its context, as they are searched."""

    own: tuple[str, ...]
    context: tuple[str, ...]

    def count(self, phrase: tuple[str, ...], context: float) -> float:
        """How often the words stand in it one after another, where a time in the context counts `context`."""
        return _times(phrase, self.own) + (context and context * _times(phrase, self.context))


def bm25(texts: Mapping[Key, Text], phrases: Sequence[tuple[str, ...]], context: float) -> dict[Key, float]:
    """Key → score of those texts that have any of the phrases, best first; equal ones in the order of `texts`."""
    scores: dict[Key, float] = {}
    average = sum(len(text.own) + len(text.context) for text in texts.values()) / max(1, len(texts))
    for phrase in phrases:
        times = {key: count for key, text in texts.items() if (count := text.count(phrase, context))}
        idf = math.log((len(texts) - len(times) + 0.5) / (len(times) + 0.5))
        for key, count in times.items():
            length = (len(texts[key].own) + len(texts[key].context)) / average
            weight = count * (K1 + 1) / (count + K1 * (1 - B + B * length))
            scores[key] = scores.get(key, 0.0) + (idf if idf > 0 else _LEAST_IDF) * weight
    return {key: scores[key] for key in sorted((key for key in texts if key in scores), key=lambda key: -scores[key])}


def words_of(text: str, stemmer: str | None) -> tuple[str, ...]:
    """The words of a text: runs of letters and digits, in lower case, without accents, stemmed."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    runs = groupby(plain, key=lambda c: unicodedata.category(c)[0] in "LN" or unicodedata.category(c) == "Co")
    words = ("".join(run) for is_word, run in runs if is_word)
    return tuple(stem(word) if stemmer == "porter" else word for word in words)


def stem(word: str) -> str:
    """Porter's stem: "ferries" and "ferry" → "ferri", "possibly" → "possibl"."""
    if not 3 <= len(word.encode()) < 64:
        return word
    word = _without_s(word)
    word = _without_ed_or_ing(word)
    if word.endswith("y") and "v" in _kinds(word[:-1]):
        word = word[:-1] + "i"
    word = _replaced(_replaced(word, _STEP_2), _STEP_3)
    word = _without_last_ending(word)
    if word.endswith("e") and (_measure(word[:-1]) > 1 or (_measure(word[:-1]) == 1 and not _short(word[:-1]))):
        word = word[:-1]
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word


def _times(phrase: tuple[str, ...], words: tuple[str, ...]) -> int:
    return sum(words[i : i + len(phrase)] == phrase for i in range(len(words) - len(phrase) + 1))


def _kinds(word: str) -> str:
    """Of each letter whether it is a vowel (v) or a consonant (c): y is a vowel after a consonant. "toy" → "cvc"."""
    kinds = ""
    for letter in word:
        kinds += "v" if letter in "aeiou" or (letter == "y" and kinds.endswith("c")) else "c"
    return kinds


def _measure(word: str) -> int:
    """How often a consonant follows a vowel: "tree" 0, "trouble" 1, "private" 2."""
    return _kinds(word).count("vc")


def _short(word: str) -> bool:
    """Whether it ends consonant, vowel, consonant, the last not w, x or y."""
    return _kinds(word).endswith("cvc") and word[-1] not in "wxy"


def _without_s(word: str) -> str:
    if word.endswith("sses") or (word.endswith("ies") and len(word) > 3):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _without_ed_or_ing(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    ending = next((ending for ending in ("ed", "ing") if word.endswith(ending)), "")
    if not ending or "v" not in _kinds(word.removesuffix(ending)):
        return word
    word = word.removesuffix(ending)
    if word.endswith(("at", "bl", "iz")):
        return word + "e"
    if word[-1:] == word[-2:-1] and _kinds(word)[-1] == "c" and word[-1] not in "lsz":
        return word[:-1]
    return word + "e" if _measure(word) == 1 and _short(word) else word


def _replaced(word: str, endings: Sequence[tuple[str, str]]) -> str:
    for ending, instead in endings:
        if word.endswith(ending):
            left = word.removesuffix(ending)
            return left + instead if _measure(left) > 0 else word
    return word


def _without_last_ending(word: str) -> str:
    for ending in _STEP_4:
        if word.endswith(ending):
            left = word.removesuffix(ending) + ending[0] * ending.endswith("ion")  # of "tion" the t stays
            return left if _measure(left) > 1 else word
    return word
