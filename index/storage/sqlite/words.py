"""Full-text indexes, one a collection, and FTS5's grammar.

How much a word counts follows from how many chunks of the same index have it. With an index for each collection, what
is in one changes neither order nor score in another, and searching or deleting costs what the collection has.
"""

import sqlite3
import sys
from collections.abc import Sequence

from index.language.registry import language_of
from index.signature import from_json
from index.storage.sqlite import schema

# FTS5's record of its levels and segments, as its source has it: the row of an index's data, and what an empty one has
_RECORD = 10
_EMPTY_RECORD = bytes(7)
_HIGH_BYTES = 1_000  # of the record of an index that is to be made anew


def are_shared(connection: sqlite3.Connection) -> bool:
    """Whether the file has one full-text index for all collections, as those of an older schema have."""
    query = "SELECT 1 FROM main.sqlite_master WHERE name = 'word_indexes'"
    return connection.execute(query).fetchone() is None


def index_of(connection: sqlite3.Connection, collection: str) -> str | None:
    """The table that a collection's words are searched in; None where it has none. An older file has one for all."""
    if are_shared(connection):
        return schema.SHARED_WORDS
    row = connection.execute("SELECT number FROM main.word_indexes WHERE collection = ?", (collection,)).fetchone()
    return f"words_{row[0]}" if row else None


def indexes(connection: sqlite3.Connection) -> dict[str, str]:
    """Each collection's name → the table that its words are searched in."""
    if are_shared(connection):
        collections = connection.execute("SELECT DISTINCT collection FROM documents ORDER BY 1").fetchall()
        return dict.fromkeys((name for (name,) in collections), schema.SHARED_WORDS)
    rows = connection.execute("SELECT collection, number FROM main.word_indexes ORDER BY 1")
    return {collection: f"words_{number}" for collection, number in rows}


def add(connection: sqlite3.Connection, document: int, collection: str) -> None:
    """Index a document's chunks; its collection gets an index with its first."""
    table = index_of(connection, collection) or _make(connection, collection)
    query = f"INSERT INTO {table} (rowid, text, context) SELECT key, text, context FROM chunks WHERE document = ?"  # noqa: S608  # ours
    connection.execute(query, (document,))


def remove(connection: sqlite3.Connection, document_id: str, collection: str) -> None:
    """Take a document's chunks, which must still be there, out of the index of its collection."""
    if table := index_of(connection, collection):
        connection.execute(
            f"""INSERT INTO {table} ({table}, rowid, text, context) SELECT 'delete', chunks.key, chunks.text, context
            FROM chunks JOIN documents ON documents.key = chunks.document WHERE collection = ? AND id = ?""",  # noqa: S608  # ours
            (collection, document_id),
        )


def forget(connection: sqlite3.Connection, collection: str) -> None:
    """Leave no trace of words that were removed; a collection without documents has no index any more."""
    table = index_of(connection, collection)
    if table is None:
        return
    if connection.execute("SELECT 1 FROM documents WHERE collection = ?", (collection,)).fetchone():
        _merge(connection, table)
    else:
        _drop(connection, table)
        connection.execute("DELETE FROM word_indexes WHERE collection = ?", (collection,))


def merge_all(connection: sqlite3.Connection) -> None:
    """Leave no trace of words that were removed from any index."""
    for table in sorted(set(indexes(connection).values())):
        _merge(connection, table)


def drop_all(connection: sqlite3.Connection) -> None:
    """Remove all indexes, also an older file's."""
    for table in {*indexes(connection).values(), schema.SHARED_WORDS}:
        _drop(connection, table)
    for statement in schema.DROP_WORDS:
        connection.execute(statement)


def make_all(connection: sqlite3.Connection) -> None:
    """Index all chunks anew, in the language that the manifest's signature names."""
    drop_all(connection)
    connection.execute(schema.WORD_INDEXES)
    for (collection,) in connection.execute("SELECT DISTINCT collection FROM documents ORDER BY 1").fetchall():
        table = _make(connection, collection)
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")  # noqa: S608  # ours


def make_of_seen(connection: sqlite3.Connection, table: str, documents: str, values: dict[str, str]) -> None:
    """Index, until the transaction ends, the chunks of the collection `:collection` whose document is in `documents`.

    That is what stands in front of a SELECT, as `visibility.py` has it.
    """
    connection.execute(schema.SEEN_WORDS.format(table=table, tokenizer=_tokenizer(connection)))
    connection.execute(
        f"""{documents} INSERT INTO temp.{table} (rowid, text, context) SELECT chunks.key, chunks.text, context
        FROM chunks JOIN documents ON documents.key = chunks.document WHERE collection = :collection""",  # noqa: S608  # ours
        values,
    )


def any_of(words: Sequence[str]) -> str:
    """An expression that a text with any of the words satisfies. There must be one."""
    return " OR ".join(map(_quoted, words))


def phrase(words: Sequence[str]) -> str:
    """An expression that a text satisfies in which the words stand one after another. There must be one."""
    return _quoted(" ".join(words))


def weighed(expression: str, context: float) -> dict[str, str]:
    """An expression and BM25's weights of the columns text and context; with 0 the context isn't searched."""
    return {
        "words": expression if context else f"{{text}} : ({expression})",
        "weights": f"bm25(1.0, {context:f})",
    }


def _make(connection: sqlite3.Connection, collection: str) -> str:
    query = "INSERT INTO word_indexes (collection) VALUES (?)"
    number = connection.execute(query, (collection,)).lastrowid
    for statement in schema.words(int(number or 0), _tokenizer(connection)):
        connection.execute(statement)
    return f"words_{number}"


def _merge(connection: sqlite3.Connection, table: str) -> None:
    """Have an index of one segment alone: FTS5 only marks words as deleted until its segments are merged.

    Each time it is a level higher, of two bytes in its record of itself, and SQLite 3.40 takes one of 2,000 levels for
    damaged. So it is made anew long before, which takes about as long as merging it does.
    """
    (size,) = connection.execute(f"SELECT length(block) FROM {table}_data WHERE id = {_RECORD}").fetchone()  # noqa: S608  # ours
    how = "optimize" if size < _HIGH_BYTES else "rebuild"
    connection.execute(f"INSERT INTO {table} ({table}) VALUES (?)", (how,))  # noqa: S608  # ours


def _drop(connection: sqlite3.Connection, table: str) -> None:
    try:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    except sqlite3.DatabaseError:  # FTS5 opens no index whose record of itself is damaged, not even to drop it
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
    doubled = words.replace('"', '""')
    return f'"{doubled}"'
