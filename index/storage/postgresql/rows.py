"""A document's rows: it and its original, its chunks, their vectors and their words."""

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.chunking import Chunk
from index.context import context_of
from index.documents import Document, digest
from index.errors import DocumentError
from index.storage.postgresql.connection import Database
from index.storage.tokenizer import Tokenizer


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


def remove_document(connection: Database, document_id: str, collection: str) -> bool:
    """Remove a document with what is derived of it, and return whether there was one."""
    query = "SELECT key FROM documents WHERE collection = %s AND id = %s"
    row = connection.execute(query, (collection, document_id)).fetchone()
    if row is None:
        return False
    remove_chunks(connection, "document = %(key)s", {"key": row[0], "collection": collection})
    connection.execute("DELETE FROM documents WHERE key = %s", row)
    return True


def remove_chunks(connection: Database, which: str, values: dict[str, object]) -> None:
    """Remove chunks of the collection `values["collection"]`, with their vectors and words; `which` is a condition."""
    removed = f"SELECT key FROM chunks WHERE {which}"  # noqa: S608  # ours
    connection.execute(f"DELETE FROM postings WHERE chunk IN ({removed})", values)  # noqa: S608
    connection.execute(f"DELETE FROM vectors WHERE chunk IN ({removed})", values)  # noqa: S608
    connection.execute(
        f"""WITH removed AS (DELETE FROM chunks WHERE {which} RETURNING words)
        UPDATE collections SET chunks = chunks - (SELECT count(*) FROM removed),
            words = words - (SELECT coalesce(sum(words), 0) FROM removed)
        WHERE name = %(collection)s""",  # noqa: S608
        values,
    )


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


def insert_chunks(
    connection: Database,
    key: int,
    document: Document,
    chunks: Sequence[Chunk],
    vectors: NDArray[np.float32],
    collection: str,
    tokenizer: Tokenizer,
) -> None:
    """Add a document's chunks with their words and vectors, (len(chunks), dimension)."""
    if len(chunks) != len(vectors):
        raise ValueError(f"There are {len(chunks)} chunks, but {len(vectors)} vectors.")
    texts = [(document.text[chunk.start : chunk.end], context_of(document, chunk.start)) for chunk in chunks]
    postings = tokenizer.postings(texts)
    words = [0] * len(chunks)
    for posting in postings:
        words[posting.text] += len(posting.own) + len(posting.context)
    number = _count(connection, collection, len(chunks), sum(words))
    rows = connection.execute(
        """INSERT INTO chunks (document, start_at, end_at, text, context, words)
        SELECT %s, start_at, end_at, text, context, words
        FROM unnest(%s::int[], %s::int[], %s::text[], %s::text[], %s::int[])
            WITH ORDINALITY AS each (start_at, end_at, text, context, words, place) ORDER BY place RETURNING key""",
        (
            key,
            [chunk.start for chunk in chunks],
            [chunk.end for chunk in chunks],
            [text for text, _ in texts],
            [context for _, context in texts],
            words,
        ),
    )
    keys = [row[0] for row in rows]
    with connection.cursor() as cursor:
        with cursor.copy("COPY vectors (chunk, collection, vector) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "int4", "vector"])
            for chunk_key, vector in zip(keys, vectors, strict=True):
                copy.write_row((chunk_key, number, vector))
        columns = "postings (collection, word, chunk, words, own, context)"
        with cursor.copy(f"COPY {columns} FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int4", "text", "int8", "int4", "int4[]", "int4[]"])
            for word, at, own, above in postings:
                copy.write_row((number, word, keys[at], words[at], own or None, above or None))


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
