"""Full-text indexes, one for each collection, and expressions in FTS5's grammar.

BM25 depends on how many chunks of the same index have a word. With an index for each collection, one collection changes
neither ranks nor scores in another, and the time to search or delete depends on the size of one collection only.
"""

import sqlite3
import sys
from collections.abc import Sequence

from index.language.registry import language_of
from index.signature import from_json
from index.storage.sqlite import schema

# FTS5's "structure record" lists the levels and segments of an index: its row in the index's data, and an empty one
_RECORD = 10
_EMPTY_RECORD = bytes(7)
_MAX_RECORD_BYTES = 1_000  # an index with a larger record is rebuilt


def are_shared(connection: sqlite3.Connection) -> bool:
    """Whether the file has one full-text index for all collections, as before schema 4."""
    query = "SELECT 1 FROM main.sqlite_master WHERE name = 'word_indexes'"
    return connection.execute(query).fetchone() is None


def index_of(connection: sqlite3.Connection, collection: str) -> str | None:
    """The full-text index of a collection, by the name of its table; None if it has none."""
    if are_shared(connection):
        return schema.SHARED_WORDS
    row = connection.execute("SELECT number FROM main.word_indexes WHERE collection = ?", (collection,)).fetchone()
    return f"words_{row[0]}" if row else None


def indexes(connection: sqlite3.Connection) -> dict[str, str]:
    """Name of each collection → the table of its full-text index."""
    if are_shared(connection):
        collections = connection.execute("SELECT DISTINCT collection FROM documents ORDER BY 1").fetchall()
        return dict.fromkeys((name for (name,) in collections), schema.SHARED_WORDS)
    rows = connection.execute("SELECT collection, number FROM main.word_indexes ORDER BY 1")
    return {collection: f"words_{number}" for collection, number in rows}


def add(connection: sqlite3.Connection, document: int, collection: str) -> None:
    """Index a document's chunks; the index is created with the first document of its collection."""
    table = index_of(connection, collection) or _make(connection, collection)
    query = f"INSERT INTO {table} (rowid, text, context) SELECT key, text, context FROM chunks WHERE document = ?"  # noqa: S608  # ours
    connection.execute(query, (document,))


def remove(connection: sqlite3.Connection, document_id: str, collection: str) -> None:
    """Remove a document's chunks from the index of its collection; the chunks themselves must still be there."""
    if table := index_of(connection, collection):
        connection.execute(
            f"""INSERT INTO {table} ({table}, rowid, text, context) SELECT 'delete', chunks.key, chunks.text, context
            FROM chunks JOIN documents ON documents.key = chunks.document WHERE collection = ? AND id = ?""",  # noqa: S608  # ours
            (collection, document_id),
        )


def forget(connection: sqlite3.Connection, collection: str) -> None:
    """Erase all traces of removed words from a collection's index; without documents the index itself is dropped."""
    table = index_of(connection, collection)
    if table is None:
        return
    if connection.execute("SELECT 1 FROM documents WHERE collection = ?", (collection,)).fetchone():
        _merge(connection, table)
    else:
        _drop(connection, table)
        connection.execute("DELETE FROM word_indexes WHERE collection = ?", (collection,))


def merge_all(connection: sqlite3.Connection) -> None:
    """Erase all traces of removed words from all indexes."""
    for table in sorted(set(indexes(connection).values())):
        _merge(connection, table)


def drop_all(connection: sqlite3.Connection) -> None:
    """Drop all indexes, also that of an older file."""
    for table in {*indexes(connection).values(), schema.SHARED_WORDS}:
        _drop(connection, table)
    for statement in schema.DROP_WORDS:
        connection.execute(statement)


def make_all(connection: sqlite3.Connection) -> None:
    """Index all chunks anew, in the language of the manifest's signature."""
    drop_all(connection)
    connection.execute(schema.WORD_INDEXES)
    for (collection,) in connection.execute("SELECT DISTINCT collection FROM documents ORDER BY 1").fetchall():
        table = _make(connection, collection)
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")  # noqa: S608  # ours


def any_of(words: Sequence[str]) -> str:
    """The expression that matches a text with any of the words, of which there must be at least one."""
    return " OR ".join(map(_quoted, words))


def phrase(words: Sequence[str]) -> str:
    """The expression that matches a text in which the words follow one another; there must be at least one."""
    return _quoted(" ".join(words))


def weighed(expression: str, context: float) -> dict[str, str]:
    """Parameters of a query: the expression, and BM25's weights for the columns text (1) and context (`context`).

    With a weight of 0 the context isn't searched: {text} : ("a" OR "b").
    """
    return {
        "words": expression if context else f"{{text}} : ({expression})",
        "weights": f"bm25(1.0, {context:f})",
    }


def _make(connection: sqlite3.Connection, collection: str) -> str:
    """Create an empty index for a collection; returns the name of its table."""
    query = "INSERT INTO word_indexes (collection) VALUES (?)"
    number = connection.execute(query, (collection,)).lastrowid
    for statement in schema.words(int(number or 0), _tokenizer(connection)):
        connection.execute(statement)
    return f"words_{number}"


def _merge(connection: sqlite3.Connection, table: str) -> None:
    """Merge all segments of an index into one; until then FTS5 only marks words as deleted.

    Each merge adds a level, two bytes in the structure record, and SQLite 3.40 takes an index with 2,000 levels for
    damaged. So it is rebuilt long before, which takes about as long as a merge.
    """
    (size,) = connection.execute(f"SELECT length(block) FROM {table}_data WHERE id = {_RECORD}").fetchone()  # noqa: S608  # ours
    how = "optimize" if size < _MAX_RECORD_BYTES else "rebuild"
    connection.execute(f"INSERT INTO {table} ({table}) VALUES (?)", (how,))  # noqa: S608  # ours


def _drop(connection: sqlite3.Connection, table: str) -> None:
    try:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    except sqlite3.DatabaseError:  # FTS5 doesn't open an index with a damaged record, not even to drop it
        if sys.version_info >= (3, 12):
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, False)
        connection.execute(f"UPDATE {table}_data SET block = ? WHERE id = {_RECORD}", (_EMPTY_RECORD,))  # noqa: S608  # ours
        if sys.version_info >= (3, 12):
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        connection.execute(f"DROP TABLE {table}")
    connection.execute(f"DROP VIEW IF EXISTS chunks_of_{table}")


def _tokenizer(connection: sqlite3.Connection) -> str:
    (signature,) = connection.execute("SELECT value FROM manifest WHERE name = 'signature'").fetchone()
    return schema.TOKENIZERS[language_of(from_json(signature).language).stemmer]


def _quoted(words: str) -> str:
    """The words as a string of FTS5, in which no character is an operator."""
    doubled = words.replace('"', '""')
    return f'"{doubled}"'
