"""Makes the derived tables of a data file anew."""

import sqlite3
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.chunking import Chunk
from index.documents import Document
from index.signature import Signature
from index.storage.sqlite import manifest, removals, schema, words
from index.storage.sqlite.rows import insert_chunks
from index.storage.sqlite.tables import create_kept


def rebuild(
    connection: sqlite3.Connection,
    signature: Signature,
    remade: Iterator[tuple[str, Document, Sequence[Chunk], NDArray[np.float32]]],
) -> int:
    """Replace all chunks and the signature; returns the new version. See `Store.rebuild`."""
    (last,) = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'chunks'").fetchone() or (0,)
    words.drop_all(connection)
    for statement in (*schema.DROP_DERIVED, *schema.DERIVED):
        connection.execute(statement)
    # A chunk's key is never reused, since vectors in memory are identified by it
    connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('chunks', ?)", (last,))
    create_kept(connection)
    removals.note_all(connection)
    if manifest.signature_of(connection).embedder_sha256 != signature.embedder_sha256:
        connection.execute("UPDATE question_texts SET vector = NULL")  # of another embedder
    manifest.set_value(connection, "signature", signature.to_json())
    for collection, document, chunks, vectors in remade:
        query = "SELECT key FROM documents WHERE collection = ? AND id = ?"
        if row := connection.execute(query, (collection, document.id)).fetchone():
            insert_chunks(connection, row[0], document, chunks, vectors, collection)
    return manifest.next_version(connection)
