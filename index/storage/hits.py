"""Counting in a moving window for all servers of a store, for the service's rate limits.

A store that several machines use counts for all of them; of any other, each process counts for itself.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Hits:
    """Whether more was `granted`. `count` hits are in the window now, and the oldest came `age` seconds ago."""

    granted: bool
    count: int
    age: float


@runtime_checkable
class CountsHits(Protocol):
    """A store that counts hits. Safe to share between threads."""

    def hit(self, key: str, most: int, seconds: float, amount: int = 1) -> Hits:
        """Count `amount` hits under `key` if no more than `most` are then in any window of `seconds`, else none.

        With an amount of 0 nothing changes. Raises BusyError and StorageError where that can't be told soon.
        """
