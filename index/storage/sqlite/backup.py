"""Backs up one version of a data file to another file, and restores it, while others read and write."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from index.errors import StorageError
from index.storage.sqlite import removals, words
from index.storage.sqlite.database import sqlite_errors
from index.storage.sqlite.view import SQLiteView


def back_up(view: SQLiteView, path: Path, *, with_questions: bool) -> int:
    """Write one version of the whole data file to `path`; returns that version.

    Without `with_questions` those that were asked are left out, so that what is purged here isn't kept there. Raises
    StorageError if `path` exists or can't be written; no incomplete file is left then.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)  # like the data file: both hold the secrets that sign tokens
        copy = sqlite3.connect(partial)
        try:
            view.copy_to(copy)
            if not with_questions:
                _forget_questions(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # without a log, so that it stays one file while it is read
        finally:
            copy.close()
        os.link(partial, path)  # unlike a rename, this never replaces a file
        return view.version
    except (OSError, sqlite3.Error, StorageError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise StorageError(f"{path} can't be written ({why}): name another file.") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _forget_questions(copy: sqlite3.Connection) -> None:
    """Remove the questions that were asked from a copy of a data file, which an older Quoth may have made."""
    tables = [name for (name,) in copy.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    copy.execute("PRAGMA secure_delete = ON")
    for table in ("question_texts", "question_documents", "questions"):
        if table in tables:
            copy.execute(f"DELETE FROM {table}")  # noqa: S608  # ours
    copy.commit()


def restore(source: SQLiteView, path: Path, connection: sqlite3.Connection) -> int:
    """Replace a data file's documents, feedback and calibration by those of the backup at `path`; returns the version.

    It is one transaction: either all is replaced or, if this raises, nothing. Keys to the service stay as they are,
    since a revoked one must not come back, and so do the questions that were asked. The new version is higher than both
    old ones, and no key of a document or chunk is reused, so that readers can't confuse the two states.
    """
    try:
        return _replace_all(_Backup(source, path), connection)
    except (sqlite3.IntegrityError, OverflowError, TypeError) as error:
        raise StorageError(
            f"{path} holds what no Quoth stores ({error}), so nothing was changed: restore another backup.", file=path
        ) from error


class _Backup:
    """The backup to copy from. Errors in reading it name its file rather than the one that is written."""

    def __init__(self, view: SQLiteView, path: Path) -> None:
        self.version = view.version
        self._view = view
        self._path = path

    def rows(self, query: str, **values: int) -> Iterator[tuple[Any, ...]]:
        with sqlite_errors(self._path):
            yield from self._view.rows(query, **values)


def _replace_all(source: _Backup, connection: sqlite3.Connection) -> int:
    documents, chunks = (_last_key(connection, table) for table in ("documents", "chunks"))
    connection.execute("DELETE FROM documents")  # this also deletes their chunks, vectors and originals
    for (key,) in source.rows("SELECT key FROM documents ORDER BY key"):
        _copy(source, connection, "documents", "key", key, {"key": documents})
        _copy(source, connection, "originals", "document", key, {"document": documents})
        _copy(source, connection, "document_readers", "document", key, {"document": documents})
        for (chunk,) in source.rows("SELECT key FROM chunks WHERE document = :key ORDER BY key", key=key):
            _copy(source, connection, "chunks", "key", chunk, {"key": chunks, "document": documents})
            _copy(source, connection, "vectors", "chunk", chunk, {"chunk": chunks})
    connection.execute("DELETE FROM feedback")
    for (number,) in source.rows("SELECT id FROM feedback ORDER BY id"):
        _copy(source, connection, "feedback", "id", number, {})
        _copy(source, connection, "feedback_remarks", "feedback", number, {})
    connection.execute(
        "DELETE FROM question_documents WHERE NOT EXISTS (SELECT 1 FROM documents"
        " WHERE documents.collection = question_documents.collection AND documents.id = document_id)"
    )
    removals.note_all(connection)
    version = _restore_manifest(source, connection)
    words.make_all(connection)
    return version


def _last_key(connection: sqlite3.Connection, table: str) -> int:
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return int(row[0]) if row else 0


def _copy(
    source: _Backup, connection: sqlite3.Connection, table: str, name: str, value: int, shifts: dict[str, int]
) -> None:
    """Copy the rows of `table` in which column `name` is `value`.

    `shifts`: column → what to add to it. With 40 as the last key ever used here, {"key": 40} makes key 3 key 43.
    """
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    for row in source.rows(f"SELECT {', '.join(columns)} FROM {table} WHERE {name} = :value", value=value):  # noqa: S608  # ours
        moved = [
            item + shifts.get(column, 0) if column in shifts else item
            for column, item in zip(columns, row, strict=True)
        ]
        marks = ", ".join("?" * len(columns))
        connection.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", moved)  # noqa: S608  # ours


def _restore_manifest(source: _Backup, connection: sqlite3.Connection) -> int:
    (before,) = connection.execute("SELECT value FROM manifest WHERE name = 'version'").fetchone()
    version = max(int(before), source.version) + 1
    connection.execute("DELETE FROM manifest")
    connection.executemany(
        "INSERT INTO manifest (name, value) VALUES (?, ?)", source.rows("SELECT name, value FROM manifest")
    )
    connection.execute("UPDATE manifest SET value = ? WHERE name = 'version'", (version,))
    return version
