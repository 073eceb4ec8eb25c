"""One `Record` per request: its id, what became of it, and what its route notes of the work; counted and logged.

It is outside of everything else, so that what is refused and what fails is recorded too. Nothing that was sent is in
it, but where questions are asked to be logged: routes are told by their template, callers by the name of their key.
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
_SANE_ID = re.compile(r"[!-~]{1,128}")  # printable, and no space that would look like a further field
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
_OTHER = "other"  # so that nobody can make a label by sending one

_logger = logging.getLogger("quoth.requests")
_current: ContextVar["Record | None"] = ContextVar("record", default=None)


@dataclass(slots=True)
class Record:
    """A request by its id, method and route's template; `status` is None until a response begins, `sent` in bytes."""

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

    def watching(self, send: Send) -> Send:
        """`send`, with the request's id in the response's headers, and what is sent recorded."""

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = self.id
            elif message["type"] == "http.response.body":
                self.sent += len(message.get("body", b""))
            await send(message)

        return watched

    def fields(self, scope: Scope, seconds: float, *, with_questions: bool) -> Mapping[str, Any]:
        """What the log tells of it."""
        caller = scope.get("state", {}).get("caller")
        key = getattr(caller, "key", None)
        who = {"key": key.name, **({"token": True} if caller.token else {})} if key else {}
        told = {"method": self.method, "route": self.route, "status": self.status, "ms": _ms(seconds * 1000)}
        asked = {"asked": self.questions} if with_questions and self.questions else {}
        return {**told, "bytes": self.sent, **who, **_of_answers(self.answers), **asked, **self.notes}


class RequestLogMiddleware:
    """Records every request. What fails in a way it shouldn't ends here: it is logged, its answer was sent before."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics, *, with_questions: bool = False, tracing: Tracing | None = None
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._with_questions = with_questions
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            await self._life(scope, receive, send)
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
            await self._app(scope, receive, record.watching(send))
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
        told = record.fields(scope, seconds, with_questions=self._with_questions)
        _logger.log(level, "%s %s", record.method, record.route, extra={"told": told})

    async def _life(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The app's start and end, without the stack trace that a failure would have the server log."""

        async def traceless(message: Message) -> None:
            if message["type"].endswith(".failed"):
                message = {**message, "message": ""}
            await send(message)

        try:
            await self._app(scope, receive, traceless)
        except QuothError as error:
            _logger.error("The service can't start, or end: %s", error.public)
            raise
        except Exception:
            _logger.exception("The service failed to start, or to end, in a way it shouldn't.")
            raise


def current() -> Record | None:
    """The record of the request at hand, if there is one; also in the threads that work for it."""
    return _current.get()


def note(**notes: Any) -> None:  # noqa: ANN401  # whatever JSON has
    """Have the log tell this of the request at hand."""
    if record := current():
        record.notes |= notes


def answered(question: str, answer: Answer) -> None:
    """Have the log tell how a question of the request at hand ended."""
    if record := current():
        record.answers.append(answer)
        record.questions.append(question)
        if record.tracing:
            record.tracing.stages(answer)


def failed() -> None:
    """Have the request at hand counted as one that failed in a way it shouldn't."""
    if record := current():
        record.defect = True


def _id_of(headers: Headers) -> str:
    given = headers.get(REQUEST_ID, "")
    return given if _SANE_ID.fullmatch(given) else token_hex(16)


def _of_answers(answers: list[Answer]) -> dict[str, Any]:
    if not answers:
        return {}
    retrieve, read = (sum(getattr(answer.timings_ms, name) for answer in answers) for name in ("retrieve", "read"))
    timed = {"retrieve_ms": _ms(retrieve), "read_ms": _ms(read), "index_version": answers[-1].index_version}
    if len(answers) > 1:
        found = sum(bool(answer.answers) for answer in answers)
        return {"questions": len(answers), "answered": found, **timed}
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
