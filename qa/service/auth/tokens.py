"""Tokens for pages: short-lived, to ask alone, for one origin and perhaps one collection, and over with their key.

They are JSON Web Tokens (RFC 7519) that the minting key's own secret signs, so that nothing is kept of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from index.keys import Key
from qa.api.errors import UnauthorizedError

_ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says: who minted it, for pages of which origin, and for which collection if not for all."""

    key: Key
    origin: str
    collection: str | None


def mint(token: Token, seconds: int, now: datetime | None = None) -> tuple[str, datetime]:
    """The token, signed, and when it ends: `seconds` from now."""
    ends = (now or datetime.now(UTC)).replace(microsecond=0) + timedelta(seconds=seconds)
    claims = {"exp": int(ends.timestamp()), "origin": token.origin, "collection": token.collection}
    return jwt.encode(claims, token.key.secret, _ALGORITHM, headers={"kid": str(token.key.id)}), ends


def read(signed: str, keys: Iterable[Key]) -> Token:
    """What a token says, if one of `keys` minted it. Raises UnauthorizedError that says why it is none."""
    minted = {str(key.id): key for key in keys}
    try:
        key = minted.get(str(jwt.get_unverified_header(signed).get("kid")))
        if key is None:
            raise UnauthorizedError("The key that minted this token was revoked: fetch a token of another.")
        claims = jwt.decode(signed, key.secret, [_ALGORITHM], options={"require": ["exp", "origin"]})
    except jwt.ExpiredSignatureError:
        raise UnauthorizedError("This token has ended: fetch a new one.") from None
    except jwt.InvalidTokenError:
        raise UnauthorizedError("This is neither a key nor a token: it is mistyped or cut short.") from None
    return Token(key, claims["origin"], claims.get("collection"))
