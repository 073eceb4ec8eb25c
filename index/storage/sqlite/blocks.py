"""Vectors in memory, of one collection: rows that are added at the end and marked as removed, but never changed.

So a reader of an earlier version can search while rows are added: it looks at no row that its version doesn't have. Up
to MOST_EXACT rows the vectors are kept whole and all are compared. Beyond, each has two codes:

- its signs, a bit for each component: FAISS counts in how many the query differs (Hamming distance), which picks
  a few thousand rows. Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002.
- its components as whole numbers of -127 to 127 times a scale of its own, which pick the nearest of these rows.

The cosines of the nearest are then computed with whole vectors, from the data file.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from index.storage.base import ChunkKey

Rows = NDArray[np.int64]
Vectors = NDArray[np.float32]

NEVER = np.iinfo(np.int64).max
MOST_EXACT = 32_768  # rows; comparing so many of 384 components takes 7 ms
_BY_SIGNS = 2_000  # rows that the signs pick, or 20 for each that is wanted
_SPARE = 32  # rows that the whole numbers pick beyond those that are wanted, since they are rounded
_LEAST_ROOM = 4_096
_ENCODED_AT_ONCE = 8_192


@dataclass(frozen=True, slots=True)
class Codes:
    """Compressed vectors: `signs` (n, bytes), `numbers` (n, dimension), `scales` (n,)."""

    signs: NDArray[np.uint8]
    numbers: NDArray[np.int8]
    scales: NDArray[np.float32]

    @classmethod
    def room(cls, rows: int, dimension: int) -> "Codes":
        """Room for so many rows; the memory is taken only when they are written."""
        signs = np.empty((rows, signs_bytes(dimension)), np.uint8)
        return cls(signs, np.empty((rows, dimension), np.int8), np.empty(rows, np.float32))

    @classmethod
    def of(cls, vectors: Vectors) -> "Codes":
        """The codes of vectors; (3, -6, 0.1) has the signs 1, 0, 1, the scale 6 / 127 and the numbers 64, -127, 2."""
        scales = np.maximum(np.abs(vectors).max(axis=1), np.float32(1e-30)) / np.float32(127)
        numbers = np.rint(vectors / scales[:, None]).astype(np.int8)
        return cls(signs_of(vectors), numbers, scales)

    def put(self, at: int, codes: "Codes") -> None:
        """Write rows from row `at` on."""
        rows = slice(at, at + len(codes.scales))
        self.signs[rows], self.numbers[rows], self.scales[rows] = codes.signs, codes.numbers, codes.scales

    def take(self, rows: Rows) -> "Codes":
        """A copy of some rows."""
        return Codes(self.signs[rows], self.numbers[rows], self.scales[rows])


def signs_bytes(dimension: int) -> int:
    """How many bytes the signs of a vector take: a whole number of FAISS's words of 8 bytes."""
    return 8 * -(-dimension // 64)


def signs_of(vectors: Vectors) -> NDArray[np.uint8]:
    """(n, bytes): bit i is 1 if component i is 0 or more; the rest is 0."""
    packed = np.packbits(vectors >= 0, axis=1)
    signs = np.zeros((len(vectors), signs_bytes(vectors.shape[1])), np.uint8)
    signs[:, : packed.shape[1]] = packed
    return signs


class Block:
    """The rows of one collection. One thread at a time adds and removes; any number search meanwhile.

    `since` is the earliest version that it can be searched at, `version` the latest; those between two of `passed`
    aren't among them. `keys` ascend. `gone`: the version that removed a row. `exact`: whole vectors are kept; without,
    that depends on how many rows there will be.
    """

    def __init__(self, version: int, dimension: int, rows: int, *, exact: bool | None = None) -> None:
        self.since = self.version = version
        self.passed: list[tuple[int, int]] = []
        self.dimension = dimension
        self.count = self.removed = 0
        room = max(_LEAST_ROOM, rows + rows // 2)
        self.keys = np.empty(room, np.int64)
        self.gone = np.empty(room, np.int64)
        self.exact = rows <= MOST_EXACT if exact is None else exact
        self.vectors = np.empty((room if self.exact else 0, dimension), np.float32)
        self.codes = Codes.room(0 if self.exact else room, dimension)

    @property
    def worn(self) -> bool:
        """Whether so many rows are removed, or so many were added, that the rest should be copied to a new block."""
        return self.removed > max(_LEAST_ROOM, self.count // 8) or (self.exact and self.count > MOST_EXACT)

    def serves(self, version: int) -> bool:
        """Whether it can be searched at a version."""
        return self.since <= version <= self.version and not any(a < version < b for a, b in self.passed)

    def has_room(self, rows: int) -> bool:
        """Whether so many rows more can be added."""
        return self.count + rows <= len(self.keys)

    def add(self, keys: Rows, vectors: Vectors) -> None:
        """Add rows, whose keys ascend and are above all that are there."""
        for first in range(0, len(keys), _ENCODED_AT_ONCE):
            part = slice(first, first + _ENCODED_AT_ONCE)
            if self.exact:
                self.vectors[self.count : self.count + len(keys[part])] = vectors[part]
            else:
                self.codes.put(self.count, Codes.of(vectors[part]))
            self._added(keys[part])

    def add_codes(self, keys: Rows, codes: Codes) -> None:
        """Add rows that are compressed already."""
        self.codes.put(self.count, codes)
        self._added(keys)

    def _added(self, keys: Rows) -> None:
        end = self.count + len(keys)
        self.keys[self.count : end] = keys
        self.gone[self.count : end] = NEVER
        self.count = end  # last, since others may be searching

    def remove(self, first: int, last: int, version: int) -> None:
        """Mark the rows with these keys, both included, as removed by a version."""
        rows = slice(*np.searchsorted(self.keys[: self.count], (first, last + 1)))
        left = self.gone[rows] == NEVER
        self.gone[rows][left] = version
        self.removed += int(left.sum())

    def renewed(self, more: int = 0) -> "Block":
        """A copy of the rows that aren't removed, with room for `more`; it can be searched at this version only."""
        rows = np.flatnonzero(self.gone[: self.count] == NEVER)
        new = Block(self.version, self.dimension, len(rows) + more, exact=None if self.exact else False)
        for first in range(0, len(rows), _ENCODED_AT_ONCE):
            part = rows[first : first + _ENCODED_AT_ONCE]
            if self.exact:
                new.add(self.keys[part], self.vectors[part])
            else:
                new.add_codes(self.keys[part], self.codes.take(part))
        return new


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows of one version: of the first `count` of a block, those that no version up to this one has removed."""

    block: Block
    version: int
    count: int
    read: Callable[[Rows], Vectors]
    """Ascending keys → their whole vectors in this version."""

    def search(self, query: Vectors, limit: int, among: Rows | None = None) -> dict[ChunkKey, float]:
        """Key → cosine of the `limit` nearest to `query` (dimension,), nearest first.

        `among` are the keys to search, ascending; None: all.
        """
        rows = None if among is None else self._rows(among)
        if limit < 1 or not self.count or (rows is not None and not len(rows)):
            return {}
        if self.block.exact:
            rows, cosines = _nearest(query, self.block.vectors[: self.count], limit + self.block.removed, rows)
            left = np.flatnonzero(self._left(rows))[:limit]
            return dict(zip(self.block.keys[rows[left]].tolist(), cosines[left].tolist(), strict=True))
        keys = np.sort(self.block.keys[self._picked(query, limit, rows)])
        places, cosines = _nearest(query, self.read(keys), limit, None)
        return dict(zip(keys[places].tolist(), cosines.tolist(), strict=True))

    def cosines(self, query: Vectors, keys: Rows) -> dict[ChunkKey, float]:
        """Key → cosine with `query`; keys that aren't in the collection are left out."""
        rows = self._rows(np.unique(keys))
        vectors = self.block.vectors[rows] if self.block.exact else self.read(self.block.keys[rows])
        return dict(zip(self.block.keys[rows].tolist(), (vectors @ query).tolist(), strict=True))

    def _picked(self, query: Vectors, limit: int, rows: Rows | None) -> Rows:
        """The rows that are nearest by their codes: `limit` and some to spare."""
        by_signs = max(_BY_SIGNS, 20 * limit)
        if rows is None or len(rows) > by_signs:
            rows = self._nearest_signs(query, by_signs, rows)
        numbers = self.block.codes.numbers[rows].astype(np.float32)
        scores = np.einsum("ij,j->i", numbers, query) * self.block.codes.scales[rows]
        few = min(limit + _SPARE, len(rows))
        return rows[np.argpartition(-scores, few - 1)[:few]]

    def _nearest_signs(self, query: Vectors, limit: int, among: Rows | None) -> Rows:
        signs = self.block.codes.signs
        signs = signs[: self.count] if among is None else signs[among]
        extra = self.block.removed if among is None else 0  # `among` has none that are removed
        with _faiss_alone() as faiss:
            _, nearest = faiss.knn_hamming(signs_of(query[None]), signs, min(limit + extra, len(signs)))
        rows: Rows = nearest[0] if among is None else among[nearest[0]]
        return rows[self._left(rows)] if among is None else rows

    def _rows(self, keys: Rows) -> Rows:
        """The rows of ascending keys; those that aren't in this version are left out."""
        known = self.block.keys[: self.count]
        places = np.searchsorted(known, keys)
        there = places < self.count
        rows: Rows = places[there][known[places[there]] == keys[there]]
        return rows[self._left(rows)]

    def _left(self, rows: Rows) -> NDArray[np.bool_]:
        """Which of the rows aren't removed in this version."""
        left: NDArray[np.bool_] = self.block.gone[rows] > self.version
        return left


@contextmanager
def _faiss_alone() -> Iterator[ModuleType]:
    """FAISS, in one thread: it divides only queries among threads, so for one the others would only be waited for.

    Threads are OpenMP's, which torch counts as its own, so their number is put back.
    """
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)  # for the thread that calls
    try:
        yield faiss
    finally:
        faiss.omp_set_num_threads(threads)


def _nearest(query: Vectors, vectors: Vectors, limit: int, rows: Rows | None) -> tuple[Rows, Vectors]:
    """(Places, cosines) of the `limit` nearest vectors, nearest first; with `rows`, among these only."""
    among = vectors if rows is None else vectors[rows]
    if not len(among):
        return np.empty(0, np.int64), np.empty(0, np.float32)
    with _faiss_alone() as faiss:
        cosines, places = faiss.knn(query[None], among, min(limit, len(among)), metric=faiss.METRIC_INNER_PRODUCT)
    return (places[0] if rows is None else rows[places[0]]), cosines[0]
