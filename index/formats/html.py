"""HTML: its main content, without menus and scripts, as trafilatura extracts it; offsets slice that text."""

import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING

from index.documents import Heading
from index.errors import DocumentError
from index.formats.base import Format, Parsed, decode, topmost_title

if TYPE_CHECKING:
    from lxml.etree import _Element

_DECLARED_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_TITLE_BEGIN = re.compile(r"<title(?:\s[^<>]*)?>", re.IGNORECASE)
_TITLE_END = re.compile(r"</title\s*>", re.IGNORECASE)


def _parse(data: bytes, name: str) -> Parsed:
    import trafilatura

    declared = _DECLARED_CHARSET.search(data[:4096])
    source = decode(data, name, declared[1].decode("ascii") if declared else None)
    extracted = trafilatura.bare_extraction(
        source, favor_recall=True, include_comments=False, include_tables=True, include_formatting=False
    )
    body = getattr(extracted, "body", None)
    text, headings = _text(body) if body is not None else (trafilatura.html2txt(source), ())
    if not text.strip():
        raise DocumentError(f"{name} is HTML without any text to index (scripts and menus don't count).")
    return Parsed(text, _title(source) or topmost_title(headings), headings=headings)


def _title(source: str) -> str | None:
    begin = _TITLE_BEGIN.search(source)
    end = _TITLE_END.search(source, begin.end()) if begin else None
    return " ".join(unescape(source[begin.end() : end.start()]).split()) if begin and end else None


def _text(body: "_Element") -> tuple[str, tuple[Heading, ...]]:
    """Blocks parted by blank lines, list items and table rows by line ends, cells by " | "."""
    parts: list[str] = []
    headings: list[Heading] = []
    length = 0
    for tag, level, block, gap in _blocks(body):
        separator = gap if parts else ""
        if tag == "head":
            headings.append(Heading(length + len(separator), level, " ".join(block.split())))
        parts += [separator, block]
        length += len(separator) + len(block)
    return "".join(parts), tuple(headings)


def _blocks(body: "_Element") -> Iterator[tuple[str, int, str, str]]:
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


# So little beside a list that trafilatura also asks justext, which reads the stop words of a hundred languages then
_SAMPLE = b"<title>Bees</title><h1>Bees</h1><p>Bees fly from flower to flower, as all know.<ul><li>One<li>Two</ul>"

HTML = Format(
    "HTML",
    "text/html",
    (".html", ".htm"),
    _parse,
    libraries=("trafilatura",),
    sample=_SAMPLE,
    breaks=re.compile(r"\n| \| "),  # a line's end, and the mark between two cells
)
