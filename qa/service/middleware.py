"""Middleware around every route: security headers, caching, HEAD, CORS and compression (`bodies.py` limits bodies).

All of it is plain ASGI, so that streams are passed on as they come and a disconnected client is noticed.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.service.observability.metrics import Metrics
from qa.service.observability.request_log import REQUEST_ID, RequestLogMiddleware
from qa.service.observability.tracing import Tracing
from qa.service.openapi import complete
from qa.service.permissions import rule_for
from qa.service.problems import forbidden

METHODS = ("GET", "POST", "OPTIONS")  # for pages of other origins: none that writes documents
_HEADERS = ("Authorization", "Content-Type")
_EXPOSED = ("Retry-After", REQUEST_ID)

# Pages load nothing from other hosts, and nothing that a document contains is run as a script
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",  # pages of other sites can't embed it
}


class Service(FastAPI):
    """A FastAPI app with the request log, security headers and CORS outside of FastAPI's own error handler.

    So a response to an unexpected error has these headers, too; without those of CORS, a page of another origin
    couldn't read it.
    """

    origins: Sequence[str] = ()
    max_batch = 100  # questions
    log_questions: bool = False
    tracing: Tracing | None = None

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # FastAPI's
        self.metrics = Metrics()
        super().__init__(**options)

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, completed by `openapi.py`."""
        if self.openapi_schema is None:
            self.openapi_schema = complete(super().openapi(), self.max_batch)
        return self.openapi_schema

    def build_middleware_stack(self) -> ASGIApp:
        """The routes with all middleware around them."""
        inside: ASGIApp = GZipMiddleware(super().build_middleware_stack())  # it leaves event streams alone
        inside = SecurityHeaders(HeadMiddleware(_Cors(inside, self.origins) if self.origins else inside))
        return RequestLogMiddleware(inside, self.metrics, with_questions=self.log_questions, tracing=self.tracing)


class SecurityHeaders:
    """Adds the security and caching headers that a route doesn't set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SECURITY.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", _cache_control(scope["method"], scope["path"]))
                if message["status"] == 304:
                    headers.add_vary_header("Accept-Encoding")  # as the full response has, because it may be compressed
            await send(message)

        await self._app(scope, receive, with_headers)


def _cache_control(method: str, path: str) -> str:
    """The Cache-Control of a response.

    Answers are never cached. Data that is read may be cached by the user's own browser, pages and scripts by anyone.
    Both are revalidated each time, so that a page and its scripts have the same version.
    """
    rule = rule_for(method, path)
    if rule is not None and rule.scope is None:
        return "no-cache"
    return "private, no-cache" if method in ("GET", "HEAD") else "no-store"


class HeadMiddleware:
    """Answers HEAD like GET, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        if scope["type"] == "http" and scope["method"] == "HEAD":
            await self._app({**scope, "method": "GET"}, receive, without_body)
        else:
            await self._app(scope, receive, send)


class _Cors(CORSMiddleware):
    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        super().__init__(app, origins, METHODS, _HEADERS, expose_headers=_EXPOSED)

    def preflight_response(self, request_headers: Headers) -> Response:
        """Starlette's response to a preflight request; a refusal becomes a problem document."""
        response = super().preflight_response(request_headers)
        if response.status_code == 200:
            return response
        origin, methods, headers = request_headers["origin"], ", ".join(METHODS), ", ".join(_HEADERS)
        if self.is_allowed_origin(origin):
            refusal = forbidden(f"Pages of other origins may use {methods} with the headers {headers}, and no more.")
            refusal.headers["Access-Control-Allow-Origin"] = origin
        else:
            refusal = forbidden(f"Pages of {origin} may not ask here: QUOTH_ORIGINS doesn't name it.")
        refusal.headers["Vary"] = response.headers["Vary"]
        return refusal
