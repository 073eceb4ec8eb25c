"""Keeps an index in step with a web site: its pages are indexed under their addresses, and those that are gone removed.

Each page is stored as soon as it is read, so that an interruption loses none. What is removed is what the server says
is gone, at the end and only if the site has any page left: a failure, a login page or a site that is down removes
nothing.
"""

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from index.counting import many
from index.documents import Source
from index.errors import DocumentError, NotFoundError
from index.indexing import Indexer, Outcome, Progress
from index.parsing.limits import DEFAULT_LIMITS, Limits
from index.sources.fingerprints import Fingerprints
from index.sources.folders import removed
from index.sources.web.addresses import Site
from index.sources.web.crawl import Crawl, Reach, Visit
from index.sources.web.fetching import Fetcher
from index.sources.web.robots import robots_of
from index.storage.base import Store
from index.storage.principals import SEES_ALL

_SAVE_EVERY = 50  # pages, after which fingerprints are saved


@dataclass(slots=True)
class _Indexed:
    """The pages of a site that are indexed, as the crawl asks for them."""

    store: Store
    collection: str
    fingerprints: Fingerprints
    digests: dict[str, str]
    version: int

    def addresses(self) -> Collection[str]:
        return self.digests.keys()

    def fingerprint(self, address: str) -> str | None:
        return self.fingerprints.of(address, self.digests.get(address))

    def source(self, address: str) -> Source | None:
        if address not in self.digests:
            return None
        with suppress(NotFoundError), self.store.view(SEES_ALL) as view:
            has_original = view.original_sha256(address, self.collection) is not None
            original = view.original(address, self.collection).data if has_original else None
            return Source(view.document(address, self.collection), original)
        return None  # another process has removed it meanwhile


@dataclass(slots=True)
class WebSync:
    """One run over one site; with `dry_run` pages are asked for, but nothing is changed.

    Once its outcomes are asked for, `crawl` knows what was passed over, and why it stopped early, if it did.
    """

    store: Store
    indexer: Indexer
    fetcher: Fetcher
    site: Site
    collection: str
    reach: Reach = field(default_factory=Reach)
    fingerprints: Fingerprints = field(default_factory=Fingerprints)
    limits: Limits = DEFAULT_LIMITS
    dry_run: bool = False
    prune_all: bool = False
    progress: Progress | None = None
    crawl: Crawl | None = None

    def outcomes(self) -> Iterator[Outcome]:
        """The outcome of each page, then "removed" for each document whose page is gone.

        Raises DocumentError if robots.txt can't be had, SettingsError if the site isn't at a public address or leads to
        another one, and NotFoundError, before anything is removed, if no page is left, unless `prune_all`.
        """
        known = self._indexed()
        robots = robots_of(self.site, self.fetcher)
        self.fetcher.wait_at_least(robots.pause)
        self.crawl = Crawl(self.site, self.fetcher, robots, known, self.limits, self.reach)
        became: dict[str, str] = {}
        try:
            for number, visit in enumerate(self.crawl.visits(), start=1):
                became[visit.address] = visit.became
                if visit.became != "gone":
                    yield self._outcome(visit, known)
                if self.progress:
                    self.progress(self.crawl.asked, self.crawl.asked + len(self.crawl.frontier))
                if number % _SAVE_EVERY == 0:
                    self._save()
        finally:
            self._save()
        gone = [address for address, state in became.items() if state == "gone"]
        if gone and not {"read", "same"} & set(became.values()) and not self.prune_all:
            raise NotFoundError(
                f"{self.site.name} has no page that can be read, and {many(len(gone), 'document')} of it would go. "
                "Nothing is removed: if they are to go, say so (--prune-all)."
            )
        for address in gone:
            version = None if self.dry_run else removed(self.store, address, self.collection)
            yield Outcome(address, "removed", version=version)

    def _indexed(self) -> _Indexed:
        with self.store.view(SEES_ALL) as view:
            below = view.digests(self.collection, self.site.name)
            digests = {address: sha256 for address, sha256 in below.items() if self.site.has(address)}
            return _Indexed(self.store, self.collection, self.fingerprints, digests, view.version)

    def _outcome(self, visit: Visit, known: _Indexed) -> Outcome:
        if visit.source is None:
            became = "unchanged" if visit.became == "same" else "refused"
            version = known.version if visit.became == "same" else None
            return Outcome(visit.address, became, version=version, reason=visit.reason)
        if self.dry_run:
            return self.indexer.preview_source(visit.source, self.collection)
        try:
            outcome = self.indexer.add_source(visit.source, self.collection)
        except DocumentError as error:
            return Outcome(visit.address, "refused", reason=str(error))
        if visit.fingerprint and outcome.summary:
            self.fingerprints.remember(visit.address, visit.fingerprint, outcome.summary.sha256)
        return outcome

    def _save(self) -> None:
        if not self.dry_run:
            self.fingerprints.save()
