"""Exact nearest neighbours with FAISS, in memory, built from the vectors in the data file.

Each collection has a flat inner-product index. When a new version is first searched, a copy of the index is brought up
to date: removed chunks out, new ones in. The index of a version never changes, so other threads can search it.
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

_MAX_COLLECTIONS = 64  # in memory; the one searched longest ago is dropped first


@dataclass(frozen=True, slots=True)
class CollectionVectors:
    """The vectors of one collection in one version; `keys` are its chunks' keys, ascending."""

    version: int
    keys: NDArray[np.int64]
    index: "Index"

    def search(
        self, query: NDArray[np.float32], limit: int, among: NDArray[np.int64] | None = None
    ) -> dict[ChunkKey, float]:
        """Chunk key → cosine of the `limit` nearest to `query` (dimension,), nearest first.

        `among` are the keys of the chunks to search; None: all.
        """
        import faiss

        parameters = None
        if among is not None:
            selector = faiss.IDSelectorBatch(among)
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # as its Python layer takes it
        scores, keys = self.index.search(query[None], limit, params=parameters)
        return {key: score for key, score in zip(keys[0].tolist(), scores[0].tolist(), strict=True) if key >= 0}

    def cosines(self, query: NDArray[np.float32], keys: Sequence[ChunkKey]) -> dict[ChunkKey, float]:
        """Chunk key → cosine with `query`; keys that aren't in the collection are left out."""
        known = (cast(int, key) for key in keys if self._has(cast(int, key)))
        return {key: float(self.index.reconstruct(key) @ query) for key in known}

    def _has(self, key: int) -> bool:
        at = int(np.searchsorted(self.keys, key))
        return at < len(self.keys) and int(self.keys[at]) == key


class VectorSource(Protocol):
    """What is needed of a view: its version and the vectors in it."""

    version: int

    @property
    def signature(self) -> Signature:
        """What the index was made with."""

    def chunk_keys(self, where: Filter) -> NDArray[np.int64]:
        """The keys of all chunks that `where` admits, ascending."""

    def vectors(self, keys: NDArray[np.int64], dimension: int) -> NDArray[np.float32]:
        """The vectors of these keys, which must ascend, (len(keys), dimension)."""


class VectorIndex:
    """The vectors of the data file in memory, by collection. Safe to share between threads."""

    def __init__(self) -> None:
        self._built: OrderedDict[str, CollectionVectors] = OrderedDict()  # that searched last comes last
        self._order = Lock()  # held for moments, so that nobody who searches waits for who builds
        self._building = Lock()

    def at(self, source: VectorSource, collection: str) -> CollectionVectors:
        """The vectors of a collection in the version of `source`."""
        built = self._kept(collection)
        if built and built.version == source.version:
            return built
        with self._building:
            built = self._kept(collection)
            if built is None or built.version != source.version:
                built = self._build(source, collection, built)
                self._keep(collection, built)
            return built

    def _kept(self, collection: str) -> CollectionVectors | None:
        with self._order:
            if collection in self._built:
                self._built.move_to_end(collection)
            return self._built.get(collection)

    def _keep(self, collection: str, built: CollectionVectors) -> None:
        with self._order:
            self._built[collection] = built
            self._built.move_to_end(collection)
            if len(self._built) > _MAX_COLLECTIONS:
                self._built.popitem(last=False)

    def _build(self, source: VectorSource, collection: str, before: CollectionVectors | None) -> CollectionVectors:
        """The vectors in the version of `source`, made from those of another version, `before`, if there are any."""
        import faiss

        keys, dimension = source.chunk_keys(Filter(collection)), source.signature.dimension
        index: Index
        if before is None or before.index.d != dimension:
            index, old_keys = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)), np.empty(0, np.int64)
        elif np.array_equal(before.keys, keys):  # the change was in another collection
            return CollectionVectors(source.version, keys, before.index)
        else:
            index, old_keys = faiss.clone_index(before.index), before.keys
            if len(removed := np.setdiff1d(old_keys, keys, assume_unique=True)):
                index.remove_ids(faiss.IDSelectorBatch(removed))
        if len(new := np.setdiff1d(keys, old_keys, assume_unique=True)):
            index.add_with_ids(source.vectors(new, dimension), new)
        return CollectionVectors(source.version, keys, index)
