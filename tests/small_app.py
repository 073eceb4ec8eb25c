"""The service's app with a few routes and no engine: for rules of HTTP, which need no models."""

from fastapi import APIRouter
from fastapi.testclient import TestClient

from qa.service import problems
from qa.service.middleware import Service
from qa.service.routes import pages


def asking(*routers: APIRouter) -> TestClient:
    """A client of an app with these routes, the static files, and all that surrounds every route."""
    app = Service(docs_url=None, redoc_url=None)
    problems.install(app)
    for router in routers:
        app.include_router(router)
    app.mount("/static", pages.FILES)
    return TestClient(app, raise_server_exceptions=False)
