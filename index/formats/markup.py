"""Lightweight markup besides Markdown: taken exactly as written, so offsets slice the decoded file; headings by scan.

reStructuredText, AsciiDoc, Org and LaTeX mark a heading on its own line or the next, which is all that is needed of
them. docutils would also run directives, most of which only Sphinx knows.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from index.documents import Heading
from index.formats.base import Format, Layout, Parsed, decode, topmost_title

Scan = Callable[[str], Iterator[Heading]]

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_UNDERLINE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}[ \t\r\n]*")  # at least three of one mark
_ASCIIDOC_HEADING = re.compile(r"(={1,6})[ \t]+(\S.*)")
_ASCIIDOC_FENCE = re.compile(r"(-{4,}|\.{4,}|\+{4,}|/{4,}|`{3,})\s*$")  # around code and comments
_ORG_HEADING = re.compile(r"(\*{1,9})[ \t]+(?:(?:TODO|DONE|NEXT|WAITING)[ \t]+)?(\S.*)")
_ORG_TAGS = re.compile(r"(?<=[ \t]):[\w@#%:]{1,200}:$")
_ORG_TITLE = re.compile(r"#\+title:[ \t]*(\S.*)", re.IGNORECASE)
_LATEX_HEADING = re.compile(r"\s*\\(part|chapter|section|subsection|subsubsection|paragraph)\*?\{([^{}]{1,500})\}")
_LATEX_TITLE = re.compile(r"\\title\{([^{}]{1,500})\}")
_LATEX_LEVELS = {"part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5}


def _rst(text: str) -> Iterator[Heading]:
    """Lines with marks below, and maybe above, at least as long: levels in the order in which the marks come up."""
    levels: list[tuple[str, bool]] = []
    before = ""
    for (start, title), (_, below) in pairwise(_lines(text)):
        mark = _UNDERLINE.fullmatch(below)
        name = title.strip()
        if mark and name and not _UNDERLINE.fullmatch(title) and len(below.rstrip()) >= len(name):
            is_over = bool(_UNDERLINE.fullmatch(before)) and before[0] == mark[1]
            if is_over or (title[0] != " " and not before.strip()):
                style = (mark[1], is_over)
                if style not in levels:
                    levels.append(style)
                yield Heading(start, levels.index(style) + 1, name)
        before = title


def _asciidoc(text: str) -> Iterator[Heading]:
    fence = ""
    for start, line in _lines(text):
        if mark := _ASCIIDOC_FENCE.match(line):
            fence = "" if fence == mark[1] else fence or mark[1]
        elif not fence and (heading := _ASCIIDOC_HEADING.match(line)):
            yield Heading(start, len(heading[1]), heading[2].strip())


def _org(text: str) -> Iterator[Heading]:
    for start, line in _lines(text):
        if heading := _ORG_HEADING.match(line):
            yield Heading(start, len(heading[1]), _ORG_TAGS.sub("", heading[2].rstrip()).rstrip())


def _latex(text: str) -> Iterator[Heading]:
    for start, line in _lines(text):
        if heading := _LATEX_HEADING.match(line):
            yield Heading(start, _LATEX_LEVELS[heading[1]], heading[2].strip())


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return ((match.start(), match[0]) for match in _LINE.finditer(text))


def _parser(scan: Scan, title: re.Pattern[str] | None = None) -> Callable[[bytes, str], Parsed]:
    def parse(data: bytes, name: str) -> Parsed:
        text = decode(data, name)
        headings = tuple(scan(text))
        named = title.search(text) if title else None
        return Parsed(text, named[1].strip() if named else topmost_title(headings), headings=headings)

    return parse


RST = Format("reStructuredText", "text/x-rst", (".rst",), _parser(_rst), text_is_file=True, layout=Layout.WRAPPED)
ASCIIDOC = Format(
    "AsciiDoc",
    "text/asciidoc",
    (".adoc", ".asciidoc"),
    _parser(_asciidoc),
    text_is_file=True,
    layout=Layout.WRAPPED,
)
ORG = Format("Org", "text/org", (".org",), _parser(_org, _ORG_TITLE), text_is_file=True, layout=Layout.WRAPPED)
LATEX = Format(
    "LaTeX", "text/x-tex", (".tex",), _parser(_latex, _LATEX_TITLE), text_is_file=True, layout=Layout.VERBATIM
)
