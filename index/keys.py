"""Keys to the service: a store keeps their hashes, so that what was given out once can't be read there again.

A key is `quoth_` and 256 random bits, so that scanners for secrets know one when they see it. A plain SHA-256 of it is
enough: salt and slow hashing protect secrets that can be guessed, which these can't.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from index.errors import KeyNameError

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


def new_key() -> str:
    """A key that nobody has had before."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


def new_secret() -> bytes:
    """What signs a key's tokens."""
    return secrets.token_bytes(_BYTES)


def check_name(name: str) -> None:
    """Raise KeyNameError for a name that is blank, too long or not printable."""
    if not name.strip() or len(name) > MAX_NAME_CHARS or not name.isprintable():
        raise KeyNameError(f"A key's name has 1 to {MAX_NAME_CHARS} printable characters; {name[:80]!r} is none.")


def matching(keys: Iterable[Key], presented: str) -> Key | None:
    """The key that was presented. All are compared, each in constant time, so that time tells nothing of them."""
    digest = sha256_of(presented)
    found = [key for key in keys if hmac.compare_digest(key.sha256, digest)]
    return found[0] if found else None


def sha256_of(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()
