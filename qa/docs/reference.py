"""The contract, /openapi.json, as a page of Markdown: each route with what it takes and returns, and each schema."""

from collections.abc import Iterator
from typing import Any

from qa.service.app import RESOURCES
from qa.service.middleware import Service

_INTRODUCTION = """# API

This page is the contract as a server tells it at `/openapi.json`; `/docs` there shows it to try (`pip install
'quoth[api-page]'`). Errors are problem details (RFC 9457) with a stable `type`; on OpenAI's routes they have its form.
"""


def contract() -> dict[str, Any]:
    """What /openapi.json says, without a server."""
    app = Service(title="Quoth")
    for resource in RESOURCES:
        app.include_router(resource.router)
    return app.openapi()


def reference() -> str:
    """The page."""
    described = contract()
    return "\n".join(
        [
            _INTRODUCTION,
            "## Routes\n",
            *_routes(described["paths"]),
            "## Schemas\n",
            *_schemas(described["components"]["schemas"]),
        ]
    )


def _routes(paths: dict[str, Any]) -> Iterator[str]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            yield f"### `{method.upper()} {path}` {{ #{operation['operationId']} }}\n"
            yield f"{_text(operation)}\n"
            rows = [
                _row(each["name"], each["schema"], each, required=each.get("required", False))
                for each in operation.get("parameters", [])
            ]
            if rows:
                yield "\n".join(["| parameter | type | |", "|---|---|---|", *rows]) + "\n"
            if body := operation.get("requestBody"):
                yield f"Takes {_contents(body['content'])}.\n"
            yield from _responses(operation["responses"])
            yield ""


def _responses(responses: dict[str, Any]) -> Iterator[str]:
    """A line for each, and one for all refusals, which have the same form."""
    refusals = [status for status in sorted(responses) if status >= "400"]
    for status in sorted(set(responses) - set(refusals)):
        gives = _contents(responses[status].get("content", {}))
        yield f"- `{status}` {_text(responses[status])}{': ' + gives if gives else ''}"
    if refusals:
        yield f"- {', '.join(f'`{status}`' for status in refusals)}: {_contents(responses[refusals[0]]['content'])}"


def _schemas(schemas: dict[str, Any]) -> Iterator[str]:
    for name in sorted(schemas):
        schema = schemas[name]
        yield f"### {name} {{ #{name.lower()} }}\n"
        yield f"{_text(schema)}\n"
        if fields := schema.get("properties"):
            rows = [
                _row(field, each, each, required=field in schema.get("required", [])) for field, each in fields.items()
            ]
            yield "\n".join(["| field | type | |", "|---|---|---|", *rows]) + "\n"
        else:
            yield f"{_type(schema)}\n"


def _row(name: str, schema: dict[str, Any], described: dict[str, Any], *, required: bool) -> str:
    return f"| `{name}`{'' if required else ' (optional)'} | {_type(schema)} | {_text(described)} |"


def _contents(content: dict[str, Any]) -> str:
    """Media types with their schemas; many, as of originals, are counted."""
    if len(content) > 3:
        return f"one of {len(content)} media types"
    found = []
    for media_type, each in content.items():
        schema = each.get("schema") or each.get("itemSchema", {}).get("properties", {}).get("data", {}).get(
            "contentSchema", {}
        )
        found.append(" ".join(filter(None, (f"`{media_type}`", _type(schema)))))
    return ", ".join(found)


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(filter(None, map(_type, schema[several]))))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {})) or 'anything'}"
    return str(schema.get("type", ""))


def _text(described: dict[str, Any]) -> str:
    """A description on one line, as a table's cell takes it."""
    return " ".join(str(described.get("description", "")).split()).replace("|", "\\|")
