"""What the contract (/openapi.json) says besides what FastAPI finds in the routes: keys, problems, streams, links."""

from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter

from qa.api.openai_errors import spoken_at
from qa.api.schemas import Problem
from qa.service.openai.schemas import ChatChunk, OpenAIError
from qa.service.openapi_links import LINKS
from qa.service.permissions import rule_for

_SCHEME = "key"
_DESCRIPTION = """A key that `quoth keys add` printed, or a token that was minted with one. Where there are no keys,
none is asked for."""
_REFUSALS = {
    401: "No key, or one that nobody has",
    403: "A key without the scope needed",
    429: "Too many requests",
}
# What reading the data file may come to: an index made otherwise, one that is written to for too long, or no index
_STORAGE = (HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.INSUFFICIENT_STORAGE)
_SCHEMAS = "#/components/schemas/"
_EVENTS = "text/event-stream"

_Json = dict[str, Any]


def completed(schema: _Json, max_batch: int) -> _Json:
    """The same contract, told whole; `max_batch` is how many questions a batch may have."""
    components = schema["components"]
    scheme = {"type": "http", "scheme": "bearer", "description": " ".join(_DESCRIPTION.split())}
    components["securitySchemes"] = {_SCHEME: scheme}
    components["schemas"]["BatchRequest"]["properties"]["questions"]["maxItems"] = max_batch
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            rule = rule_for(method.upper(), path)
            if rule and rule.scope:
                operation["security"] = [{_SCHEME: [rule.scope]}, {}]
                _add(operation, _REFUSALS)
            if path != "/healthz":
                _add(operation, {status: status.phrase for status in _STORAGE})
            _tell_problems(path, operation)
            _tell_events(path, operation, components["schemas"])
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's, in whose place problems are
        components["schemas"].pop(name, None)
    _tell_links(schema["paths"])
    return schema


def _add(operation: _Json, responses: dict[Any, str]) -> None:
    for status, description in responses.items():
        operation["responses"].setdefault(str(int(status)), {"description": description})


def _tell_problems(path: str, operation: _Json) -> None:
    """Every refusal is a problem document or, where OpenAI's protocol is spoken, an error of its form."""
    kind, media_type = (OpenAIError, "application/json") if spoken_at(path) else (Problem, "application/problem+json")
    if spoken_at(path):
        operation["responses"].pop("422", None)  # it is 400 there
    for status, response in operation["responses"].items():
        if int(status) >= HTTPStatus.BAD_REQUEST:
            response["content"] = {media_type: {"schema": {"$ref": _SCHEMAS + kind.__name__}}}


def _tell_events(path: str, operation: _Json, schemas: _Json) -> None:
    """What each event of a stream is: OpenAPI 3.2 has `itemSchema` for it, which FastAPI writes in 3.1, too."""
    told = operation["responses"].get("200", {}).get("content", {}).get(_EVENTS)
    if told is None:
        return
    if spoken_at(path):
        chunk = TypeAdapter(ChatChunk).json_schema(mode="serialization", ref_template=_SCHEMAS + "{model}")
        schemas.update({**chunk.pop("$defs"), ChatChunk.__name__: chunk})
        forms: _Json = {"anyOf": [{"$ref": _SCHEMAS + kind.__name__} for kind in (ChatChunk, OpenAIError)]}
        data: _Json = {"anyOf": [{"const": "[DONE]"}, _json_of(forms)]}
        event: _Json = {"data": data}
    else:
        event = {"event": {"type": "string"}, "data": _json_of({"anyOf": told.pop("schema")["anyOf"]})}
    told["itemSchema"] = {"type": "object", "properties": event, "required": list(event)}


def _json_of(schema: _Json) -> _Json:
    return {"type": "string", "contentMediaType": "application/json", "contentSchema": schema}


def _tell_links(paths: _Json) -> None:
    """Which requests go on from a response, and with what of it."""
    for link in LINKS:
        target = {"operationId": paths[link.target][link.verb]["operationId"], "description": link.description}
        told = {**target, "parameters": link.parameters, **({"requestBody": link.body} if link.body else {})}
        for status in link.statuses:
            paths[link.path][link.method]["responses"][status].setdefault("links", {})[link.name] = told
