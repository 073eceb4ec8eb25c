"""The rows of a document: the document and its original, its chunks, their vectors and their words."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.chunking import Chunk
from index.context import context_of
from index.documents import Document, digest
from index.storage.sqlite import removals, words


class Removed(NamedTuple):
    """Whether there was such a document, and the full-text indexes that hold its words until they are merged."""

    document: bool
    words: set[str]


def remove_document(connection: sqlite3.Connection, document_id: str, collection: str) -> Removed:
    """Remove a document with its chunks, vectors and words."""
    tables = words.remove(connection, document_id, collection)
    query = """SELECT min(chunks.key), max(chunks.key) FROM chunks JOIN documents ON documents.key = chunks.document
        WHERE collection = ? AND id = ?"""
    first, last = connection.execute(query, (collection, document_id)).fetchone()
    if first is not None:
        removals.note(connection, first, last)
    query = "DELETE FROM documents WHERE collection = ? AND id = ?"
    return Removed(connection.execute(query, (collection, document_id)).rowcount > 0, tables)


def insert_document(connection: sqlite3.Connection, document: Document, original: bytes | None, collection: str) -> int:
    """Add a document and its original, without chunks; returns its key."""
    key = connection.execute(
        "INSERT INTO documents (collection, id, title, uri, media_type, text, metadata, pages, headings, sha256, added)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            collection,
            document.id,
            document.title,
            document.uri,
            document.media_type,
            document.text,
            json.dumps(dict(document.metadata)),
            json.dumps(document.pages),
            json.dumps([(heading.start, heading.level, heading.title) for heading in document.headings]),
            document.sha256,
            datetime.now(UTC).isoformat(timespec="seconds"),
        ),
    ).lastrowid
    readers = [(key, reader) for reader in document.readers]
    connection.executemany("INSERT INTO document_readers (document, reader) VALUES (?, ?)", readers)
    if original is not None:
        kept = (key, digest(original), original)
        connection.execute("INSERT INTO originals (document, sha256, bytes) VALUES (?, ?, ?)", kept)
    return int(key or 0)


def insert_chunks(
    connection: sqlite3.Connection,
    key: int,
    document: Document,
    chunks: Sequence[Chunk],
    vectors: NDArray[np.float32],
    collection: str,
) -> None:
    """Add a document's chunks with their words and vectors, (len(chunks), dimension)."""
    for chunk, vector in zip(chunks, vectors, strict=True):
        text, context = document.text[chunk.start : chunk.end], context_of(document, chunk.start)
        chunk_key = connection.execute(
            "INSERT INTO chunks (document, start, end, text, context) VALUES (?, ?, ?, ?, ?)",
            (key, chunk.start, chunk.end, text, context),
        ).lastrowid
        connection.execute("INSERT INTO vectors VALUES (?, ?)", (chunk_key, vector.astype("<f4").tobytes()))
    words.add(connection, key, collection)
