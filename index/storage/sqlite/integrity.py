"""Checks a data file: by SQLite's own checks, and whether documents, chunks, vectors and words agree.

It checks a copy, made by SQLite's backup, so that a server can read and write meanwhile.
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
from index.storage.sqlite import compressed, feedback, postings, schema, words
from index.storage.sqlite.backup import back_up
from index.storage.sqlite.database import connect, deadline, sqlite_errors
from index.storage.sqlite.tables import add_stand_ins
from index.storage.sqlite.view import SQLiteView

_DATABASE = "database"
_LENGTH_TOLERANCE = 1e-3  # by which the length of a vector may differ from 1
_MAX_ROW_NUMBER = 2**53  # no real file ever gets so far
_TABLES = (
    "documents", "originals", "feedback", "feedback_remarks", "keys", "questions", "question_documents",
    "question_texts", "document_readers", "key_groups", "audit", "sync_runs", "chunks", "vectors", "compressed",
    "lexicons", "posting_lists",
)  # fmt: skip
_DERIVED = ("chunks", "vectors", "compressed", "lexicons", "posting_lists")
_MAX_COMPLAINTS = 100  # from SQLite's own check


def verify(view: SQLiteView, path: Path) -> Verdict:
    """Check everything that can be checked without a model. Raises StorageError if the file can't be copied."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        try:
            back_up(view, copy, with_questions=True)
        except StorageError as error:
            raise StorageError(
                f"{path} can't be copied to {folder} to be checked ({error.__cause__}): free some room there, or "
                "name another folder in TMPDIR."
            ) from error
        connection = connect(copy, "rw")
        # Text that isn't UTF-8 is reported as a fault of its document
        connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        try:
            with sqlite_errors(path), deadline(connection, copy):
                return _verdict(connection)
        finally:
            connection.close()


def _verdict(connection: sqlite3.Connection) -> Verdict:
    if broken := list(_broken(connection)):
        return Verdict(0, 0, 0, 0, tuple(broken), readable=False)  # data on broken pages can't be trusted
    view = SQLiteView(connection)
    documents, chunks, originals = (_count(connection, table) for table in ("documents", "chunks", "originals"))
    if odd := list(_kinds(connection)):
        return Verdict(view.version, documents, chunks, originals, tuple(odd), all(fault.derived for fault in odd))
    checks = (_numbers, _documents, _originals, _chunks, _vectors, _words, _compressed, _postings, _feedback)
    faults = [fault for check in checks for fault in check(connection)]
    return Verdict(view.version, documents, chunks, originals, tuple(faults))


def _broken(connection: sqlite3.Connection) -> Iterator[Fault]:
    """The faults that SQLite finds in the file's pages, indexes and references."""
    try:
        for (complaint,) in connection.execute(f"PRAGMA integrity_check({_MAX_COMPLAINTS})"):
            if complaint != "ok":
                yield Fault(_DATABASE, complaint, derived=False)
        for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
            yield Fault(f"{table} {row}", f"belongs to a row of {parent} that isn't there", derived=True)
        add_stand_ins(connection)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorname == "SQLITE_INTERRUPT":
            raise
        yield Fault(_DATABASE, str(error), derived=False)


def _kinds(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Values that don't have the declared type of their column; SQLite itself accepts them."""
    for table in _TABLES:
        for column in connection.execute(f"PRAGMA table_info({table})").fetchall():
            _, name, declared, not_null, _, number = column
            if not declared or (number and declared == "INTEGER"):  # any type is allowed; or it is the row's number
                continue
            odd = f"typeof({name}) != '{declared.lower()}'" + ("" if not_null else f" AND {name} IS NOT NULL")
            (count,) = connection.execute(f"SELECT count(*) FROM {table} WHERE {odd}").fetchone()  # noqa: S608  # ours
            if count:
                what = f"has {count} rows in which {name} is not {declared.lower()}"
                yield Fault(f"table {table}", what, derived=table in _DERIVED)


def _numbers(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Row numbers that are negative, or so large that the next ones could overflow."""
    for table, last in connection.execute("SELECT name, seq FROM sqlite_sequence"):
        if not isinstance(last, int) or not 0 <= last < _MAX_ROW_NUMBER:
            yield Fault(f"table {table}", f"has {last!r} as its last number", derived=False)
    for table in ("documents", "chunks", "feedback", "keys", "questions"):
        key = "key" if table in ("documents", "chunks") else "id"
        first, last = connection.execute(f"SELECT min({key}), max({key}) FROM {table}").fetchone()  # noqa: S608  # ours
        if first is not None and not 0 < first <= last < _MAX_ROW_NUMBER:
            yield Fault(f"table {table}", f"has rows numbered {first} to {last}", derived=table == "chunks")


def _documents(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Documents that don't match their digest, or have pages or headings outside their text."""
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
    """Originals that don't match their digest."""
    query = "SELECT id, originals.sha256, bytes FROM originals JOIN documents ON documents.key = originals.document"
    for name, sha256, data in connection.execute(query):
        if digest(data) != sha256:
            yield Fault(f"original of {name!r}", "is not what was stored: its digest is another", derived=False)


def _chunks(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Chunks that aren't slices of their documents, and documents without chunks."""
    text, loaded = "", None
    query = """SELECT chunks.key, start, end, chunks.text, documents.key, documents.id
        FROM chunks JOIN documents ON documents.key = chunks.document ORDER BY documents.key"""
    for key, start, end, chunk, document, name in connection.execute(query).fetchall():
        if loaded != document:
            loaded = document
            (text,) = connection.execute("SELECT text FROM documents WHERE key = ?", (document,)).fetchone()
        if text[start:end] != chunk:
            yield Fault(f"chunk {key}", f"is not the slice [{start}:{end}] of {name!r}", derived=True)
    without_chunks = "SELECT id FROM documents WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE document = documents.key)"
    for (name,) in connection.execute(without_chunks):
        yield Fault(f"document {name!r}", "has no chunks, so nothing of it is found", derived=True)


def _vectors(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Chunks without a vector, and vectors that don't have the signature's dimension or length 1."""
    (signature,) = connection.execute("SELECT value FROM manifest WHERE name = 'signature'").fetchone()
    dimension = json.loads(signature)["dimension"]
    without_vector = "SELECT key FROM chunks WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE chunk = chunks.key)"
    for (key,) in connection.execute(without_vector):
        yield Fault(f"chunk {key}", "has no vector", derived=True)
    for key, data in connection.execute("SELECT chunk, vector FROM vectors"):
        vector = np.frombuffer(data, "<f4") if len(data) == 4 * dimension else np.zeros(1, "<f4")
        with np.errstate(over="ignore", invalid="ignore"):  # whatever a damaged one holds: its length is no number then
            length = float(np.linalg.norm(vector))
        if not abs(length - 1) <= _LENGTH_TOLERANCE:
            yield Fault(f"vector {key}", f"is not one of {dimension} components and length 1", derived=True)


def _words(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Full-text indexes that don't agree with the chunks, are missing, or have no documents."""
    tables = words.indexes(connection)
    for collection, table in ((name, part.table) for name, parts in tables.items() for part in parts):
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


def _compressed(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Compressed vectors that aren't those of their part's chunks, or of no part."""
    parts = {words.number_of(table) for table in words.all_tables(connection) if not words.are_shared(connection)}
    for part in compressed.sizes(connection) if words.is_since(connection, schema.COMPRESSED_SINCE) else ():
        if part not in parts or not compressed.agrees(connection, part):
            yield Fault(f"compressed vectors {part}", "don't agree with the chunks", derived=True)


def _postings(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Posting lists that aren't those of their part's full-text index, or of no part."""
    if not words.is_since(connection, schema.POSTINGS_SINCE):
        return
    parts = {words.number_of(table) for table in words.all_tables(connection)}
    for (part,) in connection.execute("SELECT part FROM lexicons ORDER BY part").fetchall():
        if part not in parts or not postings.agrees(connection, part):
            yield Fault(f"posting lists {part}", "don't agree with the full-text index", derived=True)


def _feedback(connection: sqlite3.Connection) -> Iterator[Fault]:
    """Feedback that can't be read."""
    for (number,) in connection.execute("SELECT id FROM feedback ORDER BY id").fetchall():
        try:
            row = connection.execute(f"{feedback.ROW} WHERE id = ?", (number,)).fetchone()
            feedback.kept(row)
            "".join(value for value in row if isinstance(value, str)).encode()  # raises for what isn't UTF-8
        except (ValueError, TypeError, RecursionError) as error:
            yield Fault(f"feedback {number}", f"can't be read ({type(error).__name__})", derived=False)


def _count(connection: sqlite3.Connection, table: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608  # a name of ours
    return int(count)
