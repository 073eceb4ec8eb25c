"""The table of keys to the service."""

import sqlite3
from collections.abc import Collection

from index.errors import KeyNameError, NotFoundError
from index.keys import Key, check_name, groups_of_key, new_key, row_of


def add(connection: sqlite3.Connection, name: str, scopes: Collection[str], groups: Collection[str] = ()) -> str:
    """Create a key and return it. Raises KeyNameError for a name that is taken or unusable, and for such groups."""
    check_name(name)
    groups = groups_of_key(name, scopes, groups)
    if connection.execute("SELECT 1 FROM keys WHERE name = ?", (name,)).fetchone():
        raise KeyNameError(f"There is a key {name!r} already: choose another name, or revoke it first.")
    key = new_key()
    number = connection.execute(
        "INSERT INTO keys (name, scopes, added, sha256, secret) VALUES (?, ?, ?, ?, ?)",
        row_of(name, scopes, key),
    ).lastrowid
    rows = [(number, group) for group in groups]
    connection.executemany("INSERT INTO key_groups (key, name) VALUES (?, ?)", rows)
    return key


def revoke(connection: sqlite3.Connection, name: str) -> None:
    """Remove a key, which ends its tokens. Raises NotFoundError for an unknown name."""
    if not connection.execute("DELETE FROM keys WHERE name = ?", (name,)).rowcount:
        raise NotFoundError(f"There is no key {name!r}: `quoth keys list` tells which there are.")


def listed(connection: sqlite3.Connection) -> list[Key]:
    """All keys, in the order they were added."""
    # A reader of an older file has an empty temporary table, which would hide one that a writer has added since
    tables = "SELECT name FROM main.sqlite_master WHERE name IN ('keys', 'key_groups')"
    there = {name for (name,) in connection.execute(tables)}
    if "keys" not in there:
        return []
    groups: dict[int, set[str]] = {}
    if "key_groups" in there:
        for key, name in connection.execute("SELECT key, name FROM main.key_groups"):
            groups.setdefault(key, set()).add(name)
    rows = connection.execute("SELECT id, name, scopes, added, sha256, secret FROM main.keys ORDER BY id")
    return [
        Key(number, name, frozenset(scopes.split()), added, sha256, secret, frozenset(groups.get(number, ())))
        for number, name, scopes, added, sha256, secret in rows
    ]
