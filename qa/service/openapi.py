"""Complete the contract (/openapi.json) with what FastAPI can't derive from routes: keys, problems, streams, links."""

from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter

from qa.api.openai_errors import is_openai_path
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
# Errors of the store: an index made with other settings, one that is locked for too long, one that can't be read
_STORAGE = (HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.INSUFFICIENT_STORAGE)
_SCHEMAS = "#/components/schemas/"
_EVENTS = "text/event-stream"

_Json = dict[str, Any]


def complete(schema: _Json, max_batch: int) -> _Json:
    """The completed `schema`, changed in place; `max_batch` is the most questions of a batch."""
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
            _describe_problems(path, operation)
            _describe_events(path, operation, components["schemas"])
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own, replaced by problems
        components["schemas"].pop(name, None)
    _add_links(schema["paths"])
    return schema


def _add(operation: _Json, responses: dict[Any, str]) -> None:
    for status, description in responses.items():
        operation["responses"].setdefault(str(int(status)), {"description": description})


def _describe_problems(path: str, operation: _Json) -> None:
    """Every error response is a problem document or, on OpenAI's paths, an error in OpenAI's form."""
    openai = is_openai_path(path)
    kind, media_type = (OpenAIError, "application/json") if openai else (Problem, "application/problem+json")
    if openai:
        operation["responses"].pop("422", None)  # it is 400 there
    for status, response in operation["responses"].items():
        if int(status) >= HTTPStatus.BAD_REQUEST:
            response["content"] = {media_type: {"schema": {"$ref": _SCHEMAS + kind.__name__}}}


def _describe_events(path: str, operation: _Json, schemas: _Json) -> None:
    """The schema of a stream's events, as `itemSchema` of OpenAPI 3.2, which FastAPI writes in 3.1, too."""
    content = operation["responses"].get("200", {}).get("content", {}).get(_EVENTS)
    if content is None:
        return
    if is_openai_path(path):
        chunk = TypeAdapter(ChatChunk).json_schema(mode="serialization", ref_template=_SCHEMAS + "{model}")
        schemas.update({**chunk.pop("$defs"), ChatChunk.__name__: chunk})
        forms: _Json = {"anyOf": [{"$ref": _SCHEMAS + kind.__name__} for kind in (ChatChunk, OpenAIError)]}
        data: _Json = {"anyOf": [{"const": "[DONE]"}, _json_of(forms)]}
        event: _Json = {"data": data}
    else:
        event = {"event": {"type": "string"}, "data": _json_of({"anyOf": content.pop("schema")["anyOf"]})}
    content["itemSchema"] = {"type": "object", "properties": event, "required": list(event)}


def _json_of(schema: _Json) -> _Json:
    return {"type": "string", "contentMediaType": "application/json", "contentSchema": schema}


def _add_links(paths: _Json) -> None:
    """Add LINKS to the responses that they start from."""
    for link in LINKS:
        target = {"operationId": paths[link.target][link.verb]["operationId"], "description": link.description}
        entry = {**target, "parameters": link.parameters, **({"requestBody": link.body} if link.body else {})}
        for status in link.statuses:
            paths[link.path][link.method]["responses"][status].setdefault("links", {})[link.name] = entry
