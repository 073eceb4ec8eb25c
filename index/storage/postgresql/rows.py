"""A document's rows: it and its original, its chunks, their vectors and their words."""

import json
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.chunking import Chunk
from index.context import context_of
from index.documents import Document, digest
from index.errors import DocumentError
from index.storage.postgresql import postings
from index.storage.postgresql.connection import Database
from index.storage.tokenizer import Tokenizer

_TOGETHER = 5000  # chunks whose words are written at once


def check_storable(document: Document, collection: str) -> None:
    """Raise DocumentError for what PostgreSQL's text can't hold: NUL, and half a surrogate pair."""
    parts = {"collection": collection, "title": document.title, "uri": document.uri or "",
             "media type": document.media_type, "metadata": repr_of(dict(document.metadata)),
             "headings": repr_of([heading.title for heading in document.headings]),
             "readers": repr_of(document.readers)}  # fmt: skip
    for name, text in parts.items():
        if not is_storable(text):
            raise DocumentError(f"{document.id} has a NUL or half a surrogate pair in its {name}: leave it out.")


def repr_of(value: object) -> str:
    """As JSON, with every character as it is, so that `is_storable` sees it."""
    return json.dumps(value, ensure_ascii=False).replace("\\u0000", "\0")


def is_storable(text: str) -> bool:
    """Whether PostgreSQL's text can hold it."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def remove_document(connection: Database, document_id: str, collection: str, tokenizer: Tokenizer) -> bool:
    """Remove a document with what is derived of it, and return whether there was one.

    The tokenizer is that of the collection, as for `ChunkWriter.add`.
    """
    query = "SELECT key FROM documents WHERE collection = %s AND id = %s"
    row = connection.execute(query, (collection, document_id)).fetchone()
    if row is None:
        return False
    _remove_chunks(connection, row[0], collection, tokenizer)
    connection.execute("DELETE FROM documents WHERE key = %s", row)
    return True


def _remove_chunks(connection: Database, key: int, collection: str, tokenizer: Tokenizer) -> None:
    """Remove a document's chunks with their vectors and words."""
    query = "SELECT key, text, context, words FROM chunks WHERE document = %s"
    chunks = connection.execute(query, (key,)).fetchall()
    keys = [chunk[0] for chunk in chunks]
    number = _count(connection, collection, -len(chunks), -sum(chunk[3] for chunk in chunks))
    words = {posting.word for posting in tokenizer.postings([(text, context) for _, text, context, _ in chunks])}
    postings.remove(connection, number, words, keys)
    connection.execute("DELETE FROM vectors WHERE chunk = ANY (%s)", (keys,))
    connection.execute("DELETE FROM chunks WHERE document = %s", (key,))


def insert_document(
    connection: Database, document: Document, original: bytes | None, collection: str, added: str
) -> int:
    """Add a document and its original, without chunks, and return its key."""
    headings = [(heading.start, heading.level, heading.title) for heading in document.headings]
    (key,) = connection.execute(
        """INSERT INTO documents
            (collection, id, title, uri, media_type, text, metadata, pages, headings, sha256, added, readers)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING key""",
        (
            collection,
            document.id,
            document.title,
            document.uri,
            document.media_type,
            document.text,
            json.dumps(dict(document.metadata)),
            list(document.pages),
            json.dumps(headings),
            document.sha256,
            added,
            list(document.readers),
        ),
    ).fetchone() or (0,)
    if original is not None:
        query = "INSERT INTO originals (document, sha256, bytes) VALUES (%s, %s, %s)"
        connection.execute(query, (key, digest(original), original))
    return int(key)


class ChunkWriter:
    """Adds documents' chunks, with their vectors and words, in one transaction; `flush` must be called at the end.

    Of many documents the words are written and counted together, for whoever adds to a row writes it anew.
    """

    def __init__(self, connection: Database) -> None:
        self._connection = connection
        self._numbers: dict[str, int] = {}
        self._waiting: dict[str, list[postings.New]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(
        self,
        key: int,
        document: Document,
        chunks: Sequence[Chunk],
        vectors: NDArray[np.float32],
        collection: str,
        tokenizer: Tokenizer,
    ) -> None:
        """Add a document's chunks; `key` is its own, and vectors are (len(chunks), dimension)."""
        if len(chunks) != len(vectors):
            raise ValueError(f"There are {len(chunks)} chunks, but {len(vectors)} vectors.")
        texts = [(document.text[chunk.start : chunk.end], context_of(document, chunk.start)) for chunk in chunks]
        its_postings = tokenizer.postings(texts)
        words = [0] * len(chunks)
        for posting in its_postings:
            words[posting.text] += len(posting.own) + len(posting.context)
        if collection not in self._numbers:
            self._numbers[collection] = _count(self._connection, collection, 0, 0)
        keys = self._insert(key, chunks, texts, words)
        with (
            self._connection.cursor() as cursor,
            cursor.copy("COPY vectors (chunk, collection, vector) FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.set_types(["int8", "int4", "vector"])
            for chunk_key, vector in zip(keys, vectors, strict=True):
                copy.write_row((chunk_key, self._numbers[collection], vector))
        self._waiting.setdefault(collection, []).append(postings.New.of(its_postings, keys, words))
        self._counts.update({(collection, "chunks"): len(chunks), (collection, "words"): sum(words)})
        if sum(self._counts[name, "chunks"] for name in self._waiting) >= _TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        for collection, waiting in self._waiting.items():
            number = _count(
                self._connection, collection, self._counts[collection, "chunks"], self._counts[collection, "words"]
            )
            postings.add(self._connection, number, waiting)
        self._waiting.clear()
        self._counts.clear()

    def _insert(
        self, document: int, chunks: Sequence[Chunk], texts: Sequence[tuple[str, str]], words: Sequence[int]
    ) -> list[int]:
        """Insert the rows of chunks, whose keys are neighbours, in order, and return these."""
        rows = self._connection.execute(
            """INSERT INTO chunks (document, start_at, end_at, text, context, words)
            SELECT %s, start_at, end_at, text, context, words
            FROM unnest(%s::int[], %s::int[], %s::text[], %s::text[], %s::int[])
                WITH ORDINALITY AS each (start_at, end_at, text, context, words, place) ORDER BY place RETURNING key""",
            (
                document,
                [chunk.start for chunk in chunks],
                [chunk.end for chunk in chunks],
                [text for text, _ in texts],
                [context for _, context in texts],
                list(words),
            ),
        )
        return [row[0] for row in rows]


def _count(connection: Database, collection: str, chunks: int, words: int) -> int:
    """Add to what is known of a collection, which is made with its first chunks, and return its number."""
    query = """INSERT INTO collections (name, chunks, words) VALUES (%s, %s, %s) ON CONFLICT (name) DO UPDATE
        SET chunks = collections.chunks + excluded.chunks, words = collections.words + excluded.words
        RETURNING number"""
    (number,) = connection.execute(query, (collection, chunks, words)).fetchone() or (0,)
    return int(number)


def forget_collection(connection: Database, collection: str) -> None:
    """Leave nothing of a collection without documents."""
    query = "DELETE FROM collections WHERE name = %s AND NOT EXISTS (SELECT 1 FROM documents WHERE collection = name)"
    connection.execute(query, (collection,))
