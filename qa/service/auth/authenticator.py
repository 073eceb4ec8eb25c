"""Authentication: finds who sends a request, by a key, a token, or the session of a person who signed in.

Without keys, and where nobody signs in, everything is open to programs on this machine, or to everybody if the settings
allow it.
"""

from collections.abc import Sequence

from fastapi import Request
from starlette.datastructures import Headers

from index import keys
from index.errors import QuothError, SettingsError
from index.storage.base import Store
from index.storage.principals import SEES_NOTHING, Principal
from qa.api.errors import ForbiddenError, UnauthorizedError
from qa.origins import is_loopback
from qa.service.auth import tokens
from qa.service.auth.callers import ANYBODY, Caller
from qa.service.auth.cross_site import require_local_name
from qa.service.auth.sessions import Sessions
from qa.settings import Settings

SIGN_IN_PAGE = "/signin"


def require_keys(store: Store, settings: Settings) -> None:
    """Raise SettingsError if other machines could send requests without a key and the settings don't allow it."""
    guarded = settings.allow_anonymous or is_loopback(settings.host) or store.service_keys()
    if not guarded:
        raise SettingsError(
            f"Whoever reaches {settings.host} could read and change all documents, for there are no keys: make one "
            "with `quoth keys add NAME`, or let everybody in with --allow-anonymous (QUOTH_ALLOW_ANONYMOUS)."
        )


class Authenticator:
    """Finds the sender of a request. Keys are read from the store each time, so that revoking one works at once.

    With `sessions`, people who signed in are let in without a key, and nobody who is neither.
    """

    def __init__(self, store: Store, settings: Settings, sessions: Sessions | None = None) -> None:
        self.store = store
        self.settings = settings
        self._sessions = sessions

    def caller(self, headers: Headers) -> Caller:
        """The sender of a request with these headers.

        Raises UnauthorizedError for a missing or unknown key or token, or a session that has ended; and ForbiddenError
        for a token used by pages of another origin or, where no keys exist, for a Host that isn't this machine.
        """
        if self._sessions is None:
            known = self.store.service_keys()
            return self._with_key(headers, known) if known else self._anybody(headers)
        try:
            if "authorization" in headers:
                return self._with_key(headers, self.store.service_keys())
            return self._signed_in(headers, self._sessions)
        except UnauthorizedError as error:
            error.sign_in = SIGN_IN_PAGE
            raise

    def _signed_in(self, headers: Headers, sessions: Sessions) -> Caller:
        person = sessions.person(headers)
        if person is None:
            raise UnauthorizedError(
                f"Sign in at {SIGN_IN_PAGE}, or send a key in the header `Authorization: Bearer KEY`."
            )
        access = self.settings.oidc_access
        scopes = {scope for group in person.groups for scope in access.get(group, ())}
        if self.settings.oidc_anybody_asks:
            scopes.add("ask")
        groups = person.groups if scopes.isdisjoint(keys.ALL_DOCUMENTS) else None
        return Caller(frozenset(scopes), person=person, groups=groups, counted_as=f"person {person.subject}")

    def _with_key(self, headers: Headers, known: Sequence[keys.Key]) -> Caller:
        kind, _, presented = headers.get("authorization", "").partition(" ")
        presented = presented.strip()
        if kind.lower() != "bearer" or not presented:
            raise UnauthorizedError("This needs a key: send it in the header `Authorization: Bearer KEY`.")
        if not presented.startswith(keys.PREFIX):
            return _caller_of_token(tokens.read(presented, known), headers, presented)
        key = keys.matching(known, presented)
        if key is None:
            raise UnauthorizedError("Nobody has this key: it is mistyped, or was revoked. Bring another.")
        groups = None if key.in_every_group else key.groups
        return Caller(key.scopes, key, groups=groups, counted_as=f"key {key.id}")

    def _anybody(self, headers: Headers) -> Caller:
        if self.settings.allow_anonymous:
            return ANYBODY
        if not is_loopback(self.settings.host):
            raise UnauthorizedError("There are no keys any more, so nobody is let in: make one with `quoth keys add`.")
        require_local_name(headers)
        return ANYBODY


def _caller_of_token(token: tokens.Token, headers: Headers, signed: str) -> Caller:
    """The sender of a token. Raises ForbiddenError unless it comes from the token's origin or from Quoth's own pages.

    Other programs can forge the origin, but browsers don't: this keeps other pages in a browser from using the token.
    """
    origin = headers.get("origin")
    here = {f"{scheme}://{headers.get('host', '').lower()}" for scheme in ("http", "https")}
    own = headers.get("sec-fetch-site") == "same-origin" or origin in here
    if not own and origin != token.origin:
        sender = f"this comes from {origin}" if origin else "this names no origin"
        raise ForbiddenError(f"The token is for pages of {token.origin}, and {sender}: fetch one for yours.")
    counted_as = f"token {signed.rpartition('.')[2]}"  # by its signature
    return Caller(
        frozenset({"ask"}),
        token.key,
        token=True,
        collection=token.collection,
        groups=token.groups,
        counted_as=counted_as,
    )


def principal_of_anybody(request: Request) -> Principal:
    """What the sender of a request may see on a public route: nothing, unless it also has the scope `ask`."""
    authenticator: Authenticator = request.app.state.authenticator
    try:
        caller = authenticator.caller(request.headers)
    except QuothError:
        return SEES_NOTHING
    return caller.principal if caller.may("ask") else SEES_NOTHING
