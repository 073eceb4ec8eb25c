"""The list of the chunks that were removed, so that vectors in memory can follow the data file.

It holds numbers only: versions, and the first and last key of chunks, which are never reused.
"""

import sqlite3
from typing import NamedTuple

_KEPT = 10_000  # versions; what is further behind reads all vectors anew
_ALL = 0  # as the first key: all chunks were made anew


class Removal(NamedTuple):
    """The chunks with keys from `first` to `last`, both included, which `version` removed."""

    version: int
    first: int
    last: int


def note(connection: sqlite3.Connection, first: int, last: int) -> None:
    """List the chunks with keys from `first` to `last` as removed by the version that is being written."""
    version = _writing(connection)
    connection.execute("INSERT OR IGNORE INTO removals (version, first, last) VALUES (?, ?, ?)", (version, first, last))
    connection.execute("DELETE FROM removals WHERE version <= ?", (version - _KEPT,))


def note_all(connection: sqlite3.Connection) -> None:
    """List all chunks as removed or made anew by the version that is being written."""
    connection.execute("DELETE FROM removals")
    note(connection, _ALL, _ALL)


def after(connection: sqlite3.Connection, version: int, present: int) -> list[Removal] | None:
    """What was removed after a version, up to the `present` one; None if that isn't known."""
    if version <= present - _KEPT:
        return None
    query = "SELECT version, first, last FROM main.removals WHERE version > ? ORDER BY version, first"
    rows = [Removal(*row) for row in connection.execute(query, (version,))]
    return None if any(row.first == _ALL for row in rows) else rows


def _writing(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("SELECT value FROM manifest WHERE name = 'version'").fetchone()
    return int(version) + 1
