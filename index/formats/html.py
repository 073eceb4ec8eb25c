"""HTML: what a page says, parsed as browsers do by lxml, without menus and scripts; offsets slice that text."""

import re
from html.parser import HTMLParser

from index.errors import DocumentError
from index.formats.base import Format, Parsed, decode, topmost_title
from index.formats.elements import root_of
from index.formats.html_text import LABEL_MARK, text_of
from index.known_slices import as_metadata

_HEAD_BYTES = 4096  # in which a page says its encoding
_PROLOG = re.compile(r"\s*<\?xml\s[^>]*\bencoding\s*=\s*[\"']([\w.:-]+)")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
# Read as browsers read them (WHATWG's Encoding Standard): pages that say so have Windows' quotation marks and dashes
_AS_WINDOWS = {
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii"), "windows-1252"),
    "iso-8859-9": "windows-1254", "tis-620": "cp874", "gb2312": "gbk", "shift_jis": "cp932",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
}  # fmt: skip


def _parse(data: bytes, name: str) -> Parsed:
    page = root_of(decode(data, name, declared_encoding(data)).encode(), name)
    text, headings, captions = ("", (), ()) if page is None else text_of(page)
    if page is None or not text.strip():
        raise DocumentError(f"{name} is HTML without any text to index (scripts and menus don't count).")
    title = " ".join(page.findtext("head/title", "").split())
    return Parsed(text, title or topmost_title(headings), headings=headings, metadata=as_metadata(captions))


def declared_encoding(data: bytes) -> str | None:
    """The encoding that the page says it has, as browsers understand it; None if it says nothing."""
    beginning = data[:_HEAD_BYTES].decode("latin-1")
    declared = _Declarations()
    declared.feed(beginning)
    prolog = _PROLOG.match(beginning)
    encoding = declared.charset or (prolog[1] if prolog else None)
    return encoding and as_browsers_read(encoding)


def as_browsers_read(encoding: str) -> str:
    """The encoding that browsers take for the one that a page or a server names."""
    return _AS_WINDOWS.get(encoding.lower(), encoding)


class _Declarations(HTMLParser):
    """Finds `<meta charset>`, and `<meta http-equiv="content-type">`: other elements may speak of a charset too."""

    charset: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """The first one that says it."""
        if tag != "meta" or self.charset:
            return
        said = {name: value or "" for name, value in attrs}
        if said.get("charset", "").strip():
            self.charset = said["charset"].strip()
        elif said.get("http-equiv", "").lower() == "content-type" and (
            match := _CHARSET.search(said.get("content", ""))
        ):
            self.charset = match[1]


HTML = Format(
    "HTML",
    "text/html",
    (".html", ".htm", ".xhtml", ".xht"),
    _parse,
    also_declared=("application/xhtml+xml",),
    libraries=("lxml.html",),
    sample=b"<title>Bees</title><h1>Bees</h1><table><tr><td>Queen<td>1</table>",
    # An item's mark, which browsers draw but don't have in their text, a line's end, and what parts two cells, or a
    # label from its value
    breaks=re.compile(rf"^ *(?:- |-?\d{{1,9}}\. |[a-z]{{1,12}}\) )|\n| \| |{LABEL_MARK}", re.MULTILINE | re.IGNORECASE),
)
