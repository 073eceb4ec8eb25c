"""`quoth sync`: options in, text out."""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from index.errors import BusyError, NotFoundError, SettingsError
from qa.cli.documents import passed_over, print_outcome, summed_up
from qa.cli.opening import collection_option, engine_of, place_of, progress_bar, readers_option
from qa.printing import say

if TYPE_CHECKING:
    from index.indexing import Indexer, Outcome
    from index.sources.fingerprints import Fingerprints
    from index.sources.folders import Folder
    from index.sources.web.addresses import Site
    from qa.assembly import Engine

_WEB = re.compile(r"https?://", re.IGNORECASE)


@dataclass(slots=True)
class _Run:
    """The options of one `quoth sync`; `notes` are what is to be said at its end."""

    collection: str
    readers: tuple[str, ...]
    name: str | None
    exclude: tuple[str, ...]
    dry_run: bool
    prune_all: bool
    again: bool
    max_pages: int
    rate: float
    max_page_mb: int
    links: bool
    allowed: tuple[str, ...]
    notes: list[str] = field(default_factory=list)

    def opened(self, sources: Sequence[str]) -> "list[Folder | Site]":
        """The folders and sites of these names. Raises SettingsError if two are one, or aren't what is named."""
        from index.sources.folders import folders_at

        if self.name is not None and (len(sources) > 1 or _WEB.match(sources[0])):
            raise SettingsError("--as names one folder: sync that one by itself.")
        folders = folders_at([Path(each) for each in sources if not _WEB.match(each)], self.name, self.exclude)
        sites = _sites([each for each in sources if _WEB.match(each)])
        for name, count in Counter(site.name for site in sites).items():
            if count > 1:
                raise SettingsError(f"Two sites are called {name!r}: name it once.")
        return [*folders, *sites]

    def outcomes(self, engine: "Engine", source: "Folder | Site") -> "Iterator[Outcome]":
        """What becomes of each document of one source."""
        from index.sources.fingerprints import Fingerprints, fingerprints_file
        from index.sources.folders import Folder
        from index.sources.recording import Recorder

        file = fingerprints_file(engine.settings.data, engine.store.url, self.collection, source.name, *self.readers)
        fingerprints = Fingerprints(file, read=not self.again)
        indexer = engine.indexer.for_readers(self.readers)
        if isinstance(source, Folder):
            outcomes = self._of_folder(engine, indexer, source, fingerprints)
            recorder = Recorder(engine.store, self.collection, source.name, "folder", source.path)
        else:
            outcomes = self._of_site(engine, indexer, source, fingerprints)
            recorder = Recorder(engine.store, self.collection, source.name, "site")
        return outcomes if self.dry_run else recorder.of(outcomes)

    def _of_folder(
        self, engine: "Engine", indexer: "Indexer", folder: "Folder", fingerprints: "Fingerprints"
    ) -> "Iterator[Outcome]":
        from index.sources.folders import sync

        with progress_bar() as progress:
            yield from sync(
                engine.store,
                indexer,
                folder,
                self.collection,
                fingerprints=fingerprints,
                dry_run=self.dry_run,
                prune_all=self.prune_all,
                progress=progress,
            )
        self.notes += passed_over((folder.path,), engine.indexer.limits, folder.excluded)

    def _of_site(
        self, engine: "Engine", indexer: "Indexer", site: "Site", fingerprints: "Fingerprints"
    ) -> "Iterator[Outcome]":
        from index.sources.web.crawl import Reach
        from index.sources.web.fetching import Fetcher
        from index.sources.web.network import network_of
        from index.sources.web.sync import WebSync

        networks = [network_of(each) for each in self.allowed]
        fetcher = Fetcher(rate=self.rate, max_bytes=self.max_page_mb * 2**20, allowed=networks)
        with closing(fetcher), progress_bar("page", "reading") as progress:
            run = WebSync(
                engine.store,
                indexer,
                fetcher,
                site,
                self.collection,
                Reach(self.max_pages, by_links=self.links, excluded=self.exclude),
                fingerprints,
                engine.settings.parse_limits,
                self.dry_run,
                self.prune_all,
                progress,
            )
            yield from run.outcomes()
        if run.crawl:
            reasons = run.crawl.passed_over.most_common()
            self.notes += [f"passed over {count} address{'es' * (count > 1)} {why}" for why, count in reasons]
            self.notes += [f"{site.name} was {run.crawl.stopped}"] if run.crawl.stopped else []


def _sites(addresses: Sequence[str]) -> "list[Site]":
    if not addresses:
        return []  # without the import of what only sites need
    from index.sources.web.addresses import site_at

    return [site_at(each) for each in addresses]


@click.command()
@click.argument("sources", nargs=-1, required=True)
@collection_option
@readers_option
@click.option("--as", "name", help="What the ids begin with, in place of the folder's name; for one folder.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help='Leave out, as .gitignore says it: "drafts/".')
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--prune-all", is_flag=True, help="Remove all documents of a source in which nothing is left.")
@click.option("--again", is_flag=True, help="Read again what hasn't changed since it was indexed, too.")
@click.option("--watch", is_flag=True, help="Then go on: bring in what changes in the folders, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a document.")
@click.option("--max-pages", type=click.IntRange(1), default=1000, help="Of a site: pages to ask for [default: 1000].")
@click.option("--rate", type=click.FloatRange(0.01, 1000), default=2, help="Of a site: requests a second [default: 2].")
@click.option("--max-page-mb", type=click.IntRange(1, 50), default=10, help="Of a site: MiB of a page [default: 10].")
@click.option("--links", is_flag=True, help="Of a site: follow its links, even if it has a sitemap.")
@click.option(
    "--allow-address",
    "allowed",
    multiple=True,
    metavar="ADDRESS",
    help="Of a site: connect to this private address or network, too, such as 10.0.0.0/8.",
)
@click.pass_obj
def sync(
    data: Path | None, /, sources: tuple[str, ...], collection: str, *, watch: bool, as_json: bool, **options: object
) -> None:
    """Bring the index in step with SOURCES, folders and web sites: index what is new, replace what has changed, remove
    what is gone.

    A document's id is the folder's name and the file's path in it, wherever the command is run; all documents whose
    ids begin so are taken to come from the folder.

    Of a site (https://site.example/handbook/) it is the page's address. Its pages are those of its sitemaps or, without
    one, those linked to each other, within the path that is named and as far as robots.txt allows.
    """
    run = _Run(collection=collection, **options)  # type: ignore[arg-type]  # click has checked them
    if watch and (run.dry_run or any(map(_WEB.match, sources))):
        raise SettingsError("--watch watches folders and changes the index: leave out sites and --dry-run.")
    opened = run.opened(sources)
    counts: Counter[str] = Counter()
    with engine_of(data, writing=True) as engine:
        for source in opened:
            counts += _shown(run.outcomes(engine, source), as_json=as_json)
        where = place_of(engine)
        for note in run.notes:
            say(note, err=True)
        if not as_json:
            say(f"{'would be: ' if run.dry_run else ''}{summed_up(counts)}  ({where})")
        if watch:
            _follow(run, engine, opened, as_json=as_json)
            return
    if counts["refused"]:
        sys.exit(1)


def _shown(outcomes: "Iterator[Outcome]", *, as_json: bool) -> Counter[str]:
    """Print each outcome; returns their number by status."""
    counts: Counter[str] = Counter()
    for outcome in outcomes:
        counts[outcome.status] += 1
        if as_json:
            named = {name: getattr(outcome, name) for name in ("id", "status", "chunks", "version", "reason")}
            say(json.dumps(named, ensure_ascii=False))
        else:
            print_outcome(outcome)
    return counts


def _follow(run: _Run, engine: "Engine", folders: "list[Folder | Site]", *, as_json: bool) -> None:
    """Bring in what changes, until Ctrl-C. A folder that is emptied or gone is reported, and waited for."""
    from index.sources.folders import Folder
    from qa.cli.watching import follow

    run.again = False
    stop = Event()

    def bring_in(folder: Folder) -> None:
        try:
            _shown(run.outcomes(engine, folder), as_json=as_json)
        except (NotFoundError, BusyError) as error:
            say(f"{folder.path} isn't in step: {error}", err=True)

    say("watching; Ctrl-C ends it", err=True)
    with suppress(KeyboardInterrupt):
        follow([each for each in folders if isinstance(each, Folder)], bring_in, stop)
