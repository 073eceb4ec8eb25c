"""What a page or a sitemap links to: read like documents, in the process that parses, but never documents themselves.

The text of what is parsed here is a list of addresses, one a line, as they are written there.
"""

import gzip
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.formats.base import MAX_BYTES, Format, Parsed, decode
from index.formats.elements import root_of
from index.formats.html import declared_encoding

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_LINKS = 10_000  # of a page
_MOST_LOCATIONS = 50_000  # of a sitemap, as its protocol has it
_MOST_CHARS = 1000  # of an address; longer ones are passed over
_GZIP = b"\x1f\x8b"
_DIRECTIVE = re.compile(r"[\w-]+")


def _links(data: bytes, name: str) -> Parsed:
    """A page's links; `base`, `canonical`, `noindex` and `nofollow` are metadata, where the page says them."""
    page = root_of(decode(data, name, declared_encoding(data)).encode(), name)
    if page is None:
        return Parsed("")
    metadata: dict[str, str | bool] = {}
    for each in page.iter("base"):
        if each.get("href"):
            metadata.setdefault("base", _one_line(each.get("href")))
    for each in page.iter("link"):
        if each.get("href") and "canonical" in _words(each.get("rel")):
            metadata.setdefault("canonical", _one_line(each.get("href")))
    for each in page.iter("meta"):
        if (each.get("name") or "").strip().lower() in ("robots", "quoth"):
            said = _words(each.get("content"))
            metadata |= {word: True for word in ("noindex", "nofollow") if said & {word, "none"}}
    links = dict.fromkeys(_followed(page))
    return Parsed("\n".join(list(links)[:_MOST_LINKS]), metadata=metadata)


def _followed(page: "_Element") -> Iterator[str]:
    for each in page.iter("a", "area"):
        address = _one_line(each.get("href"))
        if address and not address.startswith("#") and "nofollow" not in _words(each.get("rel")):
            yield address


def _sitemap(data: bytes, name: str) -> Parsed:
    """A sitemap's addresses; the metadata `index` says that they are those of more sitemaps.

    It may be a list in plain text, and either may be packed with gzip.
    """
    from lxml import etree

    if data.startswith(_GZIP):
        data = _unpacked(data, name)
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return Parsed("\n".join(filter(None, map(_one_line, decode(data, name).splitlines()[:_MOST_LOCATIONS]))))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(f"{name} is no sitemap that can be read ({error}).") from error
    found = (_one_line(each.text) for each in root.iterfind("{*}*/{*}loc"))
    locations = list(dict.fromkeys(filter(None, found)))[:_MOST_LOCATIONS]
    return Parsed("\n".join(locations), metadata={"index": etree.QName(root).localname == "sitemapindex"})


def _unpacked(data: bytes, name: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            unpacked = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, ValueError) as error:
        raise DocumentError(f"{name} is no gzip file that can be unpacked ({error}).") from error
    if len(unpacked) > MAX_BYTES:
        raise DocumentError(f"{name} unfolds to more than {MAX_BYTES // 2**20} MiB, which is all that is taken.")
    return unpacked


def _one_line(address: str | None) -> str:
    """An address without white space around it, nor line ends in it; "" for one that is too long."""
    line = "".join((address or "").split("\n")).replace("\r", "").replace("\t", "").strip()
    return line if len(line) <= _MOST_CHARS and line.isprintable() else ""


def _words(value: str | None) -> set[str]:
    return set(_DIRECTIVE.findall((value or "").lower()))


LINKS = Format("HTML's links", "text/html; links", (), _links, libraries=("lxml.html",), sample=b"<a href=x>x</a>")
SITEMAP = Format(
    "sitemap",
    "application/xml; sitemap",
    (),
    _sitemap,
    libraries=("lxml.etree",),
    sample=gzip.compress(b"<urlset><url><loc>http://x.example/</loc></url></urlset>"),
)
