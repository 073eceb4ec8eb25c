"""A server for the app, which tells streams when it is being stopped: they would keep it waiting for as long as they
have something to read.
"""

import socket
from typing import TYPE_CHECKING

from fastapi import FastAPI

if TYPE_CHECKING:
    import uvicorn


def server_of(app: FastAPI) -> "uvicorn.Server":
    """Ctrl-C ends it: streams with more to read are cut short, everything else that was asked is answered."""
    import uvicorn

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            app.state.runtime.stopping.set()
            await super().shutdown(sockets)

    return Server(uvicorn.Config(app, server_header=False))
