"""What FTS5 tells about words of one full-text index, kept while that stays as it is: how many chunks have one, and the
score that each of these gets for it.

FTS5's score of a chunk is the sum of those for each word, in their order. So no question needs to ask FTS5 about a word
that others had before.
"""

import sqlite3
from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.storage.sqlite import postings
from index.storage.sqlite import words as full_text
from index.storage.sqlite.postings import Lexicon
from index.storage.tokenizer import varints

Keys = NDArray[np.int64]
Scores = NDArray[np.float64]
Found = tuple[Keys, Scores]
"""Keys of chunks, ascending, and their scores."""

NOTHING: Found = np.empty(0, np.int64), np.empty(0, np.float64)

_AVERAGES = 1  # the row of an index's data with how many chunks and words it has
_ROW = np.dtype([("key", np.int64), ("score", np.float64)])
_MOST_COUNTS = 200_000
_MOST_SCORES = 1_000_000  # of all words together, in 16 bytes each
_ENTRY = 32  # scores take as much memory as what else is kept of a word, also of one that no chunk has


class State(NamedTuple):
    """A full-text index as it is in one version: how many chunks and words it has, and its lowest and highest key.

    No key is used twice, so two versions in which these are the same have the same chunks.
    """

    table: str
    chunks: int
    words: int
    lowest: int
    highest: int

    @classmethod
    def read(cls, connection: sqlite3.Connection, table: str) -> "State":
        """The present one."""
        query = f"""SELECT (SELECT block FROM {table}_data WHERE id = ?),
            (SELECT min(id) FROM {table}_docsize), (SELECT max(id) FROM {table}_docsize)"""  # noqa: S608  # ours
        averages, lowest, highest = connection.execute(query, (_AVERAGES,)).fetchone()
        chunks, *words = varints(averages or b"") or [0]
        return cls(table, chunks, sum(words), lowest or 0, highest or 0)


class Impacts:
    """Of all full-text indexes of a file; those asked for last are kept. Safe to share between threads."""

    def __init__(self) -> None:
        self._counts: OrderedDict[tuple[State, str], int] = OrderedDict()
        self._found: OrderedDict[tuple[State, str, float], Found] = OrderedDict()
        self._size = 0  # of all in `_found`
        self._lexicons: dict[int, Lexicon] = {}
        self._lock = Lock()

    def count(self, connection: sqlite3.Connection, state: State, word: str, context: float) -> int:
        """How many chunks have a word or phrase; with a `context` of 0, in their texts."""
        values = full_text.weighed(word, context)
        key = (state, values["words"])
        with self._lock:
            if key in self._counts:
                self._counts.move_to_end(key)
                return self._counts[key]
        query = f"SELECT count(*) FROM {state.table} WHERE {state.table} MATCH :words"  # noqa: S608  # ours
        (count,) = connection.execute(query, values).fetchone()
        with self._lock:
            self._counts[key] = count
            if len(self._counts) > _MOST_COUNTS:
                self._counts.popitem(last=False)
        return int(count)

    def of(self, connection: sqlite3.Connection, state: State, word: str, context: float) -> Found:
        """The chunks that have a word or phrase, with FTS5's score for it."""
        key = (state, word, context)
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        query = f"SELECT rowid, -rank FROM {state.table} WHERE {state.table} MATCH :words AND rank MATCH :weights"  # noqa: S608  # ours
        rows = np.array(connection.execute(query, full_text.weighed(word, context)).fetchall(), _ROW)
        found = rows["key"].copy(), rows["score"].copy()
        with self._lock:
            if key not in self._found:
                self._found[key] = found
                self._size += len(rows) + _ENTRY
            while self._size > _MOST_SCORES:
                _, (keys, _) = self._found.popitem(last=False)
                self._size -= len(keys) + _ENTRY
        return found

    def lexicon(self, connection: sqlite3.Connection, part: int, stamp: int) -> Lexicon:
        """The lexicon of a part, which has this stamp. Raises ValueError if it is damaged."""
        known = self._lexicons.get(part)
        if known is None or known.stamp != stamp:
            known = postings.read_lexicon(connection, part)
            if known is None:
                raise ValueError(f"Part {part} has no lexicon.")
            self._lexicons[part] = known
        return known


def added(one: Found, other: Found) -> Found:
    """The chunks of both, with the sums of their scores."""
    (keys, scores), (more, its) = one, other
    if not len(keys):
        return other
    at, known = places(keys, more)
    scores = scores.copy()
    scores[at[known]] += its[known]
    if known.all():
        return keys, scores
    keys, scores = np.concatenate([keys, more[~known]]), np.concatenate([scores, its[~known]])
    order = np.argsort(keys, kind="stable")  # which is fast where two ascending runs follow one another
    return keys[order], scores[order]


def within(found: Found, among: Keys) -> Found:
    """Those of the found chunks that are among ascending keys."""
    at, there = places(found[0], among)
    return found[0][at[there]], found[1][at[there]]


def places(keys: NDArray[np.integer], wanted: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(Place among the ascending keys, whether it is that key) of each of the wanted ones."""
    if not len(keys):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return at, keys[at] == wanted


def best_of(found: Found, limit: int) -> Found:
    """The best `limit`, best first; of equal scores those with lower keys."""
    keys, scores = found
    if limit < 1:
        return NOTHING
    if limit < len(keys):
        enough = scores >= np.partition(scores, -limit)[-limit]
        keys, scores = keys[enough], scores[enough]
    order = np.lexsort((keys, -scores))[:limit]
    return keys[order], scores[order]
