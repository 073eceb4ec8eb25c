"""Limits on request bodies, by route, checked before parsing: their bytes and, in JSON, the values and the nesting.

A megabyte of `[],[],…` becomes 22 MB of lists, and one of `"a":0,"b":0,…` a hundred thousand errors about unknown keys.
So commas and brackets outside of strings are counted while the bytes arrive, and a body with more than its route can
use is refused. Written in plain ASGI, so that it works in front of any app.
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

MAX_DEPTH = 16  # of nested lists and objects; the deepest valid body is a chat with tools, about 10
_LARGE_BYTES = 64 * 1024  # JSON of this size is parsed in another thread
_JSON = "quoth.json"  # key in the scope: the parsed body, or the error of parsing it


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """The most bytes of a body, and the most `values` of JSON: commas, lists and objects."""

    bytes: int
    values: int


# A question of 1,000 characters, 1,000 ids and metadata, earlier turns of 10,000 characters: half a megabyte in ASCII
_QUESTION = BodyLimit(2**20, 4_000)
_LIMITS = {
    "/v1/ask": _QUESTION,
    "/v1/ask/stream": _QUESTION,
    "/v1/search": _QUESTION,
    "/v1/chat/completions": BodyLimit(2**20, 20_000),  # with tools, which are then refused by name
    "/v1/feedback": BodyLimit(64 * 1024, 200),
    "/v1/tokens": BodyLimit(16 * 1024, 200),
    "/mcp": _QUESTION,
}
_OTHERS = BodyLimit(16 * 1024, 200)  # no route that isn't named here has a body
_DOCUMENT_VALUES = 1_000


def limit_at(path: str, settings: Settings) -> BodyLimit:
    """The limit of the route at `path`, never more than QUOTH_MAX_BODY_MB."""
    most, template = settings.max_body_mb * 2**20, template_of(path) or ""
    if template.startswith(("/v1/documents", "/v1/archives")):
        return BodyLimit(most, _DOCUMENT_VALUES)
    limit = _LIMITS.get(template, _OTHERS)
    if template == "/v1/ask/batch":  # a question takes at most 4,000 bytes, unless it is written with escapes
        limit = BodyLimit(_QUESTION.bytes + 4_096 * settings.max_batch, _QUESTION.values + settings.max_batch)
    return BodyLimit(min(limit.bytes, most), limit.values)


class BodyLimits:
    """Middleware that refuses bodies beyond the limit of their route, by Content-Length or while they arrive.

    A request with both Content-Length and Transfer-Encoding is refused, because a proxy in front may read it as two.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run as an ASGI application."""
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
        body = _MeasuredBody(limit, receive, is_json=_is_json(Headers(scope=scope)))
        started = False

        async def send_noting_start(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, body.receive, send_noting_start)
        except HTTPException as error:  # FastAPI handles it, other apps don't
            if started or error is not body.error:
                raise
            await of_http(error)(scope, receive, send)


@dataclass(slots=True)
class _MeasuredBody:
    """A body that is measured while it is received."""

    limit: BodyLimit
    source: Receive
    is_json: bool
    error: HTTPException | None = None
    _bytes: int = 0
    _shape: "JsonShape" = field(default_factory=lambda: JsonShape())

    async def receive(self) -> Message:
        """The next message of `source`. Raises HTTPException if the body is beyond its limit."""
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
    """The size of JSON that arrives in pieces.

    `values` counts commas, lists and objects; `depth` is the deepest nesting. Characters in strings aren't counted.
    Input that isn't valid JSON is left to the parser to refuse.
    """

    def __init__(self) -> None:
        self.values = 0
        self.depth = 0
        self._open = 0
        self._in_string = False
        self._pending = b""  # a backslash at the end of a piece: what it escapes comes with the next

    def add(self, piece: bytes) -> None:
        """Count the next piece."""
        piece = self._pending + piece
        bare = piece.rstrip(b"\\")
        self._pending = b"\\" * ((len(piece) - len(bare)) % 2)  # two are an escaped backslash
        # Without escapes, each quote begins or ends a string: they cut `{"a\"b":[1]}` into `{`, `ab` and `:[1]}`
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
    """A route whose JSON body is parsed once, in another thread if it is large."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, with `parsed_once` as the request's `json`."""
        handle = super().get_route_handler()

        async def handle_parsed(request: Request) -> Response:
            return await handle(_JsonRequest(request.scope, request.receive))

        return handle_parsed


class _JsonRequest(Request):
    async def json(self) -> Any:  # noqa: ANN401  # any JSON
        """The parsed body. Raises as `parsed_once` does."""
        return await parsed_once(self)


async def parsed_once(request: Request) -> Any:  # noqa: ANN401  # any JSON
    """The JSON of a request's body. Raises ValueError or RecursionError if it can't be parsed."""
    if _JSON not in request.scope:
        request.scope[_JSON] = await _parsed(await request.body())
    value = request.scope[_JSON]
    if isinstance(value, Exception):
        raise value
    return value


async def _parsed(body: bytes) -> Any:  # noqa: ANN401  # any JSON, or the error
    try:
        return await asyncio.to_thread(_loaded, body) if len(body) > _LARGE_BYTES else _loaded(body)
    except (ValueError, RecursionError) as error:
        return error


def _loaded(body: bytes) -> Any:  # noqa: ANN401  # any JSON
    return json.loads(body.decode("utf-8-sig"))  # not UTF-16, which json reads too, but JsonShape can't measure


def _is_json(headers: Headers) -> bool:
    """Anything but a form counts as JSON: routes refuse other types only after reading the body."""
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
