"""Plain text: taken exactly as written, so offsets slice the decoded file itself."""

import re

from index.formats.base import Format, Layout, Parsed, decode

# A title: a short first line with a blank one below it
_FIRST_LINE_ALONE = re.compile(r"\s*(\S.{0,99})\r?\n[ \t]*\r?\n")

_NO_TITLE_ENDS = (".", "!", ",", ";")
"""A line that ends so is a short paragraph ("The ferry sails at noon.") or a greeting ("Dear all,"). Were it the title,
it would be read above all of the text, and what it says would be taken for said of all."""


def _parse(data: bytes, name: str) -> Parsed:
    text = decode(data, name)
    alone = _FIRST_LINE_ALONE.match(text)
    line = alone[1].strip() if alone else ""
    return Parsed(text, None if not line or line.endswith(_NO_TITLE_ENDS) else line)


TEXT = Format("text", "text/plain", (".txt",), _parse, text_is_file=True, only_decodes=True, layout=Layout.WRAPPED)
