"""Goes through a site's pages, those of its sitemaps or by links, and tells what became of each.

What is indexed already is left to whoever asks (`Known`), and so is what is done with a page.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from pathspec import GitIgnoreSpec

from index.counting import many
from index.documents import Source, digest
from index.errors import DocumentError, MediaTypeError, SettingsError
from index.formats.html import HTML
from index.parsing.limits import Limits
from index.sources.web.addresses import Site, spelled
from index.sources.web.fetching import Fetcher, Response, UnreachableError
from index.sources.web.frontier import Frontier
from index.sources.web.pages import Page, conditions, links_of, page_of
from index.sources.web.robots import Robots
from index.sources.web.sitemaps import listed_pages

_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_GONE = (404, 410)
_MOST_FAILURES = 10  # pages in a row that can't be had, after which the site is taken to be down


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a crawl goes: at most `max_pages` pages, by links even if there is a sitemap, and not to `excluded`.

    `excluded` are patterns as in .gitignore, of paths below the site's.
    """

    max_pages: int = 1000
    by_links: bool = False
    excluded: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """What became of a page that was asked for.

    "read": `source` is its document; "same": it is as it was; "gone": it isn't there, or isn't to be indexed, any more;
    "failed": it can't be had or read now, for the `reason`.
    """

    address: str
    became: Literal["read", "same", "gone", "failed"]
    source: Source | None = None
    fingerprint: str | None = None
    reason: str | None = None


class Known(Protocol):
    """The pages that are indexed."""

    def addresses(self) -> Collection[str]:
        """Their addresses."""

    def fingerprint(self, address: str) -> str | None:
        """What tells whether a page has changed since it was indexed, None if nothing does."""

    def source(self, address: str) -> Source | None:
        """A page as it is indexed, None if it isn't any more."""


@dataclass(slots=True)
class Crawl:
    """One crawl. Afterwards `passed_over` counts addresses by what they are that aren't read.

    `stopped` says why it ended before its end, None if it didn't.
    """

    site: Site
    fetcher: Fetcher
    robots: Robots
    known: Known
    limits: Limits
    reach: Reach = field(default_factory=Reach)
    passed_over: Counter[str] = field(default_factory=Counter)
    stopped: str | None = None
    asked: int = 0
    frontier: Frontier = field(init=False)
    _follows: bool = False
    _failures: int = 0
    _copies: dict[str, list[tuple[str, int]]] = field(default_factory=dict)  # page → those that say they are it
    _itself: set[str] = field(default_factory=set)  # pages that are read as themselves, whatever they name
    _there: set[str] = field(default_factory=set)  # pages that are documents
    _texts: set[str] = field(default_factory=set)  # digests of theirs
    _excluded: GitIgnoreSpec = field(init=False)

    def __post_init__(self) -> None:
        """An empty frontier."""
        self.frontier = Frontier(self.passed_over)
        self._excluded = GitIgnoreSpec.from_lines(self.reach.excluded)

    def visits(self) -> Iterator[Visit]:
        """Ask for every page. Raises SettingsError if the start leads to another site, or isn't at a public address."""
        listed = [] if self.reach.by_links else listed_pages(self.site, self.robots, self.fetcher, self.limits)
        self._follows = not listed
        for address in (self.site.start, *listed):
            self.frontier.add(address)
        yield from self._all_that_wait()
        self._release_copies()
        yield from self._all_that_wait()
        # What is indexed, but neither listed nor linked any more, is asked for, since it may still be there
        self._follows = False
        for address in () if self.stopped else self.known.addresses():
            if not self.frontier.has_seen(address):
                self.frontier.add_anyway(address)
        yield from self._all_that_wait()

    def _all_that_wait(self) -> Iterator[Visit]:
        while self.frontier and not self.stopped:
            if self.asked >= self.reach.max_pages:
                more = f"{len(self.frontier)} more {'is' if len(self.frontier) == 1 else 'are'} known of"
                self.stopped = f"stopped at {many(self.asked, 'page')}, {more}: --max-pages takes more"
                return
            address, depth = self.frontier.next()
            if visit := self._visit(address, depth):
                self._there |= {address} if visit.became in ("read", "same") else set()
                yield visit
            if self._failures >= _MOST_FAILURES:
                self.stopped = f"stopped, since {self._failures} pages in a row couldn't be had: try again later"

    def _release_copies(self) -> None:
        """Put pages in line as themselves that named another one as what they are, which is none that can be read."""
        for named, copies in self._copies.items():
            for address, depth in () if named in self._there else copies:
                self._itself.add(address)
                self.frontier.add_anyway(address, depth)
        self._copies.clear()

    def _visit(self, address: str, depth: int) -> Visit | None:
        """What became of a page, None if there is nothing to tell."""
        if self._excluded.match_file(self.site.path_of(address)):
            return self._without(address, "excluded")
        if not self.robots.allows(address):
            return self._without(address, "disallowed by robots.txt")
        self.asked += 1
        asked = conditions(self.known.fingerprint(address))
        try:
            response = self.fetcher.get(address, asked)
            if response.status >= 500:
                raise UnreachableError(f"{address} can't be had (status {response.status}): try again later.")
            self._failures = 0
            return self._answered(address, response, depth)
        except MediaTypeError:
            kind = response.headers.get("content-type", "").partition(";")[0].strip()
            self.passed_over[f"of the type {kind}" if kind else "without a type"] += 1
            return None
        except DocumentError as error:
            self._failures += isinstance(error, UnreachableError)
            return Visit(address, "failed", reason=str(error))

    def _answered(self, address: str, response: Response, depth: int) -> Visit | None:
        if response.status == 304:
            return self._same(address, depth)
        if response.status == 200:
            return self._read(page_of(address, response, self.limits), depth)
        if response.status in _REDIRECTS:
            return self._redirected(address, response, depth)
        if response.status in _GONE:
            return self._without(address, f"not there (status {response.status})")
        raise DocumentError(f"{address} isn't given out (status {response.status}): a page that is public can be read.")

    def _same(self, address: str, depth: int) -> Visit:
        if source := self.known.source(address):
            self._texts.add(_text_digest(source))
            if self._follows and source.original is not None and source.document.media_type == HTML.media_type:
                self._follow(links_of(address, source.original, self.limits), depth)
        return Visit(address, "same")

    def _read(self, page: Page, depth: int) -> Visit | None:
        if self._is_copy(page):
            self._copies.setdefault(str(page.canonical), []).append((page.address, depth))
            self.frontier.add(str(page.canonical), depth)
            return self._without(page.address, "copies of others, as they say (rel=canonical)")
        source = None if page.noindex else page.source(self.limits)
        text = _text_digest(source) if source else ""
        if text in self._texts:
            self._there.add(page.address)
            # Nothing is followed from it, for so sites without an end are made: a page's links name a new session
            return self._without(page.address, "the same as others, word for word")
        if self._follows:
            self._follow(page.links, depth)
        if source is None:
            return self._without(page.address, "not to be indexed, as they say (noindex)")
        self._texts.add(text)
        return Visit(page.address, "read", source, page.fingerprint)

    def _is_copy(self, page: Page) -> bool:
        """Whether a page says that it is another one of the site.

        That all pages are the first one is a common mistake, and that two are each other a rarer one.
        """
        named = page.canonical
        if named is None or named == page.address or page.address in self._itself or not self.site.has(named):
            return False
        return named not in (self.site.start, self.site.name) and page.address not in self._copies

    def _redirected(self, address: str, response: Response, depth: int) -> Visit | None:
        target = spelled(response.headers.get("location", ""), address)
        if target is not None and self.site.has(target):
            self.frontier.add(target, depth)  # once, so that a circle ends
            if response.status in _PERMANENT:
                return self._without(address, "redirected to others")
            self.passed_over["redirected to others"] += 1
            return None
        if address == self.site.start:
            raise SettingsError(
                f"{address} leads to {target or 'nowhere'}, which is not below {self.site.name}: if that is meant, "
                "name it."
            )
        if address in self.known.addresses():
            raise DocumentError(f"{address} leads out of the site, to {target or 'nowhere'}: it stays as it was.")
        self.passed_over["redirected out of the site"] += 1
        return None

    def _without(self, address: str, why: str) -> Visit | None:
        """The page is none that is indexed; gone, if it was one."""
        self.passed_over[why] += 1
        return Visit(address, "gone") if address in self.known.addresses() else None

    def _follow(self, links: Sequence[str], depth: int) -> None:
        for link in links:
            if self.site.has(link):
                self.frontier.add(link, depth + 1)


def _text_digest(source: Source) -> str:
    return digest(source.document.text.encode(errors="surrogatepass"))
