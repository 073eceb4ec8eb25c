"""Addresses of pages in one spelling each, and which of them belong to a site."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

import httpx

from index.documents import MAX_ID_CHARS
from index.errors import SettingsError

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")  # characters that mean the same whether they are escaped or not (RFC 3986)
_NO_PATH = re.compile(r"^(https?://[^/?]+)(?=\?|$)")
_CONTROL = re.compile(r"[\t\r\n]")


def spelled(address: str, base: str | None = None) -> str | None:
    """An address as it is written everywhere in Quoth, without a fragment; None for what is no page's address.

    "HTTP://Site.Example:80/a/../%7Eb#c" is "http://site.example/~b". A relative one is resolved against `base`.
    """
    try:
        url = httpx.URL(_CONTROL.sub("", address.strip()))
        url = httpx.URL(base).join(url) if base else url
        url = url.copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError, UnicodeError):
        return None
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        return None
    text = _NO_PATH.sub(r"\1/", _ESCAPE.sub(_spelled_escape, str(url)))
    return text if len(text) <= MAX_ID_CHARS and text.isprintable() else None


def _spelled_escape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if _UNRESERVED.fullmatch(character) else match[0].upper()


@dataclass(frozen=True, slots=True)
class Site:
    """The pages of `origin` ("https://site.example") whose path is `path` or below it; `start` is the page named."""

    start: str
    origin: str
    path: str

    @property
    def name(self) -> str:
        """What all of its addresses begin with."""
        return f"{self.origin}{self.path}"

    def has(self, address: str) -> bool:
        """Whether the page belongs to the site."""
        if not address.startswith(f"{self.origin}/"):
            return False
        path = address[len(self.origin) :].partition("?")[0]
        return path == self.path or path.startswith(self.path if self.path.endswith("/") else f"{self.path}/")

    def path_of(self, address: str) -> str:
        """A page's path below the site's, with its query: "leave.html" of "https://site.example/handbook/leave.html"."""
        return address[len(self.name) :].lstrip("/")


def site_at(address: str) -> Site:
    """The site that an address names: what is below its path or, if that is a file's, beside it.

    "https://site.example/handbook/index.html" is the site of all pages below "/handbook/".
    Raises SettingsError for what is no address of a page.
    """
    start = spelled(address)
    if start is None:
        raise SettingsError(f"{address} is no address of a web site: write it as https://site.example/path/.")
    url = httpx.URL(start)
    origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
    path = start[len(origin) :].partition("?")[0]
    if "." in PurePosixPath(path).name:
        path = path[: path.rindex("/") + 1]
    return Site(start, origin, path)
