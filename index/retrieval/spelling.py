"""Mistyped words of a question, and how the documents or a dictionary spell them.

A word is taken for mistyped if neither the documents nor the dictionary have it, and one that they have is a single
edit away: a letter missing, too many, wrong, or exchanged with the next (Damerau 1964). Everything that may be meant as
it stands is left alone: names, codes, what is quoted, and short words.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from index.language.base import Language
from index.retrieval.query_words import TYPED

if TYPE_CHECKING:
    from spellchecker import SpellChecker

_MIN_CHARS = 5  # a shorter word has too many others one edit away: "wifi" and "wife"
_MIN_SHARE = 5e-7  # of all words that people write: a word as rare as this is hardly what was meant
# A word by itself, joined to no other by a mark
_WORD = re.compile(rf"(?<![\w'’@./-])[^\W\d_]{{{_MIN_CHARS},}}(?![\w'’@/-]|\.\w)")
_ANY_WORD = re.compile(r"[^\W\d_]+")
_AS_TYPED = str.maketrans(TYPED)
_QUOTED = re.compile(r"(\"[^\"]*\"|“[^“”]*”|«[^«»]*»)")


def suspects(question: str, language: Language) -> list[str]:
    """The question's words that may be mistyped, each once; none in a language without a dictionary."""
    if language.dictionary is None:
        return []
    text = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), question)
    first = _ANY_WORD.search(question)
    words = [
        match[0].lower()
        for match in _WORD.finditer(text)
        if match[0].islower() or (first and match.start() == first.start() and match[0].istitle())
    ]
    return [word for word in dict.fromkeys(words) if word not in language.stop_words]


def unknown(words: Sequence[str], language: Language, is_written: Callable[[str], bool]) -> list[str]:
    """Those of the words that neither the documents nor the dictionary have; `is_written` asks the documents."""
    return [word for word in words if not is_written(word) and not _is_in_dictionary(word, language)]


def spellings(words: Sequence[str], texts: Iterable[str], language: Language) -> dict[str, str]:
    """Mistyped word → the right one, for those of the `unknown` words that one is found for.

    `texts` are what may answer, whose words are preferred to the dictionary's. "certifcate" is "certificate", "sreen"
    is "screen" and not "green": the first letter is seldom wrong.
    """
    written = Counter(word.lower() for text in texts for word in _ANY_WORD.findall(text))
    typed = {_without_accents(word) for word in written}  # "Søren" is rightly asked for as "soren"
    meant = {word: _meant(word, written, language) for word in words if word not in typed}
    return {word: right for word, right in meant.items() if right}


def spelled(text: str, right: Mapping[str, str]) -> str:
    """`text` with the words that are keys of `right` replaced by their values, a capital kept."""
    if not right:
        return text

    def replaced(match: re.Match[str]) -> str:
        word = right.get(match[0].lower(), match[0])
        return word.capitalize() if match[0].istitle() else word

    # every second piece is quoted, and stays
    pieces = _QUOTED.split(text)
    return "".join(piece if i % 2 else _WORD.sub(replaced, piece) for i, piece in enumerate(pieces))


def _is_in_dictionary(word: str, language: Language) -> bool:
    """Whether the dictionary has a word, perhaps in another spelling: "modernise" is "modernize"."""
    dictionary = _dictionary(str(language.dictionary))
    return any(each in dictionary for each in (word, *(word.replace(*pair) for pair in language.variants)))


def _meant(word: str, written: Mapping[str, int], language: Language) -> str | None:
    """What `written` has most often of all that is one edit away, else the dictionary's commonest; None if none is."""
    dictionary = _dictionary(str(language.dictionary))
    near = sorted(each for each in dictionary.edit_distance_1(word) if each[:1] in word[:2] and len(each) > 1)
    if here := [each for each in near if each in written]:
        return max(here, key=lambda each: written[each])
    known = [each for each in near if dictionary.word_usage_frequency(each) >= _MIN_SHARE]
    return max(known, key=dictionary.word_usage_frequency, default=None)


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    letters = unicodedata.normalize("NFD", word.translate(_AS_TYPED))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@cache
def _dictionary(code: str) -> "SpellChecker":
    """Half a second and 40 MB: loaded for the first question that has an odd word which no document has."""
    from spellchecker import SpellChecker

    return SpellChecker(language=code, distance=1)
