"""What a request's body may be, by route: its bytes and, of JSON, how much is in it and how deep; before it is parsed.

A megabyte of `[],[],…` is 22 MB of lists, and one of `"a":0,"b":0,…` a hundred thousand complaints of unknown keys. So
the commas and brackets outside of strings are counted as the bytes come in, and what is more than the route could make
use of is refused there. Plain ASGI, so that it holds in front of every app.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.service.permissions import template_of
from qa.service.problems import of_http, problem
from qa.settings import Settings

MAX_DEPTH = 16  # of lists and objects in each other; the deepest that a route knows is a chat's tools, about 10
_ASIDE_BYTES = 64 * 1024  # of JSON that is parsed in another thread
_JSON = "quoth.json"  # in a scope: the body's value, or the error that it ended in


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """At most so many bytes and, in JSON, so many `values`: commas, lists and objects."""

    bytes: int
    values: int


# A question of 1,000 characters, 1,000 ids and metadata, earlier turns of 10,000 characters: half a megabyte in ASCII
_ASKING = BodyLimit(2**20, 4_000)
_LIMITS = {
    "/v1/ask": _ASKING,
    "/v1/ask/stream": _ASKING,
    "/v1/search": _ASKING,
    "/v1/chat/completions": BodyLimit(2**20, 20_000),  # with tools, which are refused by name
    "/v1/feedback": BodyLimit(64 * 1024, 200),
    "/v1/tokens": BodyLimit(16 * 1024, 200),
    "/mcp": _ASKING,
}
_OTHERS = BodyLimit(16 * 1024, 200)  # no route that isn't named here has a body
_DOCUMENT_VALUES = 1_000


def limit_at(path: str, settings: Settings) -> BodyLimit:
    """The limit of the route at a path; none takes more than QUOTH_MAX_BODY_MB."""
    most, template = settings.max_body_mb * 2**20, template_of(path) or ""
    if template.startswith("/v1/documents"):
        return BodyLimit(most, _DOCUMENT_VALUES)
    limit = _LIMITS.get(template, _OTHERS)
    if template == "/v1/ask/batch":  # a question is at most 4,000 bytes, unless it is written in escapes
        limit = BodyLimit(_ASKING.bytes + 4_096 * settings.max_batch, _ASKING.values + settings.max_batch)
    return BodyLimit(min(limit.bytes, most), limit.values)


class BodyLimits:
    """Refuses a body that is more than its route can hold: before any of it is read if it says so, else as it comes.

    A request with both Content-Length and Transfer-Encoding is refused: a proxy in front may read it as another one.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit, headers = limit_at(scope["path"], self._settings), Headers(scope=scope)
        declared = headers.get("content-length", "")
        if declared and "transfer-encoding" in headers:
            await _two_lengths()(scope, receive, send)
        elif declared.isdecimal() and int(declared) > limit.bytes:
            await of_http(_too_many_bytes(limit))(scope, receive, send)
        else:
            await self._limited(limit, scope, receive, send)

    async def _limited(self, limit: BodyLimit, scope: Scope, receive: Receive, send: Send) -> None:
        body = _Measured(limit, receive, is_json=_is_json(Headers(scope=scope)))
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, body.receive, noted)
        except HTTPException as error:  # an app that isn't FastAPI's leaves it to others
            if started or error is not body.error:
                raise
            await of_http(error)(scope, receive, send)


@dataclass(slots=True)
class _Measured:
    """A body that is measured as it is received."""

    limit: BodyLimit
    source: Receive
    is_json: bool
    error: HTTPException | None = None
    _bytes: int = 0
    _shape: "JsonShape" = field(default_factory=lambda: JsonShape())

    async def receive(self) -> Message:
        """As ASGI has it. Raises HTTPException where it is too much."""
        message = await self.source()
        if message["type"] == "http.request" and (chunk := message.get("body", b"")):
            self._bytes += len(chunk)
            if self._bytes > self.limit.bytes:
                raise self._refused(_too_many_bytes(self.limit))
            if self.is_json:
                self._shape.add(chunk)
                if self._shape.depth > MAX_DEPTH:
                    raise self._refused(_too_deep())
                if self._shape.values > self.limit.values:
                    raise self._refused(_too_many_values(self.limit))
        return message

    def _refused(self, error: HTTPException) -> HTTPException:
        self.error = error
        return error


class JsonShape:
    """How much is in JSON that comes in pieces: `values`, the commas, lists and objects; `depth`, the most brackets in
    each other. What is in strings isn't counted; what is no JSON has no shape, and is left to the parser.
    """

    def __init__(self) -> None:
        self.values = 0
        self.depth = 0
        self._open = 0
        self._in_string = False
        self._held = b""  # a backslash at a piece's end, of which it isn't known yet what it escapes

    def add(self, piece: bytes) -> None:
        """The next piece."""
        piece = self._held + piece
        bare = piece.rstrip(b"\\")
        self._held = b"\\" * ((len(piece) - len(bare)) % 2)  # two are one that escapes nothing
        # Escapes apart, each quote begins or ends a string: in `{"a\"b":[1]}` they part `{`, `ab` and `:[1]}`
        parts = bare.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
        outside = b"".join(parts[1 if self._in_string else 0 :: 2])
        self._in_string ^= len(parts) % 2 == 0
        brackets = outside.translate(_BRACKETS, _NO_BRACKETS)
        self.values += outside.count(b",") + brackets.count(b"[")
        for bracket in brackets:
            self._open += 1 if bracket == _OPENING else -1
            self.depth = max(self.depth, self._open)


_OPENING = ord("[")
_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class JsonRoute(APIRoute):
    """A route whose JSON body is parsed once, and not by the event loop where it is large."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI has it."""
        handle = super().get_route_handler()

        async def handle_parsed(request: Request) -> Response:
            return await handle(_JsonRequest(request.scope, request.receive))

        return handle_parsed


class _JsonRequest(Request):
    async def json(self) -> Any:  # noqa: ANN401  # whatever was sent
        """The body's value. Raises what parsing it raised."""
        return await parsed_once(self)


async def parsed_once(request: Request) -> Any:  # noqa: ANN401  # whatever was sent
    """The value of a request's JSON. Raises ValueError or RecursionError where it is none."""
    if _JSON not in request.scope:
        request.scope[_JSON] = await _parsed(await request.body())
    value = request.scope[_JSON]
    if isinstance(value, Exception):
        raise value
    return value


async def _parsed(body: bytes) -> Any:  # noqa: ANN401  # whatever was sent
    try:
        return await asyncio.to_thread(_loaded, body) if len(body) > _ASIDE_BYTES else _loaded(body)
    except (ValueError, RecursionError) as error:
        return error


def _loaded(body: bytes) -> Any:  # noqa: ANN401  # whatever was sent
    return json.loads(body.decode("utf-8-sig"))  # in UTF-16, which json would read too, strings end elsewhere


def _is_json(headers: Headers) -> bool:
    """Also of what says nothing: routes that take JSON refuse other types, but not before they have read them."""
    return not headers.get("content-type", "").lower().startswith("multipart/")


def _two_lengths() -> Response:
    why = "The request has a Content-Length and a Transfer-Encoding, which proxies read differently: send one of them."
    return problem(400, "two-lengths", why, headers={"Connection": "close"})


def _too_many_bytes(limit: BodyLimit) -> HTTPException:
    size = f"{limit.bytes / 2**20:.3g} MiB" if limit.bytes >= 2**20 else f"{limit.bytes // 1024} KiB"
    return HTTPException(413, f"The body has more than {size}, which is all that is taken: send less at a time.")


def _too_many_values(limit: BodyLimit) -> HTTPException:
    what = f"{limit.values} commas, lists and objects"
    return HTTPException(413, f"The body has more than {what}, which is all that is taken: send less at a time.")


def _too_deep() -> HTTPException:
    why = f"it is nested too deeply: more than {MAX_DEPTH} brackets in each other"
    return HTTPException(400, f"The body is no JSON that can be read ({why}): mend it.")
