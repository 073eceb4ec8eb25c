"""A server for the app, which tells streams when it is being stopped: they would keep it waiting for as long as they
have something to read.
"""

import logging
import os
import signal
import socket
from collections.abc import Callable
from threading import Timer
from types import FrameType
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from qa.service.process.connections import close_late, most_connections, protocol_of
from qa.settings import Settings

if TYPE_CHECKING:
    import uvicorn

# Longer than clients and proxies keep an idle connection, so that it is they who close it: one that is closed here can
# be just then in use again, and its request is lost
_KEEP_ALIVE_SECONDS = 75
_BACKLOG = 1024  # connections that the system keeps until they are accepted
# asyncio takes the same number for how many it accepts before it looks at any: descriptors that may be over the bound
_ACCEPTED_AT_ONCE = 16
_TICKS_A_SECOND = 10

_logger = logging.getLogger("quoth")


def server_of(app: FastAPI, *, started: Callable[[], None] | None = None) -> "uvicorn.Server":
    """SIGINT or SIGTERM ends it: streams with more to read are cut short, everything else that was asked is answered.

    What isn't done within QUOTH_SHUTDOWN_SECONDS is cut, the exit status then being 1; a second signal kills it.
    `started` is called once it accepts connections.
    """
    BoundedServer = bounded_server()  # noqa: N806  # a class
    settings: Settings = app.state.authenticator.settings

    class Server(BoundedServer):  # type: ignore[misc, valid-type]
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if started:
                started()

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            if self.should_exit:
                signal.signal(sig, signal.SIG_DFL)
                signal.raise_signal(sig)
            if services := getattr(app.state, "services", None):
                services.stopping.set()
            super().handle_exit(sig, frame)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            app.state.services.stopping.set()
            cut = Timer(settings.shutdown_seconds, _cut, [self])
            cut.daemon = True
            cut.start()
            await super().shutdown(sockets)
            cut.cancel()

    return Server(config_of(app, settings))


def bounded_server() -> "type[uvicorn.Server]":
    """Uvicorn's server, with deadlines for its connections."""
    import uvicorn

    class BoundedServer(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            for each in sockets or []:
                each.listen(_BACKLOG)

        async def on_tick(self, counter: int) -> bool:
            if counter % _TICKS_A_SECOND == 0:
                close_late(self.server_state.connections)
            return await super().on_tick(counter)

    return BoundedServer


def config_of(app: Callable[..., Any], settings: Settings) -> "uvicorn.Config":
    """How Quoth's apps are served: with bounded connections, and without what uvicorn would log of requests."""
    import uvicorn

    return uvicorn.Config(
        app,
        http=protocol_of(most_connections()),
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        backlog=_ACCEPTED_AT_ONCE,
        **proxy_options(settings),
    )


def proxy_options(settings: Settings) -> dict[str, Any]:
    """Whose word of where a request comes from uvicorn takes: nobody's, unless proxies are named.

    Otherwise whoever reaches the service could count as another address in each request.
    """
    return {"proxy_headers": bool(settings.trusted_proxies), "forwarded_allow_ips": list(settings.trusted_proxies)}


def _cut(server: "uvicorn.Server") -> None:
    unfinished = len(server.server_state.tasks)
    _logger.error("%d requests aren't finished within QUOTH_SHUTDOWN_SECONDS, and are cut.", unfinished)
    # uvicorn's own timeout cancels what awaits, and then waits for threads that still read or write, however long. The
    # data file is safe from this as from a crash
    os._exit(1)
