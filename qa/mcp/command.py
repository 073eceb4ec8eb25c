"""`quoth mcp`: serve agents over standard input and output or HTTP. Slow modules are imported inside functions."""

from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.errors import SettingsError
from index.storage.principals import SEES_ALL
from qa.service.process.listener import GuardedListener, address_of, listen

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server
    from starlette.applications import Starlette
    from starlette.requests import Request

    from qa.mcp.tools import Backend, Index
    from qa.settings import Settings

_PATH = "/mcp"


@click.command()
@click.option("--url", help="Ask the server there instead of the index, with QUOTH_API_KEY if it asks for keys.")
@click.option("--http", "over_http", is_flag=True, help=f"Serve at {_PATH} over streamable HTTP instead.")
@click.option("--host", help="With --http: address to serve on [default: QUOTH_HOST or 127.0.0.1].")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="With --http; 0 takes a free one."
)
@click.option("--allow-anonymous", is_flag=True, default=None, help="Serve others than this machine without keys, too.")
@click.pass_obj
def mcp(
    data: Path | None, url: str | None, over_http: bool, host: str | None, port: int, allow_anonymous: bool | None
) -> None:
    """Serve agents (MCP) over standard input and output: tools to ask, to search and to read documents."""
    if find_spec("mcp") is None:
        raise SettingsError("Serving agents needs the MCP library: pip install 'quoth[mcp]'")
    from qa.mcp.server import create_server
    from qa.service.observability import logs
    from qa.settings import load_settings

    settings = load_settings(data=data, host=host, port=port, allow_anonymous=allow_anonymous)
    with ExitStack() as stack:
        backend, index = _backend(settings, url, stack)
        logs.configure(settings)  # to standard error; standard output is for the protocol
        if over_http:
            _serve(backend, settings, index)
        else:
            _pipe(create_server(backend))


def _backend(settings: "Settings", url: str | None, stack: ExitStack) -> tuple["Backend", "Index | None"]:
    """(a client of the server at `url`, None), or without a URL the index, read-only, twice.

    The first question loads the models.
    """
    if url:
        from qa.client import Client

        return stack.enter_context(Client(url, api_key=settings.api_key)), None
    from qa.assembly import Engine
    from qa.mcp.tools import Index
    from qa.service.observability.metrics import Metrics

    engine = Engine(settings, writing=False)
    stack.callback(engine.close)
    index = Index(engine, SEES_ALL, Metrics())
    stack.callback(index.close)
    return index, index


def _pipe(server: "Server[Any]") -> None:
    """Serve one client over standard input and output, until it closes them."""
    import anyio
    from mcp.server.stdio import stdio_server

    async def run() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(run)


def _serve(backend: "Backend", settings: "Settings", index: "Index | None") -> None:
    """Serve over HTTP until Ctrl-C, with the keys in the index's store.

    Raises SettingsError if other machines could ask without a key and the settings don't allow it.
    """
    from qa.origins import is_loopback
    from qa.service.auth.authenticator import require_keys
    from qa.service.observability import logs
    from qa.service.process.server import bounded_server, config_of

    host = settings.host
    if index:
        require_keys(index.store, settings)
    elif not is_loopback(host):
        raise SettingsError(f"Whoever reaches {host} could ask with your key: serve on 127.0.0.1, or from the index.")
    listener = listen(host, settings.port)
    app = application(backend, settings, index)
    with listener, suppress(KeyboardInterrupt):  # uvicorn raises it after finishing open requests
        logs.say("Serving agents on %s%s", address_of(listener).rstrip("/"), _PATH)
        bounded_server()(config_of(app, settings)).run(sockets=[GuardedListener(listener)])
    logs.say("Stopped.")


def application(backend: "Backend", settings: "Settings", index: "Index | None") -> "Starlette":
    """The server as an ASGI app: for an index, with its keys and read as who asks; else for this machine alone."""
    from mcp.server.transport_security import TransportSecuritySettings

    from qa.mcp.server import create_server
    from qa.service.auth.access import AuthMiddleware
    from qa.service.auth.authenticator import Authenticator
    from qa.service.auth.callers import principal_of
    from qa.service.auth.cross_site import LocalPagesOnly
    from qa.service.bodies import BodyLimits
    from qa.service.observability.metrics import Metrics
    from qa.service.observability.request_log import RequestLogMiddleware

    def of_sender(request: "Request") -> "Backend":
        return index.read_as(principal_of(request)) if index else backend

    app = create_server(backend, of_sender).streamable_http_app(
        streamable_http_path=_PATH,
        json_response=True,
        stateless_http=True,  # tools keep nothing between calls, so no sessions are needed
        # The stricter rules of `quoth serve` apply instead
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    if index:
        app.add_middleware(AuthMiddleware, authenticator=Authenticator(index.store, settings))
    else:
        app.add_middleware(LocalPagesOnly)
    app.add_middleware(BodyLimits, settings=settings)
    app.add_middleware(RequestLogMiddleware, metrics=Metrics())
    return app
