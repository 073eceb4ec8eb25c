"""Count and log every request, from a `Record` of its id, outcome and the notes that its route adds.

The middleware is the outermost, so that refused and failed requests are recorded, too. A record holds nothing that was
sent, unless the settings ask to log questions: routes are named by their template, callers by the name of their key.
"""

import logging
import re
import time
from collections.abc import Mapping
from contextlib import nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import QuothError
from qa.answering.answers import Answer
from qa.service.observability.metrics import Metrics
from qa.service.observability.tracing import Tracing, ended
from qa.service.permissions import template_of

REQUEST_ID = "X-Request-ID"
_SANE_ID = re.compile(r"[!-~]{1,128}")  # printable, without spaces, which would look like another field
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
_OTHER = "other"  # so that a request can't add labels to the metrics

_logger = logging.getLogger("quoth.requests")
_current: ContextVar["Record | None"] = ContextVar("record", default=None)


@dataclass(slots=True)
class Record:
    """A request by its id, method and route template; `status` is None until a response begins, `sent` counts bytes."""

    id: str
    method: str
    route: str
    began: float = field(default_factory=time.perf_counter)
    status: int | None = None
    sent: int = 0
    questions: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    defect: bool = False
    tracing: Tracing | None = None

    def recorded(self, send: Send) -> Send:
        """`send`, recording status and size of the response, and adding the request's id to its headers."""

        async def send_recorded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = self.id
            elif message["type"] == "http.response.body":
                self.sent += len(message.get("body", b""))
            await send(message)

        return send_recorded

    def fields(self, scope: Scope, seconds: float, *, with_questions: bool) -> Mapping[str, Any]:
        """The fields of its log line."""
        caller = scope.get("state", {}).get("caller")
        key = getattr(caller, "key", None)
        who = {"key": key.name, **({"token": True} if caller.token else {})} if key else {}
        fields = {"method": self.method, "route": self.route, "status": self.status, "ms": _ms(seconds * 1000)}
        asked = {"asked": self.questions} if with_questions and self.questions else {}
        return {**fields, "bytes": self.sent, **who, **_of_answers(self.answers), **asked, **self.notes}


class RequestLogMiddleware:
    """Middleware that records every request, and logs unexpected errors, whose response is already sent."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics, *, with_questions: bool = False, tracing: Tracing | None = None
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._with_questions = with_questions
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run as an ASGI application."""
        if scope["type"] != "http":
            await self._lifespan(scope, receive, send)
            return
        headers = Headers(scope=scope)
        method = scope["method"] if scope["method"] in _METHODS else _OTHER
        record = Record(_id_of(headers), method, template_of(scope["path"]) or _OTHER, tracing=self._tracing)
        entered = _current.set(record)
        try:
            with self._tracing.request(method, record.route, headers) if self._tracing else nullcontext() as span:
                await self._record(record, scope, receive, send)
                if span:
                    ended(span, record.status, record.id)
        finally:
            _current.reset(entered)

    async def _record(self, record: Record, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, record.recorded(send))
        except Exception:
            record.defect = True
            _logger.exception("A request failed in a way it shouldn't.")
        finally:
            self._end(record, scope)

    def _end(self, record: Record, scope: Scope) -> None:
        seconds = time.perf_counter() - record.began
        self._metrics.requested(record.method, record.route, record.status, seconds)
        if record.defect:
            self._metrics.defect()
        level = logging.WARNING if record.defect or (record.status or 0) >= 500 else logging.INFO
        fields = record.fields(scope, seconds, with_questions=self._with_questions)
        _logger.log(level, "%s %s", record.method, record.route, extra={"fields": fields})

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Start and stop the app; the server isn't sent the stack trace of a failure, which it would log."""

        async def without_trace(message: Message) -> None:
            if message["type"].endswith(".failed"):
                message = {**message, "message": ""}
            await send(message)

        try:
            await self._app(scope, receive, without_trace)
        except QuothError as error:
            _logger.error("The service can't start, or end: %s", error.public)
            raise
        except Exception:
            _logger.exception("The service failed to start, or to end, in a way it shouldn't.")
            raise


def current() -> Record | None:
    """The record of the current request, also in threads that work for it; None outside of a request."""
    return _current.get()


def note(**notes: Any) -> None:  # noqa: ANN401  # any JSON
    """Add fields to the log line of the current request."""
    if record := current():
        record.notes |= notes


def answered(question: str, answer: Answer) -> None:
    """Add the outcome of a question to the log line, and the trace, of the current request."""
    if record := current():
        record.answers.append(answer)
        record.questions.append(question)
        if record.tracing:
            record.tracing.stages(answer)


def failed() -> None:
    """Count the current request as one that failed unexpectedly."""
    if record := current():
        record.defect = True


def _id_of(headers: Headers) -> str:
    sent_id = headers.get(REQUEST_ID, "")
    return sent_id if _SANE_ID.fullmatch(sent_id) else token_hex(16)


def _of_answers(answers: list[Answer]) -> dict[str, Any]:
    if not answers:
        return {}
    retrieve, read = (sum(getattr(answer.timings_ms, name) for answer in answers) for name in ("retrieve", "read"))
    timed = {"retrieve_ms": _ms(retrieve), "read_ms": _ms(read), "index_version": answers[-1].index_version}
    if len(answers) > 1:
        answered_count = sum(bool(answer.answers) for answer in answers)
        return {"questions": len(answers), "answered": answered_count, **timed}
    (answer,) = answers
    confidence = answer.answers[0].confidence if answer.answers else None
    return {
        "answer": str(answer.status),
        "reason": answer.reason and str(answer.reason),
        "confidence": confidence,
        **timed,
    }


def _ms(milliseconds: float) -> float:
    return round(milliseconds, 2)
