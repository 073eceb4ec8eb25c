"""One socket, several processes that accept from it, and about as many connections for each.

Left to themselves, the first that wakes up takes all that wait, and keeps those clients for as long as they stay.
"""

import socket
import time
from collections.abc import Callable
from ctypes import Array, c_int
from functools import partial

from qa.service.process.listener import GuardedListener

NOT_SERVING = 2**31 - 1  # in place of the number of connections of a process that doesn't accept any

_PATIENCE_SECONDS = 0.02  # for another whose turn it is: it may be busy, or stopped
_PAUSE_SECONDS = 0.001


class SharedListener(GuardedListener):
    """A listening socket as one of several processes has it; it takes the place of `listener`, which is detached.

    `counts` is memory that they share, with every process's number of connections, `mine` this one's index in it. As a
    socket that doesn't block it says that there is nothing to accept while another has fewer.
    """

    def __init__(self, listener: socket.socket, counts: Array[c_int], mine: int) -> None:
        super().__init__(listener)
        self._counts = counts
        self._mine = mine
        self._waiting_since: float | None = None

    def accept(self) -> tuple[socket.socket, tuple[str, int]]:
        """As a socket does."""
        now = time.monotonic()
        if self._counts[self._mine] > min(self._counts):
            since = self._waiting_since = self._waiting_since or now
            if now - since < _PATIENCE_SECONDS:
                time.sleep(_PAUSE_SECONDS)  # the loop comes back at once, and shouldn't keep a core from the other
                raise BlockingIOError
        self._waiting_since = None
        accepted, address = super().accept()
        self._count(1)
        return _Connection(accepted, partial(self._count, -1)), address

    def _count(self, more: int) -> None:
        self._counts[self._mine] += more


class _Connection(socket.socket):
    """An accepted one, which tells once when it is closed."""

    def __init__(self, accepted: socket.socket, closed: Callable[[], None]) -> None:
        blocking = accepted.gettimeout()
        super().__init__(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())
        self.settimeout(blocking)
        self._told = closed

    def close(self) -> None:
        """As a socket does."""
        if self.fileno() >= 0:
            self._told()
        super().close()
