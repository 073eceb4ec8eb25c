"""Keeps what a run of `sync` did, for whoever looks after it later."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from index.errors import QuothError
from index.indexing import Outcome
from index.storage.base import Store
from index.sync_runs import MAX_REFUSALS, Kind, Refusal, SyncRun


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(slots=True)
class Recorder:
    """Notes what a run does, and keeps it in the store when the run ends, also early.

    Files of the folder at `path` are called as their documents are, so that no path of the machine is kept.
    """

    store: Store
    collection: str
    source: str
    kind: Kind
    path: Path | None = None
    began: str = field(default_factory=_now)

    def of(self, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        """The same outcomes. A run that ends with a QuothError is kept with its message; one left early isn't."""
        counts: Counter[str] = Counter()
        refusals: list[Refusal] = []
        try:
            for outcome in outcomes:
                counts[outcome.status] += 1
                if outcome.status == "refused" and len(refusals) < MAX_REFUSALS:
                    refusals.append(Refusal(self._named(outcome.id), self._named(outcome.reason or "")))
                yield outcome
        except QuothError as error:
            self._keep(counts, refusals, self._named(str(error)))
            raise
        self._keep(counts, refusals, None)

    def _named(self, text: str) -> str:
        return text if self.path is None else text.replace(str(self.path), self.source)

    def _keep(self, counts: Counter[str], refusals: list[Refusal], stopped: str | None) -> None:
        statuses = ("added", "replaced", "removed", "unchanged", "refused")
        run = SyncRun(
            self.collection, self.source, self.kind, self.began, _now(),
            **{status: counts[status] for status in statuses}, refusals=tuple(refusals), stopped=stopped,
        )  # fmt: skip
        self.store.keep_sync_run(run)
