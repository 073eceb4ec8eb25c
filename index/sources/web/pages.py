"""What a server answered → what became of the page: a document to index, or where it leads, or why there is none."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message

from index.documents import Source
from index.errors import DocumentError, MediaTypeError
from index.formats.addresses import LINKS
from index.formats.base import Parsed
from index.formats.html import HTML, as_browsers_read
from index.formats.registry import format_of
from index.loading import source_of
from index.parsing.limits import Limits
from index.parsing.parse import parse, parse_addresses
from index.sources.web.addresses import spelled
from index.sources.web.fetching import Response

_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_MOST_VALIDATOR_CHARS = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was got: its addresses, as they are written everywhere, and what it says of itself.

    `canonical` is the address that it names as its own, None if it names none.
    """

    address: str
    data: bytes
    media_type: str
    links: tuple[str, ...] = ()
    canonical: str | None = None
    noindex: bool = False
    fingerprint: str | None = field(default=None, compare=False)

    def source(self, limits: Limits) -> Source:
        """The page as a document, under its address. Raises DocumentError as `parse` does."""
        document = parse(self.data, self.address, self.media_type, uri=self.address, limits=limits)
        return source_of(document, self.data)


def page_of(address: str, response: Response, limits: Limits) -> Page:
    """The page in a response of status 200.

    Raises MediaTypeError for a format that isn't read, DocumentError for what can't be parsed.
    """
    declared = response.headers.get("content-type", "")
    file_format = format_of(address.partition("?")[0].removesuffix("/"), declared)
    media_type = file_format.media_type
    if file_format.is_picture:  # of a site, they show what its pages say
        raise MediaTypeError(f"{address} is a picture, and those of a site aren't read: bring the file.")
    said = response.headers.get("x-robots-tag", "").lower()
    noindex, nofollow = "noindex" in said or "none" in said, "nofollow" in said or "none" in said
    fingerprint = _fingerprint(response.headers)
    if media_type != HTML.media_type:
        return Page(address, response.body, media_type, noindex=noindex, fingerprint=fingerprint)
    data = _marked(response.body, declared)
    parsed = parse_addresses(data, address, LINKS, limits=limits) if data.strip() else Parsed("")
    canonical = parsed.metadata.get("canonical")
    return Page(
        address,
        data,
        media_type,
        () if nofollow or parsed.metadata.get("nofollow") else _resolved(address, parsed),
        spelled(str(canonical), address) if canonical else None,
        noindex or bool(parsed.metadata.get("noindex")),
        fingerprint,
    )


def links_of(address: str, data: bytes, limits: Limits) -> tuple[str, ...]:
    """The links of a page of HTML that was got earlier; none where they can't be read any more."""
    with suppress(DocumentError):
        parsed = parse_addresses(data, address, LINKS, limits=limits)
        return () if parsed.metadata.get("nofollow") else _resolved(address, parsed)
    return ()


def conditions(fingerprint: str | None) -> dict[str, str]:
    """The headers that ask for a page only if it isn't as it was when it had this fingerprint."""
    with suppress(ValueError, TypeError, AttributeError):
        kept = json.loads(fingerprint or "{}")
        named = {"If-None-Match": kept.get("etag"), "If-Modified-Since": kept.get("modified")}
        return {name: value for name, value in named.items() if isinstance(value, str)}
    return {}


def _fingerprint(headers: Mapping[str, str]) -> str | None:
    """What tells whether a page has changed: its ETag and when it was last modified; None if it has neither."""
    kept = {"etag": headers.get("etag"), "modified": headers.get("last-modified")}
    usable = {name: value for name, value in kept.items() if value and value.isascii() and value.isprintable()}
    return json.dumps(usable) if usable and len(str(usable)) <= _MOST_VALIDATOR_CHARS else None


def _resolved(address: str, parsed: Parsed) -> tuple[str, ...]:
    base = spelled(str(parsed.metadata.get("base", "")), address) or address
    return tuple(filter(None, (spelled(link, base) for link in parsed.text.splitlines())))


def _marked(data: bytes, declared: str) -> bytes:
    """HTML in UTF-8, with its mark, if the server names its encoding, which counts more than what the page says."""
    message = Message()
    message["Content-Type"] = declared
    charset = message.get_content_charset("")
    if not charset or data.startswith(_MARKS):
        return data
    encoding = as_browsers_read(charset)
    if encoding in ("utf-8", "utf8"):
        return data
    with suppress(LookupError, UnicodeDecodeError):
        return data.decode(encoding).encode("utf-8-sig")
    return data
