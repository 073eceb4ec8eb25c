"""The last run of `sync` on each folder and web site: when it was, what it did, and what it refused."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

MAX_REFUSALS = 100  # kept of a run

Kind = Literal["folder", "site"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file or page that couldn't be read, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class SyncRun:
    """The last run on one source, by its name; times are in UTC, ISO 8601.

    `refused` counts all refusals, of which `refusals` are the first MAX_REFUSALS. `stopped` says why the run ended
    early.
    """

    collection: str
    source: str
    kind: Kind
    began: str
    ended: str
    added: int = 0
    replaced: int = 0
    removed: int = 0
    unchanged: int = 0
    refused: int = 0
    refusals: tuple[Refusal, ...] = ()
    stopped: str | None = None


def to_json(run: SyncRun) -> str:
    """A run as stores keep it."""
    return json.dumps(asdict(run))


def from_json(text: str) -> SyncRun:
    """What `to_json` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    fields = json.loads(text)
    return SyncRun(**{**fields, "refusals": tuple(Refusal(**each) for each in fields["refusals"])})
