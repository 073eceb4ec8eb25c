"""Keys to the service. A store has only their hashes, so that a key can't be read there.

A key is `quoth_`, by which secret scanners recognize it, and 256 random bits. A plain SHA-256 is enough: salt and slow
hashes protect secrets that can be guessed, and these can't.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from index.errors import KeyNameError
from index.groups import EVERY_GROUP, checked_groups

PREFIX = "quoth_"
SCOPES = ("ask", "write", "admin")
ALL_DOCUMENTS = ("write", "admin")  # scopes to which no document is hidden
MAX_NAME_CHARS = 64
_BYTES = 32


@dataclass(frozen=True, slots=True)
class Key:
    """A key by its name. `secret` signs its tokens, so they become invalid with the key; `added` is in ISO 8601.

    `groups` are those whose documents it may read, EVERY_GROUP for all.
    """

    id: int
    name: str
    scopes: frozenset[str]
    added: str
    sha256: str = field(repr=False)
    secret: bytes = field(repr=False)
    groups: frozenset[str] = frozenset()

    @property
    def in_every_group(self) -> bool:
        """Whether it may read documents whatever readers they name. Who may replace and delete them all, may."""
        return EVERY_GROUP in self.groups or not self.scopes.isdisjoint(ALL_DOCUMENTS)


def new_key() -> str:
    """A new random key."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


def new_secret() -> bytes:
    """A new random secret to sign a key's tokens with."""
    return secrets.token_bytes(_BYTES)


def row_of(name: str, scopes: Collection[str], key: str) -> tuple[str, str, str, str, bytes]:
    """The row of a new key as stores keep it: name, scopes, date, hash, secret."""
    ordered = " ".join(scope for scope in SCOPES if scope in scopes)
    return name, ordered, datetime.now(UTC).isoformat(timespec="seconds"), sha256_of(key), new_secret()


def check_name(name: str) -> None:
    """Raise KeyNameError for a name that is blank, too long or not printable."""
    if not name.strip() or len(name) > MAX_NAME_CHARS or not name.isprintable():
        raise KeyNameError(f"A key's name has 1 to {MAX_NAME_CHARS} printable characters; {name[:80]!r} is none.")


def groups_of_key(name: str, scopes: Collection[str], groups: Collection[str]) -> tuple[str, ...]:
    """The groups of a new key, sorted. Raises KeyNameError for impossible ones, and for a key that sees all anyway."""
    if not groups:
        return ()
    if every := [scope for scope in ALL_DOCUMENTS if scope in scopes]:
        raise KeyNameError(
            f"The key {name!r} has the scope {every[-1]}, which opens every document, whoever may read it: leave the "
            "groups out, or make a key of the scope ask alone."
        )
    if set(groups) == {EVERY_GROUP}:
        return (EVERY_GROUP,)
    return checked_groups(groups, f"the key {name!r}", KeyNameError)


def matching(keys: Iterable[Key], presented: str) -> Key | None:
    """The key that was presented, else None. All are compared, each in constant time, so timing reveals nothing."""
    digest = sha256_of(presented)
    matches = [key for key in keys if hmac.compare_digest(key.sha256, digest)]
    return matches[0] if matches else None


def sha256_of(key: str) -> str:
    """The hash of a key, which is all that is stored of it."""
    return hashlib.sha256(key.encode()).hexdigest()
