"""`create_app`: the routes, their errors, headers and limits, and the models' life from start to stop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from qa.engine import Engine
from qa.service import ask_stream, feedback, logs, openai_api, originals, problems, routes, tokens, tracing, widget
from qa.service.access import Access, Gate
from qa.service.middleware import DeclaredSize, Service
from qa.service.runtime import Runtime

_DESCRIPTION = """Ask questions of your own documents. Every answer is copied from them and cited by offsets that slice
the document as indexed, or there is an honest "no answer" with the reason."""


def create_app(engine: Engine) -> FastAPI:
    """The service over an engine opened for writing. It loads the models when it starts and closes the engine when it
    stops; an error in either stops the start.
    """

    @asynccontextmanager
    async def lifespan(app: Service) -> AsyncIterator[None]:
        runtime = Runtime.over(engine, app.metrics)
        app.metrics.loaded(await runtime.asking.aside(engine.load))
        logs.adopt()  # of the libraries that the models brought
        app.state.runtime = runtime
        yield
        runtime.close()
        if app.tracing:
            app.tracing.close()

    app = Service(
        title="Quoth",
        version=version("quoth"),
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,  # they would load their scripts from another host
        redoc_url=None,
    )
    app.origins, app.max_batch = engine.settings.origins, engine.settings.max_batch
    app.log_questions = engine.settings.log_questions
    app.tracing = tracing.from_environment()
    problems.install(app)
    for router in (
        routes.json_api, ask_stream.router, routes.api, originals.router, feedback.router, tokens.router,
        openai_api.router, routes.operations, routes.pages, widget.router,
    ):  # fmt: skip
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=routes.STATIC))

    limit = engine.settings.max_body_mb * 2**20
    app.state.gate = Gate(engine.store, engine.settings)
    app.add_middleware(Access, gate=app.state.gate)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=limit)
    app.add_middleware(DeclaredSize, limit=limit)  # outside of the other, which would say so in plain text
    return app
