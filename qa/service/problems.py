"""Turn every error into a problem document (RFC 9457) with a stable `type`.

On OpenAI's paths, `qa/api/openai_errors.py` converts it to an error of that protocol.
"""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from index.errors import QuothError
from qa.api import openai_errors
from qa.api.errors import ForbiddenError, UnauthorizedError
from qa.api.schemas import TYPE_PREFIX, Problem
from qa.service.observability import request_log
from qa.service.permissions import methods_at

# Kind of QuothError → status; a kind that isn't listed is an internal error (500)
_STATUS = {
    "invalid-question": HTTPStatus.UNPROCESSABLE_ENTITY,
    "invalid-feedback": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unreadable-document": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unsupported-media-type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "unauthorized": HTTPStatus.UNAUTHORIZED,
    "forbidden": HTTPStatus.FORBIDDEN,
    "sign-in-failed": HTTPStatus.FORBIDDEN,
    "sign-in-unavailable": HTTPStatus.BAD_GATEWAY,
    "rate-limited": HTTPStatus.TOO_MANY_REQUESTS,
    "unknown-origin": HTTPStatus.UNPROCESSABLE_ENTITY,
    "not-found": HTTPStatus.NOT_FOUND,
    "index-mismatch": HTTPStatus.CONFLICT,
    "storage": HTTPStatus.INSUFFICIENT_STORAGE,
    "busy": HTTPStatus.SERVICE_UNAVAILABLE,
}
_MAX_ERRORS = 20  # errors listed for one request
_MAX_CHARS = 200  # of an error's message, which may quote the request
_CLIENT_CLOSED_REQUEST = 499  # nginx's number; nobody receives it, but it is logged
_HEADERS = {
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "5"},
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
}


def problem(
    status: int,
    kind: str,
    detail: str,
    errors: list[dict[str, object]] | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    code: str | None = None,
    more_errors: int | None = None,
) -> JSONResponse:
    """A problem document as a response; `code` is its code in OpenAI's protocol, by default that of its kind."""
    document = _document(status, kind, detail, errors)
    return _Problem(document.model_copy(update={"more_errors": more_errors}), headers, code)


def problem_document(error: Exception) -> Problem:
    """The problem document of an error, which is a defect (500) unless it is a QuothError."""
    if isinstance(error, QuothError):
        status = _STATUS.get(error.kind, HTTPStatus.INTERNAL_SERVER_ERROR)
        return _document(status, error.kind, error.public)
    detail = "Quoth failed in a way it shouldn't; its log says more. Nothing was changed by this request."
    return _document(HTTPStatus.INTERNAL_SERVER_ERROR, "defect", detail)


class _Problem(JSONResponse):
    """A response with a problem document or, on OpenAI's paths, with the same error in OpenAI's form."""

    media_type = "application/problem+json"

    def __init__(self, body: Problem, headers: Mapping[str, str] | None = None, code: str | None = None) -> None:
        super().__init__(body.model_dump(exclude_none=True), body.status, headers)
        self._problem = body
        self._code = code

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_log.note(problem=self._problem.type.removeprefix(TYPE_PREFIX))
        if openai_errors.is_openai_path(scope["path"]):
            self.status_code = openai_errors.status_of(self._problem)
            self.body = self.render(openai_errors.error_of(self._problem, self._code))
            self.headers["content-length"] = str(len(self.body))
            self.headers["content-type"] = "application/json"
        await super().__call__(scope, receive, send)


def _document(status: int, kind: str, detail: str, errors: list[dict[str, object]] | None = None) -> Problem:
    title = HTTPStatus(status).phrase
    return Problem(type=TYPE_PREFIX + kind, title=title, status=status, detail=detail, errors=errors)


def install(app: FastAPI) -> None:
    """Register handlers that answer every error of `app` with a problem document."""
    app.exception_handler(QuothError)(_of_quoth)
    app.exception_handler(RequestValidationError)(_of_validation)
    app.exception_handler(HTTPException)(_of_http)
    app.exception_handler(ClientDisconnect)(_of_disconnect)
    app.exception_handler(Exception)(_of_defect)


def forbidden(detail: str) -> JSONResponse:
    """The 403 response to a caller who may not do this."""
    return of_quoth(ForbiddenError(detail))


def of_quoth(error: QuothError) -> JSONResponse:
    """The response to a QuothError."""
    body = problem_document(error)
    if isinstance(error, UnauthorizedError):
        body.sign_in = error.sign_in
    headers = dict(_HEADERS.get(HTTPStatus(body.status), {}))
    if error.retry_after is not None:
        headers["Retry-After"] = f"{error.retry_after:.0f}"
    return _Problem(body, headers)


async def _of_quoth(_: Request, error: QuothError) -> JSONResponse:
    return of_quoth(error)


async def _of_validation(_: Request, error: RequestValidationError) -> JSONResponse:
    problems = error.errors()
    if any(item["type"] == "json_invalid" for item in problems):
        where = f"at character {problems[0]['loc'][-1]}: {problems[0]['ctx']['error']}"
        return problem(HTTPStatus.BAD_REQUEST, "broken-json", f"The body is not valid JSON ({where}): mend it.")
    named: list[dict[str, object]] = [
        {"field": _short(".".join(map(str, item["loc"][1:]))) or "body", "message": _short(item["msg"])}
        for item in problems[:_MAX_ERRORS]
    ]
    detail = "; ".join(f"{item['field']}: {item['message']}" for item in named[:5])
    if len(problems) > 5:
        detail += f"; and {len(problems) - 5} more"
    code, more = openai_errors.code_of(problems[0]["type"]), max(0, len(problems) - _MAX_ERRORS) or None
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", detail, named, code=code, more_errors=more)


def _short(text: str) -> str:
    return text if len(text) <= _MAX_CHARS else text[:_MAX_CHARS] + "…"


async def _of_http(request: Request, error: HTTPException) -> JSONResponse:
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (methods := methods_at(request.scope["path"])):
        error.headers = {"Allow": ", ".join(methods)}  # of all routes at this path, not only the first
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return _of_body(request, error)
    return of_http(error)


def _of_body(request: Request, error: HTTPException) -> JSONResponse:
    """The response to a body that FastAPI can't parse."""
    if "json" not in request.headers.get("content-type", ""):
        return problem(400, "broken-form", f"The body is no form that can be read: {error.detail}")
    reasons = {RecursionError: "it is nested too deeply", UnicodeDecodeError: "it is not in UTF-8"}
    if error.__cause__ is None:  # refused by BodyLimits, before parsing
        return of_http(error)
    reason = reasons.get(type(error.__cause__), "a number in it is too long")
    return problem(400, "broken-json", f"The body is no JSON that can be read ({reason}): mend it.")


def of_http(error: HTTPException) -> JSONResponse:
    """The response to an HTTPException."""
    kinds = {
        400: "broken-json",
        404: "no-such-route",
        405: "method-not-allowed",
        413: "too-large",
        415: "unsupported-media-type",
    }
    kind = kinds.get(error.status_code, "http")
    return problem(error.status_code, kind, str(error.detail), headers=error.headers)


async def _of_disconnect(_: Request, __: ClientDisconnect) -> Response:
    return Response(status_code=_CLIENT_CLOSED_REQUEST)


async def _of_defect(_: Request, error: Exception) -> JSONResponse:
    return _Problem(problem_document(error))
