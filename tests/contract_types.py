"""The contract's schemas as TypeScript, of which `@quoth/client` has its types.

`python tests/contract_types.py` writes qa/static/client/contract.d.ts anew; a test holds the file to it.
"""

import json
import re
from collections.abc import Iterator
from textwrap import indent
from typing import Any

from support import ROOT

from qa.service.app import RESOURCES
from qa.service.middleware import Service

FILE = ROOT / "qa" / "static" / "client" / "contract.d.ts"
HEAD = "// Written by tests/contract_types.py from the service's contract, /openapi.json: don't edit.\n"
# What the client asks
PATHS = ("/v1/ask", "/v1/ask/batch", "/v1/ask/stream", "/v1/search", "/v1/suggestions", "/v1/documents", "/v1/documents/{document_id}",
         "/v1/feedback", "/readyz")  # fmt: skip
_NAMES = {"Body_upload_document_v1_documents_post": "UploadForm"}


def client_schemas() -> dict[str, Any]:
    """The schemas of /openapi.json that the requests and responses of the client's routes refer to."""
    app = Service(title="Quoth")
    for resource in RESOURCES:
        app.include_router(resource.router)
    contract = app.openapi()
    wanted = _references([contract["paths"][path] for path in PATHS])
    known: set[str] = set()
    while wanted - known:
        known |= wanted
        wanted = _references([contract["components"]["schemas"][name] for name in known])
    return {name: contract["components"]["schemas"][name] for name in known}


def _references(value: Any) -> set[str]:
    return set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(value)))


def typescript(schemas: dict[str, Any]) -> str:
    """A declaration for each schema, by name."""
    return HEAD + "".join(f"\n{_declaration(name, schemas[name])}" for name in sorted(schemas))


def _declaration(name: str, schema: dict[str, Any]) -> str:
    comment, name = _comment(schema), _NAMES.get(name, name)
    if schema.get("type") == "object" and "properties" in schema:
        return f"{comment}export interface {name} {{\n{indent(''.join(_fields(schema)), '  ')}}}\n"
    return f"{comment}export type {name} = {_type(schema)};\n"


def _fields(schema: dict[str, Any]) -> Iterator[str]:
    required = schema.get("required", [])
    for name, field in schema["properties"].items():
        yield f"{_comment(field)}{name}{'' if name in required else '?'}: {_type(field)};\n"


def _comment(schema: dict[str, Any]) -> str:
    text = schema.get("description", "").replace("None", "null").replace("*/", "* /")
    lines = text.splitlines()
    if len(lines) < 2:
        return f"/** {text} */\n" if text else ""
    return "".join(["/**\n", *(f" * {line}".rstrip() + "\n" for line in lines), " */\n"])


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _NAMES.get(name, name)
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(_type(one) for one in schema[several]))
    kind = schema.get("type")
    if kind == "array" and "prefixItems" in schema:
        return f"[{', '.join(map(_type, schema['prefixItems']))}]"
    if kind == "array":
        items = _type(schema["items"])
        return f"({items})[]" if " | " in items else f"{items}[]"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"Record<string, {_type(values) if isinstance(values, dict) else 'unknown'}>"
    if re.match("application/octet-stream", schema.get("contentMediaType", "")):
        return "Blob"
    return {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}[
        str(kind)
    ]


if __name__ == "__main__":
    FILE.write_text(typescript(client_schemas()))
