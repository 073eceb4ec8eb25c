"""The service's app with a few routes and no engine: for rules of HTTP, which need no models."""

from fastapi import APIRouter
from fastapi.testclient import TestClient

from index.storage.base import Store
from qa.service import problems
from qa.service.auth.access import AuthMiddleware
from qa.service.auth.authenticator import Authenticator
from qa.service.auth.sessions import Sessions
from qa.service.middleware import Service
from qa.service.routes import pages, sign_in
from qa.settings import Settings


def asking(*routers: APIRouter) -> TestClient:
    """A client of an app with these routes, the static files, and all that surrounds every route."""
    app = Service(docs_url=None, redoc_url=None)
    problems.install(app)
    for router in routers:
        app.include_router(router)
    app.mount("/static", pages.FILES)
    return TestClient(app, raise_server_exceptions=False)


def guarded(store: Store, settings: Settings, *routers: APIRouter, base_url: str) -> TestClient:
    """The same, where people sign in or have a key of the store."""
    client = asking(*routers)
    client.base_url = base_url
    app, sessions = client.app, Sessions(settings)
    sign_in.install(app, sessions, settings)
    app.state.authenticator = Authenticator(store, settings, sessions)
    app.add_middleware(AuthMiddleware, authenticator=app.state.authenticator)
    app.origins = settings.origins
    return client
