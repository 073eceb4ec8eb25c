"""The scope that each route needs. A route that isn't listed needs `admin`; a test refuses such routes."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from starlette.routing import compile_path

Scope = Literal["ask", "write", "admin"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route needs: a scope, or None if it is public.

    `collection` says when a caller who may see only one collection may use the route: never (None), if the request
    names that collection ("named"), or also if it names none and that one is the default ("default"). `limited`: rate
    limits apply although the route is public.
    """

    scope: Scope | None
    collection: Literal["named", "default"] | None = None
    limited: bool = False


PUBLIC = Rule(None)
READINESS = Rule(None, limited=True)  # public, but it reads the store and looks up keys
SIGN_IN = Rule(None, limited=True)  # public, but it may have the provider asked
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
    "/insights": {"GET": PUBLIC},
    "/static/{path:path}": {"GET": PUBLIC},
    "/favicon.ico": {"GET": PUBLIC},
    "/widget.js": {"GET": PUBLIC},
    "/widget/suggestions.js": {"GET": PUBLIC},
    "/widget/{language}.json": {"GET": PUBLIC},
    "/docs": {"GET": PUBLIC},
    "/docs/{name}": {"GET": PUBLIC},
    "/signin": {"GET": SIGN_IN},
    "/signin/callback": {"GET": SIGN_IN},
    "/signout": {"POST": PUBLIC},
    "/healthz": {"GET": PUBLIC},
    "/readyz": {"GET": READINESS},
    "/openapi.json": {"GET": PUBLIC},
    "/metrics": {"GET": ADMIN},
    "/v1/ask": {"POST": IN_COLLECTION},
    "/v1/ask/batch": {"POST": IN_COLLECTION},
    "/v1/ask/stream": {"POST": IN_COLLECTION},
    "/v1/search": {"POST": IN_COLLECTION},
    "/v1/suggestions": {"GET": IN_COLLECTION},
    "/v1/archives": {"POST": WRITE},
    "/v1/archives/{archive_id:path}": {"DELETE": WRITE},
    "/v1/documents": {"GET": OF_COLLECTION, "POST": WRITE},
    "/v1/documents/{document_id:path}": {"GET": IN_COLLECTION, "PUT": WRITE, "DELETE": WRITE},
    "/v1/originals/{document_id:path}": {"GET": IN_COLLECTION},
    "/v1/feedback": {"POST": IN_COLLECTION, "GET": ADMIN},
    "/v1/insights": {"GET": ADMIN},
    "/v1/insights/questions": {"GET": ADMIN},
    "/v1/insights/questions.csv": {"GET": ADMIN},
    "/v1/insights/labelled.json": {"GET": ADMIN},
    "/v1/audit": {"GET": ADMIN},
    "/v1/syncs": {"GET": WRITE},
    "/v1/tokens": {"POST": ASK},
    "/v1/chat/completions": {"POST": ASK},
    "/v1/models": {"GET": ASK},
    "/v1/models/{model:path}": {"GET": ASK},
    "/mcp": {"GET": ASK, "POST": ASK, "DELETE": ASK},
}


def rule_for(method: str, path: str) -> Rule | None:
    """The rule of the route that answers a request, None if there is no such route."""
    method = "GET" if method == "HEAD" else method
    for template, pattern in _compiled().items():
        if method in ROUTES[template] and pattern.match(path):
            return ROUTES[template][method]
    return None


def template_of(path: str) -> str | None:
    """The template of the route at `path`, whatever the method; None if there is none."""
    return next((template for template, pattern in _compiled().items() if pattern.match(path)), None)


def methods_at(path: str) -> list[str]:
    """The methods that the routes at `path` answer, sorted."""
    templates = [template for template, pattern in _compiled().items() if pattern.match(path)]
    methods = {method for template in templates for method in ROUTES[template]}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


@cache
def _compiled() -> dict[str, re.Pattern[str]]:
    return {template: compile_path(template)[0] for template in ROUTES}
