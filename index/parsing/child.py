"""The child process as its parent holds it: started, asked for a fork for each document, ended. Linux and macOS."""

import os
import socket
import subprocess
import sys
from contextlib import suppress

from index.errors import StorageError
from index.parsing.protocol import Connection, ProtocolError

PROGRAM = "index.parsing.worker"  # the module that it runs
_START_SECONDS = 60  # in which it must be ready; it takes a third of one
_END_SECONDS = 5  # in which it must have ended a fork, or itself
_MAX_STATUS_BYTES = 8


class Child:
    """A child that has started and can parse; raises StorageError if it doesn't start. One fork at a time."""

    def __init__(self, seconds: int, memory_mb: int) -> None:
        if not hasattr(socket, "send_fds"):
            raise StorageError("All but plain text is parsed on Linux and macOS alone: bring that.")
        self._control, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-m", PROGRAM, str(seconds), str(memory_mb)]
        nothing = subprocess.DEVNULL
        with theirs:
            try:
                self._process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603  # this interpreter, and numbers
                    command, stdin=theirs.fileno(), stdout=nothing, stderr=nothing, env=_environment()
                )
            except OSError as error:
                self._control.close()
                raise _not_started(str(error)) from error
        try:
            Connection(self._control, _START_SECONDS).receive(0)
        except (OSError, EOFError, ProtocolError) as error:
            raise _not_started(f"exit status {self.end()}") from error

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether it can be asked for another fork."""
        return self._process.poll() is None

    def fork(self) -> socket.socket:
        """A socket to a new fork of it. Where the child is gone, it is one whose other end is closed."""
        ours, theirs = socket.socketpair()
        with theirs, suppress(OSError):
            socket.send_fds(self._control, [b"f"], [theirs.fileno()])
        return ours

    def end_fork(self) -> int:
        """End the fork, if it hasn't ended. Returns its exit status, or the child's own where that has ended."""
        try:
            self._control.sendall(b"e")
            return int(Connection(self._control, _END_SECONDS).receive(_MAX_STATUS_BYTES))
        except (OSError, EOFError, ProtocolError, ValueError):
            return self.end(_END_SECONDS)

    def end(self, seconds: float = 0) -> int:
        """End it, after these seconds if it doesn't by itself; its forks end with it. Returns its exit status."""
        self._control.close()
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        self._process.kill()
        return self._process.wait()


def _environment() -> dict[str, str]:
    """Where the interpreter and its libraries are found, and nothing else that this process knows."""
    kept = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    return {**environment, "PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path)}


def _not_started(why: str) -> StorageError:
    cure = "`pip check` tells whether a library is missing"
    return StorageError(f"The process that documents are parsed in doesn't start ({why}): {cure}.")
