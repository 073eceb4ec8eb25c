"""Keys to the service, kept in the data file as hashes: what was given out once can't be read here again.

A key is `quoth_` and 256 random bits, so that scanners for secrets know one when they see it. A plain SHA-256 of it is
enough: salt and slow hashing protect secrets that can be guessed, which these can't.
"""

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from index.errors import KeyNameError, NotFoundError
from index.snapshot import Snapshot

PREFIX = "quoth_"
SCOPES = ("ask", "write", "admin")
MAX_NAME_CHARS = 64
_BYTES = 32


@dataclass(frozen=True, slots=True)
class Key:
    """A key by its name. `secret` signs the tokens it mints, which end with it; `added` is in ISO 8601."""

    id: int
    name: str
    scopes: frozenset[str]
    added: str
    sha256: str = field(repr=False)
    secret: bytes = field(repr=False)


def add(connection: sqlite3.Connection, name: str, scopes: Collection[str]) -> str:
    """Make a key, and return it. Raises KeyNameError for a name that is taken, blank, too long or not printable."""
    if not name.strip() or len(name) > MAX_NAME_CHARS or not name.isprintable():
        raise KeyNameError(f"A key's name has 1 to {MAX_NAME_CHARS} printable characters; {name[:80]!r} is none.")
    if connection.execute("SELECT 1 FROM keys WHERE name = ?", (name,)).fetchone():
        raise KeyNameError(f"There is a key {name!r} already: choose another name, or revoke it first.")
    key = PREFIX + secrets.token_urlsafe(_BYTES)
    connection.execute(
        "INSERT INTO keys (name, scopes, added, sha256, secret) VALUES (?, ?, ?, ?, ?)",
        (
            name,
            " ".join(scope for scope in SCOPES if scope in scopes),
            datetime.now(UTC).isoformat(timespec="seconds"),
            _digest(key),
            secrets.token_bytes(_BYTES),
        ),
    )
    return key


def revoke(connection: sqlite3.Connection, name: str) -> None:
    """End a key, and the tokens it has minted. Raises NotFoundError for a name that no key has."""
    if not connection.execute("DELETE FROM keys WHERE name = ?", (name,)).rowcount:
        raise NotFoundError(f"There is no key {name!r}: `quoth keys list` tells which there are.")


def listed(snapshot: Snapshot) -> list[Key]:
    """Every key, in the order they were made."""
    # A reader of an older file has an empty table in memory, which would hide the one that the file was given since
    if not snapshot.rows("SELECT 1 FROM main.sqlite_master WHERE name = 'keys'"):
        return []
    rows = snapshot.rows("SELECT id, name, scopes, added, sha256, secret FROM main.keys ORDER BY id")
    return [Key(number, name, frozenset(scopes.split()), *rest) for number, name, scopes, *rest in rows]


def matching(keys: Iterable[Key], presented: str) -> Key | None:
    """The key that was presented. All are compared, each in constant time, so that time tells nothing of them."""
    digest = _digest(presented)
    found = [key for key in keys if hmac.compare_digest(key.sha256, digest)]
    return found[0] if found else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
