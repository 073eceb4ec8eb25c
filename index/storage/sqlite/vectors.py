"""The vectors of the data file in memory, by collection, brought up to the version that is searched.

What is written costs as much here as it is large: new documents have higher keys than all before them, and what was
removed is listed in the data file (`removals.py`). A block of rows serves all versions from one on, see `blocks.py`.
"""

from collections import OrderedDict
from threading import Lock
from typing import Protocol

import numpy as np

from index.signature import Signature
from index.storage.sqlite import blocks
from index.storage.sqlite.blocks import Block, Codes, Rows, Snapshot, Vectors
from index.storage.sqlite.removals import Removal
from index.storage.sqlite.words import Part

_READ_AT_ONCE = 8_192
_MOST_FOLLOWED = 100_000  # new chunks; more are read one part after another
_MAX_COLLECTIONS = 64  # in memory; the one searched longest ago is dropped first


class VectorSource(Protocol):
    """What is needed of a view: its version and the vectors in it."""

    version: int

    @property
    def signature(self) -> Signature:
        """What the index was made with."""

    def last_keys(self) -> tuple[int, int]:
        """The highest keys that a document and a chunk have had so far."""

    def chunks_after(self, collection: str, document: int) -> Rows:
        """The keys of a collection's chunks, ascending, of the documents with keys above `document`."""

    def chunks_between(self, collection: str, first: int, last: int) -> Rows:
        """The keys of a collection's chunks, ascending, from `first` to `last`, both included."""

    def vector_parts(self, collection: str) -> list[tuple[Part, int]]:
        """(Part, how many compressed vectors the file has of it, 0 for none), by ascending keys."""

    def codes(self, part: Part, dimension: int) -> tuple[Rows, Codes]:
        """The keys, ascending, and compressed vectors of a part."""

    def removals(self, version: int) -> list[Removal] | None:
        """What was removed after a version; None if that isn't known."""

    def vectors(self, keys: Rows, dimension: int) -> Vectors:
        """The vectors of these keys, which must ascend, (len(keys), dimension)."""


class Collection:
    """A block, and the highest key that a document had in its latest version."""

    def __init__(self, block: Block, last_document: int) -> None:
        self.block = block
        self.last_document = last_document

    @classmethod
    def read(cls, source: VectorSource, name: str) -> "Collection":
        """All vectors of a collection in the version of `source`."""
        dimension = source.signature.dimension
        parts = source.vector_parts(name)
        compressed = sum(rows for _, rows in parts)
        if compressed <= blocks.MOST_EXACT:
            parts, compressed = [(part, 0) for part, _ in parts], 0
        whole = [source.chunks_between(name, part.first, part.last) for part, rows in parts if not rows]
        keys = np.concatenate([*whole, np.empty(0, np.int64)])
        block = Block(source.version, dimension, compressed + len(keys))
        for part, rows in parts:
            if rows:
                block.add_codes(*source.codes(part, dimension))
            else:
                its = keys[slice(*np.searchsorted(keys, (part.first, part.last + 1)))]
                for first in range(0, len(its), _READ_AT_ONCE):
                    few = its[first : first + _READ_AT_ONCE]
                    block.add(few, source.vectors(few, dimension))
        return cls(block, source.last_keys()[0])

    def at(self, source: VectorSource) -> Snapshot:
        """The rows in the version of `source`, which the block must serve."""
        block = self.block
        _, last = source.last_keys()
        count = int(np.searchsorted(block.keys[: block.count], last, side="right"))
        return Snapshot(block, source.version, count, lambda keys: source.vectors(keys, block.dimension))

    def followed(self, source: VectorSource, name: str) -> "Collection | None":
        """The collection brought up to a later version; None if it is better read anew."""
        block, dimension = self.block, self.block.dimension
        removals = source.removals(block.version)
        new = source.chunks_after(name, self.last_document)
        if removals is None or source.signature.dimension != dimension or len(new) > _MOST_FOLLOWED:
            return None
        vectors = source.vectors(new, dimension)
        if not block.has_room(len(new)):
            block = block.renewed(len(new))
        last = int(block.keys[block.count - 1]) if block.count else 0
        if any(removal.last > last for removal in removals):  # what came and went since isn't here
            block.passed.append((block.version, source.version))
        for removal in removals:
            block.remove(removal.first, removal.last, removal.version)
        block.add(new, vectors)
        block.version = source.version
        return Collection(block.renewed() if block.worn else block, source.last_keys()[0])


class VectorIndex:
    """The vectors of the data file in memory, by collection. Safe to share between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Collection] = OrderedDict()  # that searched last comes last
        self._order = Lock()  # held for moments, so that nobody who searches waits for who reads
        self._reading = Lock()

    def at(self, source: VectorSource, name: str) -> Snapshot:
        """The vectors of a collection in the version of `source`."""
        collection = self._get(name)
        if collection is None or not collection.block.serves(source.version):
            with self._reading:
                collection = self._brought_up(source, name)
        return collection.at(source)

    def _brought_up(self, source: VectorSource, name: str) -> Collection:
        before = self._get(name)
        if before and before.block.serves(source.version):
            return before
        if before and source.version <= before.block.version:
            return Collection.read(source, name)  # for this reader only: others are ahead
        collection = (before and before.followed(source, name)) or Collection.read(source, name)
        self._keep(name, collection)
        return collection

    def _get(self, name: str) -> Collection | None:
        with self._order:
            if name in self._kept:
                self._kept.move_to_end(name)
            return self._kept.get(name)

    def _keep(self, name: str, collection: Collection) -> None:
        with self._order:
            self._kept[name] = collection
            self._kept.move_to_end(name)
            if len(self._kept) > _MAX_COLLECTIONS:
                self._kept.popitem(last=False)
