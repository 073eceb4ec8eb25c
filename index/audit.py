"""The audit log: who changed which document or key, when and, if the settings allow it, from where. Never any text.

    with acting_as(Actor("key intranet", days=365)):
        store.delete("leave.md", "default")        # writes the event in the same transaction

An event is there if and only if its change is: also after a killed process, and in their order whichever of several
servers made them. Without an actor nothing is written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

Action = Literal[
    "document added", "document replaced", "document removed", "key added", "key revoked", "setting kept",
    "setting removed", "index rebuilt", "index restored", "questions removed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, by name, and from which address if that may be kept. Their events are kept for `days`."""

    name: str
    days: int
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One change: `subject` is the id of the document, or the name of the key or setting; None for all of them.

    `at` is in UTC, ISO 8601. `id` grows in the order of the changes.
    """

    id: int
    at: str
    actor: str
    address: str | None
    action: Action
    collection: str | None
    subject: str | None


_ACTOR: ContextVar[Actor | None] = ContextVar("actor", default=None)


@contextmanager
def acting_as(actor: Actor | None) -> Iterator[None]:
    """Inside, in this thread, changes are this actor's; None leaves it as it is."""
    token = _ACTOR.set(actor or _ACTOR.get())
    try:
        yield
    finally:
        _ACTOR.reset(token)


def present_actor() -> Actor | None:
    """Who acts in this thread; None if nothing is to be written."""
    return _ACTOR.get()


def row_of(
    actor: Actor, action: Action, collection: str | None, subject: str | None
) -> tuple[str, str, str | None, str, str | None, str | None]:
    """An event of now as stores keep it: at, actor, address, action, collection, subject."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return now, actor.name, actor.address, action, collection, subject


def too_old(actor: Actor) -> str:
    """The time before which events are removed."""
    return (datetime.now(UTC) - timedelta(days=actor.days)).isoformat(timespec="seconds")
