"""Word: paragraphs, headings, lists, tables, text boxes and notes, which mammoth reads from it as HTML."""

import io

from index.formats.base import Format, Parsed
from index.formats.blocks import Blocks
from index.formats.elements import words_of, write_html
from index.formats.packages import Package

_KIND = "a Word document"
# Besides mammoth's own
_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Caption'] => figcaption:fresh
p[style-name='Table Caption'] => figcaption:fresh
p[style-name='Image Caption'] => figcaption:fresh
p[style-name='Quote'] => blockquote:fresh
p[style-name='Intense Quote'] => blockquote:fresh
p[style-name='Quotations'] => blockquote:fresh
p[style-name='heading 7'] => h6:fresh
p[style-name='heading 8'] => h6:fresh
p[style-name='heading 9'] => h6:fresh
"""


def _parse(data: bytes, name: str) -> Parsed:
    import mammoth

    package = Package(data, name, _KIND)
    with package.reading():
        html = mammoth.convert_to_html(
            io.BytesIO(data), style_map=_STYLES, include_embedded_style_map=False, convert_image=lambda _: []
        ).value
    blocks = Blocks(name)
    root = write_html(html, blocks)
    titles = [] if root is None else root.xpath("//h1[@class='title']")
    return blocks.parsed(_KIND, words_of(titles[0]) if titles else package.core_title())


DOCX = Format(
    "Word",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    (".docx", ".docm", ".dotx"),
    _parse,
    also_declared=(
        "application/vnd.ms-word.document.macroenabled.12",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
    ),
    libraries=("mammoth", "xml.dom.expatbuilder", "lxml.html"),
)
