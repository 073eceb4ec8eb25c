"""What surrounds every route: headers for browsers, CORS and compression; bodies are left to `bodies.py`.

Plain ASGI throughout, so that what is streamed is passed on as it comes and a client that leaves is noticed.
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
from qa.service.openapi import completed
from qa.service.permissions import rule_for
from qa.service.problems import forbidden

METHODS = ("GET", "POST", "OPTIONS")  # what a page of another origin may use: nothing that writes documents
_HEADERS = ("Authorization", "Content-Type")
_EXPOSED = ("Retry-After", REQUEST_ID)

# Pages load nothing from elsewhere, and what a document says is never run
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",  # no page of another site shows or loads it as a part of its own
}


class Service(FastAPI):
    """Puts records, security headers and CORS outside of what FastAPI has outermost: its answer to a defect.

    A page of another origin can read a problem document only if that, too, has the headers of CORS.
    """

    origins: Sequence[str] = ()
    max_batch = 100  # questions
    log_questions: bool = False
    tracing: Tracing | None = None

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # FastAPI's
        self.metrics = Metrics()
        super().__init__(**options)

    def openapi(self) -> dict[str, Any]:
        """The contract."""
        if self.openapi_schema is None:
            self.openapi_schema = completed(super().openapi(), self.max_batch)
        return self.openapi_schema

    def build_middleware_stack(self) -> ASGIApp:
        """The routes, with everything that surrounds them."""
        inside: ASGIApp = GZipMiddleware(super().build_middleware_stack())  # streams of events pass as they are
        inside = SecurityHeaders(HeadMiddleware(_Cors(inside, self.origins) if self.origins else inside))
        return RequestLogMiddleware(inside, self.metrics, with_questions=self.log_questions, tracing=self.tracing)


class SecurityHeaders:
    """Gives every response the headers for browsers that its route doesn't set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SECURITY.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", _caching(scope["method"], scope["path"]))
                if message["status"] == 304:
                    headers.add_vary_header("Accept-Encoding")  # as what it stands for has, from being compressed
            await send(message)

        await self._app(scope, receive, with_headers)


def _caching(method: str, path: str) -> str:
    """What may be kept of a response, by whoever keeps responses.

    Answers are kept by nobody. What is read may be kept by the browser of whoever read it, and pages and scripts by
    everybody; both are asked for again each time, so that a page and its scripts are of one version.
    """
    rule = rule_for(method, path)
    if rule is not None and rule.scope is None:
        return "no-cache"
    return "private, no-cache" if method in ("GET", "HEAD") else "no-store"


class HeadMiddleware:
    """Answers HEAD as GET, without the body."""

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
        """As Starlette has it, a refusal being a problem document."""
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
