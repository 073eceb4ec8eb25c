"""Parsing in a child process, so that a document that is made to break a parser costs a refusal and nothing else.

One child parses document after document. It is started by the first, and replaced once it has crashed, taken too long
or run out of memory. A pool such as pebble's or the standard library's would save most of this file, but unpickles what
the child sends, imports the caller's `__main__` anew (so that a script needs a guard) or forks a process that runs
torch's threads.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Lock, Timer
from typing import Any, BinaryIO, cast

from index.documents import Heading
from index.errors import DocumentError, StorageError, TooLargeError
from index.formats.base import MAX_BYTES, Parsed
from index.parsing.protocol import MAX_HEAD_BYTES, receive, send

_REFUSALS = {error.kind: error for error in (DocumentError, TooLargeError)}
_START_SECONDS = 60  # in which a child must be ready; it takes a third of one
_END_SECONDS = 5  # in which a child that has closed its output must be gone


@dataclass(frozen=True, slots=True)
class Limits:
    """What parsing one document may take: `seconds` of time, and `memory_mb` MiB of the child's memory."""

    seconds: int = 60
    memory_mb: int = 1024


DEFAULT_LIMITS = Limits()


class _Ended(Exception):  # noqa: N818  # not an error, but what became of the child
    """The child is gone, with this exit status; `timed_out` if that was because its time was up."""

    def __init__(self, *, timed_out: bool, status: int) -> None:
        super().__init__(f"exit status {status}")
        self.timed_out = timed_out
        self.status = status


class ParsingProcess:
    """A child that parses, within limits. Safe to share between threads: documents are parsed one after the other."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = Lock()
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id; None while there is none."""
        child = self._child
        return None if child is None else child.pid

    def parse(self, data: bytes, name: str, media_type: str) -> Parsed:
        """As `index.formats.registry.parse_bytes`, but whatever goes wrong is a DocumentError.

        Raises StorageError where no child can be started.
        """
        with self._lock:
            try:
                head, text = self._ask(data, name, media_type)
            except _Ended as ended:
                raise DocumentError(self._how_it_ended(ended, name)) from None
        if "refused" in head:
            raise _REFUSALS[head["refused"]](head["message"])
        if "failed" in head:
            raise DocumentError(self._how_it_failed(head["failed"], name))
        headings = tuple(Heading(**each) for each in head["headings"])
        return Parsed(text.decode(errors="surrogatepass"), head["title"], tuple(head["pages"]), headings)

    def close(self) -> None:
        """End the child, if there is one. It starts again with the next document."""
        with self._lock:
            self._end()

    def _ask(self, data: bytes, name: str, media_type: str) -> tuple[dict[str, Any], bytes]:
        child = self._ready()
        request = json.dumps({"name": name, "media_type": media_type}).encode()
        fit = False  # for another document, until it is known to be
        try:
            payload, text, last = _exchange(child, self._limits.seconds, request, data)
            head: dict[str, Any] = json.loads(payload)
            fit = not last and "failed" not in head
        finally:
            if not fit:
                self._end()
        return head, text

    def _ready(self) -> "subprocess.Popen[bytes]":
        """The child, or a new one where there is none (any more). It sees no settings and no keys of this process."""
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._end()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("QUOTH_")}
        environment["PYTHONPATH"] = os.pathsep.join(path or os.curdir for path in sys.path)
        limits = [str(self._limits.seconds), str(self._limits.memory_mb)]
        command = [sys.executable, "-P", "-m", "index.parsing.worker", *limits]
        try:
            self._child = subprocess.Popen(  # noqa: S603  # this very interpreter, and numbers
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
            )
            _exchange(self._child, _START_SECONDS)
        except (OSError, _Ended) as error:
            self._end()
            raise StorageError(f"The process that documents are parsed in doesn't start ({error}).") from error
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for stream in (child.stdin, child.stdout):
            with suppress(OSError):  # it may be gone with a request half written
                cast(BinaryIO, stream).close()
        child.wait()

    def _how_it_ended(self, ended: _Ended, name: str) -> str:
        if ended.timed_out or -ended.status == getattr(signal, "SIGXCPU", None):
            seconds = self._limits.seconds
            return f"{name}: reading it took longer than {seconds} s: split it, or raise QUOTH_PARSE_SECONDS."
        known = -ended.status in {each.value for each in signal.Signals}
        what = signal.Signals(-ended.status).name if known else f"exit status {ended.status}"
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
        if what == "headings":
            return f"{name} has more headings than are taken: split it."
        return f"{name} can't be parsed ({what}): export it again, or bring its text alone."


def _exchange(child: "subprocess.Popen[bytes]", seconds: int, *request: bytes) -> tuple[bytes, bytes, bytes]:
    """Send a request's parts and receive the answer's. Raises _Ended if the child ends, or `seconds` do."""
    up = Event()

    def end() -> None:
        up.set()
        child.kill()

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        send(cast(BinaryIO, child.stdin), *request)
        answers = cast(BinaryIO, child.stdout)
        return receive(answers, MAX_HEAD_BYTES), receive(answers, MAX_BYTES), receive(answers, 16)
    except (EOFError, OSError):
        with suppress(subprocess.TimeoutExpired):
            child.wait(_END_SECONDS)
        child.kill()
        raise _Ended(timed_out=up.is_set(), status=child.wait()) from None
    finally:
        timer.cancel()


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
