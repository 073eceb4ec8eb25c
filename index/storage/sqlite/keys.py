"""The table of keys to the service."""

import sqlite3
from collections.abc import Collection

from index.errors import KeyNameError, NotFoundError
from index.keys import Key, check_name, new_key, row_of


def add(connection: sqlite3.Connection, name: str, scopes: Collection[str]) -> str:
    """Create a key and return it. Raises KeyNameError for a name that is taken, blank, too long or not printable."""
    check_name(name)
    if connection.execute("SELECT 1 FROM keys WHERE name = ?", (name,)).fetchone():
        raise KeyNameError(f"There is a key {name!r} already: choose another name, or revoke it first.")
    key = new_key()
    connection.execute(
        "INSERT INTO keys (name, scopes, added, sha256, secret) VALUES (?, ?, ?, ?, ?)",
        row_of(name, scopes, key),
    )
    return key


def revoke(connection: sqlite3.Connection, name: str) -> None:
    """Remove a key, which ends its tokens. Raises NotFoundError for an unknown name."""
    if not connection.execute("DELETE FROM keys WHERE name = ?", (name,)).rowcount:
        raise NotFoundError(f"There is no key {name!r}: `quoth keys list` tells which there are.")


def listed(connection: sqlite3.Connection) -> list[Key]:
    """All keys, in the order they were added."""
    # A reader of an older file has an empty temporary table, which would hide one that a writer has added since
    if not connection.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'keys'").fetchone():
        return []
    rows = connection.execute("SELECT id, name, scopes, added, sha256, secret FROM main.keys ORDER BY id")
    return [Key(number, name, frozenset(scopes.split()), *rest) for number, name, scopes, *rest in rows]
