"""Parsing in a child process, so that a document that is made to break a parser costs a refusal and nothing else.

One child, started by the first document, forks for each of them (`worker.py`). What comes back is believed only as far
as it was checked (`answers.py`). A pool such as pebble's or the standard library's would save some of this, but
unpickles what the child sends, imports the caller's `__main__` anew (so that a script needs a guard) or forks a process
that runs torch's threads.
"""

import atexit
import os
import secrets
import signal
from threading import Lock
from typing import cast

from index.errors import DocumentError
from index.formats.base import Parsed, Pixels
from index.parsing.answers import ID_BYTES, Failed, receive_answer
from index.parsing.child import Child
from index.parsing.limits import Limits
from index.parsing.protocol import Connection, ProtocolError

_Answer = Parsed | Pixels | DocumentError | Failed


class ParsingProcess:
    """A child that parses, within limits. Safe to share between threads: documents are parsed one after the other."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = Lock()
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id; None while there is none."""
        child = self._child
        return None if child is None else child.pid

    def parse(self, data: bytes, name: str, media_type: str) -> Parsed:
        """As `index.formats.registry.parse_bytes`, but whatever goes wrong is a DocumentError.

        Raises StorageError where no child can be started.
        """
        return cast("Parsed", self._asked(data, name, media_type))

    def draw(self, data: bytes, name: str, media_type: str, page: int) -> Pixels:
        """A scanned page, counted from 0, as a picture; raises as `parse` does."""
        return cast("Pixels", self._asked(data, name, media_type, page))

    def _asked(self, data: bytes, name: str, media_type: str, page: int | None = None) -> Parsed | Pixels:
        with self._lock:
            answer = self._ask(data, name, media_type, page)
        if isinstance(answer, Failed):
            raise DocumentError(self._how_it_failed(answer.what, name))
        if isinstance(answer, DocumentError):
            raise answer
        return answer

    def close(self) -> None:
        """End the child, if there is one. It starts again with the next document."""
        with self._lock:
            self._end()

    def _ask(self, data: bytes, name: str, media_type: str, page: int | None) -> _Answer:
        child = self._child_that_lives()
        settled = False
        try:
            with child.fork() as end:
                answer = _exchange(Connection(end, self._limits.seconds), data, name, media_type, page)
            status = child.end_fork()
            settled = child.is_alive()
        finally:
            if not settled:  # what it says next would be of this request
                self._end()
        if isinstance(answer, Exception) and not isinstance(answer, DocumentError):
            return DocumentError(self._how_it_ended(answer, status, name))
        return answer

    def _child_that_lives(self) -> Child:
        if self._child is None or not self._child.is_alive():
            self._end()
            self._child = Child(self._limits.seconds, self._limits.memory_mb)
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def _how_it_ended(self, trouble: Exception, status: int, name: str) -> str:
        """What is wrong with a document whose fork gave no answer and ended with this exit status."""
        if isinstance(trouble, ProtocolError):
            return f"{name} made the parser answer what can't be ({trouble}): export it again, or bring its text alone."
        if isinstance(trouble, TimeoutError) or -status == signal.SIGXCPU:
            seconds = self._limits.seconds
            return f"{name}: reading it took longer than {seconds} s: split it, or raise QUOTH_PARSE_SECONDS."
        known = -status in {each.value for each in signal.Signals}
        what = signal.Signals(-status).name if known else f"exit status {status}"
        return (
            f"{name} made the parser crash ({what}): export it again; if it is large, split it, or raise "
            "QUOTH_PARSE_MEMORY_MB."
        )

    def _how_it_failed(self, what: str, name: str) -> str:
        if what == "memory":
            return (
                f"{name}: reading it takes more than {self._limits.memory_mb} MiB of memory: split it, or raise "
                "QUOTH_PARSE_MEMORY_MB."
            )
        if what in ("pages", "headings"):
            return f"{name} has more {what} than are taken: split it."
        return f"{name} can't be parsed ({what}): export it again, or bring its text alone."


def _exchange(
    connection: Connection, data: bytes, name: str, media_type: str, page: int | None
) -> _Answer | OSError | EOFError | ProtocolError:
    """The answer to a request, or why there is none."""
    request_id = secrets.token_bytes(ID_BYTES)
    try:
        drawn = page is not None
        number = str(page).encode() if drawn else b""
        connection.send(request_id, name.encode(), media_type.encode(), number, data)
        return receive_answer(connection, request_id, name, drawn=drawn)
    except (OSError, EOFError, ProtocolError) as error:
        return error


_processes: dict[Limits, ParsingProcess] = {}


def process_with(limits: Limits) -> ParsingProcess:
    """The one child that this process has with these limits."""
    return _processes.setdefault(limits, ParsingProcess(limits))


@atexit.register
def _close_all() -> None:
    for process in _processes.values():
        process.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_processes.clear)  # a fork that used its parent's would take its answers
