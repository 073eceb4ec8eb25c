"""Connections: how many a process keeps, and how long it waits for what a client has to send or to take.

uvicorn closes a connection that is idle after a response, and h11 refuses a head of more than 16 KiB. But one that
sends nothing, or its head or body a byte at a time, is kept for ever, and uvicorn's `limit_concurrency` counts such
ones until nobody is served. So each has a deadline here, and where they are too many those that the service waits for
the longest make room: who floods it closes their own.
"""

import asyncio
import logging
import resource
import time
from heapq import nsmallest
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import h11
    from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 15  # for a request's head, from its first byte on, or from the connection's beginning
BODY_SECONDS = 30  # for a body, and one more for each
BODY_BYTES_A_SECOND = 4_096
UNREAD_SECONDS = 60  # in which a client takes nothing of its response
MAX_CONNECTIONS = 4_000  # of a process: each may hold 80 KiB that it sent
RESERVED_DESCRIPTORS = 256  # for the data file, uploads, the process that parses, models while they load
_MAKE_ROOM_FOR = 32  # connections at a time, so that a flood isn't looked through for each of it
_SAY_SECONDS = 60

Awaited = Literal["head", "body", "next request"]

_logger = logging.getLogger("quoth")


def most_connections() -> int:
    """How many a process may keep, some descriptors below what the system lets it open (`ulimit -n`)."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return max(1, min(MAX_CONNECTIONS, soft - min(RESERVED_DESCRIPTORS, soft // 2)))


class Occasionally:
    """Logs a warning at most once a minute, however often there is reason to."""

    def __init__(self) -> None:
        self._said = -float(_SAY_SECONDS)

    def warn(self, message: str, *values: object) -> None:
        """Log it, unless it was just logged."""
        if time.monotonic() - self._said >= _SAY_SECONDS:
            self._said = time.monotonic()
            _logger.warning(message, *values)


def protocol_of(most: int) -> "type[H11Protocol]":
    """Uvicorn's protocol over h11, for a server that keeps at most so many connections and calls `close_late`."""
    from uvicorn.protocols.http.h11_impl import H11Protocol

    too_many = Occasionally()

    class Connection(H11Protocol):
        awaited: Awaited | None = None  # what the client is to send; None while it waits for a response
        since = 0.0  # by `time.monotonic`
        received = 0  # bytes, since then
        unsent = (0, 0.0)  # bytes that the client didn't take yet, and since when they are as many

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._await("head")
            if len(self.connections) > most:
                too_many.warn("There are more connections than are kept (%d): idle ones make room.", most)
                make_room(self.connections, self)

        def data_received(self, data: bytes) -> None:
            before = self.cycle
            super().data_received(data)
            self.received += len(data)
            self._look(another=self.cycle is not before)

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._look(another=True)

        def _look(self, *, another: bool) -> None:
            """Note what is awaited now, and since when if that is of another request."""
            awaited = _awaited_by(self.conn, first=self.cycle is None)
            if another or awaited != self.awaited:
                self._await(awaited)

        def _await(self, awaited: Awaited | None) -> None:
            self.awaited, self.since, self.received = awaited, time.monotonic(), 0

    return Connection


def _awaited_by(conn: "h11.Connection", *, first: bool) -> Awaited | None:
    """What the client of a connection is to send; `first` if there was no request yet."""
    state = str(conn.their_state)
    if state == "SEND_BODY":
        return "body"
    if state == "IDLE":
        return "head" if first or conn.trailing_data[0] else "next request"
    return None


def is_late(connection: Any, now: float) -> bool:  # noqa: ANN401  # of the class above
    """Whether the client had its time; one that may send another request is left to uvicorn's own deadline."""
    waited = now - connection.since
    if connection.awaited == "head" and waited > HEAD_SECONDS:
        return True
    if connection.awaited == "body" and waited > BODY_SECONDS + connection.received / BODY_BYTES_A_SECOND:
        return True
    unsent = connection.transport.get_write_buffer_size()
    if not unsent or unsent != connection.unsent[0]:
        connection.unsent = (unsent, now)
    return bool(now - connection.unsent[1] > UNREAD_SECONDS)


def close_late(connections: set[Any]) -> None:
    """Close those whose clients had their time; to be called about once a second."""
    now = time.monotonic()
    for each in list(connections):
        if is_late(each, now):
            each.transport.abort()


def make_room(connections: set[Any], newest: object) -> None:
    """Close those that are waited for the longest: for a request, or else for a body; if there are none, the newest."""
    waiting = [each for each in connections if each.awaited and each is not newest]
    many = max(1, min(_MAKE_ROOM_FOR, len(connections) // 16))
    longest = nsmallest(many, waiting, key=lambda each: (each.awaited == "body", each.since))
    for each in longest or [newest]:
        each.transport.abort()
        connections.discard(each)  # now, since more may come before it knows of its end
