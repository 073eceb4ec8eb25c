"""A server for the app, which tells streams when it is being stopped: they would keep it waiting for as long as they
have something to read.
"""

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI

if TYPE_CHECKING:
    import uvicorn


def server_of(app: FastAPI, *, started: Callable[[], None] | None = None) -> "uvicorn.Server":
    """Ctrl-C ends it: streams with more to read are cut short, everything else that was asked is answered.

    `started` is called once it accepts connections.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if started:
                started()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            app.state.runtime.stopping.set()
            await super().shutdown(sockets)

    return Server(uvicorn.Config(app, server_header=False))
