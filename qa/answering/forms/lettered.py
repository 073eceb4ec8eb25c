"""Things told apart by one letter: what is said of room B is said of no room A, though "a" is a word as well."""

import re
from collections.abc import Sequence

from index.lines import Line
from qa.answering.forms.clauses import block_at, sentence_at
from qa.reading.stems import stem_of

Range = tuple[int, int]

_LETTERED = re.compile(
    r"\b(?P<noun>[^\W\d_]{3,20}) (?P<letters>[^\W\d_](?:(?:,| and| or|, and|/| &)\s?[^\W\d_](?![\w'’]))*)(?![\w'’])"
)
_LETTER = re.compile(r"\b[^\W\d_]\b")
_WORDS = frozenset("aiI")  # what stands behind a noun by itself and names nothing, unless others of its kind are named


def is_on_other_letter(question: str, clause: str) -> bool:
    """Whether a clause is on room B and the question on room A, as nothing but the letter tells."""
    asked, said = _named(question), _named(clause)
    said = {noun: letters for noun, letters in said.items() if letters - _WORDS}
    return any(not _lower(asked[noun]) & _lower(said[noun]) for noun in asked.keys() & said.keys())


def sentence_on_letter(question: str, text: str, lines: Sequence[Line], first: int, last: int) -> Range | None:
    """The sentence of the paragraph that is on the asked letter, if the one at `[first, last)` is on another."""
    if not is_on_other_letter(question, text[first:last]):
        return None
    floor, ceiling = block_at(text, lines, first, last)
    others = _named(text[first:last])
    asked = {noun: _lower(letters) for noun, letters in _named(question).items() if noun in others}
    place = floor
    while place < ceiling:
        start, end = sentence_at(text, lines, place, place + 1)
        said = _named(text[start:end])
        if any(asked[noun] & _lower(said[noun]) for noun in asked.keys() & said.keys()):
            return start, end
        place = max(end, place + 1)
        place += len(text[place:ceiling]) - len(text[place:ceiling].lstrip())
    return None


def _named(text: str) -> dict[str, frozenset[str]]:
    """Each noun's stem with the letters behind it: {"room": {"A", "b"}} of "Rooms A and b"."""
    named: dict[str, frozenset[str]] = {}
    for found in _LETTERED.finditer(text):
        noun = stem_of(found["noun"]).removesuffix("s")
        if noun:
            named[noun] = named.get(noun, frozenset()) | frozenset(_LETTER.findall(found["letters"]))
    return named


def _lower(letters: frozenset[str]) -> frozenset[str]:
    return frozenset(letter.lower() for letter in letters)
