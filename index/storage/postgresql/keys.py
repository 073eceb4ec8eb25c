"""The table of keys to the service."""

from collections.abc import Collection

from index.errors import KeyNameError, NotFoundError
from index.keys import Key, check_name, groups_of_key, new_key, row_of
from index.storage.postgresql.connection import Database


def add(connection: Database, name: str, scopes: Collection[str], groups: Collection[str] = ()) -> str:
    """Make a key, and return it. Raises KeyNameError for a name that is taken or unusable, and for such groups."""
    check_name(name)
    groups = groups_of_key(name, scopes, groups)
    if connection.execute("SELECT 1 FROM keys WHERE name = %s", (name,)).fetchone():
        raise KeyNameError(f"There is a key {name!r} already: choose another name, or revoke it first.")
    key = new_key()
    connection.execute(
        "INSERT INTO keys (name, scopes, added, sha256, secret, groups) VALUES (%s, %s, %s, %s, %s, %s)",
        (*row_of(name, scopes, key), list(groups)),
    )
    return key


def revoke(connection: Database, name: str) -> None:
    """End a key, and the tokens it has minted. Raises NotFoundError for a name that no key has."""
    if not connection.execute("DELETE FROM keys WHERE name = %s", (name,)).rowcount:
        raise NotFoundError(f"There is no key {name!r}: `quoth keys list` tells which there are.")


def listed(connection: Database) -> list[Key]:
    """Every key, in the order they were made."""
    rows = connection.execute("SELECT id, name, scopes, added, sha256, secret, groups FROM keys ORDER BY id")
    return [
        Key(number, name, frozenset(scopes.split()), added, sha256, bytes(secret), frozenset(groups))
        for number, name, scopes, added, sha256, secret, groups in rows
    ]
