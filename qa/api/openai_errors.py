"""Problem documents in the form of OpenAI's protocol, and the paths that speak it."""

import re
from http import HTTPStatus
from typing import Any

from qa.api.schemas import TYPE_PREFIX, Problem

# Kind of a problem → (code, parameter) in OpenAI's protocol; other kinds are their own code
_CODES = {
    "not-found": ("model_not_found", "model"),
    "invalid-question": ("invalid_question", "messages"),
    "unauthorized": ("invalid_api_key", None),
    "rate-limited": ("rate_limit_exceeded", None),
}
UNSUPPORTED = "unsupported_parameter"
_VALIDATION_CODES = {"missing": "missing_required_parameter", UNSUPPORTED: UNSUPPORTED}


def is_openai_path(path: str) -> bool:
    """Whether the routes at `path` speak OpenAI's protocol."""
    return path == "/v1/models" or path.startswith(("/v1/models/", "/v1/chat/"))


def status_of(problem: Problem) -> int:
    """The status in OpenAI's protocol: 400 where Quoth answers 422, otherwise the same."""
    return HTTPStatus.BAD_REQUEST if problem.status == HTTPStatus.UNPROCESSABLE_ENTITY else problem.status


def error_of(problem: Problem, code: str | None = None) -> dict[str, Any]:
    """The response body in OpenAI's protocol; `code` is by default that of the problem's kind."""
    kind = problem.type.removeprefix(TYPE_PREFIX)
    usual, param = _CODES.get(kind, (kind.replace("-", "_"), None))
    if problem.errors:
        param = re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", str(problem.errors[0]["field"]))
    return {
        "error": {
            "message": problem.detail,
            "type": "server_error" if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error",
            "param": param,
            "code": code or usual,
        }
    }


def code_of(validation: str) -> str:
    """The code of a validation error, from pydantic's type of error."""
    return _VALIDATION_CODES.get(validation, "invalid_type" if validation.endswith("_type") else "invalid_value")
