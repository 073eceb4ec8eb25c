"""BM25 over the part of a collection that a principal may see, where some of it is hidden from them.

FTS5's own `bm25` counts all chunks of an index, so hidden ones would show in the scores of others. Here postings are
read from the same index (`fts5vocab`), those of hidden chunks are dropped, and the rest is weighed by the same
arithmetic in the same order: scores are those of an index that never had the hidden chunks, to the last digit.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.storage.base import ChunkKey
from index.storage.sqlite.bm25 import K1, B, idf
from index.storage.tokenizer import varints

Phrase = tuple[str, ...]
"""Words that follow one another; most often one."""
Scores = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Chunks' keys, ascending, and their scores."""
_Counts = dict[int, tuple[int, int]]
"""Chunk → how often a phrase is in its text, and in its context."""


class SeenWords:
    """The chunks with the keys `seen`, which ascend, of full-text indexes; it ends with the transaction.

    `tables` hold the chunks of a collection, those of each with lower keys than those of the next.
    """

    def __init__(self, connection: sqlite3.Connection, tables: Sequence[str], seen: NDArray[np.int64]) -> None:
        self._connection = connection
        self._seen = seen
        self._postings = [f"postings_of_{table}" for table in tables]
        there = "SELECT 1 FROM temp.sqlite_master WHERE name = ?"
        sizes: list[tuple[int, bytes]] = []
        for table, postings in zip(tables, self._postings, strict=True):
            if not connection.execute(there, (postings,)).fetchone():
                connection.execute(
                    f"CREATE VIRTUAL TABLE temp.{postings} USING fts5vocab ('main', '{table}', 'instance')"
                )
            sizes += connection.execute(f"SELECT id, sz FROM main.{table}_docsize ORDER BY id")  # noqa: S608  # ours
        keys = np.array([key for key, _ in sizes], np.int64)
        self._lengths = np.array([sum(varints(size)) for _, size in sizes], np.float64)[np.isin(keys, seen)]
        self._known: dict[tuple[tuple[Phrase, ...], float], Scores] = {}

    def scores(self, phrases: Sequence[Phrase], context: float) -> Scores:
        """The score of each chunk that has any of the phrases; a time in the context counts `context` times one."""
        asked = tuple(phrase for phrase in phrases if phrase), context
        if asked not in self._known:
            self._known[asked] = self._weighed(*asked)
        return self._known[asked]

    def best(
        self, phrases: Sequence[Phrase], context: float, limit: int, among: NDArray[np.int64] | None
    ) -> dict[ChunkKey, float]:
        """Key → score of the best `limit`, best first; only of those `among`, unless that is None."""
        keys, scores = self.scores(phrases, context)
        if among is not None:
            admitted = np.isin(keys, among)
            keys, scores = keys[admitted], scores[admitted]
        order = np.lexsort((keys, -scores))[:limit]
        return dict(zip(keys[order].tolist(), scores[order].tolist(), strict=True))

    def _weighed(self, phrases: tuple[Phrase, ...], context: float) -> Scores:
        scores, hit = np.zeros(len(self._seen)), np.zeros(len(self._seen), bool)
        if not len(self._seen):
            return self._seen, scores
        relative = 1 - B + B * self._lengths / (self._lengths.sum() / len(self._seen))
        for phrase in phrases:
            at, f = self._frequencies(phrase, context)
            scores[at] += idf(len(at), len(self._seen)) * (f * (K1 + 1) / (f + K1 * relative[at]))
            hit[at] = True
        return self._seen[hit], scores[hit]

    def _frequencies(self, phrase: Phrase, context: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """(Places in `seen` of the chunks that have the phrase, how often each has it), weighed by its column."""
        counts = self._counts(phrase)
        keys = np.array(sorted(key for key, (own, _) in counts.items() if own or context), np.int64)
        keys = keys[np.isin(keys, self._seen)]
        own, above = np.array([counts[key] for key in keys.tolist()], np.int64).reshape(-1, 2).T
        f = own.astype(np.float64)
        for times in range(int(above.max(initial=0)) if context else 0):  # added one by one, as FTS5 does
            f[above > times] += context
        return np.searchsorted(self._seen, keys), f

    def _counts(self, phrase: Phrase) -> _Counts:
        if len(phrase) == 1:
            rows = self._rows("doc, sum(col = 'text'), sum(col = 'context')", phrase[0], "GROUP BY doc")
            return {key: (own, above) for key, own, above in rows}
        # Where the phrase begins by each of its words: "ferry sails" where "ferry" is, and one before "sails"
        begins = [
            {(key, column, offset - place) for key, column, offset in self._rows("doc, col, offset", word)}
            for place, word in enumerate(phrase)
        ]
        counts: _Counts = {}
        for key, column, _ in set.intersection(*begins):
            own, above = counts.get(key, (0, 0))
            counts[key] = (own + 1, above) if column == "text" else (own, above + 1)
        return counts

    def _rows(self, columns: str, word: str, group: str = "") -> Iterator[tuple[Any, ...]]:
        """These columns of the postings of a word, in all indexes."""
        for postings in self._postings:
            query = f"SELECT {columns} FROM temp.{postings} WHERE term = ? {group}"  # noqa: S608  # ours
            yield from self._connection.execute(query, (word,))
