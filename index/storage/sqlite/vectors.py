"""Exact nearest neighbours with FAISS, over the vectors of the data file, from which it can always be built anew.

One flat inner-product index per collection, brought to a snapshot's version when it is first searched: removed chunks
out, new ones in. A version's index is never changed again, so that a search in another thread keeps its own.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.storage.base import Filter
from index.storage.sqlite.snapshot import Snapshot

if TYPE_CHECKING:
    from faiss import Index

_MAX_COLLECTIONS = 64  # kept in memory; the one unused for longest goes first


@dataclass(frozen=True, slots=True)
class _Built:
    version: int
    keys: NDArray[np.int64]
    index: "Index"


class VectorIndex:
    """Vectors of `dimension` components in memory, following the data file. Safe to share between threads."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._built: OrderedDict[str, _Built] = OrderedDict()
        self._building = Lock()

    def search(self, snapshot: Snapshot, query: NDArray[np.float32], where: Filter, limit: int) -> dict[int, float]:
        """Chunk key → cosine of the `limit` nearest to `query` (dimension,) that `where` admits, nearest first."""
        import faiss

        built = self._at(snapshot, where.collection)
        parameters = None
        if not where.whole_collection:
            selector = faiss.IDSelectorBatch(snapshot.chunk_keys(where))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # as its Python layer takes it
        scores, keys = built.index.search(query[None], limit, params=parameters)
        return {key: score for key, score in zip(keys[0].tolist(), scores[0].tolist(), strict=True) if key >= 0}

    def scores(
        self, snapshot: Snapshot, query: NDArray[np.float32], collection: str, keys: list[int]
    ) -> dict[int, float]:
        """Chunk key → cosine with `query` for chunks of one collection."""
        index = self._at(snapshot, collection).index
        return {key: float(index.reconstruct(key) @ query) for key in keys}

    def _at(self, snapshot: Snapshot, collection: str) -> _Built:
        built = self._built.get(collection)
        if built and built.version == snapshot.version:
            return built
        with self._building:
            built = self._built.get(collection)
            if built is None or built.version != snapshot.version:
                built = self._build(snapshot, collection, built)
                self._built[collection] = built
            self._built.move_to_end(collection)
            if len(self._built) > _MAX_COLLECTIONS:
                self._built.popitem(last=False)
            return built

    def _build(self, snapshot: Snapshot, collection: str, before: _Built | None) -> _Built:
        import faiss

        keys = snapshot.chunk_keys(Filter(collection))
        index: Index
        if before is None:
            index, had = faiss.IndexIDMap2(faiss.IndexFlatIP(self._dimension)), np.empty(0, np.int64)
        elif np.array_equal(before.keys, keys):  # the change was in another collection
            return _Built(snapshot.version, keys, before.index)
        else:
            index, had = faiss.clone_index(before.index), before.keys
            if len(gone := np.setdiff1d(had, keys, assume_unique=True)):
                index.remove_ids(faiss.IDSelectorBatch(gone))
        if len(new := np.setdiff1d(keys, had, assume_unique=True)):
            index.add_with_ids(snapshot.vectors(new, self._dimension), new)
        return _Built(snapshot.version, keys, index)
