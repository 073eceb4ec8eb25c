"""The vectors of one version of the data file, and the chunks that they belong to, whoever may see them."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from index.errors import DocumentError, StorageError
from index.signature import Signature
from index.storage.sqlite import compressed, manifest, removals, schema, words
from index.storage.sqlite.blocks import Codes
from index.storage.sqlite.removals import Removal

_VECTORS_BETWEEN = "SELECT chunk, vector FROM vectors WHERE chunk BETWEEN ? AND ? ORDER BY chunk"
_VECTORS_OF = "SELECT chunk, vector FROM vectors WHERE chunk IN (SELECT value FROM json_each(?)) ORDER BY chunk"
_ALL_CHUNKS = """SELECT chunks.key FROM documents JOIN chunks ON chunks.document = documents.key
    WHERE collection = :collection"""
_CHUNKS_BETWEEN = """SELECT chunks.key FROM chunks CROSS JOIN documents ON documents.key = chunks.document
    WHERE chunks.key BETWEEN :first AND :last AND collection = :collection ORDER BY 1"""
# The plus keeps SQLite from going through all documents of the collection
_NEW_CHUNKS = _ALL_CHUNKS.replace("WHERE collection", "WHERE documents.key > :document AND +collection")
_DAMAGED_ROW = "{what} isn't stored as Quoth stores it ({error}): `quoth verify` tells what is damaged."


class VectorRows:
    """Reads through a connection within a transaction; it is the `VectorSource` of its version."""

    def __init__(self, connection: sqlite3.Connection, version: int) -> None:
        self._connection = connection
        self.version = version

    @property
    def signature(self) -> Signature:
        """What the index was made with."""
        return manifest.signature_of(self._connection)

    def vectors(self, keys: NDArray[np.int64], dimension: int) -> NDArray[np.float32]:
        """The vectors of these keys, which must ascend, (len(keys), dimension)."""
        if not len(keys):
            return np.empty((0, dimension), np.float32)
        low, high = int(keys[0]), int(keys[-1])
        if high - low < 2 * len(keys):
            rows = self._connection.execute(_VECTORS_BETWEEN, (low, high))
        else:
            rows = self._connection.execute(_VECTORS_OF, (json.dumps(keys.tolist()),))
        wanted = set(keys.tolist())
        found = [row for row in rows if row[0] in wanted]
        matrix = np.zeros((len(keys), dimension), np.float32)  # a damaged file may lack some
        for key, vector in found:
            if len(vector) != 4 * dimension:
                raise StorageError(_DAMAGED_ROW.format(what=f"Vector {key}", error="ValueError"))
        places = np.searchsorted(keys, np.array([key for key, _ in found], np.int64))
        matrix[places] = np.frombuffer(b"".join(vector for _, vector in found), "<f4").reshape(-1, dimension)
        return matrix

    def chunks_after(self, collection: str, document: int) -> NDArray[np.int64]:
        """The keys of a collection's chunks, ascending, of the documents with keys above `document`."""
        query = _NEW_CHUNKS if document else _ALL_CHUNKS
        keys = self._connection.execute(query, {"collection": collection, "document": document})
        return np.sort(np.fromiter((key for (key,) in keys), np.int64))

    def chunks_between(self, collection: str, first: int, last: int) -> NDArray[np.int64]:
        """The keys of a collection's chunks, ascending, from `first` to `last`, both included."""
        values = {"collection": collection, "first": first, "last": last}
        keys = self._connection.execute(_CHUNKS_BETWEEN, values)
        return np.fromiter((key for (key,) in keys), np.int64)

    def vector_parts(self, collection: str) -> list[tuple[words.Part, int]]:
        """(Part, how many compressed vectors the file has of it, 0 for none), by ascending keys."""
        sizes = compressed.sizes(self._connection) if words.is_since(self._connection, schema.COMPRESSED_SINCE) else {}
        parts = words.parts_of(self._connection, collection)
        return [(part, sizes.get(words.number_of(part.table), 0) if sizes else 0) for part in parts]

    def codes(self, part: words.Part, dimension: int) -> tuple[NDArray[np.int64], Codes]:
        """The keys, ascending, and compressed vectors of a part."""
        with stored(f"The compressed part {part.table}"):
            return compressed.read(self._connection, words.number_of(part.table), dimension)

    def last_keys(self) -> tuple[int, int]:
        """The highest keys that a document and a chunk have had so far."""
        keys = dict(self._connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
        return keys.get("documents", 0), keys.get("chunks", 0)

    def removals(self, version: int) -> list[Removal] | None:
        """Which chunks were removed after a version; None if that isn't known."""
        if not words.is_since(self._connection, schema.REMOVALS_SINCE):
            return None
        return removals.after(self._connection, version, self.version)


@contextmanager
def stored(what: str) -> Iterator[None]:
    """Inside, errors become StorageError: a row may hold anything if the file is damaged or of other origin."""
    try:
        yield
    except (DocumentError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise StorageError(_DAMAGED_ROW.format(what=what, error=type(error).__name__)) from error
