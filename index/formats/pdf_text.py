"""Lines of a PDF's pages → its text, in which what goes on over a page's end goes on.

Running heads and feet stand in no sentence so: they are left out of their pages, and what they say comes once, at the
text's end.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.formats.base import CONTROL
from index.formats.pdf_furniture import furniture, said_once
from index.formats.pdf_lines import Line

_SENTENCE_END = re.compile(r"""[.!?:;…。！？]["'”’»)\]]*\s*$""")
_ITEM = re.compile(r"[-–•*▪◦‣·]\s|\(?(?:\d{1,3}|[a-zA-Z])[.)]\s")
_SAME_SIZE = 0.5  # points
_RAGGED = 0.1  # of a line's width


@dataclass(frozen=True, slots=True)
class Page:
    """A page's lines, and what was added to it: filled-in fields and notes, each on a line."""

    lines: tuple[Line, ...]
    added: tuple[str, ...] = ()


def text_of(pages: Sequence[Page]) -> tuple[str, tuple[int, ...]]:
    """The pages' text, and where each of them begins in it."""
    left_out = furniture([page.lines for page in pages])
    text = _Text()
    starts: list[int] = []
    before: list[Line] = []  # the lines of the page before, if nothing was added to it
    for page, out in zip(pages, left_out, strict=True):
        lines = [line for line in page.lines if line not in out]
        if lines:
            text.add(_between_pages(before, lines[0]) if before else text.gap())
        starts.append(text.length)
        for i, line in enumerate(lines):
            text.add(_joint(lines[i - 1], line) if i else "", line.text)
        if page.added:
            text.add(_end(lines or before), text.gap(), "\n".join(page.added))
        before = [] if page.added else lines or before
    text.add(_end(before))
    if once := said_once([page.lines for page in pages], left_out):
        text.add(text.gap(), "\n".join(once))
    return "".join(text.parts), tuple(starts)


@dataclass(slots=True)
class _Text:
    parts: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, *parts: str) -> None:
        for part in parts:
            kept = CONTROL.sub("\ufffd", part).encode("utf-8", "replace").decode()
            self.parts.append(kept)
            self.length += len(kept)

    def gap(self) -> str:
        return "\n\n" if self.length else ""


def _end(lines: list[Line]) -> str:
    """The hyphen of a last line after which nothing goes on."""
    return "-" if lines and lines[-1].divided else ""


def _joint(line: Line, after: Line) -> str:
    """What stands between two lines: nothing in "mem-bership", the hyphen in "Brandt-Krogh" and "LX-40"."""
    if not line.divided:
        return "\n"
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
    if _SENTENCE_END.search(last.text) or abs(last.size - first.size) > _SAME_SIZE:
        return False
    if first.text[0].islower():
        return True
    edge = max(line.right for line in before if line.left < last.right and line.right > last.left)  # of its column
    width = (last.right - last.left) / len(last.text)  # of a character
    next_word = width * (len(first.text.split()[0]) + 1)
    return not _ITEM.match(first.text) and last.right + next_word > edge - _RAGGED * (edge - last.left)
