"""Keeps the index in step with folders while a server uses it: `quoth serve FOLDER --watch`."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context  # who acts, for the audit log
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from index.counting import many
from index.errors import QuothError
from qa.cli.documents import passed_over, print_outcome, summed_up
from qa.cli.opening import place_of, progress_bar
from qa.printing import say

if TYPE_CHECKING:
    from index.indexing import Outcome, Progress
    from index.sources.folders import Folder
    from qa.assembly import Engine

log = logging.getLogger(__name__)


def follow(folders: "Sequence[Folder]", bring_in: "Callable[[Folder], None]", stop: Event) -> None:
    """Call `bring_in` with a folder once, and after each burst of changes in it, one at a time, until `stop` is set.

    Raises OSError where a folder can't be watched, once the others aren't any more.
    """
    from index.sources.watching import changes_in

    one_at_a_time, troubles = Lock(), []

    def watch(folder: "Folder") -> None:
        try:
            for _ in changes_in(folder.path.absolute(), stop):
                with one_at_a_time:
                    bring_in(folder)
        except BaseException as error:  # noqa: BLE001  # raised in the thread that waits
            troubles.append(error)
            stop.set()

    threads = [Thread(target=copy_context().run, args=(watch, folder)) for folder in folders]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    if troubles:
        raise troubles[0]


class WatchedFolders:
    """Folders whose documents are kept in step. Raises as `folder_at` does, and SettingsError for two of one name."""

    def __init__(self, engine: "Engine", paths: Sequence[Path], collection: str, readers: tuple[str, ...] = ()) -> None:
        from index.sources.folders import folders_at

        self._engine = engine
        self._folders = folders_at(paths)
        self._collection = collection
        self._readers = readers
        self._one_at_a_time = Lock()

    def sync(self) -> None:
        """Bring the index in step now, with a progress bar, and print the outcome of each document."""
        counts: Counter[str] = Counter()
        with progress_bar() as progress:
            for folder in self._folders:
                for outcome in self._outcomes(folder, progress):
                    counts[outcome.status] += 1
                    print_outcome(outcome)
        for line in passed_over([folder.path for folder in self._folders], self._engine.indexer.limits):
            say(line, err=True)
        say(f"{summed_up(counts)}  ({place_of(self._engine)})")

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Inside, whatever changes in the folders is brought into the index, a burst of changes at once."""
        stop = Event()
        threads = [Thread(target=copy_context().run, args=(self._watch, folder, stop)) for folder in self._folders]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _watch(self, folder: "Folder", stop: Event) -> None:
        from index.sources.watching import changes_in

        try:
            for _ in changes_in(folder.path.absolute(), stop):
                with self._one_at_a_time:
                    self._bring_in(folder, stop)
        except OSError as error:
            log.error(
                "The folder %s can't be watched (%s): raise fs.inotify.max_user_watches, or set "
                "WATCHFILES_FORCE_POLLING=1, and start anew.",
                folder.name,
                error.strerror or error,
            )

    def _bring_in(self, folder: "Folder", stop: Event) -> None:
        """One run; the log has its figures, not which documents they are."""
        counts: Counter[str] = Counter()
        try:
            for outcome in self._outcomes(folder, None):
                counts[outcome.status] += 1
                if stop.is_set():  # the next start does the rest
                    break
        except QuothError as error:
            log.warning("The folder %s isn't in step (%s): %s", folder.name, error.kind, error.public)
            return
        if counts["refused"]:
            log.warning(
                "Refused in %s: %s. `quoth sync --dry-run` says why.", folder.name, many(counts["refused"], "file")
            )
        changed = Counter({status: counts[status] for status in ("added", "replaced", "removed") if counts[status]})
        if changed:
            log.info("The index is in step with %s: %s.", folder.name, summed_up(changed))

    def _outcomes(self, folder: "Folder", progress: "Progress | None") -> "Iterator[Outcome]":
        from index.sources.fingerprints import Fingerprints, fingerprints_file
        from index.sources.folders import sync
        from index.sources.recording import Recorder

        engine = self._engine
        file = fingerprints_file(engine.settings.data, engine.store.url, self._collection, folder.name, *self._readers)
        outcomes = sync(
            engine.store,
            engine.indexer.for_readers(self._readers),
            folder,
            self._collection,
            fingerprints=Fingerprints(file),
            progress=progress,
        )
        return Recorder(engine.store, self._collection, folder.name, "folder", folder.path).of(outcomes)
