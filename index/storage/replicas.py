"""Reading questions from a replica of a store: what gives views, and how often a replica did."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Literal, Protocol

from index.storage.base import View
from index.storage.principals import Principal

Why = Literal["", "behind", "away", "unfit"]
"""Why the store itself was read: the replica lacked its version, couldn't be reached, or is none of this store."""


class Views(Protocol):
    """What gives views: a store, or a replica of one. Safe to share between threads."""

    def view(self, principal: Principal) -> AbstractContextManager[View]:
        """A snapshot, as `Store.view` gives it."""


class Replica(Views, Protocol):
    """Views of a replica where it has all that its store has at that moment; else of the store itself.

    So nobody can tell by an answer which was read: what was written before a question is in both. A replica that can't
    be used is told in the log, in one line with its cure, and tried again every few seconds.
    """

    def reads(self) -> Mapping[tuple[str, str], int]:
        """("replica" or "store", the reason of the latter, a `Why`) → the number of views of it."""

    def close(self) -> None:
        """Close the replica, and not the store."""
