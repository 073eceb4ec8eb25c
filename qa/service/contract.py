"""What the contract (/openapi.json) says of keys: which scope each route needs, and how it refuses."""

from typing import Any

from qa.service.schemas import Problem
from qa.service.scopes import rule_for

_SCHEME = "key"
_DESCRIPTION = """A key that `quoth keys add` printed, or a token that was minted with one. Where there are no keys,
none is asked for."""
_REFUSALS = {
    "401": "No key, or one that nobody has",
    "403": "A key without the scope needed",
    "429": "Too many requests",
}


def with_keys(schema: dict[str, Any]) -> dict[str, Any]:
    """The same contract with the scope of each route, as roles of the one way to send a key."""
    scheme = {"type": "http", "scheme": "bearer", "description": " ".join(_DESCRIPTION.split())}
    schema["components"]["securitySchemes"] = {_SCHEME: scheme}
    problem = {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            rule = rule_for(method.upper(), path)
            if rule and rule.scope:
                operation["security"] = [{_SCHEME: [rule.scope]}, {}]
                for status, description in _REFUSALS.items():
                    content = {"application/problem+json": problem}
                    operation["responses"][status] = {"description": description, "content": content}
    return schema
