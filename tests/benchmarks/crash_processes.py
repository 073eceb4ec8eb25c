"""Processes to kill: whole commands of Quoth's, started by fork from one process that has imported the libraries.

A fork saves the seconds in which torch and transformers are imported, and nothing else: each child runs the real command
from its arguments on, loads the models from their files, opens its own data file and sockets, and ends by SIGKILL.
"""

import ctypes
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_START_SECONDS = 120.0


class Child:
    """One process; `log` takes what it prints, a line at a time."""

    def __init__(self, work: Callable[[], object], log: Path, folder: Path) -> None:
        if threading.active_count() > 1:
            raise RuntimeError("A process with several threads must not fork.")
        self.log = log
        log.write_bytes(b"")
        sys.stdout.flush()
        sys.stderr.flush()
        self.began = time.perf_counter()
        self.pid = os.fork()
        if self.pid == 0:
            _run(work, log, folder)
        self.status: int | None = None

    def kill(self) -> bool:
        """SIGKILL; whether it was still running, so that this is what ended it."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self._wait(0)
        return self.status is not None and os.WIFSIGNALED(self.status)

    def interrupt(self) -> None:
        """Ctrl-C."""
        if self.status is None:
            os.kill(self.pid, signal.SIGINT)

    def ended(self) -> int | None:
        """Its exit code, None while it runs."""
        if self.status is None:
            self._wait(os.WNOHANG)
        return None if self.status is None else os.waitstatus_to_exitcode(self.status)

    def finish(self) -> int:
        """Wait until it ends by itself, and return its exit code."""
        if self.status is None:
            self._wait(0)
        return int(self.ended() or 0)

    def lines(self) -> list[str]:
        """What it has printed, whole lines only."""
        return self.log.read_text(errors="replace").split("\n")[:-1]

    def wait_for(self, pattern: str) -> "re.Match[str]":
        """The first match in what it prints. Raises RuntimeError if it ends, or is too long about it."""
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            if found := re.search(pattern, "\n".join(self.lines()) + "\n"):
                return found
            if self.ended() is not None:
                break
            time.sleep(0.005)
        raise RuntimeError(f"No {pattern!r} in what process {self.pid} printed:\n" + "\n".join(self.lines()))

    def _wait(self, options: int) -> None:
        pid, status = os.waitpid(self.pid, options)
        if pid:
            self.status = status


def quoth(data: Path, arguments: Sequence[str], log: Path, folder: Path) -> Child:
    """A command of Quoth's, run in `folder`."""

    def work() -> None:
        from qa.cli.main import main

        main(["--data", str(data), *arguments])

    return Child(work, log, folder)


def served(data: Path, log: Path, folder: Path) -> tuple[Child, str]:
    """`quoth serve` on a free port, once it is ready, and its address."""
    child = quoth(data, ["serve", "--port", "0"], log, folder)
    address = child.wait_for(r"serving on (http://\S+)")[1]
    child.wait_for("Application startup complete")
    return child, address


def client_of(address: str) -> httpx.Client:
    """Somebody who talks to it."""
    return httpx.Client(base_url=address, timeout=60)


def import_everything() -> None:
    """What the commands import only when they need it."""
    import faiss
    import langchain_text_splitters
    import lxml.html
    import markdown_it
    import pypdfium2
    import sentence_transformers
    import torch
    import uvicorn
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    import qa.assembly
    import qa.service.app
    import qa.service.auth.access
    import qa.service.process.server  # noqa: F401

    del faiss, langchain_text_splitters, lxml, markdown_it, pypdfium2, sentence_transformers, torch, uvicorn
    del AutoModelForQuestionAnswering, AutoTokenizer


def _run(work: Callable[[], object], log: Path, folder: Path) -> None:
    """The child's life; it never returns."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)  # a line at a time, as on a terminal
        sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
        os.chdir(folder)
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  # of a child that must not go on as its parent
        import traceback

        traceback.print_exc()
    finally:
        os._exit(code)
