"""Exact nearest neighbours with FAISS, over the vectors of the data file, from which it can always be built anew.

One flat inner-product index per collection, brought to a snapshot's version when it is first searched: removed chunks
out, new ones in. A version's index is never changed again, so that a search in another thread keeps its own.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from index.signature import Signature
from index.storage.base import ChunkKey, Filter

if TYPE_CHECKING:
    from faiss import Index

_MAX_COLLECTIONS = 64  # kept in memory; the one unused for longest goes first


@dataclass(frozen=True, slots=True)
class CollectionVectors:
    """The vectors of one collection at one version."""

    version: int
    keys: NDArray[np.int64]  # ascending
    index: "Index"

    def search(
        self, query: NDArray[np.float32], limit: int, among: NDArray[np.int64] | None = None
    ) -> dict[ChunkKey, float]:
        """Chunk key → cosine of the `limit` nearest to `query` (dimension,), nearest first; `among` None: of all."""
        import faiss

        parameters = None
        if among is not None:
            selector = faiss.IDSelectorBatch(among)
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # as its Python layer takes it
        scores, keys = self.index.search(query[None], limit, params=parameters)
        return {key: score for key, score in zip(keys[0].tolist(), scores[0].tolist(), strict=True) if key >= 0}

    def cosines(self, query: NDArray[np.float32], keys: Sequence[ChunkKey]) -> dict[ChunkKey, float]:
        """Chunk key → cosine with `query`, of those keys that the collection has."""
        there = (cast(int, key) for key in keys if self._has(cast(int, key)))
        return {key: float(self.index.reconstruct(key) @ query) for key in there}

    def _has(self, key: int) -> bool:
        at = int(np.searchsorted(self.keys, key))
        return at < len(self.keys) and int(self.keys[at]) == key


class VectorSource(Protocol):
    """One version of the data file, as far as vectors are concerned."""

    version: int

    @property
    def signature(self) -> Signature:
        """What the index was made with."""

    def chunk_keys(self, where: Filter) -> NDArray[np.int64]:
        """The keys of all chunks that `where` admits, ascending."""

    def vectors(self, keys: NDArray[np.int64], dimension: int) -> NDArray[np.float32]:
        """(len(keys), dimension), in the order of `keys`, which ascend."""


class VectorIndex:
    """The vectors in memory, following the data file. Safe to share between threads."""

    def __init__(self) -> None:
        self._built: OrderedDict[str, CollectionVectors] = OrderedDict()
        self._building = Lock()

    def at(self, source: VectorSource, collection: str) -> CollectionVectors:
        """A collection's vectors in the version of `source`."""
        built = self._built.get(collection)
        if built and built.version == source.version:
            return built
        with self._building:
            built = self._built.get(collection)
            if built is None or built.version != source.version:
                built = self._build(source, collection, built)
                self._built[collection] = built
            self._built.move_to_end(collection)
            if len(self._built) > _MAX_COLLECTIONS:
                self._built.popitem(last=False)
            return built

    def _build(self, source: VectorSource, collection: str, before: CollectionVectors | None) -> CollectionVectors:
        import faiss

        keys, dimension = source.chunk_keys(Filter(collection)), source.signature.dimension
        index: Index
        if before is None or before.index.d != dimension:
            index, had = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)), np.empty(0, np.int64)
        elif np.array_equal(before.keys, keys):  # the change was in another collection
            return CollectionVectors(source.version, keys, before.index)
        else:
            index, had = faiss.clone_index(before.index), before.keys
            if len(gone := np.setdiff1d(had, keys, assume_unique=True)):
                index.remove_ids(faiss.IDSelectorBatch(gone))
        if len(new := np.setdiff1d(keys, had, assume_unique=True)):
            index.add_with_ids(source.vectors(new, dimension), new)
        return CollectionVectors(source.version, keys, index)
