"""Proof that a data file is whole: what SQLite says of it, and what its documents, chunks, vectors and words agree on.

Checked is a copy, made through SQLite's backup, so that a server goes on reading and writing meanwhile.
"""

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from index.documents import digest
from index.errors import QuothError, StorageError
from index.storage.base import Fault, Verdict
from index.storage.sqlite import feedback, schema, words
from index.storage.sqlite.backup import back_up
from index.storage.sqlite.database import connect, deadline, sqlite_errors
from index.storage.sqlite.view import SQLiteView

_DATABASE = "database"
_UNIT = 1e-3  # how far from 1 the length of an embedding may be
_MOST_ROWS = 2**53  # that a file can come to have: numbers of rows beyond are none of ours
_TABLES = ("documents", "originals", "feedback", "keys", "chunks", "vectors")
_SHOWN = 100  # complaints of SQLite's own that are asked for


def verify(view: SQLiteView, path: Path) -> Verdict:
    """Check everything that can be checked without a model. Raises StorageError for a file that can't be copied."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        try:
            back_up(view, copy)
        except StorageError as error:
            raise StorageError(
                f"{path} can't be copied to {folder} to be checked ({error.__cause__}): free some room there, or "
                "name another folder in TMPDIR."
            ) from error
        connection = connect(copy, "rw")
        # What isn't UTF-8 is told as a document's fault
        connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        try:
            with sqlite_errors(path), deadline(connection, copy):
                return _verdict(connection)
        finally:
            connection.close()


def _verdict(connection: sqlite3.Connection) -> Verdict:
    if broken := list(_broken(connection)):
        return Verdict(0, 0, 0, 0, tuple(broken), readable=False)  # what stands on broken pages can't be trusted
    view = SQLiteView(connection)
    documents, chunks, originals = (_count(connection, table) for table in ("documents", "chunks", "originals"))
    if odd := list(_kinds(connection)):
        return Verdict(view.version, documents, chunks, originals, tuple(odd), all(fault.derived for fault in odd))
    checks = (_numbers, _documents, _originals, _chunks, _vectors, _words, _feedback)
    faults = [fault for check in checks for fault in check(connection)]
    return Verdict(view.version, documents, chunks, originals, tuple(faults))


def _broken(connection: sqlite3.Connection) -> Iterator[Fault]:
    """What SQLite finds in the file's pages, indexes and references."""
    try:
        for (complaint,) in connection.execute(f"PRAGMA integrity_check({_SHOWN})"):
            if complaint != "ok":
                yield Fault(_DATABASE, complaint, derived=False)
        for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
            yield Fault(f"{table} {row}", f"belongs to a row of {parent} that isn't there", derived=True)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version < schema.KEPT_SINCE:
            for statement in schema.KEPT:
                connection.execute(statement.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorname == "SQLITE_INTERRUPT":
            raise
        yield Fault(_DATABASE, str(error), derived=False)


def _kinds(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Every value of the type that its column is declared with, which SQLite itself doesn't insist on."""
    for table in _TABLES:
        for column in connection.execute(f"PRAGMA table_info({table})").fetchall():
            _, name, declared, not_null, _, number = column
            if not declared or (number and declared == "INTEGER"):  # any, and a row's own number
                continue
            odd = f"typeof({name}) != '{declared.lower()}'" + ("" if not_null else f" AND {name} IS NOT NULL")
            (count,) = connection.execute(f"SELECT count(*) FROM {table} WHERE {odd}").fetchone()  # noqa: S608  # ours
            if count:
                what = f"has {count} rows in which {name} is not {declared.lower()}"
                yield Fault(f"table {table}", what, derived=table in ("chunks", "vectors"))


def _numbers(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Numbers of rows that can still be counted on from."""
    for table, last in connection.execute("SELECT name, seq FROM sqlite_sequence"):
        if not isinstance(last, int) or not 0 <= last < _MOST_ROWS:
            yield Fault(f"table {table}", f"has {last!r} as its last number", derived=False)
    for table in ("documents", "chunks", "feedback", "keys"):
        key = "key" if table in ("documents", "chunks") else "id"
        first, last = connection.execute(f"SELECT min({key}), max({key}) FROM {table}").fetchone()  # noqa: S608  # ours
        if first is not None and not 0 < first <= last < _MOST_ROWS:
            yield Fault(f"table {table}", f"has rows numbered {first} to {last}", derived=table == "chunks")


def _documents(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Content against its digest; pages and headings inside the text."""
    stored = connection.execute("SELECT collection, id, sha256 FROM documents").fetchall()
    view = SQLiteView(connection)
    for collection, name, sha256 in stored:
        where = f"document {name!r} of {collection!r}"
        try:
            document = view.document(name, collection)
            changed = document.sha256 != sha256
        except (QuothError, ValueError, TypeError) as error:
            yield Fault(where, f"can't be read ({error.__cause__ or error})", derived=False)
            continue
        if changed:
            yield Fault(where, "is not what was stored: its digest is another", derived=False)
        places = [*document.pages, *(heading.start for heading in document.headings)]
        if not all(isinstance(place, int) and 0 <= place <= len(document.text) for place in places):
            yield Fault(where, "has pages or headings outside its text", derived=False)
        if not all(isinstance(heading.title, str) and isinstance(heading.level, int) for heading in document.headings):
            yield Fault(where, "has headings that are none", derived=False)


def _originals(connection: sqlite3.Connection) -> Iterator[Fault]:
    query = "SELECT id, originals.sha256, bytes FROM originals JOIN documents ON documents.key = originals.document"
    for name, sha256, data in connection.execute(query):
        if digest(data) != sha256:
            yield Fault(f"original of {name!r}", "is not what was stored: its digest is another", derived=False)


def _chunks(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Every chunk a slice of its document, and every document in chunks."""
    text, of = "", None
    query = """SELECT chunks.key, start, end, chunks.text, documents.key, documents.id
        FROM chunks JOIN documents ON documents.key = chunks.document ORDER BY documents.key"""
    for key, start, end, chunk, document, name in connection.execute(query).fetchall():
        if of != document:
            of = document
            (text,) = connection.execute("SELECT text FROM documents WHERE key = ?", (document,)).fetchone()
        if text[start:end] != chunk:
            yield Fault(f"chunk {key}", f"is not the slice [{start}:{end}] of {name!r}", derived=True)
    bare = "SELECT id FROM documents WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE document = documents.key)"
    for (name,) in connection.execute(bare):
        yield Fault(f"document {name!r}", "has no chunks, so nothing of it is found", derived=True)


def _vectors(connection: sqlite3.Connection) -> Iterator[Fault]:
    """One vector a chunk, of the signature's dimension and of length 1."""
    (signature,) = connection.execute("SELECT value FROM manifest WHERE name = 'signature'").fetchone()
    dimension = json.loads(signature)["dimension"]
    lone = "SELECT key FROM chunks WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE chunk = chunks.key)"
    for (key,) in connection.execute(lone):
        yield Fault(f"chunk {key}", "has no vector", derived=True)
    for key, data in connection.execute("SELECT chunk, vector FROM vectors"):
        vector = np.frombuffer(data, "<f4") if len(data) == 4 * dimension else np.zeros(1, "<f4")
        if not abs(float(np.linalg.norm(vector)) - 1) <= _UNIT:
            yield Fault(f"vector {key}", f"is not one of {dimension} components and length 1", derived=True)


def _words(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Each collection's full-text index against its chunks."""
    tables = words.indexes(connection)
    for collection, table in tables.items():
        try:
            connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")  # noqa: S608  # ours
        except sqlite3.DatabaseError as error:
            what = f"doesn't agree with the chunks ({error})"
            yield Fault(f"full-text index of {collection!r}", what, derived=True)
    collections = {name for (name,) in connection.execute("SELECT DISTINCT collection FROM documents")}
    for collection in sorted(collections - tables.keys()):
        yield Fault(f"collection {collection!r}", "has no full-text index", derived=True)
    for collection in sorted(tables.keys() - collections):
        yield Fault(f"full-text index of {collection!r}", "is of a collection without documents", derived=True)


def _feedback(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Every verdict as it is told."""
    for (number,) in connection.execute("SELECT id FROM feedback ORDER BY id").fetchall():
        try:
            row = connection.execute(f"{feedback.ROW} WHERE id = ?", (number,)).fetchone()
            feedback.kept(row)
        except (ValueError, TypeError, RecursionError) as error:
            yield Fault(f"feedback {number}", f"can't be read ({type(error).__name__})", derived=False)


def _count(connection: sqlite3.Connection, table: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608  # a name of ours
    return int(count)
