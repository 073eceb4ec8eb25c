"""Where something is served: the socket, bound before anything slow begins, and what accepts from it."""

import errno
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from index.errors import SettingsError
from qa.service.process.connections import Occasionally

_NO_MORE = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


def listen(host: str, port: int) -> socket.socket:
    """A socket bound before anything slow begins, so that a taken port is known at once; SettingsError if it is."""
    # Made as a TCP one by name: asyncio turns Nagle's delay of 40 ms off only for those
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        why = error.strerror or str(error)
        raise SettingsError(f"Nothing can be served on {host}:{port} ({why}): set --host, --port.") from error
    return listener


def address_of(listener: socket.socket) -> str:
    """The URL that leads to it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class GuardedListener(socket.socket):
    """A listening socket that takes the place of `listener`, which is detached.

    Where nothing more can be opened, asyncio would try again at once, for ever, with a line in the log for each try. A
    descriptor is kept for that: with it a connection is accepted and closed, so that its client knows and nobody spins.
    """

    def __init__(self, listener: socket.socket) -> None:
        super().__init__(listener.family, listener.type, listener.proto, fileno=listener.detach())
        self._spare = _spare()
        self._full = Occasionally()

    def accept(self) -> tuple[socket.socket, Any]:
        """As a socket does; BlockingIOError also where nothing more can be opened."""
        try:
            return super().accept()
        except OSError as error:
            if error.errno not in _NO_MORE:
                raise
            self._full.warn("Connections are refused, for nothing more can be opened (%s).", os.strerror(error.errno))
            self._refuse()
            raise BlockingIOError from None

    def close(self) -> None:
        """As a socket does."""
        self._release()
        super().close()

    def _refuse(self) -> None:
        self._release()
        with suppress(OSError):
            super().accept()[0].close()
        with suppress(OSError):
            self._spare = _spare()

    def _release(self) -> None:
        spare, self._spare = self._spare, None
        if spare is not None:
            os.close(spare)


def _spare() -> int | None:
    return os.open(Path("/"), os.O_RDONLY)
