"""Corrects mistyped words of a question, by the words of the documents or a dictionary.

A word is mistyped if neither the documents nor the dictionary have it, but have one that is a single edit away: a
letter missing, extra, wrong, or swapped with the next (Damerau 1964). Words that may be meant as they are stay: names,
codes, quotations and short words.
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

_MIN_CHARS = 5  # a shorter word has too many others one edit away, as "wifi" has "wife"
_MIN_SHARE = 5e-7  # share of all words in the language; a rarer word of the dictionary is hardly meant
# A word that no mark joins to another one
_WORD = re.compile(rf"(?<![\w'’@./-])[^\W\d_]{{{_MIN_CHARS},}}(?![\w'’@/-]|\.\w)")
_MAKES = "ei"  # "ebike", "iphone"
_NAMES = frozenset(("gmail",))  # what the dictionary lacks, a single letter away from another word
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
    """The words that neither the documents nor the dictionary have; `is_written` looks a word up in the documents."""
    return [word for word in words if not is_written(word) and not _is_in_dictionary(word, language)]


def corrections(words: Sequence[str], texts: Iterable[str], language: Language) -> dict[str, str]:
    """Mistyped word → the right one; `words` that have no correction are left out.

    `words` are `unknown` ones. Words of `texts`, the retrieved passages, are preferred to the dictionary's.
    "certifcate" → "certificate"; "sreen" → "screen" rather than "green", since the first letter is seldom wrong.
    """
    written = Counter(word.lower() for text in texts for word in _ANY_WORD.findall(text))
    typed = {_without_accents(word) for word in written}  # "soren" is right if a text has "Søren"
    best = {word: _correction(word, written, language) for word in words if word not in typed}
    return {word: right for word, right in best.items() if right}


def correct(text: str, corrections: Mapping[str, str]) -> str:
    """`text` with each key of `corrections` replaced by its value, except in quotations; a first capital is kept."""
    if not corrections:
        return text

    def replaced(match: re.Match[str]) -> str:
        word = corrections.get(match[0].lower(), match[0])
        return word.capitalize() if match[0].istitle() else word

    # every second piece is a quotation, and stays
    pieces = _QUOTED.split(text)
    return "".join(piece if i % 2 else _WORD.sub(replaced, piece) for i, piece in enumerate(pieces))


def _is_in_dictionary(word: str, language: Language) -> bool:
    """Whether the dictionary has a word or a variant of it, such as "modernize" for "modernise".

    A word that one letter makes of another, as "ebike" is made of "bike", is no mistyped one either.
    """
    dictionary = _dictionary(str(language.dictionary))
    is_made = word[0] in _MAKES and len(word) >= _MIN_CHARS and word[1:] in dictionary
    return (
        word in _NAMES
        or is_made
        or any(each in dictionary for each in (word, *(word.replace(*pair) for pair in language.variants)))
    )


def _correction(word: str, written: Mapping[str, int], language: Language) -> str | None:
    """The word one edit away that is most frequent in `written`, else in the language; None if there is none."""
    dictionary = _dictionary(str(language.dictionary))
    swapped = word[1::-1] + word[2:]
    near = sorted(each for each in dictionary.edit_distance_1(word) if each and (each[0] == word[0] or each == swapped))
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
    """The dictionary. It takes half a second and 40 MB, so it is loaded only for a word that no document has."""
    from spellchecker import SpellChecker

    return SpellChecker(language=code, distance=1)
