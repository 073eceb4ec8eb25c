"""Who is asking, and whether they may: the one place where keys, tokens and scopes are looked at.

Without keys everything is open, to those who are at the machine or were let in on purpose. It is plain ASGI and stands
before anything of the body is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index import keys
from index.documents import DEFAULT_COLLECTION
from index.errors import QuothError, SettingsError
from index.storage.base import Store
from index.storage.principals import SEES_ALL, SEES_NOTHING, Principal, of_collection
from qa.api.errors import ForbiddenError, RateLimitError, UnauthorizedError
from qa.service.auth import tokens
from qa.service.auth.cross_site import is_loopback, require_local_name, require_own_page
from qa.service.auth.rate_limit import RateLimiter, RequestBudget, by_address
from qa.service.bodies import parsed_once
from qa.service.permissions import ADMIN, Rule, rule_for
from qa.service.problems import of_http, of_quoth
from qa.settings import Settings


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request: by a key, or by a token that the key minted; `key` is None where nobody asks for one.

    `collection` is the only one they may see, if it isn't None; `counted_as` tells them apart where limits are.
    """

    scopes: frozenset[str]
    key: keys.Key | None = None
    token: bool = False
    collection: str | None = None
    counted_as: str = ""

    @property
    def principal(self) -> Principal:
        """What they may see."""
        return SEES_ALL if self.collection is None else of_collection(self.collection)

    def may(self, scope: str) -> bool:
        """Whether they have this scope; `admin` has every one."""
        return scope in self.scopes or ADMIN.scope in self.scopes


_ANYBODY = Caller(frozenset(keys.SCOPES))


def require_keys(store: Store, settings: Settings) -> None:
    """Raise SettingsError where others than this machine's could ask without a key, unless that is wanted."""
    guarded = settings.allow_anonymous or is_loopback(settings.host) or store.service_keys()
    if not guarded:
        raise SettingsError(
            f"Whoever reaches {settings.host} could read and change all documents, for there are no keys: make one "
            "with `quoth keys add NAME`, or let everybody in with --allow-anonymous (QUOTH_ALLOW_ANONYMOUS)."
        )


def caller_of(request: Request) -> Caller:
    """Who sent a request to a route that isn't for everybody."""
    caller: Caller = request.state.caller
    return caller


def principal_of(request: Request) -> Principal:
    """What the sender of a request may see, on a route that isn't for everybody."""
    return caller_of(request).principal


def principal_of_anybody(request: Request) -> Principal:
    """What the sender of a request may see on a route for everybody: nothing, unless they could also ask."""
    authenticator: Authenticator = request.app.state.authenticator
    try:
        caller = authenticator.caller(request.headers)
    except QuothError:
        return SEES_NOTHING
    return caller.principal if caller.may("ask") else SEES_NOTHING


class Authenticator:
    """Tells who sends a request. Keys are read from the data file each time, so that a revoked one ends at once."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self.settings = settings

    def caller(self, headers: Headers) -> Caller:
        """Raises UnauthorizedError for somebody unknown, ForbiddenError for a name of another machine's."""
        known = self._store.service_keys()
        if not known:
            return self._anybody(headers)
        kind, _, presented = headers.get("authorization", "").partition(" ")
        presented = presented.strip()
        if kind.lower() != "bearer" or not presented:
            raise UnauthorizedError("This needs a key: send it in the header `Authorization: Bearer KEY`.")
        if not presented.startswith(keys.PREFIX):
            return _bearer_of(tokens.read(presented, known), headers, presented)
        key = keys.matching(known, presented)
        if key is None:
            raise UnauthorizedError("Nobody has this key: it is mistyped, or was revoked. Bring another.")
        return Caller(key.scopes, key, counted_as=f"key {key.id}")

    def _anybody(self, headers: Headers) -> Caller:
        if self.settings.allow_anonymous:
            return _ANYBODY
        if not is_loopback(self.settings.host):
            raise UnauthorizedError("There are no keys any more, so nobody is let in: make one with `quoth keys add`.")
        require_local_name(headers)
        return _ANYBODY


class AuthMiddleware:
    """Lets a request through to its route if who sends it may use that, and doesn't do so too often."""

    def __init__(self, app: ASGIApp, authenticator: Authenticator) -> None:
        self._app = app
        self._authenticator = authenticator
        rate = authenticator.settings.rate_limit
        self._limits = RateLimiter(rate) if rate else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        rule = rule_for(scope["method"], scope["path"])
        address = by_address((scope.get("client") or ("",))[0])
        if rule and rule.scope is None:
            await self._for_everybody(rule, address, scope, receive, send)
            return
        budget = RequestBudget(self._limits, address)
        try:
            budget.spend()
            headers = Headers(scope=scope)
            # in a thread, for a store that is elsewhere may take its time
            caller = await run_in_threadpool(self._authenticator.caller, headers)
            if caller.key is None:
                require_own_page(scope["method"], headers, rule, self._authenticator.settings.origins)
            if caller.counted_as:
                budget.count_for(caller.counted_as)
            _require(caller, rule, f"{scope['method']} {scope['path']}")
            scope.setdefault("state", {}).update(caller=caller, budget=budget)
            if rule and caller.collection is not None:
                receive = await _confined(caller.collection, rule, scope, receive)
        except QuothError as error:
            await of_quoth(error)(scope, receive, budget.telling(send))
            return
        except HTTPException as error:  # the body turned out to be too large
            await of_http(error)(scope, receive, budget.telling(send))
            return
        except ClientDisconnect:
            return
        await self._app(scope, receive, budget.telling(send))

    async def _for_everybody(self, rule: Rule, address: str, scope: Scope, receive: Receive, send: Send) -> None:
        # Counted by itself, so that questions never cost a server its health check
        budget = RequestBudget(self._limits if rule.limited else None, f"readiness, {address}")
        try:
            budget.spend()
        except RateLimitError as error:
            await of_quoth(error)(scope, receive, budget.telling(send))
            return
        await self._app(scope, receive, budget.telling(send))


def _bearer_of(token: tokens.Token, headers: Headers, signed: str) -> Caller:
    """Who sends a token. Raises ForbiddenError unless it is a page that the token is for, or one of Quoth's own.

    Only a browser says truly where a request comes from; it is from other pages in one that this keeps a token.
    """
    origin = headers.get("origin")
    here = {f"{scheme}://{headers.get('host', '').lower()}" for scheme in ("http", "https")}
    own = headers.get("sec-fetch-site") == "same-origin" or origin in here
    if not own and origin != token.origin:
        sender = f"this comes from {origin}" if origin else "this names no origin"
        raise ForbiddenError(f"The token is for pages of {token.origin}, and {sender}: fetch one for yours.")
    counted_as = f"token {signed.rpartition('.')[2]}"  # by its signature
    return Caller(frozenset({"ask"}), token.key, token=True, collection=token.collection, counted_as=counted_as)


def _require(caller: Caller, rule: Rule | None, asked: str) -> None:
    has = ", ".join(sorted(caller.scopes)) or "none"
    if rule is None and not caller.may("admin"):
        raise ForbiddenError(
            f"Nothing at {asked} is open to the scope {has}: check method and path, or bring a key of the scope admin."
        )
    if rule and rule.scope and not caller.may(rule.scope):
        raise ForbiddenError(f"This needs a key of the scope {rule.scope}; the one given has {has}.")
    if rule and caller.collection is not None and rule.collection is None:
        raise ForbiddenError(f"The token is for the collection {caller.collection!r}, which isn't told apart here.")


async def _confined(collection: str, rule: Rule, scope: Scope, receive: Receive) -> Receive:
    """What gives the same request again, if it is about `collection`. Raises ForbiddenError otherwise."""
    usual = DEFAULT_COLLECTION if rule.collection == "default" else None
    request = Request(scope, receive)
    if scope["method"] in ("GET", "HEAD"):
        named: Any = request.query_params.get("collection", usual)
        again = receive
    else:
        named = (await _object(request)).get("collection", usual)
        again = _replay(await request.body(), receive)
    if named != collection:
        raise ForbiddenError(f"The token is for the collection {collection!r}: name it, and no other.")
    return again


async def _object(request: Request) -> Mapping[str, Any]:
    """The JSON object of a request's body; anything else is left to the route to refuse."""
    try:
        value = await parsed_once(request)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
