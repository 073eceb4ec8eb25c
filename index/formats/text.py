"""Plain text: taken exactly as written, so offsets slice the decoded file itself."""

import re

from index.formats.base import Format, Layout, Parsed, decode

# A title: a short first line with a blank one below it
_FIRST_LINE_ALONE = re.compile(r"\s*(\S.{0,99})\r?\n[ \t]*\r?\n")


def _parse(data: bytes, name: str) -> Parsed:
    text = decode(data, name)
    alone = _FIRST_LINE_ALONE.match(text)
    return Parsed(text, alone[1].strip() if alone else None)


TEXT = Format("text", "text/plain", (".txt",), _parse, text_is_file=True, only_decodes=True, layout=Layout.WRAPPED)
