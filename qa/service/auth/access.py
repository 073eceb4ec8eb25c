"""Authentication and authorization: the only place where keys, tokens, sessions and scopes are checked.

Without keys, and where nobody signs in, everything is open to programs on this machine, or to everybody if the settings
allow it. The middleware is plain ASGI and runs before the body is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index import keys
from index.audit import Actor
from index.documents import DEFAULT_COLLECTION
from index.errors import QuothError, SettingsError
from index.storage.base import Store
from index.storage.principals import SEES_ALL, SEES_NOTHING, Principal
from index.storage.principals import Rule as VisibleDocuments
from qa.api.errors import ForbiddenError, RateLimitError, UnauthorizedError
from qa.origins import is_loopback
from qa.service.auth import tokens
from qa.service.auth.cross_site import require_local_name, require_own_page
from qa.service.auth.rate_limit import RateLimiter, RequestBudget, by_address
from qa.service.auth.sessions import Person, Sessions
from qa.service.bodies import parsed_once
from qa.service.permissions import ADMIN, Rule, rule_for
from qa.service.problems import of_http, of_quoth
from qa.settings import Settings

SIGN_IN_PAGE = "/signin"


@dataclass(frozen=True, slots=True)
class Caller:
    """The sender of a request, known by a key, by a token minted with it, or as a person who signed in.

    `key` and `person` are None where neither keys nor sign-in exist. `collection` is the only one the caller may see,
    None for all. `groups` are those whose documents it may see beside those for everybody, None for all. `counted_as`
    is its name in the rate limits, "" if only its address counts.
    """

    scopes: frozenset[str]
    key: keys.Key | None = None
    person: Person | None = None
    token: bool = False
    collection: str | None = None
    groups: frozenset[str] | None = None
    counted_as: str = ""

    @property
    def principal(self) -> Principal:
        """Whom the store is read as: what the caller may see."""
        if self.collection is None and self.groups is None:
            return SEES_ALL
        collections = None if self.collection is None else frozenset({self.collection})
        return Principal((VisibleDocuments(collections, groups=self.groups),))

    def may(self, scope: str) -> bool:
        """Whether the caller has this scope; `admin` includes all others."""
        return scope in self.scopes or ADMIN.scope in self.scopes


_ANYBODY = Caller(frozenset(keys.SCOPES))


def require_keys(store: Store, settings: Settings) -> None:
    """Raise SettingsError if other machines could send requests without a key and the settings don't allow it."""
    guarded = settings.allow_anonymous or is_loopback(settings.host) or store.service_keys()
    if not guarded:
        raise SettingsError(
            f"Whoever reaches {settings.host} could read and change all documents, for there are no keys: make one "
            "with `quoth keys add NAME`, or let everybody in with --allow-anonymous (QUOTH_ALLOW_ANONYMOUS)."
        )


def caller_of(request: Request) -> Caller:
    """The sender of a request to a route that isn't public."""
    caller: Caller = request.state.caller
    return caller


def actor_of(request: Request) -> Actor | None:
    """Whom changes by the sender of a request are written down to; None if the settings keep no audit log."""
    settings: Settings = request.app.state.authenticator.settings
    if settings.audit_days is None:
        return None
    caller = caller_of(request)
    address = request.client.host if request.client and settings.audit_addresses else None
    return Actor(_name_of(caller), settings.audit_days, address)


def _name_of(caller: Caller) -> str:
    if caller.person:  # people may change their names, and take another's
        return f"person {caller.person.name} ({caller.person.subject})"
    return f"key {caller.key.name}" if caller.key else "anybody"


def principal_of(request: Request) -> Principal:
    """What the sender of a request may see, on a route that isn't public."""
    return caller_of(request).principal


def principal_of_anybody(request: Request) -> Principal:
    """What the sender of a request may see on a public route: nothing, unless it also has the scope `ask`."""
    authenticator: Authenticator = request.app.state.authenticator
    try:
        caller = authenticator.caller(request.headers)
    except QuothError:
        return SEES_NOTHING
    return caller.principal if caller.may("ask") else SEES_NOTHING


class Authenticator:
    """Finds the sender of a request. Keys are read from the store each time, so that revoking one works at once.

    With `sessions`, people who signed in are let in without a key, and nobody who is neither.
    """

    def __init__(self, store: Store, settings: Settings, sessions: Sessions | None = None) -> None:
        self._store = store
        self.settings = settings
        self._sessions = sessions

    def caller(self, headers: Headers) -> Caller:
        """The sender of a request with these headers.

        Raises UnauthorizedError for a missing or unknown key or token, or a session that has ended; and ForbiddenError
        for a token used by pages of another origin or, where no keys exist, for a Host that isn't this machine.
        """
        if self._sessions is None:
            known = self._store.service_keys()
            return self._with_key(headers, known) if known else self._anybody(headers)
        try:
            if "authorization" in headers:
                return self._with_key(headers, self._store.service_keys())
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
            return _ANYBODY
        if not is_loopback(self.settings.host):
            raise UnauthorizedError("There are no keys any more, so nobody is let in: make one with `quoth keys add`.")
        require_local_name(headers)
        return _ANYBODY


class AuthMiddleware:
    """Middleware that passes a request on if its sender may use the route and is within the rate limits."""

    def __init__(self, app: ASGIApp, authenticator: Authenticator) -> None:
        self._app = app
        self._authenticator = authenticator
        rate = authenticator.settings.rate_limit
        self._limits = RateLimiter(rate) if rate else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run as an ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        rule = rule_for(scope["method"], scope["path"])
        address = by_address((scope.get("client") or ("",))[0])
        if rule and rule.scope is None:
            await self._public(rule, address, scope, receive, send)
            return
        budget = RequestBudget(self._limits, address)
        try:
            budget.spend()
            headers = Headers(scope=scope)
            # in a thread, for a store that is elsewhere may take its time
            caller = await run_in_threadpool(self._authenticator.caller, headers)
            if caller.key is None:  # a browser may send it of its own accord
                origins = () if caller.person else self._authenticator.settings.origins
                require_own_page(scope["method"], headers, rule, origins)
            if caller.counted_as:
                budget.count_for(caller.counted_as)
            _require(caller, rule, f"{scope['method']} {scope['path']}")
            scope.setdefault("state", {}).update(caller=caller, budget=budget)
            if rule and caller.collection is not None:
                receive = await _require_collection(caller.collection, rule, scope, receive)
        except QuothError as error:
            await of_quoth(error)(scope, receive, budget.with_headers(send))
            return
        except HTTPException as error:  # the body is too large
            await of_http(error)(scope, receive, budget.with_headers(send))
            return
        except ClientDisconnect:
            return
        await self._app(scope, receive, budget.with_headers(send))

    async def _public(self, rule: Rule, address: str, scope: Scope, receive: Receive, send: Send) -> None:
        # Counted apart from questions, so that these never use up the budget of health checks
        budget = RequestBudget(self._limits if rule.limited else None, f"{scope['path']}, {address}")
        try:
            budget.spend()
        except RateLimitError as error:
            await of_quoth(error)(scope, receive, budget.with_headers(send))
            return
        await self._app(scope, receive, budget.with_headers(send))


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


def _require(caller: Caller, rule: Rule | None, asked: str) -> None:
    has = ", ".join(sorted(caller.scopes)) or "none"
    needed = (rule and rule.scope) or "admin"
    if caller.person and not caller.may(needed):
        raise ForbiddenError(
            f"This needs the scope {needed}; {caller.person.name} is signed in, whose groups give {has}. Whoever runs "
            "Quoth says in QUOTH_OIDC_ACCESS what groups may do, and the provider who is in them."
        )
    if rule is None and not caller.may("admin"):
        raise ForbiddenError(
            f"Nothing at {asked} is open to the scope {has}: check method and path, or bring a key of the scope admin."
        )
    if rule and rule.scope and not caller.may(rule.scope):
        raise ForbiddenError(f"This needs a key of the scope {rule.scope}; the one given has {has}.")
    if rule and caller.collection is not None and rule.collection is None:
        raise ForbiddenError(f"The token is for the collection {caller.collection!r} alone: use a key for this route.")


async def _require_collection(collection: str, rule: Rule, scope: Scope, receive: Receive) -> Receive:
    """Raise ForbiddenError unless the request is about `collection`.

    Returns what to receive from instead, since the body has been read.
    """
    default = DEFAULT_COLLECTION if rule.collection == "default" else None
    request = Request(scope, receive)
    if scope["method"] in ("GET", "HEAD"):
        named: Any = request.query_params.get("collection", default)
        replayed = receive
    else:
        named = (await _object(request)).get("collection", default)
        replayed = _replay(await request.body(), receive)
    if named != collection:
        raise ForbiddenError(f"The token is for the collection {collection!r}: name it, and no other.")
    return replayed


async def _object(request: Request) -> Mapping[str, Any]:
    """The JSON object in a request's body; {} for any other body, which the route refuses."""
    try:
        value = await parsed_once(request)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _replay(body: bytes, receive: Receive) -> Receive:
    replayed = False

    async def replay_first() -> Message:
        nonlocal replayed
        if replayed:
            return await receive()
        replayed = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay_first
