"""Full-text indexes, one or several for each collection, and expressions in FTS5's grammar.

BM25 depends on how many chunks have a word. With indexes of its own, no collection changes ranks or scores in another.
A collection with more than WHOLE_CHUNKS has several, each for a range of keys: FTS5 erases a removed word only by
merging the whole index in which it is, so a removal takes as long as a part is large. `ranking.py` searches several.
The vectors of a part that is full are compressed, see `compressed.py`, and its words listed, see `postings.py`.
"""

import sqlite3
import sys
from collections.abc import Iterable
from typing import NamedTuple

from index.language.registry import language_of
from index.signature import from_json
from index.storage.sqlite import compressed, postings, schema

# FTS5's "structure record" lists the levels and segments of an index: its row in the index's data, and an empty one
_RECORD = 10
_EMPTY_RECORD = bytes(7)
_DERIVED_OF_PARTS = ("DELETE FROM compressed", "DELETE FROM lexicons", "DELETE FROM posting_lists")
_MAX_RECORD_BYTES = 1_000  # an index with a larger record is rebuilt


WHOLE_CHUNKS = 20_000
"""A collection of up to so many chunks has one full-text index."""
PART_CHUNKS = 5_000
"""About how many chunks each further one has; merging them takes 0.04 s of processor time."""

OPEN = 2**62
"""The last key of a part to which chunks are still added."""


class Part(NamedTuple):
    """A full-text index, by the name of its table, of a collection's chunks with keys from `first` to `last`."""

    table: str
    first: int
    last: int


def are_shared(connection: sqlite3.Connection) -> bool:
    """Whether the file has one full-text index for all collections, as before schema 4."""
    query = "SELECT 1 FROM main.sqlite_master WHERE name = 'word_indexes'"
    return connection.execute(query).fetchone() is None


def is_since(connection: sqlite3.Connection, version: int) -> bool:
    """Whether the file has what this version of the schema added."""
    return bool(connection.execute("PRAGMA main.user_version").fetchone()[0] >= version)


def parts_of(connection: sqlite3.Connection, collection: str) -> list[Part]:
    """The full-text indexes of a collection, by their keys; none if it has no documents."""
    return _by_collection(connection, collection).get(collection, [])


def indexes(connection: sqlite3.Connection) -> dict[str, list[Part]]:
    """Name of each collection → its full-text indexes."""
    return _by_collection(connection, None)


def _by_collection(connection: sqlite3.Connection, collection: str | None) -> dict[str, list[Part]]:
    if are_shared(connection):
        query = "SELECT DISTINCT collection FROM documents WHERE ?1 IS NULL OR collection = ?1 ORDER BY 1"
        names = connection.execute(query, (collection,)).fetchall()
        return {name: [Part(schema.SHARED_WORDS, 0, OPEN)] for (name,) in names}
    ends = "first, last" if is_since(connection, schema.PARTS_SINCE) else f"0, {OPEN}"
    query = f"""SELECT collection, number, {ends} FROM main.word_indexes WHERE ?1 IS NULL OR collection = ?1
        ORDER BY collection, 3"""  # noqa: S608  # ours
    found: dict[str, list[Part]] = {}
    for name, number, first, last in connection.execute(query, (collection,)):
        found.setdefault(name, []).append(Part(f"words_{number}", first, last))
    return found


def number_of(table: str) -> int:
    """The number of a full-text index, and of the part that it is of: 12 for words_12."""
    return int(table.removeprefix("words_"))


def size(connection: sqlite3.Connection, table: str) -> int:
    """How many chunks are in a full-text index."""
    (count,) = connection.execute(f"SELECT count(*) FROM {table}_docsize").fetchone()  # noqa: S608  # ours
    return int(count)


def add(connection: sqlite3.Connection, document: int, collection: str) -> None:
    """Index a document's chunks, in the last part of its collection, or a new one if there is none or it is full."""
    (first,) = connection.execute("SELECT min(key) FROM chunks WHERE document = ?", (document,)).fetchone()
    if first is None:
        return
    parts = parts_of(connection, collection)
    most = PART_CHUNKS if len(parts) > 1 else WHOLE_CHUNKS
    if parts and parts[-1].last == OPEN and size(connection, parts[-1].table) < most:
        table = parts[-1].table
    else:
        query = "UPDATE word_indexes SET last = ? WHERE collection = ? AND last = ? RETURNING number"
        for (full,) in connection.execute(query, (first - 1, collection, OPEN)).fetchall():
            _close(connection, full)
        table = _make(connection, collection, first if parts else 0, OPEN)
    query = f"INSERT INTO {table} (rowid, text, context) SELECT key, text, context FROM chunks WHERE document = ?"  # noqa: S608  # ours
    connection.execute(query, (document,))


def remove(connection: sqlite3.Connection, document_id: str, collection: str) -> set[str]:
    """Remove a document's chunks, which must still be there, from the indexes of its collection.

    Returns the tables that still hold the words, until they are merged.
    """
    query = """SELECT min(chunks.key), max(chunks.key) FROM chunks JOIN documents ON documents.key = chunks.document
        WHERE collection = ? AND id = ?"""
    lowest, highest = connection.execute(query, (collection, document_id)).fetchone()
    if lowest is None:
        return set()
    touched = {part for part in parts_of(connection, collection) if part.first <= highest and lowest <= part.last}
    for table, first, last in touched:
        if table != schema.SHARED_WORDS:
            compressed.erase(connection, number_of(table), lowest, highest)
            postings.erase(connection, number_of(table), collection, max(first, lowest), min(last, highest))
        connection.execute(
            f"""INSERT INTO {table} ({table}, rowid, text, context) SELECT 'delete', chunks.key, chunks.text, context
            FROM chunks JOIN documents ON documents.key = chunks.document
            WHERE collection = ? AND id = ? AND chunks.key BETWEEN ? AND ?""",  # noqa: S608  # ours
            (collection, document_id, first, last),
        )
    return {part.table for part in touched}


def forget(connection: sqlite3.Connection, those: Iterable[str]) -> None:
    """Erase all traces of removed words from these indexes, those that are still there; empty ones are dropped."""
    for table in sorted(all_tables(connection).intersection(those)):
        if size(connection, table) or table == schema.SHARED_WORDS:
            _merge(connection, table)
        else:
            _drop(connection, table)
            compressed.drop(connection, number_of(table))
            postings.drop(connection, number_of(table))
            connection.execute("DELETE FROM word_indexes WHERE number = ?", (number_of(table),))


def all_tables(connection: sqlite3.Connection) -> set[str]:
    """The tables of all full-text indexes."""
    return {part.table for parts in indexes(connection).values() for part in parts}


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Make the indexes of a file of an older schema as they are now; those that aren't too large stay."""
    if is_since(connection, schema.PARTS_SINCE):
        for statement in schema.POSTINGS:
            connection.execute(statement)
        for (full,) in connection.execute("SELECT number FROM word_indexes WHERE last < ?", (OPEN,)).fetchall():
            postings.make(connection, full)
        return
    if are_shared(connection) or any(size(connection, table) > WHOLE_CHUNKS for table in all_tables(connection)):
        make_all(connection)
        return
    rows = connection.execute("SELECT number, collection FROM word_indexes").fetchall()
    connection.execute("DROP TABLE word_indexes")
    connection.execute(schema.WORD_INDEXES)
    for number, collection in rows:
        connection.execute("INSERT INTO word_indexes VALUES (?, ?, 0, ?)", (number, collection, OPEN))
        connection.execute(f"DROP VIEW chunks_of_words_{number}")
        connection.execute(schema.words(number, "")[0])


def drop_all(connection: sqlite3.Connection) -> None:
    """Drop all indexes, also that of an older file."""
    for table in {*all_tables(connection), schema.SHARED_WORDS}:
        _drop(connection, table)
    for statement in (*schema.DROP_WORDS, schema.COMPRESSED, *schema.POSTINGS, *_DERIVED_OF_PARTS):
        connection.execute(statement)


def make_all(connection: sqlite3.Connection) -> None:
    """Index all chunks anew, each collection's in its language."""
    drop_all(connection)
    connection.execute(schema.WORD_INDEXES)
    for (collection,) in connection.execute("SELECT DISTINCT collection FROM documents ORDER BY 1").fetchall():
        for first, last in _ranges(connection, collection):
            table = _make(connection, collection, first, last)
            connection.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")  # noqa: S608  # ours
            if last != OPEN:
                _close(connection, number_of(table))


def _close(connection: sqlite3.Connection, part: int) -> None:
    """Make what a part to which no more chunks are added is searched by."""
    compressed.make(connection, part)
    postings.make(connection, part)


def _ranges(connection: sqlite3.Connection, collection: str) -> list[tuple[int, int]]:
    """The first and last key of each part that a collection is to have; a document's chunks stay together."""
    query = """SELECT min(chunks.key), count(*) FROM documents JOIN chunks ON chunks.document = documents.key
        WHERE collection = ? GROUP BY documents.key ORDER BY 1"""
    starts, count = [0], 0
    sizes = connection.execute(query, (collection,)).fetchall()
    whole = sum(chunks for _, chunks in sizes) <= WHOLE_CHUNKS
    for first, chunks in () if whole else sizes:
        if count >= PART_CHUNKS:
            starts.append(first)
            count = 0
        count += chunks
    return list(zip(starts, [*(start - 1 for start in starts[1:]), OPEN], strict=True))


def weighed(words: str, context: float) -> dict[str, str]:
    """Parameters of a query for a text in which the words follow one another, with BM25's weights for the columns text
    (1) and context (`context`).

    With a weight of 0 the context isn't searched: {text} : ("ferry sails").
    """
    phrase = words.replace('"', '""')  # a string of FTS5, in which no character is an operator
    return {
        "words": f'"{phrase}"' if context else f'{{text}} : ("{phrase}")',
        "weights": f"bm25(1.0, {context:f})",
    }


def _make(connection: sqlite3.Connection, collection: str, first: int, last: int) -> str:
    """Create an empty index for a collection's chunks with keys from `first` to `last`; returns its table's name."""
    query = "INSERT INTO word_indexes (collection, first, last) VALUES (?, ?, ?)"
    number = connection.execute(query, (collection, first, last)).lastrowid
    for statement in schema.words(int(number or 0), _tokenizer(connection, collection)):
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


def _tokenizer(connection: sqlite3.Connection, collection: str) -> str:
    (signature,) = connection.execute("SELECT value FROM manifest WHERE name = 'signature'").fetchone()
    return schema.TOKENIZERS[language_of(from_json(signature).language_in(collection)).stemmer]
