"""A PDF page's text as lines with their places on it, as PDFium draws them together.

Places are in points from the left and the lower edge of the page as it is shown, however the file turns it.
"""

import ctypes
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_LINE_END = re.compile("\r\n?|\n|([\x02\ufffe])")  # or a mark for a hyphen there, whose line break PDFium leaves out
_LAST_HYPHEN = re.compile(r"(?<=[^\W\d_])-$")  # the page's last character, of which PDFium doesn't know what follows
_BLANK = re.compile(" +")
_BOLD = re.compile(rb"bold|black|heavy|demi|medi$|bx\d", re.IGNORECASE)  # the last two are TeX's
SENTENCE_END = re.compile(r"""[.!?:;…。！？]["'”’»)\]]*\s*$""")  # of a line
_MOST_NAME = 128  # bytes of a font's name
_Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(frozen=True, slots=True)
class Gap:
    """A wide blank in a line: `text[start:end]`, from `left` to `right` on the page."""

    start: int
    end: int
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line's words and the box around them; `divided` says that a hyphen ends it, which isn't in the text.

    `size` is that of the font in points, in the middle of the line; `gaps` are the blanks wider than that. `bold` is a
    line whose first and last letters are. `row` is one that is a row of a table, with marks between its cells.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    divided: bool = False
    gaps: tuple[Gap, ...] = ()
    bold: bool = False
    row: bool = False


def lines_of(page: "PdfPage") -> tuple[Line, ...]:
    """The page's lines in the order in which they are drawn, without blank ones and those outside of the page."""
    textpage = page.get_textpage()
    try:
        return tuple(_lines(page, textpage))
    finally:
        textpage.close()


def _lines(page: "PdfPage", textpage: "PdfTextPage") -> Iterator[Line]:
    box_of = _boxes(page, textpage)
    width, height = page.get_size()
    characters = _characters(textpage)
    for start, end, divided in _spans(characters):
        written = characters[start:end].rstrip("\0 ")
        first = start + len(written) - len(written.lstrip("\0 "))
        last = start + len(written) - 1
        if first > last:
            continue
        left, bottom, right, top = box = _around(box_of(first), box_of(last))
        if right > 0 and left < width and top > 0 and bottom < height:
            text = characters[first : last + 1]
            size = _size(textpage, first + _middle(text))
            gaps = () if "\0" in text else tuple(_gaps(text, first, size, box_of))
            bold = _is_bold(textpage, first) and _is_bold(textpage, last)
            yield Line(text.replace("\0", ""), *box, size, divided, gaps, bold)


def _gaps(text: str, first: int, size: float, box_of: Callable[[int], _Box]) -> Iterator[Gap]:
    """The wide blanks of a line that begins at the page's character `first`."""
    for blank in _BLANK.finditer(text):
        left, right = box_of(first + blank.start() - 1)[2], box_of(first + blank.end())[0]
        if right - left > size:
            yield Gap(blank.start(), blank.end(), left, right)


def _middle(text: str) -> int:
    """The place of a character in the middle of a line; blanks that PDFium put there have no size."""
    middle = len(text) // 2
    return middle + len(text) - middle - len(text[middle:].lstrip("\0 "))


def _spans(characters: str) -> Iterator[tuple[int, int, bool]]:
    """Where each line begins and ends, and whether it ends at a hyphen."""
    start = 0
    for end in _LINE_END.finditer(characters):
        yield start, end.start(), end[1] is not None
        start = end.end()
    last = len(characters.rstrip("\0 "))
    at_hyphen = _LAST_HYPHEN.search(characters, start, last) is not None
    yield start, last - at_hyphen, at_hyphen


def _characters(textpage: "PdfTextPage") -> str:
    """One character for each of PDFium's, so that a place is its number there; NUL for one that has no character.

    The text that is asked for at once is the same where nothing is left out of it, and much faster.
    """
    from pypdfium2 import raw

    count = textpage.count_chars()
    text = textpage.get_text_bounded()
    return text if len(text) == count else "".join(chr(raw.FPDFText_GetUnicode(textpage, i)) for i in range(count))


def _boxes(page: "PdfPage", textpage: "PdfTextPage") -> Callable[[int], _Box]:
    """What gives the box of a character on the page as shown, which may be turned, clockwise."""
    page_left, page_bottom, page_right, page_top = page.get_bbox()
    turned = page.get_rotation()

    def box_of(i: int) -> _Box:
        left, bottom, right, top = textpage.get_charbox(i, loose=True)
        match turned:
            case 90:
                return bottom - page_bottom, page_right - right, top - page_bottom, page_right - left
            case 180:
                return page_right - right, page_top - top, page_right - left, page_top - bottom
            case 270:
                return page_top - top, left - page_left, page_top - bottom, right - page_left
        return left - page_left, bottom - page_bottom, right - page_left, top - page_bottom

    return box_of


def _around(*boxes: _Box) -> _Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _size(textpage: "PdfTextPage", i: int) -> float:
    """The size of a character's font, as its matrix scales it."""
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(textpage, i, matrix)
    size: float = raw.FPDFText_GetFontSize(textpage, i)
    return size * hypot(matrix.c, matrix.d)


def _is_bold(textpage: "PdfTextPage", i: int) -> bool:
    """Whether a character's font calls itself bold; how heavy it is, which PDFium tells too, few files say."""
    from pypdfium2 import raw

    name = ctypes.create_string_buffer(_MOST_NAME)
    raw.FPDFText_GetFontInfo(textpage, i, name, _MOST_NAME, ctypes.c_int())
    return _BOLD.search(name.value) is not None
