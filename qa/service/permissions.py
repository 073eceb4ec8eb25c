"""Which scope each route needs. A route that isn't here needs `admin`; a test finds those."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from starlette.routing import compile_path

Scope = Literal["ask", "write", "admin"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route needs: a scope, or None if it is for everybody.

    `collection` says whether somebody who may see one collection alone may use it: not at all (None), if the request
    names that one (`named`), or also if it names none and that one is the default (`default`). `limited` says whether
    rate limits count it although it is for everybody.
    """

    scope: Scope | None
    collection: Literal["named", "default"] | None = None
    limited: bool = False


PUBLIC = Rule(None)
READINESS = Rule(None, limited=True)  # it reads the data file, and looks at keys
ASK = Rule("ask")
IN_COLLECTION = Rule("ask", "default")
OF_COLLECTION = Rule("ask", "named")
WRITE = Rule("write")
ADMIN = Rule("admin")

# Pages hold no data: their scripts fetch it from /v1 with the visitor's key
ROUTES: dict[str, dict[str, Rule]] = {
    "/": {"GET": PUBLIC},
    "/documents": {"GET": PUBLIC},
    "/documents/{document_id:path}": {"GET": PUBLIC},
    "/static/{path:path}": {"GET": PUBLIC},
    "/favicon.ico": {"GET": PUBLIC},
    "/widget.js": {"GET": PUBLIC},
    "/healthz": {"GET": PUBLIC},
    "/readyz": {"GET": READINESS},
    "/openapi.json": {"GET": PUBLIC},
    "/metrics": {"GET": ADMIN},
    "/v1/ask": {"POST": IN_COLLECTION},
    "/v1/ask/batch": {"POST": IN_COLLECTION},
    "/v1/ask/stream": {"POST": IN_COLLECTION},
    "/v1/search": {"POST": IN_COLLECTION},
    "/v1/documents": {"GET": OF_COLLECTION, "POST": WRITE},
    "/v1/documents/{document_id:path}": {"GET": IN_COLLECTION, "PUT": WRITE, "DELETE": WRITE},
    "/v1/originals/{document_id:path}": {"GET": IN_COLLECTION},
    "/v1/feedback": {"POST": IN_COLLECTION, "GET": ADMIN},
    "/v1/tokens": {"POST": ASK},
    "/v1/chat/completions": {"POST": ASK},
    "/v1/models": {"GET": ASK},
    "/v1/models/{model:path}": {"GET": ASK},
    "/mcp": {"GET": ASK, "POST": ASK, "DELETE": ASK},
}


def rule_for(method: str, path: str) -> Rule | None:
    """What a request needs; None if no route is known to answer it."""
    method = "GET" if method == "HEAD" else method
    for template, pattern in _compiled().items():
        if method in ROUTES[template] and pattern.match(path):
            return ROUTES[template][method]
    return None


def template_of(path: str) -> str | None:
    """The template of the route at a path, whatever the method; None where there is none."""
    return next((template for template, pattern in _compiled().items() if pattern.match(path)), None)


def methods_at(path: str) -> list[str]:
    """The methods that something at `path` answers, in the order of the alphabet."""
    found = {method for template, pattern in _compiled().items() if pattern.match(path) for method in ROUTES[template]}
    return sorted(found | {"HEAD"} if "GET" in found else found)


@cache
def _compiled() -> dict[str, re.Pattern[str]]:
    return {template: compile_path(template)[0] for template in ROUTES}
