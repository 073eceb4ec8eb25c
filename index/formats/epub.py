"""EPUB: the chapters in the order of the book's spine, all that they show; headings as the chapters have them.

ebooklib, the library for it, is under the AGPL.
"""

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from index.errors import DocumentError
from index.formats.base import Format, Parsed
from index.formats.blocks import Blocks
from index.formats.elements import root_of, write
from index.formats.packages import Package, dublin_core_title, encrypted

if TYPE_CHECKING:
    from lxml.etree import _Element

_KIND = "an EPUB book"
_OPF = "{http://www.idpf.org/2007/opf}"
_CHAPTERS = {"application/xhtml+xml", "text/html"}


def _parse(data: bytes, name: str) -> Parsed:
    package = Package(data, name, _KIND)
    if "META-INF/encryption.xml" in package.paths and b"obfuscation" not in package.read("META-INF/encryption.xml"):
        raise encrypted(name)
    container = package.xml("META-INF/container.xml")
    path = next((root.get("full-path", "") for root in container.iter("{*}rootfile")), "")
    book = package.xml(path)
    blocks = Blocks(name)
    for chapter in _chapters(book, posixpath.dirname(path)):
        page = root_of(package.read(chapter), name)
        if page is None:
            raise DocumentError(f"{name} has an empty chapter, {chapter}: export it again.")
        write(page, blocks)
    return blocks.parsed(_KIND, dublin_core_title(book))


def _chapters(book: "_Element", folder: str) -> Iterator[str]:
    """The paths of the spine's pages, but for those that are only the contents."""
    items = {item.get("id"): item for item in book.iter(f"{_OPF}item")}
    for reference in book.iter(f"{_OPF}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _CHAPTERS or "nav" in item.get("properties", "").split():
            continue
        yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))


EPUB = Format("EPUB", "application/epub+zip", (".epub",), _parse, libraries=("lxml.html",))
