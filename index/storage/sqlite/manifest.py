"""The table of single values: the version, the signature, and what is stored under other names."""

import sqlite3

from index.signature import Signature, from_json


def set_value(connection: sqlite3.Connection, name: str, value: str | int) -> None:
    """Store a value under a name."""
    connection.execute("INSERT OR REPLACE INTO manifest (name, value) VALUES (?, ?)", (name, value))


def next_version(connection: sqlite3.Connection) -> int:
    """Raise the version by one; returns the new one."""
    query = "UPDATE manifest SET value = value + 1 WHERE name = 'version' RETURNING value"
    (version,) = connection.execute(query).fetchall()[0]
    return int(version)


def signature_of(connection: sqlite3.Connection) -> Signature:
    """What the index was made with."""
    (stored,) = connection.execute("SELECT value FROM manifest WHERE name = 'signature'").fetchone()
    return from_json(stored)


def set_language(connection: sqlite3.Connection, collection: str, code: str) -> None:
    """Note the language of a collection that is about to get its first document; any other has it already."""
    stored = signature_of(connection)
    if stored.language_in(collection) != code:
        set_value(connection, "signature", stored.with_language(collection, code).to_json())
