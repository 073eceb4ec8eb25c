"""PDF: its text page by page, as PDFium extracts it, with what was filled into a form; offsets slice that text."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from math import sqrt
from typing import TYPE_CHECKING

from index.documents import Heading
from index.errors import DocumentError
from index.formats.base import (
    MAX_BYTES,
    MAX_DRAWN,
    MAX_SIDE,
    Format,
    Layout,
    Parsed,
    Pixels,
    WrongFormatError,
    too_much_text,
    topmost_title,
)
from index.formats.pdf_annotations import added_to
from index.formats.pdf_layout import in_reading_order
from index.formats.pdf_lines import lines_of
from index.formats.pdf_text import Page, Text, text_of
from index.known_slices import FURNITURE, as_metadata

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_DRAWN_AT = 300 / 72  # pixels a point: of which letters are best recognised
_FEW_CHARACTERS = 100  # of a page that may be a scanned one with a stamp or a number on it
_MOST_OF_IT = 0.5  # of a page, that the pictures on a scanned one cover
_MAX_OBJECTS = 1000  # of a page, that are looked at


def _parse(data: bytes, name: str) -> Parsed:
    with _opened(data, name) as pdf:
        return _parsed(pdf, name)


def _draw(data: bytes, name: str, page: int) -> Pixels:
    """A page as it is shown, upright and with what was filled into it."""
    with _opened(data, name) as pdf:
        if pdf.get_formtype():
            pdf.init_forms()
        width, height = pdf[page].get_size()
        scale = min(_DRAWN_AT, sqrt(MAX_DRAWN / max(width * height, 1)), MAX_SIDE / max(width, height, 1))
        bitmap = pdf[page].render(scale=scale, grayscale=True)
        rows, stride = memoryview(bitmap.buffer), bitmap.stride
        lines = (rows[row * stride : row * stride + bitmap.width] for row in range(bitmap.height))
        return Pixels(bitmap.width, bitmap.height, b"".join(lines))


@contextmanager
def _opened(data: bytes, name: str) -> "Iterator[PdfDocument]":
    """A PDF that is whole. What a damaged one has PDFium raise is DocumentError."""
    import pypdfium2

    if b"%PDF-" not in data[:1024]:
        raise WrongFormatError(f"{name} is not a PDF, whatever its name says")
    # PDFium would rebuild a file without its end and index what is left of it, silently
    if b"%%EOF" not in data[-2048:]:
        raise DocumentError(f"{name} is a PDF cut short (its end mark is missing): copy or download it again.")
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            yield pdf
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise DocumentError(f"{name} is encrypted: save it without a password first.") from error
        raise DocumentError(f"{name} is a damaged PDF ({error}): export it again.") from error


def _parsed(pdf: "PdfDocument", name: str) -> Parsed:
    pages = list(_pages(pdf, name))
    read = text_of(pages)
    scanned = tuple(number for number, page in enumerate(pages) if page.scanned)
    if not read.text.strip() and not scanned:
        raise DocumentError(f"{name} is a PDF whose pages are empty: bring one that shows something.")
    headings = (
        tuple(sorted(_outline(pdf, _without_furniture(read), read.pages), key=lambda heading: heading.start))
        or read.headings
    )
    title = pdf.get_metadata_dict(skip_empty=True).get("Title", "").strip()
    title = title or topmost_title(read.headings)
    return Parsed(read.text, title, read.pages, headings, as_metadata(read.known), scanned)


def _pages(pdf: "PdfDocument", name: str) -> Iterator[Page]:
    if pdf.get_formtype():
        pdf.init_forms()
    characters = 0
    for page in pdf:
        lines = in_reading_order(lines_of(page))
        length = sum(len(line.text) for line in lines)
        read = Page(lines, tuple(added_to(page, lines)), _is_scanned(page, length))
        page.close()
        characters += length + sum(map(len, read.added))
        if characters > MAX_BYTES:  # now, since the rest of its pages may take hours
            raise too_much_text(name)
        yield read


def _is_scanned(page: "PdfPage", length: int) -> bool:
    """Whether a page shows text, perhaps, of which PDFium knows none: pictures over most of it and few characters,

    or no characters but anything that is shown, such as letters that are drawn as lines.
    """
    from pypdfium2 import PdfiumError, raw

    if length >= _FEW_CHARACTERS:
        return False
    shown = list(islice(page.get_objects(max_depth=3), _MAX_OBJECTS))
    if not length:
        return bool(shown)
    width, height = page.get_size()
    covered = 0.0
    for each in shown:
        with suppress(PdfiumError):  # one that is nowhere
            if each.type == raw.FPDF_PAGEOBJ_IMAGE:
                left, bottom, right, top = each.get_bounds()
                covered += abs((right - left) * (top - bottom))
    return bool(covered > _MOST_OF_IT * width * height)


def _without_furniture(read: Text) -> str:
    return read.text[: next((each.start for each in read.known if each.kind == FURNITURE), None)]


def _outline(pdf: "PdfDocument", text: str, pages: tuple[int, ...]) -> Iterator[Heading]:
    """The outline's entries, each at the first line of its page that reads like it, else at the page's start."""
    floor = 0
    for bookmark in pdf.get_toc():
        title = " ".join((bookmark.get_title() or "").split())
        destination = bookmark.get_dest()
        page = destination.get_index() if destination else None
        if not title or page is None or page >= len(pages):
            continue
        end = pages[page + 1] if page + 1 < len(pages) else len(text)
        begin = max(pages[page], min(floor, end))
        line = re.compile(r"\s+".join(map(re.escape, title.split()))).search(text, begin, end)
        floor = line.end() if line else begin
        yield Heading(line.start() if line else begin, bookmark.level + 1, title)


PDF = Format(
    "PDF",
    "application/pdf",
    (".pdf",),
    _parse,
    libraries=("pypdfium2",),
    page_links=True,
    opens_in_browser=True,
    draw=_draw,
    layout=Layout.WRAPPED,
)
