"""Reading the data file: one version of it, seen by one principal."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.documents import DEFAULT_COLLECTION, Document, DocumentSummary, Heading, Metadata, is_finite
from index.errors import DocumentError, NotFoundError, StorageError
from index.feedback import KeptFeedback
from index.signature import Signature, from_json
from index.storage.base import CONTEXT_WEIGHT, ChunkKey, Filter, Original, StoredChunk
from index.storage.principals import SEES_ALL, Principal
from index.storage.sqlite import feedback, schema
from index.storage.sqlite import words as full_text
from index.storage.sqlite.database import deadline
from index.storage.sqlite.vectors import VectorIndex
from index.storage.sqlite.visibility import only_seen

_SUMMARY = """SELECT id, collection, title, uri, media_type, metadata, sha256, added, length(text),
    (SELECT count(*) FROM chunks WHERE document = documents.key),
    (SELECT length(bytes) FROM originals WHERE document = documents.key) FROM documents"""
_SIZES = """SELECT collection, count(*), sum((SELECT count(*) FROM chunks WHERE document = documents.key))
    FROM documents GROUP BY collection ORDER BY collection"""
_ORIGINAL = """FROM originals JOIN documents ON documents.key = originals.document
    WHERE documents.collection = :collection AND documents.id = :id"""
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

_WORDS = "FROM {table} WHERE {table} MATCH :words AND rank MATCH :weights"
_BEST_OF_ALL = f"SELECT rowid, rank {_WORDS} ORDER BY rank LIMIT :limit"
# the plus keeps SQLite from looking up each admitted row in the full-text index by itself
_BEST_OF_ADMITTED = _BEST_OF_ALL.replace("ORDER BY", f"AND +rowid IN ({_ADMITTED}) ORDER BY")

_CHUNK = """SELECT chunks.key, documents.id, start, end, chunks.text, chunks.context
    FROM chunks JOIN documents ON documents.key = chunks.document"""


class SQLiteView:
    """One version of the index as one principal sees it, read through a connection that is inside a transaction.

    Every statement that names the table `documents` finds in it only what they may see. A chunk's key is its row's.
    """

    def __init__(
        self, connection: sqlite3.Connection, principal: Principal = SEES_ALL, vectors: VectorIndex | None = None
    ) -> None:
        self._connection = connection
        self._principal = principal
        self._only_seen, self._rules = only_seen(principal)
        self._vectors = vectors or VectorIndex()
        self._own_words: dict[str, str] = {}
        self.version = int(self.manifest("version") or 0)

    @property
    def signature(self) -> Signature:
        """What the index was made with."""
        return from_json(str(self.manifest("signature")))

    def manifest(self, name: str) -> str | int | None:
        """One value that was kept under a name, None where there is none."""
        row = self._connection.execute("SELECT value FROM manifest WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def rows(self, query: str, **values: str | float | None) -> sqlite3.Cursor:
        """What a SELECT gives, its `documents` being those that may be seen."""
        return self._connection.execute(self._only_seen + query, {**self._rules, **values})

    def copy_to(self, connection: sqlite3.Connection) -> None:
        """Write this version of the whole file to another database, replacing what is there."""
        self._connection.backup(connection)

    def bounded(self, path: Path) -> AbstractContextManager[None]:
        """Within it, reads fail after a time in which any whole file of the size of `path`, which is read, is read."""
        return deadline(self._connection, path)

    def collections(self) -> dict[str, int]:
        """Each collection's name → how many documents it has."""
        return dict(self.rows("SELECT collection, count(*) FROM documents GROUP BY 1 ORDER BY 1"))

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Collection → (documents, chunks)."""
        return {collection: (documents, chunks) for collection, documents, chunks in self.rows(_SIZES)}

    def require(self, where: Filter) -> None:
        """Raise NotFoundError for a collection without documents (the default one always exists) or an unknown id."""
        query = "SELECT EXISTS (SELECT 1 FROM documents WHERE collection = :collection)"
        (exists,) = self.rows(query, collection=where.collection).fetchone()
        if not exists and where.collection != DEFAULT_COLLECTION:
            known = ", ".join(self.collections()) or DEFAULT_COLLECTION
            raise NotFoundError(f"There is no collection {where.collection!r}: known are {known}.")
        for document_id in where.document_ids or ():
            if self.sha256(document_id, where.collection) is None:
                raise _unknown_document(document_id, where.collection)

    def summaries(self, collection: str | None = None, *, limit: int = -1, offset: int = 0) -> list[DocumentSummary]:
        """Documents in the order of collection and id, all collections' unless one is named; `limit` -1 is no limit."""
        query = f"""{_SUMMARY} WHERE :collection IS NULL OR collection = :collection
            ORDER BY collection, id LIMIT :limit OFFSET :offset"""
        return [_summary(row) for row in self.rows(query, collection=collection, limit=limit, offset=offset)]

    def summary(self, document_id: str, collection: str) -> DocumentSummary:
        """One document's. Raises NotFoundError for an unknown id."""
        query = f"{_SUMMARY} WHERE collection = :collection AND id = :id"
        row = self.rows(query, collection=collection, id=document_id).fetchone()
        if row is None:
            raise _unknown_document(document_id, collection)
        return _summary(row)

    def sha256(self, document_id: str, collection: str) -> str | None:
        """The digest of a document's content; None for an unknown id."""
        query = "SELECT sha256 FROM documents WHERE collection = :collection AND id = :id"
        row = self.rows(query, collection=collection, id=document_id).fetchone()
        return row[0] if row else None

    def original(self, document_id: str, collection: str) -> Original:
        """The file a document was read from. Raises NotFoundError for an unknown id, and where none is kept."""
        self.summary(document_id, collection)
        query = f"SELECT media_type, originals.sha256, bytes {_ORIGINAL}"
        row = self.rows(query, collection=collection, id=document_id).fetchone()
        if row is None:
            raise NotFoundError(
                f"No original is kept of {document_id!r}: it is plain text itself, or was indexed by an older Quoth, "
                "and indexing it anew keeps it."
            )
        return Original(*row)

    def original_sha256(self, document_id: str, collection: str) -> str | None:
        """The digest of the file a document was read from; None where none is kept."""
        row = self.rows(f"SELECT originals.sha256 {_ORIGINAL}", collection=collection, id=document_id).fetchone()
        return row[0] if row else None

    def document(self, document_id: str, collection: str) -> Document:
        """One document, whole. Raises NotFoundError for an unknown id."""
        query = f"{_DOCUMENT} WHERE collection = :collection AND id = :id"
        row = self.rows(query, collection=collection, id=document_id).fetchone()
        if row is None:
            raise _unknown_document(document_id, collection)
        return _document(row)

    def documents(self) -> Iterator[tuple[str, Document]]:
        """Every (collection, document), in the order they were added."""
        for key, collection in self.rows("SELECT key, collection FROM documents ORDER BY key").fetchall():
            yield collection, _document(self.rows(f"{_DOCUMENT} WHERE key = :key", key=key).fetchone())

    def chunks(self, keys: Sequence[ChunkKey]) -> dict[ChunkKey, StoredChunk]:
        """Chunk key → chunk, for those keys that there are."""
        query = f"{_CHUNK} WHERE chunks.key IN (SELECT value FROM json_each(:keys))"  # noqa: S608  # ours
        return {row[0]: StoredChunk(*row) for row in self.rows(query, keys=json.dumps(list(keys)))}

    def chunks_of(self, document_id: str, collection: str) -> list[StoredChunk]:
        """A document's chunks in the order they stand in; none for an unknown id."""
        query = f"{_CHUNK} WHERE documents.collection = :collection AND documents.id = :id ORDER BY start, end"
        return [StoredChunk(*row) for row in self.rows(query, collection=collection, id=document_id)]

    def vectors_of(self, document_id: str, collection: str) -> NDArray[np.float32]:
        """(chunks, dimension): the vectors of a document's chunks, in the order of `chunks_of`."""
        keys = np.array([chunk.key for chunk in self.chunks_of(document_id, collection)], np.int64)
        ascending = np.sort(keys)
        return self.vectors(ascending, self.signature.dimension)[np.searchsorted(ascending, keys)]

    def feedback(self, collection: str | None = None, *, limit: int = -1, offset: int = 0) -> list[KeptFeedback]:
        """What was said of answers, in the order it was given, of all collections unless one is named.

        `limit` -1 is no limit. Somebody who may not see everything sees what was said of answers from documents that
        they may see.
        """
        rows = self.rows(feedback.LISTED.format(seen=self._seen()), collection=collection, limit=limit, offset=offset)
        with _stored("Feedback"):
            return [feedback.kept(row) for row in rows]

    def feedback_counts(self) -> dict[str, int]:
        """Collection → how often feedback was given on it."""
        return dict(self.rows(feedback.COUNTS.format(seen=self._seen())))

    def _seen(self) -> str:
        return feedback.QUOTES_NOTHING_HIDDEN if self._rules else "1"

    def chunk_keys(self, where: Filter) -> NDArray[np.int64]:
        """The keys of all chunks that `where` admits, ascending."""
        keys = self.rows(_ADMITTED + " ORDER BY 1", **_values(where)).fetchall()
        return np.array(keys, np.int64).reshape(-1)

    def vectors(self, keys: NDArray[np.int64], dimension: int) -> NDArray[np.float32]:
        """(len(keys), dimension), in the order of `keys`, which ascend."""
        matrix = np.empty((len(keys), dimension), np.float32)
        wanted = set(keys.tolist())
        low, high = (int(keys[0]), int(keys[-1])) if len(keys) else (0, -1)
        query = "SELECT chunk, vector FROM vectors WHERE chunk BETWEEN ? AND ? ORDER BY chunk"
        rows = (row for row in self._connection.execute(query, (low, high)) if row[0] in wanted)
        for i, (key, vector) in enumerate(rows):
            with _stored(f"Vector {key}"):
                matrix[i] = np.frombuffer(vector, "<f4")
        return matrix

    def nearest(self, vector: NDArray[np.float32], where: Filter, limit: int) -> dict[ChunkKey, float]:
        """Chunk key → cosine with `vector` (dimension,) of the `limit` nearest that `where` admits, nearest first."""
        if not self._principal.admits_some_of(where.collection):
            return {}
        narrowed = self._principal.by_document or not where.whole_collection
        index = self._vectors.at(self._unseen(), where.collection)
        return index.search(vector, limit, self.chunk_keys(where) if narrowed else None)

    def cosines(self, vector: NDArray[np.float32], where: Filter, keys: Sequence[ChunkKey]) -> dict[ChunkKey, float]:
        """Chunk key → cosine with `vector`, for those of `keys` that are of the collection that `where` names."""
        seen = list(self.chunks(keys)) if self._rules else keys
        return self._vectors.at(self._unseen(), where.collection).cosines(vector, seen) if seen else {}

    def matching(
        self, words: Sequence[str], where: Filter, limit: int, *, context: float = CONTEXT_WEIGHT
    ) -> dict[ChunkKey, float]:
        """Chunk key → BM25 score (higher is better) of the best `limit` with any of the words, best first.

        A word of a chunk's context counts `context` ≥ 0 by one of its own; with 0 it is not searched, though a chunk's
        length is still counted with it.
        """
        return self._best(full_text.any_of(words), where, limit, context) if words else {}

    def word_scores(
        self,
        words: Sequence[str],
        where: Filter,
        keys: Sequence[ChunkKey],
        *,
        context: float = CONTEXT_WEIGHT,
    ) -> dict[ChunkKey, float]:
        """Chunk key → BM25 score as `matching` gives it, for those of `keys` in which any of the words occurs."""
        table = self._words(where.collection)
        if not words or table is None:
            return {}
        query = f"SELECT rank {_WORDS} AND rowid = :key".format(table=table)
        values = full_text.weighed(full_text.any_of(words), context)
        rows = {key: self._connection.execute(query, {**values, "key": key}).fetchone() for key in keys}
        return {key: -row[0] for key, row in rows.items() if row}

    def with_phrase(self, words: Sequence[str], where: Filter, limit: int) -> list[ChunkKey]:
        """The best `limit` chunks in which the words stand one after another, in any of their inflected forms."""
        return list(self._best(full_text.phrase(words), where, limit, 0)) if words else []

    def _best(self, expression: str, where: Filter, limit: int, context: float) -> dict[ChunkKey, float]:
        table = self._words(where.collection)
        if table is None:
            return {}
        everything = where.whole_collection and table != schema.SHARED_WORDS
        query = (_BEST_OF_ALL if everything else _BEST_OF_ADMITTED).format(table=table)
        values = {**({} if everything else _values(where)), **full_text.weighed(expression, context)}
        return {key: -rank for key, rank in self.rows(query, **values, limit=limit)}

    def _words(self, collection: str) -> str | None:
        """The full-text index of what they may see of a collection; None where there is none.

        Somebody from whom some documents of it are hidden needs one of their own, for what is hidden would weigh the
        words too. It is made when it is first asked for and gone with the view: 0.06 s for each thousand chunks.
        """
        if not self._principal.admits_some_of(collection):
            return None
        if not self._principal.by_document:
            return full_text.index_of(self._connection, collection)
        if collection not in self._own_words:
            table = f"seen_words_{len(self._own_words)}"
            values = {**self._rules, "collection": collection}
            full_text.make_of_seen(self._connection, table, self._only_seen, values)
            self._own_words[collection] = table
        return self._own_words[collection]

    def _unseen(self) -> "SQLiteView":
        """The same version as everybody sees it together, which the vectors in memory follow."""
        return self if not self._rules else SQLiteView(self._connection)


def _unknown_document(document_id: str, collection: str) -> NotFoundError:
    return NotFoundError(
        f"There is no document {document_id!r} in the collection {collection!r}: `quoth documents` lists what is there."
    )


def _values(where: Filter) -> dict[str, str | None]:
    """What `_ADMITTED` compares with."""
    ids = None if where.document_ids is None else json.dumps(where.document_ids)
    return {"collection": where.collection, "ids": ids, "metadata": json.dumps(dict(where.metadata))}


def _finite(metadata: str) -> Metadata:
    """A document's metadata, without the numbers that an earlier Quoth let in though they aren't finite."""
    return {name: value for name, value in json.loads(metadata).items() if is_finite(value)}


@contextmanager
def _stored(what: str) -> Iterator[None]:
    """What is in a row may be anything, once the file was damaged or made by others."""
    try:
        yield
    except (DocumentError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise StorageError(
            f"{what} isn't stored as Quoth stores it ({type(error).__name__}): `quoth verify` tells what is damaged."
        ) from error


def _summary(row: tuple) -> DocumentSummary:  # type: ignore[type-arg]
    document_id, collection, title, uri, media_type, metadata, *rest = row
    with _stored(f"Document {document_id!r}"):
        return DocumentSummary(document_id, collection, title, uri, media_type, _finite(metadata), *rest)


def _document(row: tuple) -> Document:  # type: ignore[type-arg]
    document_id, title, text, uri, media_type, metadata, pages, headings = row
    with _stored(f"Document {document_id!r}"):
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
