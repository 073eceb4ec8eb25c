"""RTF: its text by striprtf, in which lists, tables and headings are known by what stands in their lines."""

import re
from html import unescape

from index.errors import DocumentError
from index.formats.base import Format, Parsed, WrongFormatError
from index.formats.blocks import Blocks

_KIND = "an RTF document"
_LEVEL = re.compile(r"\\outlinelevel([0-8])(?![0-9])")  # which a heading's paragraph has, and its style
_MARK = "\ue000"  # what is put where one begins: text, of a kind that no text has
_HEADING = re.compile(rf"\s*{_MARK}([0-8])(?:{_MARK}[0-8])*(.*)")
_BULLET = re.compile(r"([•·◦▪‣–o\uf0b7\uf0a7])\t\s*(\S.*)")
_NUMBERED = re.compile(r"(\d{1,6})[.)]\t\s*(\S.*)")
_INNER_BULLETS = {"◦": 1, "o": 1, "▪": 2, "\uf0a7": 2}
_TITLE = re.compile(r"\\info\s*\{\\title\s([^{}\\]{1,500})\}")
_MAX_HEAD = 20_000  # characters, in which the title is looked for


def _parse(data: bytes, name: str) -> Parsed:
    from striprtf.striprtf import rtf_to_text

    if not data.lstrip().startswith(b"{\\rtf"):
        raise WrongFormatError(f"{name} is not {_KIND}, whatever its name says")
    if not data.rstrip(b"\0 \r\n\t").endswith(b"}"):
        raise DocumentError(f"{name} is {_KIND} cut short (its last brace is missing): copy or download it again.")
    source = data.decode("cp1252", "replace")
    try:
        text = rtf_to_text(_LEVEL.sub(rf"\g<0> {_MARK}\1", source))
    except (UnicodeDecodeError, LookupError, ValueError, OverflowError) as error:
        raise DocumentError(f"{name} is {_KIND} with characters of no code page ({error}): save it anew.") from error
    blocks = Blocks(name)
    _write(text.splitlines(), blocks)
    title = _TITLE.search(source, 0, _MAX_HEAD)
    return blocks.parsed(_KIND, unescape(title[1]) if title else None)


def _write(lines: list[str], blocks: Blocks) -> None:
    rows: list[list[str]] = []
    for line in [*lines, ""]:
        if line.endswith("|"):
            rows.append(line.replace(_MARK, "").removesuffix("|").split("|"))
            continue
        blocks.table(rows)
        rows = []
        if heading := _HEADING.match(line):
            blocks.heading(heading[2], int(heading[1]) + 1)
        elif bullet := _BULLET.match(line.lstrip()):
            blocks.item(bullet[2], _INNER_BULLETS.get(bullet[1], 0))
        elif number := _NUMBERED.match(line.lstrip()):
            blocks.item(number[2], number=int(number[1]))
        else:
            blocks.paragraph(line)


RTF = Format("RTF", "application/rtf", (".rtf",), _parse, also_declared=("text/rtf",), libraries=("striprtf.striprtf",))
