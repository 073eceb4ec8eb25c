"""`quoth` processes that begin with their libraries imported.

Nearly all of a server's start is the import of its libraries: four seconds, against a tenth for what it does itself. So
one process imports them, and forks for every process that is asked for. A fork is what `python -m qa.cli` would be: a
child of the process that runs the tests, with arguments, environment, folder, limits and pipes of its own.
"""

import atexit
import ctypes
import inspect
import json
import os
import resource
import runpy
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parent.parent
_LIMITS = [resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_AS]  # those that tests set
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER
_MAX_REQUEST = 1 << 20  # bytes of arguments and environment
_PATIENCE = 300  # seconds for the import, on a busy machine


class QuothProcess(subprocess.Popen[str]):
    """As `Popen([sys.executable, "-m", "qa.cli", *arguments], text=True, …)`, with the packages of this tree.

    Of Popen's options `cwd`, `env`, `stdin`, `stdout` and `stderr` are heeded.
    """

    def __init__(self, *arguments: str, **options: Any) -> None:  # as Popen takes them
        super().__init__([sys.executable, "-m", "qa.cli", *arguments], text=True, **options)

    def __exit__(self, kind: Any, *error: Any) -> None:
        if kind is not None:  # else a process that doesn't end would be waited for for ever
            self.kill()
        super().__exit__(kind, *error)

    def _execute_child(self, *arguments: Any) -> None:  # where Popen forks and executes
        given = inspect.signature(super()._execute_child).bind(*arguments).arguments  # type: ignore[misc]
        ends = [given[name] for name in ("p2cread", "c2pwrite", "errwrite")]
        command = {
            "arguments": given["args"][3:],
            "folder": os.fspath(given["cwd"] or Path.cwd()),
            "environment": dict(os.environ if given["env"] is None else given["env"]),
            "limits": {limit: resource.getrlimit(limit) for limit in _LIMITS},
        }
        self.pid = _warm_process().fork(command, [own if end == -1 else end for own, end in enumerate(ends)])
        self._child_created = True
        for end in set(ends) - {-1}:
            os.close(end)
        self._closed_child_pipe_fds = True


class _WarmProcess:
    """The process that has imported the libraries, as the tests' process sees it."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.settimeout(_PATIENCE)
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=_ROOT,
            env={**os.environ, "HF_HUB_OFFLINE": "1"},
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self._owner = os.getpid()
        atexit.register(self._end)

    def fork(self, command: dict[str, Any], ends: list[int]) -> int:
        """The id of a new child of this process that runs the command, with these as its standard streams."""
        _adopt_orphans(1)
        try:
            socket.send_fds(self._socket, [json.dumps(command).encode()], ends)
            return int(self._socket.recv(32))
        finally:
            _adopt_orphans(0)

    def _end(self) -> None:
        self._socket.close()
        if os.getpid() == self._owner:
            self._process.wait()


_instances: dict[int, _WarmProcess] = {}  # the id of a process that runs tests → its warm one


def _warm_process() -> _WarmProcess:
    if os.getpid() not in _instances:
        _instances[os.getpid()] = _WarmProcess()
    return _instances[os.getpid()]


def _adopt_orphans(whether: int) -> None:
    """Whether a descendant whose parent ends becomes a child of this process."""
    ctypes.CDLL(None).prctl(_SUBREAPER, whether, 0, 0, 0)


def _forked(requests: socket.socket) -> dict[str, Any] | None:
    """What a fork shall run, in each fork; None in the process that forks, when nobody asks any longer."""
    while True:
        message, ends, _, _ = socket.recv_fds(requests, _MAX_REQUEST, 3)
        if not message:
            return None
        received, reported = os.pipe()
        between = os.fork()  # it ends at once, so that the tests' process adopts its child
        if not between:
            child = os.fork()
            if child:
                os.write(reported, str(child).encode())
                os._exit(0)
            for number, end in enumerate(ends):
                os.dup2(end, number)
            os.closerange(3, max(*ends, reported, requests.fileno()) + 1)
            requests.detach()
            command: dict[str, Any] = json.loads(message)
            return command
        os.waitpid(between, 0)
        requests.send(os.read(received, 32))
        for end in (*ends, received, reported):
            os.close(end)


def _import_libraries() -> None:
    from index.library_imports import quick_imports

    with quick_imports():
        import transformers  # noqa: F401
    import qa.cli.main
    import qa.mcp.server
    import qa.service.app
    import qa.service.process.server  # noqa: F401


def _serve() -> None:
    sys.path[0] = str(_ROOT)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs, with the tests, ignore it
    _import_libraries()
    command = _forked(socket.socket(fileno=int(sys.argv[1])))
    if command is not None:
        for limit, bounds in command["limits"].items():
            resource.setrlimit(int(limit), bounds)
        os.chdir(command["folder"])
        os.environ.clear()
        os.environ.update(command["environment"])
        sys.argv = ["quoth", *command["arguments"]]
        runpy.run_module("qa.cli", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _serve()
