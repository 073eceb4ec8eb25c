"""One version of a data file → another file, and back, while others go on reading and writing."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from index.errors import StorageError
from index.storage.sqlite import words
from index.storage.sqlite.database import sqlite_errors
from index.storage.sqlite.view import SQLiteView


def back_up(view: SQLiteView, path: Path) -> int:
    """Write one version of the whole data file to `path`, and return the version.

    Raises StorageError where there is a file already or none can be written; nothing half made is left then.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)  # as the data file is: both hold what signs tokens
        copy = sqlite3.connect(partial)
        try:
            view.copy_to(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # so that it is one file, also while it is read
        finally:
            copy.close()
        os.link(partial, path)  # unlike a rename it replaces nothing
        return view.version
    except (OSError, sqlite3.Error, StorageError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise StorageError(f"{path} can't be written ({why}): name another file.") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def restore(source: SQLiteView, path: Path, connection: sqlite3.Connection) -> int:
    """Put documents, feedback and calibration of a backup at `path` in place of a file's, and return the new version.

    All of it is there afterwards or, if this raises, nothing is changed. Keys to the service stay as they are, for one
    that was revoked must not come back. The version is higher than both were, and no document or chunk has a key that
    was used before, so that whoever reads meanwhile never takes one state for the other.
    """
    try:
        return _replace_all(_Backup(source, path), connection)
    except (sqlite3.IntegrityError, OverflowError, TypeError) as error:
        raise StorageError(
            f"{path} holds what no Quoth stores ({error}), so nothing was changed: restore another backup.", file=path
        ) from error


class _Backup:
    """What is copied; an error in reading it names it, and not the file that is written."""

    def __init__(self, view: SQLiteView, path: Path) -> None:
        self.version = view.version
        self._view = view
        self._path = path

    def rows(self, query: str, **values: int) -> Iterator[tuple[Any, ...]]:
        with sqlite_errors(self._path):
            yield from self._view.rows(query, **values)


def _replace_all(source: _Backup, connection: sqlite3.Connection) -> int:
    documents, chunks = (_last_key(connection, table) for table in ("documents", "chunks"))
    connection.execute("DELETE FROM documents")  # and with each what is derived of it, and its original
    for (key,) in source.rows("SELECT key FROM documents ORDER BY key"):
        _copy(source, connection, "documents", "key", key, {"key": documents})
        _copy(source, connection, "originals", "document", key, {"document": documents})
        for (chunk,) in source.rows("SELECT key FROM chunks WHERE document = :key ORDER BY key", key=key):
            _copy(source, connection, "chunks", "key", chunk, {"key": chunks, "document": documents})
            _copy(source, connection, "vectors", "chunk", chunk, {"chunk": chunks})
    connection.execute("DELETE FROM feedback")
    for (number,) in source.rows("SELECT id FROM feedback ORDER BY id"):
        _copy(source, connection, "feedback", "id", number, {})
    version = _restore_manifest(source, connection)
    words.make_all(connection)
    return version


def _last_key(connection: sqlite3.Connection, table: str) -> int:
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return int(row[0]) if row else 0


def _copy(
    source: _Backup, connection: sqlite3.Connection, table: str, name: str, value: int, shifts: dict[str, int]
) -> None:
    """The rows of `table` whose column `name` has `value`; the columns in `shifts` get so much added."""
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
