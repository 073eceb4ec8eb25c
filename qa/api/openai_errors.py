"""Problems as OpenAI's protocol has them: which paths speak it, and what a problem document is there."""

import re
from http import HTTPStatus
from typing import Any

from qa.api.schemas import TYPE_PREFIX, Problem

# Problems that have a code of their own there, and the parameter they are about
_CODES = {
    "not-found": ("model_not_found", "model"),
    "invalid-question": ("invalid_question", "messages"),
    "unauthorized": ("invalid_api_key", None),
    "rate-limited": ("rate_limit_exceeded", None),
}
UNSUPPORTED = "unsupported_parameter"
_VALIDATION_CODES = {"missing": "missing_required_parameter", UNSUPPORTED: UNSUPPORTED}


def spoken_at(path: str) -> bool:
    """Whether what is at `path` is OpenAI's protocol."""
    return path == "/v1/models" or path.startswith(("/v1/models/", "/v1/chat/"))


def status_of(problem: Problem) -> int:
    """The status there; what a request says wrongly is always 400."""
    return HTTPStatus.BAD_REQUEST if problem.status == HTTPStatus.UNPROCESSABLE_ENTITY else problem.status


def error_of(problem: Problem, code: str | None = None) -> dict[str, Any]:
    """The body there; `code` is that of the problem's kind if it isn't given."""
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
    """The code of what a request says wrongly, from pydantic's type of the error."""
    return _VALIDATION_CODES.get(validation, "invalid_type" if validation.endswith("_type") else "invalid_value")
