"""The child that parses: `python -m index.parsing.worker SECONDS MEMORY_MB`, started by `process.py` alone.

It loads what the parsers use and then forks for each document, so that none is parsed by a process that has seen
another: whoever takes over the fork by a hole in a parser has his own document there and nothing else. Before it reads
the document, the fork gives up all that it can (`sandbox.py`). The child itself never reads one.

It ends when its parent closes the socket between them, or has ended, however that came about.
"""

import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

from index.errors import DocumentError, TooLargeError
from index.formats.base import MAX_BYTES
from index.formats.registry import draw, load_libraries, parse_bytes
from index.parsing.answers import ID_BYTES, drawn_frames, failed_frames, parsed_frames, refusal_frames
from index.parsing.confinement import hide
from index.parsing.protocol import Connection
from index.parsing.sandbox import enter, limit_descriptors, peak_mb

_SPARE_SECONDS = 5  # of processor time, after which the system ends a fork that the parent didn't
_MAX_NAME_BYTES = 4096
_UNWANTED = ("numpy",)  # which openpyxl loads where it is there, to write, and which is large
_MAX_PAGE_BYTES = 10  # of a page's number in digits
_MAX_DESCRIPTORS = 64  # so that few are to be closed in a fork


def main(answer: Callable[[Connection, int], None] | None = None) -> None:
    """Say that it is ready, then fork for each connection that the parent sends, until it sends no more.

    In the fork, `answer(connection, memory_mb)` reads one request and answers it. The parent says when it is done
    with a fork, and is sent its exit status, or minus the number of the signal that ended it.
    """
    seconds, memory_mb = map(int, sys.argv[1:])
    for name in (signal.SIGINT, signal.SIGTERM):  # meant for the parent, which finishes what it began
        signal.signal(name, signal.SIG_IGN)
    limit_descriptors(_MAX_DESCRIPTORS)
    control = _own_socket()
    hide()
    for library in _UNWANTED:
        sys.modules[library] = None  # type: ignore[assignment]  # as if it weren't installed
    load_libraries()
    gc.freeze()  # so that collecting in a fork doesn't write to, and so copy, what it shares with this process
    with suppress(ConnectionError), control:
        Connection(control).send(b"")
        while True:
            message, descriptors, *_ = socket.recv_fds(control, 1, 1)
            if not message:
                return
            fork = _forked(descriptors[0], seconds, memory_mb, answer or answer_one)
            os.close(descriptors[0])
            control.recv(1)  # the parent has its answer, gave up, or is gone
            os.kill(fork, signal.SIGKILL)  # nothing to one that has ended
            status = os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1])
            Connection(control).send(str(status).encode())


def _own_socket() -> socket.socket:
    """Standard input, which no library can reach any more: what it reads or prints is nothing."""
    control = socket.socket(fileno=os.dup(0))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)
    return control


def _forked(descriptor: int, seconds: int, memory_mb: int, answer: Callable[[Connection, int], None]) -> int:
    """The process id of a fork that has this connection, and no other file or socket, and answers on it."""
    parent = os.getpid()
    if fork := os.fork():
        return fork
    status = 1
    try:
        own = 3  # the first after the standard ones
        os.dup2(descriptor, own)
        os.closerange(own + 1, _MAX_DESCRIPTORS)
        connection = Connection(socket.socket(fileno=own))
        enter(memory_mb, seconds + _SPARE_SECONDS, parent)
        answer(connection, memory_mb)
        status = 0
    finally:
        os._exit(status)  # at once, whatever came up: nothing above this frame is the fork's


def answer_one(connection: Connection, memory_mb: int) -> None:
    """Read a request (its id, the document's name, media type and bytes) and send what parsing it comes to.

    Where a page is named before the bytes, that is drawn and nothing parsed.
    """
    request_id = connection.receive(ID_BYTES)
    name, media_type = (connection.receive(_MAX_NAME_BYTES).decode() for _ in range(2))
    page = connection.receive(_MAX_PAGE_BYTES).decode()
    data = connection.receive(MAX_BYTES)
    connection.send(request_id, *_answer(data, name, media_type, page, enough_mb=memory_mb / 2))


def _answer(data: bytes, name: str, media_type: str, page: str, *, enough_mb: float) -> tuple[bytes, ...]:
    try:
        if page:
            return drawn_frames(draw(data, name, media_type, int(page)))
        return parsed_frames(parse_bytes(data, name, media_type))
    except DocumentError as error:
        if peak_mb() > enough_mb and not isinstance(error, TooLargeError):
            return failed_frames("memory")  # of which a library concludes that there is no text
        return refusal_frames(error)
    except MemoryError:
        return failed_frames("memory")
    except Exception as error:  # noqa: BLE001  # whatever a library makes of bytes that are meant to break it
        return failed_frames(type(error).__name__)


if __name__ == "__main__":
    main()
