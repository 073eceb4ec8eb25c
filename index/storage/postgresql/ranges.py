"""Sets of chunks by ranges of their keys: a document's chunks, which are added at once, have neighbouring ones."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray


class Ranges:
    """Ascending ranges of keys, each from a first to a last one, that don't overlap."""

    def __init__(self, firsts: Iterable[int], lasts: Iterable[int]) -> None:
        self.firsts = np.array(list(firsts), np.int64)
        self.lasts = np.array(list(lasts), np.int64)

    @classmethod
    def of(cls, keys: NDArray[np.int64] | Sequence[int]) -> "Ranges":
        """Those of keys in any order."""
        ascending = np.unique(np.asarray(keys, np.int64))
        breaks = np.flatnonzero(np.diff(ascending) > 1)
        return cls(ascending[np.r_[0, breaks + 1]], ascending[np.r_[breaks, -1]]) if len(ascending) else cls((), ())

    def __len__(self) -> int:
        """How many ranges there are."""
        return len(self.firsts)

    @property
    def count(self) -> int:
        """How many keys are in them."""
        return int((self.lasts - self.firsts + 1).sum())

    @property
    def keys(self) -> NDArray[np.int64]:
        """Each of the keys, ascending."""
        sizes = self.lasts - self.firsts + 1
        return np.repeat(self.lasts - np.cumsum(sizes) + 1, sizes) + np.arange(int(sizes.sum()))

    def have(self, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Of each key whether it is in one of them."""
        if not len(self.firsts):
            return np.zeros(len(keys), np.bool_)
        at = np.searchsorted(self.firsts, keys, side="right") - 1
        return (at >= 0) & (keys <= self.lasts[at])
