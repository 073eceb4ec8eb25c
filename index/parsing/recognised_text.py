"""The words that Tesseract recognised on a page → paragraphs and headings.

A heading is a line or two set larger than the rest. Tesseract tells no size of type, but how high each word is, which
depends on its letters: "quay" has no ascender, "Harbour" no descender.

    word      height   has         a capital's height
    The       12       ascender    12
    slipway   16       both        16 / 1.35 = 12
    closed    12       ascender    12
    is        8        neither     8 / 0.72 = 11
    Harbour   18       ascender    18: half as large again, so "Harbour notice" is a heading
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from index.documents import Heading
from index.formats.base import CONTROL

_LEAST_CONFIDENCE = 45  # percent, of a paragraph: what pictures of no text seem to say is below
_COLUMNS = 12  # of Tesseract's table
_DIVIDED = re.compile(r"(?<=[^\W\d_])-$")
_ASCENDERS, _DESCENDERS = re.compile(r"[A-Zbdfhkl\d]"), re.compile(r"[gjpqyQ]")
_LARGER = 1.25  # times the usual size
_LEVEL = 0.85  # a heading smaller than this share of the one above it in size is of the next level
_MOST_LINES, _MOST_CHARS, _MOST_LEVELS = 2, 200, 6  # of a heading
_LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, which line of which paragraph it stands in, how sure it is, in percent, and its height in pixels."""

    paragraph: tuple[str, ...]
    line: str
    confidence: float
    height: int
    text: str

    @property
    def size(self) -> float:
        """About the height of a capital in its type, in pixels."""
        up, down = _ASCENDERS.search(self.text), _DESCENDERS.search(self.text)
        return self.height / (1.35 if up and down else 1 if up or down else 0.72)


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page, and its headings as offsets in that."""

    text: str
    headings: tuple[Heading, ...] = ()


def words_of(tsv: str) -> Iterator[Word]:
    """The words in what `tesseract … tsv` prints; lines that are none are left out."""
    for line in tsv.splitlines()[1:]:
        cells = line.split("\t")
        if len(cells) == _COLUMNS and cells[0] == "5" and cells[11].strip():
            text = CONTROL.sub("\ufffd", " ".join(cells[11].split()))
            try:
                yield Word(tuple(cells[1:4]), cells[4], float(cells[10]), int(cells[9]), text)
            except ValueError:
                continue


def pages_of(words: dict[int, list[Word]]) -> dict[int, Page]:
    """The pages that show text, by their number, of the words on each."""
    paragraphs = {page: list(_paragraphs(on_page)) for page, on_page in words.items()}
    lines = [line for on_page in paragraphs.values() for paragraph in on_page for line in paragraph]
    usual = median([word.size for line in lines for word in line] or [0])
    sizes = sorted({_size(line) for line in lines if _is_large(line, usual)}, reverse=True)
    levels: dict[float, int] = {}
    for i, size in enumerate(sizes):
        above = levels[sizes[i - 1]] if i else 1
        levels[size] = above if not i or size > _LEVEL * sizes[i - 1] else min(above + 1, _MOST_LEVELS)
    return {page: _page(on_page, levels, usual) for page, on_page in paragraphs.items() if on_page}


def _paragraphs(words: Sequence[Word]) -> Iterator[list[list[Word]]]:
    """Each paragraph as its lines of words; without those that are no text."""
    for _, group in groupby(words, key=lambda word: word.paragraph):
        inside = list(group)
        sure = sum(word.confidence for word in inside) / len(inside) >= _LEAST_CONFIDENCE
        if sure and any(map(str.isalnum, "".join(word.text for word in inside))):
            yield [list(line) for _, line in groupby(inside, key=lambda word: word.line)]


def _page(paragraphs: list[list[list[Word]]], levels: dict[float, int], usual: float) -> Page:
    """Paragraphs and headings with a blank line between them, in lines as they stand on the page."""
    text, headings = "", []
    for paragraph in paragraphs:
        for large, group in groupby(paragraph, key=lambda line: _is_large(line, usual)):
            lines = list(group)
            words = _joined([_words(line) for line in lines])
            text += "\n\n" * bool(text)
            title = " ".join(words.split())
            if large and len(lines) <= _MOST_LINES and len(title) <= _MOST_CHARS and _LETTERS.search(title):
                headings.append(Heading(len(text), levels[_size(lines[0])], title))
                words = title
            text += words
    return Page(text, tuple(headings))


def _size(line: Sequence[Word]) -> float:
    return median(word.size for word in line)


def _is_large(line: Sequence[Word], usual: float) -> bool:
    return _size(line) > _LARGER * usual


def _words(line: Sequence[Word]) -> str:
    return " ".join(word.text for word in line)


def _joined(lines: list[str]) -> str:
    """Lines below each other; a word that is divided at a line's end is whole where it goes on with a small letter."""
    text = lines[0]
    for line in lines[1:]:
        divided = _DIVIDED.search(text) and line[0].islower()
        text = text[:-1] + line if divided else f"{text}\n{line}"
    return text
