"""Reading the data file: every answer of one `Snapshot` comes from one version of the index."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.documents import DEFAULT_COLLECTION, Document, Heading, Metadata, is_finite
from index.errors import NotFoundError
from index.feedback import KeptFeedback
from index.keys import Key
from index.storage.base import CONTEXT_WEIGHT, DocumentSummary, Filter, Original, StoredChunk
from index.storage.sqlite import feedback, keys

_SUMMARY = """SELECT id, collection, title, uri, media_type, metadata, sha256, added, length(text),
    (SELECT count(*) FROM chunks WHERE document = documents.key),
    (SELECT length(bytes) FROM originals WHERE document = documents.key) FROM documents"""
_SIZES = """SELECT collection, count(*), sum((SELECT count(*) FROM chunks WHERE document = documents.key))
    FROM documents GROUP BY collection ORDER BY collection"""
_ORIGINAL = """FROM originals JOIN documents ON documents.key = originals.document
    WHERE documents.collection = ? AND documents.id = ?"""
_DOCUMENT = "SELECT id, title, text, uri, media_type, metadata, pages, headings FROM documents"

# Chunks whose document is in the collection, is one of the ids if there are any, and has every metadata value wanted.
# What an earlier Quoth let in as metadata isn't always JSON: NaN and infinity aren't
_ADMITTED = """SELECT chunks.key FROM chunks JOIN documents ON documents.key = chunks.document
    WHERE documents.collection = :collection
    AND (:ids IS NULL OR documents.id IN (SELECT value FROM json_each(:ids)))
    AND NOT EXISTS (
        SELECT 1 FROM json_each(:metadata) AS wanted WHERE NOT EXISTS (
            SELECT 1 FROM json_each(CASE WHEN json_valid(documents.metadata) THEN documents.metadata END) AS has
            WHERE has.key = wanted.key AND has.value = wanted.value
            AND (has.type IN ('true', 'false')) = (wanted.type IN ('true', 'false'))))"""

_WORDS = "FROM chunk_words WHERE chunk_words MATCH :words AND rank MATCH :weights"
_BEST_OF_ALL = f"SELECT rowid, rank {_WORDS} ORDER BY rank LIMIT :limit"
# the plus keeps SQLite from looking up each admitted row in the full-text index by itself
_BEST_OF_ADMITTED = _BEST_OF_ALL.replace("ORDER BY", f"AND +rowid IN ({_ADMITTED}) ORDER BY")

_FIRST_AND_LAST_COLLECTION = "SELECT (SELECT min(collection) FROM documents), (SELECT max(collection) FROM documents)"


class Snapshot:
    """One version of the index, read through a connection that is inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.version = int(self.manifest("version") or 0)

    def manifest(self, name: str) -> str | int | None:
        """One value of the manifest, None where there is none of that name."""
        row = self._connection.execute("SELECT value FROM manifest WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def rows(self, query: str, values: Sequence[str | int | None] = ()) -> list[tuple[Any, ...]]:
        """What another module of this package asks of the table it keeps."""
        return self._connection.execute(query, values).fetchall()

    def copy_to(self, connection: sqlite3.Connection) -> None:
        """Write this version of the whole file to another database, replacing what is there."""
        self._connection.backup(connection)

    def collections(self) -> dict[str, int]:
        """Each collection's name → how many documents it has."""
        return dict(self._connection.execute("SELECT collection, count(*) FROM documents GROUP BY 1 ORDER BY 1"))

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Collection → (documents, chunks)."""
        return {collection: (documents, chunks) for collection, documents, chunks in self.rows(_SIZES)}

    def require(self, where: Filter) -> None:
        """Raise NotFoundError for a collection without documents (the default one always exists) or an unknown id."""
        query = "SELECT EXISTS (SELECT 1 FROM documents WHERE collection = ?)"
        (exists,) = self._connection.execute(query, (where.collection,)).fetchone()
        if not exists and where.collection != DEFAULT_COLLECTION:
            known = ", ".join(self.collections()) or DEFAULT_COLLECTION
            raise NotFoundError(f"There is no collection {where.collection!r}: known are {known}.")
        for document_id in where.document_ids or ():
            if self.sha256(document_id, where.collection) is None:
                raise _unknown_document(document_id, where.collection)

    def summaries(self, collection: str | None = None, *, limit: int = -1, offset: int = 0) -> list[DocumentSummary]:
        """Documents in the order of collection and id, all collections' unless one is named; `limit` -1 is no limit."""
        query = f"{_SUMMARY} WHERE ?1 IS NULL OR collection = ?1 ORDER BY collection, id LIMIT ?2 OFFSET ?3"
        return [_summary(row) for row in self._connection.execute(query, (collection, limit, offset))]

    def summary(self, document_id: str, collection: str) -> DocumentSummary:
        """One document's. Raises NotFoundError for an unknown id."""
        query = f"{_SUMMARY} WHERE collection = ? AND id = ?"
        row = self._connection.execute(query, (collection, document_id)).fetchone()
        if row is None:
            raise _unknown_document(document_id, collection)
        return _summary(row)

    def sha256(self, document_id: str, collection: str) -> str | None:
        """The digest of a document's content; None for an unknown id."""
        query = "SELECT sha256 FROM documents WHERE collection = ? AND id = ?"
        row = self._connection.execute(query, (collection, document_id)).fetchone()
        return row[0] if row else None

    def original(self, document_id: str, collection: str) -> Original:
        """The file a document was read from. Raises NotFoundError for an unknown id, and where none is kept."""
        self.summary(document_id, collection)
        query = f"SELECT media_type, originals.sha256, bytes {_ORIGINAL}"
        row = self._connection.execute(query, (collection, document_id)).fetchone()
        if row is None:
            raise NotFoundError(
                f"No original is kept of {document_id!r}: it is plain text itself, or was indexed by an older Quoth, "
                "and indexing it anew keeps it."
            )
        return Original(*row)

    def has_original(self, key: int) -> bool:
        """Whether the file is kept of the document of a key that this snapshot's chunks name."""
        query = "SELECT EXISTS (SELECT 1 FROM originals WHERE document = ?)"
        return bool(self._connection.execute(query, (key,)).fetchone()[0])

    def original_sha256(self, document_id: str, collection: str) -> str | None:
        """The digest of the file a document was read from; None where none is kept."""
        row = self._connection.execute(f"SELECT originals.sha256 {_ORIGINAL}", (collection, document_id)).fetchone()
        return row[0] if row else None

    def document(self, key: int) -> Document:
        """The document of a key that this snapshot's chunks name."""
        return _document(self._connection.execute(f"{_DOCUMENT} WHERE key = ?", (key,)).fetchone())

    def document_by_id(self, document_id: str, collection: str) -> Document:
        """One document, whole. Raises NotFoundError for an unknown id."""
        query = f"{_DOCUMENT} WHERE collection = ? AND id = ?"
        row = self._connection.execute(query, (collection, document_id)).fetchone()
        if row is None:
            raise _unknown_document(document_id, collection)
        return _document(row)

    def documents(self) -> Iterator[tuple[str, Document]]:
        """Every (collection, document), in the order they were added."""
        query = "SELECT key, collection FROM documents ORDER BY key"
        for key, collection in self._connection.execute(query).fetchall():
            yield collection, self.document(key)

    def chunks(self, keys: Sequence[int]) -> dict[int, StoredChunk]:
        """Chunk key → chunk, for those keys that there are."""
        query = """SELECT chunks.key, documents.key, documents.id, start, end, chunks.text
            FROM chunks JOIN documents ON documents.key = chunks.document
            WHERE chunks.key IN (SELECT value FROM json_each(?))"""
        return {row[0]: StoredChunk(*row) for row in self._connection.execute(query, (json.dumps(list(keys)),))}

    def chunks_of(self, document_id: str, collection: str) -> list[StoredChunk]:
        """A document's chunks in the order they stand in; none for an unknown id."""
        query = """SELECT chunks.key, documents.key, documents.id, start, end, chunks.text
            FROM chunks JOIN documents ON documents.key = chunks.document
            WHERE documents.collection = ? AND documents.id = ? ORDER BY start, end"""
        return [StoredChunk(*row) for row in self._connection.execute(query, (collection, document_id))]

    def service_keys(self) -> list[Key]:
        """Every key to the service, in the order they were made."""
        return keys.listed(self._connection)

    def feedback(self, collection: str | None = None, *, limit: int = -1, offset: int = 0) -> list[KeptFeedback]:
        """What was said of answers, in the order it was given, of all collections unless one is named.

        `limit` -1 is no limit.
        """
        return feedback.listed(self._connection, collection, limit=limit, offset=offset)

    def feedback_counts(self) -> dict[str, int]:
        """Collection → how often feedback was given on it."""
        return feedback.counts(self._connection)

    def chunk_keys(self, where: Filter) -> NDArray[np.int64]:
        """The keys of all chunks that `where` admits, ascending."""
        keys = self._connection.execute(_ADMITTED + " ORDER BY 1", _values(where)).fetchall()
        return np.array(keys, np.int64).reshape(-1)

    def vectors(self, keys: NDArray[np.int64], dimension: int) -> NDArray[np.float32]:
        """(len(keys), dimension), in the order of `keys`, which ascend."""
        matrix = np.empty((len(keys), dimension), np.float32)
        wanted = set(keys.tolist())
        low, high = (int(keys[0]), int(keys[-1])) if len(keys) else (0, -1)
        query = "SELECT chunk, vector FROM vectors WHERE chunk BETWEEN ? AND ? ORDER BY chunk"
        rows = (row for row in self._connection.execute(query, (low, high)) if row[0] in wanted)
        for i, (_, vector) in enumerate(rows):
            matrix[i] = np.frombuffer(vector, "<f4")
        return matrix

    def bm25(self, words: str, where: Filter, limit: int, context: float = CONTEXT_WEIGHT) -> dict[int, float]:
        """Chunk key → BM25 score (higher is better) of the best `limit` for an FTS5 expression, best first.

        Words are weighed by how rare they are in the whole data file, all collections together, and those of a chunk's
        context by `context` ≥ 0; with 0 it is not searched, though a chunk's length is still counted with it.
        """
        ends = self._connection.execute(_FIRST_AND_LAST_COLLECTION).fetchone()
        everything = where.whole_collection and ends == (where.collection, where.collection)
        query = _BEST_OF_ALL if everything else _BEST_OF_ADMITTED
        rows = self._connection.execute(query, {**_values(where), **_weighed(words, context), "limit": limit})
        return {key: -rank for key, rank in rows}

    def bm25_of(self, words: str, keys: Sequence[int], context: float = CONTEXT_WEIGHT) -> dict[int, float]:
        """Chunk key → BM25 score, for those of `keys` in which any of the words occurs; `context` as for `bm25`."""
        query, values = f"SELECT rank {_WORDS} AND rowid = :key", _weighed(words, context)
        rows = {key: self._connection.execute(query, {**values, "key": key}).fetchone() for key in keys}
        return {key: -row[0] for key, row in rows.items() if row}


def _unknown_document(document_id: str, collection: str) -> NotFoundError:
    return NotFoundError(
        f"There is no document {document_id!r} in the collection {collection!r}: `quoth documents` lists what is there."
    )


def _values(where: Filter) -> dict[str, str | None]:
    """What `_ADMITTED` compares with."""
    ids = None if where.document_ids is None else json.dumps(where.document_ids)
    return {"collection": where.collection, "ids": ids, "metadata": json.dumps(dict(where.metadata))}


def _weighed(words: str, context: float) -> dict[str, str]:
    """What `_WORDS` matches: an FTS5 expression, and BM25's weights of the columns text and context."""
    return {"words": words if context else f"{{text}} : ({words})", "weights": f"bm25(1.0, {context:f})"}


def _finite(metadata: str) -> Metadata:
    """A document's metadata, without the numbers that an earlier Quoth let in though they aren't finite."""
    return {name: value for name, value in json.loads(metadata).items() if is_finite(value)}


def _summary(row: tuple) -> DocumentSummary:  # type: ignore[type-arg]
    document_id, collection, title, uri, media_type, metadata, *rest = row
    return DocumentSummary(document_id, collection, title, uri, media_type, _finite(metadata), *rest)


def _document(row: tuple) -> Document:  # type: ignore[type-arg]
    document_id, title, text, uri, media_type, metadata, pages, headings = row
    return Document(
        id=document_id,
        title=title,
        text=text,
        uri=uri,
        media_type=media_type,
        metadata=_finite(metadata),
        pages=tuple(json.loads(pages)),
        headings=tuple(Heading(*heading) for heading in json.loads(headings)),
    )
