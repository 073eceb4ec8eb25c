"""Bytes or a file → `Document`, one parser a format, each a well-kept library's.

Plain text and Markdown are indexed exactly as written, so their offsets slice the file itself (decoded from UTF-8).
HTML is reduced to its main content, PDF to its text page by page; their offsets slice that text. What can't be read
whole is refused by name: no parser here guesses an encoding or keeps the readable half of a broken file.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import TYPE_CHECKING

from index.documents import Document, Heading, Metadata, Source
from index.errors import DocumentError, MediaTypeError, NotFoundError, StorageError, TooLargeError

if TYPE_CHECKING:
    from lxml.etree import _Element
    from pypdfium2 import PdfDocument

MAX_BYTES = 50 * 2**20

MEDIA_TYPES = {
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".pdf": "application/pdf",
}
_TEXT_IS_THE_FILE = {"text/plain", "text/markdown"}
READABLE = "text (.txt), Markdown (.md), HTML (.html) and PDF (.pdf)"

_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_DECLARED_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HTML_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
# A plain text's title: a short first line with a blank one below it
_FIRST_LINE_ALONE = re.compile(r"\s*(\S.{0,99})\r?\n[ \t]*\r?\n")
_HYPHEN_AT_LINE_END = "\ufffe"  # PDFium's mark for it


_PDFIUM = Lock()  # it can't be used from two threads at once


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser finds: the text, the title if the format names one, and where pages and headings begin."""

    text: str
    title: str | None = None
    pages: tuple[int, ...] = ()
    headings: tuple[Heading, ...] = ()


def find_files(path: Path) -> list[Path]:
    """The readable files at `path`: itself, or all below a folder in sorted order, hidden ones left out.

    Raises NotFoundError where there is nothing by that name, MediaTypeError for a file in a format no parser reads.
    """
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix.lower() in MEDIA_TYPES and file.is_file())
        return [file for file in files if not any(part.startswith(".") for part in file.relative_to(path).parts)]
    if not path.exists():
        raise NotFoundError(f"There is no file or folder {path}: check the spelling.")
    media_type_of(path.name)
    return [path]


def media_type_of(name: str, declared: str | None = None) -> str:
    """The media type to parse by: the one `declared` if a parser reads it, else the one the name's ending stands for.

    Raises MediaTypeError where neither is readable.
    """
    wanted = (declared or "").split(";")[0].strip().lower()
    if wanted in MEDIA_TYPES.values():
        return wanted
    by_name = MEDIA_TYPES.get(PurePosixPath(name).suffix.lower())
    if by_name is None or wanted not in ("", "application/octet-stream", "text/x-markdown"):
        what = f"{name} ({wanted})" if wanted else name
        raise MediaTypeError(f"{what} is in a format that Quoth doesn't read: bring {READABLE}.")
    return by_name


def load(path: Path) -> Document:
    """The document of one file; raises as `load_source` does."""
    return load_source(path).document


def load_source(path: Path) -> Source:
    """Read and parse one file; its id is its path below the working directory, or else the whole path.

    Raises DocumentError (or a kind of it) for what can't be parsed, StorageError for what can't be opened.
    """
    document_id = id_of(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TooLargeError(_too_large(document_id, path.stat().st_size))
        data = path.read_bytes()
    except OSError as error:
        raise StorageError(f"{path} can't be read ({error.strerror}): check its permissions.") from error
    return source_of(parse(data, document_id, media_type_of(path.name)), data)


def source_of(document: Document, data: bytes) -> Source:
    """The document with the bytes it was parsed from, to be kept if its text isn't these bytes."""
    return Source(document, None if document.media_type in _TEXT_IS_THE_FILE else data)


def id_of(path: Path) -> str:
    """A file's document id: the same however the path is written, and different for different files."""
    whole = path.resolve()
    here = Path.cwd()
    return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix().lstrip("/")


def parse(
    data: bytes,
    document_id: str,
    media_type: str,
    *,
    title: str | None = None,
    uri: str | None = None,
    metadata: Metadata | None = None,
) -> Document:
    """Bytes in one of the four media types → Document. `title` and `uri` default to what the bytes and the id say.

    Raises DocumentError for bytes that are empty, binary, wrongly encoded, encrypted, cut short or without text,
    MediaTypeError for another media type, TooLargeError over MAX_BYTES.
    """
    if len(data) > MAX_BYTES:
        raise TooLargeError(_too_large(document_id, len(data)))
    if not data.strip():
        raise DocumentError(f"{document_id} is empty, so there is nothing to index.")
    if media_type not in _PARSERS:
        raise MediaTypeError(f"{document_id} ({media_type}) is in a format that Quoth doesn't read: bring {READABLE}.")
    parsed = _PARSERS[media_type](data, document_id)
    return Document(
        id=document_id,
        title=title or parsed.title or PurePosixPath(document_id).stem or document_id,
        text=parsed.text,
        uri=uri,
        media_type=media_type,
        metadata=metadata or {},
        pages=parsed.pages,
        headings=parsed.headings,
    )


def _too_large(name: str, size: int) -> str:
    return f"{name} has {size / 2**20:.0f} MiB; at most {MAX_BYTES // 2**20} MiB are taken: split it."


def _decode(data: bytes, name: str, encoding: str | None = None) -> str:
    encoding = next((e for mark, e in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), encoding) or "utf-8"
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        where = f" (byte {error.start})" if isinstance(error, UnicodeDecodeError) else ""
        cure = f"if it is text, save it as UTF-8, for example: iconv -f WINDOWS-1252 -t UTF-8 {name}"
        raise DocumentError(f"{name} can't be decoded as {encoding}{where}: {cure}") from error
    if control := _CONTROL.search(text):
        raise DocumentError(
            f"{name} is binary, not text (control character {control[0]!r} at {control.start()}): bring {READABLE}."
        )
    return text


def _parse_text(data: bytes, name: str) -> Parsed:
    text = _decode(data, name)
    alone = _FIRST_LINE_ALONE.match(text)
    return Parsed(text, alone[1].strip() if alone else None)


def _parse_markdown(data: bytes, name: str) -> Parsed:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.front_matter import front_matter_plugin

    text = _decode(data, name)
    # markdown-it counts lines as split at "\n" once "\r\n" and lone "\r" are made "\n"
    line_starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    tokens = MarkdownIt("commonmark").use(front_matter_plugin).parse(text)
    headings = tuple(
        Heading(line_starts[token.map[0]], int(token.tag[1]), _inline_text(tokens[i + 1].children or []))
        for i, token in enumerate(tokens)
        if token.type == "heading_open" and token.map
    )
    return Parsed(text, _title_among(headings), headings=tuple(h for h in headings if h.title))


def _inline_text(tokens: list) -> str:  # type: ignore[type-arg]  # markdown-it's Token, imported only in the function
    return " ".join("".join(token.content or " " * (token.type == "softbreak") for token in tokens).split())


def _title_among(headings: tuple[Heading, ...]) -> str | None:
    return next((heading.title for heading in headings if heading.level == 1 and heading.title), None)


def _parse_html(data: bytes, name: str) -> Parsed:
    import trafilatura

    declared = _DECLARED_CHARSET.search(data[:4096])
    source = _decode(data, name, declared[1].decode("ascii") if declared else None)
    extracted = trafilatura.bare_extraction(
        source, favor_recall=True, include_comments=False, include_tables=True, include_formatting=False
    )
    body = getattr(extracted, "body", None)
    text, headings = _html_text(body) if body is not None else (trafilatura.html2txt(source), ())
    if not text.strip():
        raise DocumentError(f"{name} is HTML without any text to index (scripts and menus don't count).")
    in_head = _HTML_TITLE.search(source)
    title = " ".join(unescape(in_head[1]).split()) if in_head else None
    return Parsed(text, title or _title_among(headings), headings=headings)


def _html_text(body: "_Element") -> tuple[str, tuple[Heading, ...]]:
    """Blocks parted by blank lines, list items and table rows by line ends, cells by " | "."""
    parts: list[str] = []
    headings: list[Heading] = []
    length = 0
    for tag, level, block, gap in _html_blocks(body):
        separator = gap if parts else ""
        if tag == "head":
            headings.append(Heading(length + len(separator), level, " ".join(block.split())))
        parts += [separator, block]
        length += len(separator) + len(block)
    return "".join(parts), tuple(headings)


def _html_blocks(body: "_Element") -> Iterator[tuple[str, int, str, str]]:
    """(tag, heading level, text, the gap before it) for each block of trafilatura's body, in order."""
    for element in body:
        if element.tag in ("list", "table"):
            for position, row in enumerate(element):
                cells = [_element_text(cell) for cell in row] if row.tag == "row" else [_element_text(row)]
                if line := " | ".join(cells).strip(" |"):
                    yield element.tag, 0, line, "\n" if position else "\n\n"
        elif block := _element_text(element):
            level = int(element.get("rend", "h2")[1:] or 2) if element.tag == "head" else 0
            yield str(element.tag), level, block, "\n\n"


def _element_text(element: "_Element") -> str:
    for line_break in element.iter("lb"):
        line_break.text = "\n"
    return "".join(element.itertext()).strip()


def _parse_pdf(data: bytes, name: str) -> Parsed:
    import pypdfium2

    if b"%PDF-" not in data[:1024]:
        raise DocumentError(f"{name} is not a PDF, whatever its name says: bring {READABLE}.")
    # PDFium would rebuild a file without its end and index what is left of it, silently
    if b"%%EOF" not in data[-2048:]:
        raise DocumentError(f"{name} is a PDF cut short (its end mark is missing): copy or download it again.")
    with _PDFIUM:
        try:
            pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise DocumentError(f"{name} is encrypted: save it without a password first.") from error
            raise DocumentError(f"{name} is a damaged PDF ({error}): export it again.") from error
        with pdf:
            return _pdf_text(pdf, name)


def _pdf_text(pdf: "PdfDocument", name: str) -> Parsed:
    pages: list[int] = []
    text = ""
    for page in pdf:
        textpage = page.get_textpage()
        content = textpage.get_text_bounded().replace("\r\n", "\n").replace(_HYPHEN_AT_LINE_END, "-")
        textpage.close()
        page.close()
        text += "\n\n" if text else ""
        pages.append(len(text))
        text += _CONTROL.sub("\ufffd", content).encode("utf-8", "replace").decode()
    if not text.strip():
        raise DocumentError(f"{name} is a PDF without text, perhaps scanned: run it through OCR first.")
    headings = tuple(sorted(_pdf_headings(pdf, text, pages), key=lambda heading: heading.start))
    title = pdf.get_metadata_dict(skip_empty=True).get("Title", "").strip()
    return Parsed(text, title or None, tuple(pages), headings)


def _pdf_headings(pdf: "PdfDocument", text: str, pages: list[int]) -> Iterator[Heading]:
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


_PARSERS: dict[str, Callable[[bytes, str], Parsed]] = {
    "text/plain": _parse_text,
    "text/markdown": _parse_markdown,
    "text/html": _parse_html,
    "application/pdf": _parse_pdf,
}
