"""PDF: its text page by page, as PDFium extracts it, with what was filled into a form; offsets slice that text."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.documents import Heading
from index.errors import DocumentError
from index.formats.base import MAX_BYTES, Format, Parsed, WrongFormatError, too_much_text, topmost_title
from index.formats.pdf_annotations import added_to
from index.formats.pdf_layout import in_reading_order
from index.formats.pdf_lines import lines_of
from index.formats.pdf_text import Page, text_of

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument


def _parse(data: bytes, name: str) -> Parsed:
    import pypdfium2

    if b"%PDF-" not in data[:1024]:
        raise WrongFormatError(f"{name} is not a PDF, whatever its name says")
    # PDFium would rebuild a file without its end and index what is left of it, silently
    if b"%%EOF" not in data[-2048:]:
        raise DocumentError(f"{name} is a PDF cut short (its end mark is missing): copy or download it again.")
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            return _parsed(pdf, name)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise DocumentError(f"{name} is encrypted: save it without a password first.") from error
        raise DocumentError(f"{name} is a damaged PDF ({error}): export it again.") from error


def _parsed(pdf: "PdfDocument", name: str) -> Parsed:
    read = text_of(list(_pages(pdf, name)))
    if not read.text.strip():
        raise DocumentError(f"{name} is a PDF without text, perhaps scanned: run it through OCR first.")
    headings = tuple(sorted(_outline(pdf, read.text, read.pages), key=lambda heading: heading.start)) or read.headings
    title = pdf.get_metadata_dict(skip_empty=True).get("Title", "").strip()
    return Parsed(read.text, title or topmost_title(read.headings), read.pages, headings)


def _pages(pdf: "PdfDocument", name: str) -> Iterator[Page]:
    if pdf.get_formtype():
        pdf.init_forms()
    characters = 0
    for page in pdf:
        read = Page(in_reading_order(lines_of(page)), tuple(added_to(page)))
        page.close()
        characters += sum(len(line.text) for line in read.lines) + sum(map(len, read.added))
        if characters > MAX_BYTES:  # now, since the rest of its pages may take hours
            raise too_much_text(name)
        yield read


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
)
