"""Authorization: the only place where a request is let through, by its sender's scopes and within the rate limits.

The middleware is plain ASGI and runs before the body is read.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.documents import DEFAULT_COLLECTION
from index.errors import QuothError
from qa.api.errors import ForbiddenError, RateLimitError
from qa.service.auth.authenticator import Authenticator
from qa.service.auth.callers import Caller
from qa.service.auth.cross_site import require_own_page
from qa.service.auth.rate_limit import RateLimiter, RequestBudget, by_address
from qa.service.bodies import parsed_once
from qa.service.permissions import Rule, rule_for
from qa.service.problems import of_http, of_quoth


class AuthMiddleware:
    """Middleware that passes a request on if its sender may use the route and is within the rate limits."""

    def __init__(self, app: ASGIApp, authenticator: Authenticator) -> None:
        self._app = app
        self._authenticator = authenticator
        rate = authenticator.settings.rate_limit
        self._limits = RateLimiter(rate, authenticator.store) if rate else None

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
            await budget.spend_aside()
            # in a thread, for a store that is elsewhere may take its time
            caller = await run_in_threadpool(self._counted_caller, scope, rule, budget)
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

    def _counted_caller(self, scope: Scope, rule: Rule | None, budget: RequestBudget) -> Caller:
        """Who sends a request, which is counted for them."""
        headers = Headers(scope=scope)
        caller = self._authenticator.caller(headers)
        if caller.key is None:  # a browser may send it of its own accord
            origins = () if caller.person else self._authenticator.settings.origins
            require_own_page(scope["method"], headers, rule, origins)
        if caller.counted_as:
            budget.count_for(caller.counted_as)
        return caller

    async def _public(self, rule: Rule, address: str, scope: Scope, receive: Receive, send: Send) -> None:
        # Counted apart from questions, so that these never use up the budget of health checks
        budget = RequestBudget(self._limits if rule.limited else None, f"{scope['path']}, {address}")
        try:
            await budget.spend_aside()
        except RateLimitError as error:
            await of_quoth(error)(scope, receive, budget.with_headers(send))
            return
        await self._app(scope, receive, budget.with_headers(send))


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
