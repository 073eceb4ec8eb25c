"""Tokens for pages: short-lived, with the scope `ask` only, for one origin and, if wanted, one collection.

They are JSON Web Tokens (RFC 7519) signed with the secret of the key that minted them, so that nothing is stored and
revoking the key ends them.
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
    """The claims of a token: the key that minted it, the origin of its pages, its collection (None for all) and groups.

    It reads the documents for everybody, and those that name one of the groups.
    """

    key: Key
    origin: str
    collection: str | None
    groups: frozenset[str] = frozenset()


def mint(token: Token, seconds: int, now: datetime | None = None) -> tuple[str, datetime]:
    """(the signed token, the time it expires), `seconds` from now."""
    ends = (now or datetime.now(UTC)).replace(microsecond=0) + timedelta(seconds=seconds)
    claims = {"exp": int(ends.timestamp()), "origin": token.origin, "collection": token.collection}
    if token.groups:
        claims["groups"] = sorted(token.groups)
    return jwt.encode(claims, token.key.secret, _ALGORITHM, headers={"kid": str(token.key.id)}), ends


def read(signed: str, keys: Iterable[Key]) -> Token:
    """The claims of a signed token. Raises UnauthorizedError if it is invalid, expired, or of none of `keys`."""
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
    return Token(key, claims["origin"], claims.get("collection"), _groups(claims.get("groups", [])))


def _groups(claim: object) -> frozenset[str]:
    if not isinstance(claim, list) or not all(isinstance(name, str) for name in claim):
        raise UnauthorizedError("The groups of this token are no list of names: mint one with `POST /v1/tokens`.")
    return frozenset(claim)
