"""Lines of a PDF's pages → its text, in which what goes on over a page's end goes on.

Running heads and feet stand in no sentence so: they are left out of their pages, and what they say comes once, at the
text's end, as page furniture. Where a PDF has nothing else, that is its text.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from index.documents import Heading
from index.formats.base import CONTROL
from index.formats.pdf_furniture import furniture, said_once
from index.formats.pdf_headings import heading_levels
from index.formats.pdf_lines import SENTENCE_END, Line
from index.known_slices import FORM_FIELD, FURNITURE, Known

_TENS = re.compile(r"\b(?:twen|thir|for|fif|six|seven|eigh|nine)ty$", re.IGNORECASE)
_ONES = re.compile(r"(?:one|two|three|four|five|six|seven|eight|nine|first|second|third|\w+th)\b", re.IGNORECASE)
_ITEM = re.compile(r"[-–•*▪◦‣·]\s|\(?(?:\d{1,3}|[a-zA-Z])[.)]\s")
_FIELD = re.compile(r"[^:]{1,200}: \S")
_SAME_SIZE = 0.5  # points
_FAR = 1.3  # times the usual pitch of lines
_RAGGED = 0.1  # of a line's width


@dataclass(frozen=True, slots=True)
class Page:
    """A page's lines, and what was added to it: filled-in fields and notes, each on a line.

    `scanned` is one that shows more than that, as a picture: nothing goes on over it.
    """

    lines: tuple[Line, ...]
    added: tuple[str, ...] = ()
    scanned: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A PDF's text, where its pages begin in it, the headings that stand out in it, and what is known of its slices."""

    text: str
    pages: tuple[int, ...]
    headings: tuple[Heading, ...]
    known: tuple[Known, ...] = ()


def text_of(pages: Sequence[Page]) -> Text:
    """The text of a PDF's pages."""
    left_out = furniture([page.lines for page in pages])
    bodies = [[line for line in page.lines if line not in out] for page, out in zip(pages, left_out, strict=True)]
    text = _Writer([line for body in bodies for line in body])
    for page, body in zip(pages, bodies, strict=True):
        text.page(body, page.added, scanned=page.scanned)
    text.end(said_once([page.lines for page in pages], left_out), is_all=not any(page.scanned for page in pages))
    return text.written()


class _Writer:
    """Writes pages one after the other."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._levels = heading_levels(lines)
        self._pitches = _usual_pitches(lines)
        self._number = 0  # of the next line
        self._before: list[Line] = []  # the lines of the page before, if nothing was added to it
        self._parts: list[str] = []
        self._length = 0
        self._pages: list[int] = []
        self._headings: list[tuple[int, int, int]] = []  # start, end, level
        self._known: list[Known] = []

    def page(self, lines: list[Line], added: Sequence[str], *, scanned: bool = False) -> None:
        """Lines, and what was added below them. The lines of a scanned page are no part of what goes on over pages."""
        if scanned:
            self._add(_end(self._before))
            self._before = []
        if lines:
            self._add(_between_pages(self._before, lines[0]) if self._before else self._gap())
        self._pages.append(self._length)
        for i, line in enumerate(lines):
            self._add(self._between(lines[i - 1], line) if i else "")
            self._line(line)
        if added:
            self._add(_end(lines or self._before), self._gap())
            self._add_below(added)
        if scanned:
            self._add("" if added else _end(lines))
        self._before = [] if added or scanned else lines or self._before

    def end(self, lines: Sequence[str], *, is_all: bool) -> None:
        """Page furniture, below all pages. If nothing was written and `is_all` that there will be, it's plain text."""
        self._add(_end(self._before))
        if lines:
            is_furniture = self._length > 0 or not is_all
            self._add(self._gap())
            start = self._length
            self._add("\n".join(lines))
            self._known += [Known(start, self._length, FURNITURE)] if is_furniture else []

    def written(self) -> Text:
        """All that was written."""
        text = "".join(self._parts)
        headings = (Heading(start, level, " ".join(text[start:end].split())) for start, end, level in self._headings)
        return Text(text, tuple(self._pages), tuple(headings), tuple(self._known))

    def _add_below(self, added: Sequence[str]) -> None:
        """Lines that were added to a page; neighbours that are fields are one slice."""
        for i, line in enumerate(added):
            self._add("\n" if i else "")
            start = self._length
            self._add(line)
            if not _FIELD.match(line):
                continue
            if self._known and self._known[-1].end == start - 1:
                start = self._known.pop().start
            self._known.append(Known(start, self._length, FORM_FIELD))

    def _line(self, line: Line) -> None:
        start = self._length
        self._add(line.text)
        level = self._levels.get(self._number)
        if level:
            self._headings.append((start, self._length, level))
        elif level == 0:  # the line before goes on
            self._headings[-1] = (self._headings[-1][0], self._length, self._headings[-1][2])
        self._number += 1

    def _between(self, line: Line, after: Line) -> str:
        """What stands between a line and the next one that is written: a blank line above and below a heading,

        and where there is more room than between the lines of a paragraph, unless a sentence goes on below a picture.
        """
        if line.divided or (after.text[0].islower() and not SENTENCE_END.search(line.text)):
            return _joint(line, after)
        if line.row and after.row:
            return "\n"
        level, before = self._levels.get(self._number), self._levels.get(self._number - 1)
        if level or (before is not None and level is None) or line.row or after.row:
            return "\n\n"
        far = _FAR * self._pitches.get(round(line.size), inf)
        return "\n\n" if line.bottom - after.bottom > far else "\n"

    def _add(self, *parts: str) -> None:
        for part in parts:
            kept = CONTROL.sub("\ufffd", part).encode("utf-8", "replace").decode()
            self._parts.append(kept)
            self._length += len(kept)

    def _gap(self) -> str:
        return "\n\n" if self._length else ""


def _usual_pitches(lines: Sequence[Line]) -> dict[int, float]:
    """Size of font → from one line's foot to the next one's, as it is most often, in points."""
    pitches: dict[int, Counter[float]] = defaultdict(Counter)
    for line, after in pairwise(lines):
        if abs(line.size - after.size) < _SAME_SIZE and line.bottom > after.bottom:
            pitches[round(line.size)][round(2 * (line.bottom - after.bottom)) / 2] += 1
    return {size: max(counts, key=lambda pitch: (counts[pitch], -pitch)) for size, counts in pitches.items()}


def _end(lines: list[Line]) -> str:
    """The hyphen of a last line after which nothing goes on."""
    return "-" if lines and lines[-1].divided else ""


def _joint(line: Line, after: Line) -> str:
    """What stands between two lines: nothing in "mem-bership", the hyphen in "Brandt-Krogh", "LX-40", "twenty-five"."""
    if not line.divided:
        return "\n"
    if _TENS.search(line.text) and _ONES.match(after.text):
        return "-"
    return "" if line.text[-1].isalpha() and after.text[0].isalpha() and after.text[0].islower() else "-"


def _between_pages(before: list[Line], first: Line) -> str:
    return _joint(before[-1], first) if before[-1].divided or _goes_on(before, first) else "\n\n"


def _goes_on(before: list[Line], first: Line) -> bool:
    """Whether a page's first line goes on with the sentence at the end of the page before.

    It does where that ends without a mark, and in the midst of what it says: a small letter follows, or there was no
    room for the next word:

        |The deputy harbour master is Ingrid   |        |Berths                                |
        -------------- page ends --------------        -------------- page ends ---------------
        |Solheim-Bakke. She can be reached by  |        |The fee for a week is forty crowns.   |
    """
    last = before[-1]
    if SENTENCE_END.search(last.text) or abs(last.size - first.size) > _SAME_SIZE:
        return False
    if first.text[0].islower():
        return True
    edge = max(line.right for line in before if line.left < last.right and line.right > last.left)  # of its column
    width = (last.right - last.left) / len(last.text)  # of a character
    next_word = width * (len(first.text.split()[0]) + 1)
    return not _ITEM.match(first.text) and last.right + next_word > edge - _RAGGED * (edge - last.left)
