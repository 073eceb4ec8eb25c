"""BM25 over a single full-text index, as FTS5 defines it, to the last bit."""

import sqlite3
from collections.abc import Sequence

import numpy as np

from index.storage.base import ChunkKey
from index.storage.sqlite.impacts import NOTHING, Found, Impacts, Keys, State, added, best_of, within


class WholeRanking:
    """The scores of one version of a full-text index; a word in the context counts `context` times one in the text."""

    def __init__(self, connection: sqlite3.Connection, table: str, context: float, impacts: Impacts) -> None:
        self._connection = connection
        self._context = context
        self._impacts = impacts
        self._state = State.read(connection, table)

    def best(self, words: Sequence[str], limit: int, among: Keys | None) -> dict[ChunkKey, float]:
        """Chunk key → score of the best `limit`, best first; only of `among`, ascending, if that isn't None."""
        found = self._sums(words)
        keys, scores = best_of(found if among is None else within(found, among), limit)
        return dict(zip(keys.tolist(), scores.tolist(), strict=True))

    def scores(self, words: Sequence[str], keys: Sequence[int]) -> dict[ChunkKey, float]:
        """Chunk key → score, of those of `keys` that have any of the words, in their order."""
        found, scores = within(self._sums(words), np.unique(np.array(keys, np.int64)))
        known = dict(zip(found.tolist(), scores.tolist(), strict=True))
        return {key: known[key] for key in keys if key in known}

    def _sums(self, words: Sequence[str]) -> Found:
        found = NOTHING
        for word in words:  # in their order, as FTS5 adds them up
            found = added(found, self._impacts.of(self._connection, self._state, word, self._context))
        return found
