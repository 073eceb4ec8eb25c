"""One parser a format, each a well-kept library's: bytes → text, title, pages and headings, or a refusal by name.

Plain text and Markdown are taken exactly as written, so their offsets slice the file itself (decoded from UTF-8). HTML
is reduced to its main content, PDF to its text page by page; their offsets slice that text. What can't be read whole is
refused: no parser here guesses an encoding or keeps the readable half of a broken file.

Nothing here bounds time or memory, or outlives a parser's crash: `parsing_process.py` does, for all but plain text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from importlib import import_module
from typing import TYPE_CHECKING

from index.documents import Heading
from index.errors import DocumentError, TooLargeError

if TYPE_CHECKING:
    from lxml.etree import _Element
    from pypdfium2 import PdfDocument

MAX_BYTES = 50 * 2**20  # of a file, and of the text that is found in it
READABLE = "text (.txt), Markdown (.md), HTML (.html) and PDF (.pdf)"

_MAX_TITLE_CHARS = 512
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DECLARED_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_TITLE_BEGIN = re.compile(r"<title(?:\s[^<>]*)?>", re.IGNORECASE)
_TITLE_END = re.compile(r"</title\s*>", re.IGNORECASE)
# A plain text's title: a short first line with a blank one below it
_FIRST_LINE_ALONE = re.compile(r"\s*(\S.{0,99})\r?\n[ \t]*\r?\n")
_HYPHEN_AT_LINE_END = "\ufffe"  # PDFium's mark for it


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser finds: the text, the title if the format names one, and where pages and headings begin."""

    text: str
    title: str | None = None
    pages: tuple[int, ...] = ()
    headings: tuple[Heading, ...] = ()


def parsed(data: bytes, name: str, media_type: str) -> Parsed:
    """Parse bytes in one of the PARSERS' media types; `name` is what errors call them.

    Raises DocumentError for bytes that are binary, wrongly encoded, encrypted, cut short or without text, TooLargeError
    for more than MAX_BYTES of text; and whatever a library makes of bytes that are meant to break it.
    """
    found = PARSERS[media_type](data, name)
    if len(found.text.encode(errors="surrogatepass")) > MAX_BYTES:
        raise TooLargeError(_too_much(name))
    headings = tuple(Heading(h.start, h.level, _fit_to_show(h.title)) for h in found.headings)
    return Parsed(found.text, _fit_to_show(found.title or "") or None, found.pages, headings)


def _fit_to_show(title: str) -> str:
    """A title on one line, without what no title has, and not so long that it buries the rest."""
    one_line = _UNPRINTABLE.sub("\ufffd", " ".join(title[: 4 * _MAX_TITLE_CHARS].split()))
    return one_line.encode(errors="replace").decode()[:_MAX_TITLE_CHARS].rstrip()


def load_libraries() -> None:
    """Import what the parsers use, so that the first document is parsed as fast as any."""
    for library in ("markdown_it", "mdit_py_plugins.front_matter", "pypdfium2", "trafilatura"):
        import_module(library)


def _too_much(name: str) -> str:
    return f"{name} unfolds to more than {MAX_BYTES // 2**20} MiB of text, which is all that is taken: split it."


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
    return Parsed(text, _html_title(source) or _title_among(headings), headings=headings)


def _html_title(source: str) -> str | None:
    begin = _TITLE_BEGIN.search(source)
    end = _TITLE_END.search(source, begin.end()) if begin else None
    return " ".join(unescape(source[begin.end() : end.start()]).split()) if begin and end else None


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
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            return _pdf_text(pdf, name)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise DocumentError(f"{name} is encrypted: save it without a password first.") from error
        raise DocumentError(f"{name} is a damaged PDF ({error}): export it again.") from error


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
        if len(text) > MAX_BYTES:  # told now, since the rest of its pages may take hours
            raise TooLargeError(_too_much(name))
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


PARSERS: dict[str, Callable[[bytes, str], Parsed]] = {
    "text/plain": _parse_text,
    "text/markdown": _parse_markdown,
    "text/html": _parse_html,
    "application/pdf": _parse_pdf,
}
