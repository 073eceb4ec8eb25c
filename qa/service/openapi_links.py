"""The links of the contract: which request can follow which response, and which values it takes from it.

The values are runtime expressions of OpenAPI: `$response.body#/id` is the field `id` of the response.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_DOCUMENTS = "/v1/documents"
_DOCUMENT = "/v1/documents/{document_id}"
_ORIGINAL = "/v1/originals/{document_id}"


@dataclass(frozen=True, slots=True)
class Link:
    """A link from the responses of `method` at `path` with one of `statuses` to the request `verb` at `target`."""

    method: str
    path: str
    statuses: tuple[str, ...]
    name: str
    verb: str
    target: str
    description: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None


def _at(document_id: str, collection: str) -> dict[str, str]:
    return {"document_id": document_id, "collection": collection}


_STORED = _at("$response.body#/document/id", "$response.body#/document/collection")
_READ = _at("$response.body#/document/id", "$response.body#/collection")
_JUDGED = {
    "answer_id": "$response.body#/id",
    "question": "$request.body#/question",
    "verdict": "right",
}
_SAVED = ("200", "201")

LINKS = (
    Link("put", _DOCUMENT, _SAVED, "read", "get", _DOCUMENT, "The document as indexed.", _STORED),
    Link("put", _DOCUMENT, _SAVED, "remove", "delete", _DOCUMENT, "Remove it again.", _STORED),
    Link("post", _DOCUMENTS, _SAVED, "read", "get", _DOCUMENT, "The document as indexed.", _STORED),
    Link("post", _DOCUMENTS, _SAVED, "remove", "delete", _DOCUMENT, "Remove it again.", _STORED),
    Link("post", _DOCUMENTS, _SAVED, "original", "get", _ORIGINAL, "The file, where it is kept.", _STORED),
    Link("get", _DOCUMENT, ("200",), "remove", "delete", _DOCUMENT, "Remove it.", _READ),
    Link("get", _DOCUMENT, ("200",), "original", "get", _ORIGINAL, "The file, where it is kept.", _READ),
    Link("post", "/v1/ask", ("200",), "judge", "post", "/v1/feedback", "Say whether it was right.", body=_JUDGED),
    Link(
        "get", "/v1/models", ("200",), "model", "get", "/v1/models/{model}", "The first of them.",
        {"model": "$response.body#/data/0/id"},
    ),
)  # fmt: skip
