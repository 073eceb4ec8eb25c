"""Sessions of people who signed in: signed cookies, so that nothing is stored and every server of a store knows them.

They are JSON Web Tokens (RFC 7519), signed with a key made of the client's secret at the provider. All servers with the
same settings have it, it is there after a restart and on a store that is only read, and a new secret ends all sessions.
The secret is drawn at random by the provider; should it be a short one, scrypt makes each guess at it cost something.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote

import jwt
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response

from qa.api.errors import SignInError, UnauthorizedError
from qa.settings import Settings

_ALGORITHM = "HS256"
_ATTEMPT_SECONDS = 600  # to type a password, and whatever else the provider asks for
_MAX_COOKIE_CHARS = 3000  # browsers take 4096 with name and attributes, proxies often as much for all headers
_SESSION, _ATTEMPT = "quoth-session", "quoth-sign-in"
_SHOWN = "quoth-person"  # for the pages' scripts to show; it opens nothing


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed in: `subject` is their lasting id at the provider, `name` for people to read, `groups` those there."""

    subject: str
    name: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in under way: what the provider must send back, and the `page` to return to.

    `verifier` proves to the provider that its code came back to whoever asked for it (PKCE, RFC 7636).
    """

    state: str
    nonce: str
    verifier: str
    page: str


class Sessions:
    """Sets, reads and removes the cookies. Behind https they are sent over nothing else, and no other host sets one."""

    def __init__(self, settings: Settings) -> None:
        parts = (settings.oidc_issuer or "", settings.oidc_client_id or "")
        self._key = hashlib.scrypt(
            (settings.oidc_client_secret or "").encode(), salt="\n".join(parts).encode(), n=2**14, r=8, p=1, dklen=32
        )
        self._seconds = settings.oidc_session_hours * 3600
        self._secure = (settings.public_url or "").startswith("https:")

    def begin(self, response: Response, attempt: Attempt) -> None:
        """Keep a sign-in under way in the browser that began it."""
        self._set(response, _ATTEMPT, self._signed("attempt", asdict(attempt), _ATTEMPT_SECONDS), _ATTEMPT_SECONDS)

    def attempt(self, headers: Headers) -> Attempt | None:
        """The sign-in that this browser began; None if it began none, or too long ago."""
        claims = self._claims("attempt", _cookies(headers).get(self._name(_ATTEMPT), ""))
        if claims is None:
            return None
        return Attempt(claims["state"], claims["nonce"], claims["verifier"], claims["page"])

    def start(self, response: Response, person: Person) -> None:
        """Have the browser send that this person uses it. Raises SignInError for more groups than a cookie holds."""
        claims = {"sub": person.subject, "name": person.name, "groups": sorted(person.groups)}
        signed = self._signed("session", claims, self._seconds)
        if len(signed) > _MAX_COOKIE_CHARS:
            raise SignInError(
                f"You are in {len(person.groups)} groups, whose names are longer than a session may be: have the "
                "provider send only those that matter here."
            )
        self._set(response, _SESSION, signed, self._seconds)
        self._set(response, _SHOWN, quote(person.name), self._seconds, hidden=False)

    def person(self, headers: Headers) -> Person | None:
        """Who uses the browser that sent a request, None if nobody signed in there.

        Raises UnauthorizedError for a session that has ended, or that wasn't signed here.
        """
        signed = _cookies(headers).get(self._name(_SESSION))
        if signed is None:
            return None
        claims = self._claims("session", signed)
        if claims is None:
            raise UnauthorizedError("Your session has ended: sign in again.")
        return Person(claims["sub"], claims["name"], frozenset(claims["groups"]))

    def forget_attempt(self, response: Response) -> None:
        """Remove a sign-in under way, so that nothing completes it twice."""
        self._set(response, _ATTEMPT, "", 0)

    def end(self, response: Response) -> None:
        """Remove the session from the browser."""
        self._set(response, _SESSION, "", 0)
        self._set(response, _SHOWN, "", 0, hidden=False)

    def _signed(self, kind: Literal["session", "attempt"], claims: Mapping[str, Any], seconds: int) -> str:
        ends = datetime.now(UTC) + timedelta(seconds=seconds)
        return jwt.encode({**claims, "aud": kind, "exp": ends}, self._key, _ALGORITHM)

    def _claims(self, kind: Literal["session", "attempt"], signed: str) -> dict[str, Any] | None:
        """What was signed; None if it is of another kind or key, or has ended."""
        try:
            claims: dict[str, Any] = jwt.decode(
                signed, self._key, [_ALGORITHM], audience=kind, options={"require": ["aud", "exp"]}
            )
        except jwt.InvalidTokenError:
            return None
        return claims

    def _name(self, cookie: str) -> str:
        """With this prefix browsers take a cookie from this very host alone, over https (RFC 6265bis)."""
        return f"__Host-{cookie}" if self._secure and cookie != _SHOWN else cookie

    def _set(self, response: Response, cookie: str, value: str, seconds: int, *, hidden: bool = True) -> None:
        response.set_cookie(
            self._name(cookie), value, max_age=seconds, path="/", secure=self._secure, httponly=hidden, samesite="lax"
        )


def _cookies(headers: Headers) -> dict[str, str]:
    return cookie_parser(headers.get("cookie", ""))
