"""`create_app`: the routes with their error handlers, headers and limits, and what happens at start and stop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from qa.assembly import Engine
from qa.service import problems
from qa.service.auth.access import AuthMiddleware
from qa.service.auth.authenticator import Authenticator
from qa.service.auth.sessions import Sessions
from qa.service.bodies import BodyLimits
from qa.service.middleware import Service
from qa.service.observability import logs, tracing
from qa.service.openai import routes as openai
from qa.service.routes import (
    api_page,
    archives,
    ask_stream,
    audit,
    documents,
    feedback,
    formats_script,
    health,
    insights,
    originals,
    pages,
    questions,
    sign_in,
    suggestions,
    syncs,
    tokens,
    widget,
)
from qa.service.work.services import Services

RESOURCES = (
    questions, ask_stream, suggestions, documents, archives, originals, feedback, insights, audit, syncs, tokens,
    openai, health, pages, api_page, formats_script, widget,
)  # fmt: skip
"""The modules of all routes."""

_DESCRIPTION = """Ask questions of your own documents. Every answer is copied from them and cited by offsets that slice
the document as indexed, or there is an honest "no answer" with the reason."""


def create_app(engine: Engine) -> FastAPI:
    """The service for an engine opened for writing.

    It loads the models when it starts and closes the engine when it stops. An error while starting stops the start.
    """

    @asynccontextmanager
    async def lifespan(app: Service) -> AsyncIterator[None]:
        services = Services.over(engine, app.metrics)
        app.metrics.loaded(await services.asking.aside(engine.load), engine.arithmetic)
        logs.adopt()  # the handlers of libraries that were imported with the models
        app.state.services = services
        yield
        services.close()
        if app.tracing:
            app.tracing.close()

    app = Service(
        title="Quoth",
        version=version("quoth"),
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,  # these pages load scripts from another host; `routes/api_page.py` has one that doesn't
        redoc_url=None,
    )
    app.origins, app.max_batch = engine.settings.origins, engine.settings.max_batch
    app.log_questions = engine.settings.log_questions
    app.tracing = tracing.from_environment()
    problems.install(app)
    for resource in RESOURCES:
        app.include_router(resource.router)
    app.mount("/static", pages.FILES)

    sessions = Sessions(engine.settings) if engine.settings.oidc_issuer else None
    if sessions:
        sign_in.install(app, sessions, engine.settings)
    app.state.authenticator = Authenticator(engine.store, engine.settings, sessions)
    app.add_middleware(AuthMiddleware, authenticator=app.state.authenticator)
    app.add_middleware(BodyLimits, settings=engine.settings)
    return app
