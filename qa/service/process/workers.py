"""Several server processes on one socket: started together, started again when one dies, ended together.

Each is an engine of its own over the one data file, which is all they share. They are spawned and not forked, for torch
has threads, and what those hold locked would stay so in a fork. uvicorn's own supervisor can't take a server that tells
its streams of the end, starts a worker that dies on its way for ever anew, and leaves workers behind if it is killed.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable
from ctypes import Array, c_int
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from prometheus_client.multiprocess import mark_process_dead

from index.errors import QuothError
from index.parsing import confinement
from qa.api.errors import ServerError
from qa.assembly import Engine
from qa.service.observability import logs
from qa.service.observability.metrics import SHARED_FOLDER
from qa.service.process.shared_listener import NOT_SERVING, SharedListener
from qa.settings import Settings

_LOOK_SECONDS = 0.5  # until a signal is noticed

Say = Callable[[str], None]


@dataclass(eq=False, slots=True)
class _Worker:
    process: SpawnProcess
    told: Connection  # what kept it from serving, or None once it serves
    serving: bool = False


class Workers:
    """The processes that serve `settings.workers` times what `listener` accepts; what happens to them is said."""

    def __init__(self, settings: Settings, listener: socket.socket, say: Say) -> None:
        self._settings = settings
        self._listener = listener
        self._say = say
        self._workers: list[_Worker] = []
        self._connections = get_context("spawn").RawArray("i", [NOT_SERVING] * settings.workers)
        self._stopping = False

    def run(self) -> bool:
        """Serve until SIGINT or SIGTERM, and return whether all that was accepted was finished then; a second signal
        cuts it. The listener is closed afterwards.

        What keeps one from starting is raised, after they all are ended: the others, or it at a next try, could no
        more. It is a ServerError where the worker couldn't say.
        """
        _share_cores(self._settings.workers)
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            with TemporaryDirectory(prefix="quoth-metrics-") as folder:
                os.environ[SHARED_FOLDER] = folder
                self._serve()
        finally:
            os.environ.pop(SHARED_FOLDER, None)
            for number, handler in before.items():
                signal.signal(number, handler)
        return not any(worker.serving and worker.process.exitcode for worker in self._workers)

    def _serve(self) -> None:
        try:
            for number in range(self._settings.workers):
                self._workers.append(self._start(number))
            while not self._stopping:
                self._look()
        finally:
            self._end()

    def _stop(self, *_: object) -> None:
        if self._stopping:
            for worker in self._workers:
                worker.process.kill()
        self._stopping = True

    def _start(self, number: int) -> _Worker:
        told, telling = get_context("spawn").Pipe(duplex=False)
        shared = (self._listener, self._connections, number)
        process = get_context("spawn").Process(target=_work, args=(self._settings, *shared, telling))
        process.start()
        telling.close()  # so that the end of the process is the end of what it tells
        return _Worker(process, told)

    def _look(self) -> None:
        """Wait a little for one that has started, or ended."""
        watched: dict[Any, _Worker] = {}
        for worker in self._workers:
            watched[worker.process.sentinel if worker.serving else worker.told] = worker
        for ready in wait(list(watched), _LOOK_SECONDS):
            worker = watched[ready]
            if worker.serving:
                self._replace(worker)
            else:
                self._hear(worker)

    def _hear(self, worker: _Worker) -> None:
        trouble = _outcome(worker.process, worker.told)
        if trouble and not self._stopping:
            raise trouble
        worker.serving = not trouble
        if all(each.serving for each in self._workers):
            ids = ", ".join(str(each.process.pid) for each in self._workers)
            self._say(f"{len(self._workers)} workers serve (processes {ids})")
            self._say(confinement.in_words())

    def _replace(self, worker: _Worker) -> None:
        worker.process.join()
        if not self._stopping:
            self._say(f"Worker {worker.process.pid} {_how_ended(worker.process)}; another takes its place.")
            worker.told.close()
            mark_process_dead(worker.process.pid, os.environ[SHARED_FOLDER])  # type: ignore[no-untyped-call]
            number = self._workers.index(worker)
            self._connections[number] = NOT_SERVING
            self._workers[number] = self._start(number)

    def _end(self) -> None:
        self._listener.close()  # the last worker's copy of it stops the accepting
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()
            worker.told.close()


def run_apart(work: Callable[[], None]) -> None:
    """Do some work in a process of its own, which takes what it loaded with it; raises what that does."""
    told, telling = get_context("spawn").Pipe(duplex=False)
    process = get_context("spawn").Process(target=_apart, args=(work, telling))
    process.start()
    telling.close()
    try:
        trouble = _outcome(process, told)
        process.join()
    except KeyboardInterrupt:
        process.terminate()
        raise
    if trouble:
        raise trouble


def _outcome(process: SpawnProcess, told: Connection) -> QuothError | None:
    """What a process tells, or what it means that it has ended without."""
    try:
        trouble: QuothError | None = told.recv()
    except EOFError:
        process.join()
        return ServerError(f"A process {_how_ended(process)} while it started: what it wrote above may say why.")
    return trouble


def _apart(work: Callable[[], None], telling: Connection) -> None:
    confinement.hide()
    os.setsid()
    _follow_parent()
    try:
        work()
        telling.send(None)
    except QuothError as error:
        telling.send(error)


def _work(
    settings: Settings, listener: socket.socket, connections: Array[c_int], number: int, telling: Connection
) -> None:
    """What a worker does, until it is told to end or its parent is gone."""
    from qa.service.app import create_app
    from qa.service.process.server import server_of

    confinement.hide()
    os.setsid()  # a terminal's Ctrl-C is for the parent, which passes it on
    logs.configure(settings)
    _follow_parent()
    try:
        engine = Engine(settings, writing=True)
        server = server_of(create_app(engine), started=lambda: telling.send(None))
        # uvicorn has a handler of its own while it serves; when all is done it sends the signal once more
        signal.signal(signal.SIGTERM, lambda *_: setattr(server, "should_exit", True))
        engine.load()  # here, where an error is told in a line
    except QuothError as error:
        telling.send(error)
        sys.exit(1)
    if not server.should_exit:
        connections[number] = 0
        server.run(sockets=[SharedListener(listener, connections, number)])


def _follow_parent() -> None:
    """End when the parent has ended, however it did."""
    parent = parent_process()

    def follow() -> None:
        if parent is not None:
            wait([parent.sentinel])
            os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=follow, daemon=True).start()


def _share_cores(workers: int) -> None:
    """Give each worker's torch its share of the cores, for the processes started from here on.

    By default each would have as many threads as there are cores, which then take turns on them; and as OpenMP's
    threads wait for each other by spinning, most of that time is lost.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, cores // workers)))


def _how_ended(process: SpawnProcess) -> str:
    code = process.exitcode or 0
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit status {code}"
