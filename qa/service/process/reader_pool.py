"""Several reader processes behind one reader: each has a model of its own, so that several questions are read at once.

Everything else, from HTTP to the index, stays in the process that has the pool. The readers are spawned, not forked:
torch has threads, and a fork would keep the locks that they hold. A ProcessPoolExecutor can't do this: it gives up all
its work when one process dies, and each piece of work has one result, where reading yields one per batch.
"""

import logging
import os
import signal
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import Queue
from threading import Lock
from typing import Any

from index.arithmetic import use_threads
from index.errors import QuothError
from index.parsing import confinement
from index.processors import available_processors
from qa.api.errors import ServerError
from qa.assembly import reader_of
from qa.reading.reader import Reader
from qa.reading.spans import Comparison, Reading
from qa.settings import Settings

_TRIES = 2  # for a question whose reader dies: one that kills two readers would kill them all
_END = None  # from a reader: all is read; to a reader: stop reading
_PING = "ping"  # to a reader: are you there?; and back from it

_logger = logging.getLogger("quoth")

_Batch = Mapping[int, Reading]


class ReaderPool(Reader):
    """The reader that the settings name, in as many processes as `settings.workers`. Safe to share between threads.

    A reader that dies is started again, and another reads what it was asked. Raises ServerError if that one dies too.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._size = settings.workers
        self._here = reader_of(settings)  # of which only the tokenizer is used
        self._readers: list[_ReaderProcess] = []
        self._idle: Queue[_ReaderProcess] = Queue()
        self._replacing = ThreadPoolExecutor(self._size, "readers")
        self._loading = Lock()

    @property
    def sha256(self) -> str:
        """Hex digest of all files that change a reading."""
        return self._here.sha256

    def count_tokens(self, texts: Sequence[str]) -> int:
        """How many tokens all the texts have together."""
        return self._here.count_tokens(texts)

    def load(self) -> None:
        """Start all processes and wait for their models. Raises ModelError, or ServerError if a process dies of it."""
        with self._loading:
            if self._readers:
                return
            use_threads(_threads_each(self._size))  # for the embedder, beside them
            self._readers = [_ReaderProcess(self._settings) for _ in range(self._size)]
            try:
                for reader in self._readers:
                    reader.wait_until_loaded()
            except QuothError:
                for reader in self._readers:
                    reader.end()
                self._readers = []
                raise
            for reader in self._readers:
                self._idle.put(reader)
        ids = ", ".join(str(reader.pid) for reader in self._readers)
        _logger.info("%d readers are ready (processes %s).", self._size, ids)

    def read_in_batches(
        self, question: str, passages: Sequence[str], contexts: Sequence[str] | None = None
    ) -> Iterator[dict[int, Reading]]:
        """The same readings as they are made; as `Reader.read_in_batches`.

        Waits for an idle reader.
        """
        if not passages:
            return
        self.load()
        known: set[int] = set()
        for _ in range(_TRIES):
            reader = self._idle_one()
            try:
                with closing(reader.read(question, passages, contexts)) as batches:
                    for batch in batches:
                        yield {passage: reading for passage, reading in batch.items() if passage not in known}
                        known |= batch.keys()
                return
            except _DiedError as death:
                _logger.warning("%s; another takes its place.", death)
            finally:
                self._give_back(reader)
        raise _all_died()

    def compare(self, question: str, text: str, spans: Sequence[tuple[int, int]]) -> Comparison | None:
        """The scores of these spans of one text; as `Reader.compare`. Waits for an idle reader."""
        comparison: Comparison | None = self._ask("compare", question, text, spans)
        return comparison

    def decide(self, question: str, text: str) -> float | None:
        """The probability that the text says yes; as `Reader.decide`. Waits for an idle reader."""
        yes: float | None = self._ask("decide", question, text)
        return yes

    def _ask(self, method: str, *arguments: object) -> Any:  # noqa: ANN401  # what that method of a reader returns
        self.load()
        for _ in range(_TRIES):
            reader = self._idle_one()
            try:
                return reader.ask(method, *arguments)
            except _DiedError as death:
                _logger.warning("%s; another takes its place.", death)
            finally:
                self._give_back(reader)
        raise _all_died()

    def close(self) -> None:
        """End all processes."""
        self._replacing.shutdown(cancel_futures=True)
        for reader in self._readers:
            reader.end()

    def _idle_one(self) -> "_ReaderProcess":
        """An idle reader. If the next one failed to start, raises its error and has it started again.

        One that died while it was idle isn't among the tries of a question, which didn't kill it.
        """
        while not (reader := self._idle.get()).is_there():
            self._replacing.submit(self._replace, reader)
            if reader.failure:
                raise reader.failure
            _logger.warning("%s; another takes its place.", reader.death())
        return reader

    def _give_back(self, reader: "_ReaderProcess") -> None:
        if reader.is_alive():
            self._idle.put(reader)
        else:
            self._replacing.submit(self._replace, reader)

    def _replace(self, dead: "_ReaderProcess") -> None:
        """Start another. If that fails, the next question that gets it fails with its error, and another is started."""
        another = _ReaderProcess(self._settings)
        self._readers[self._readers.index(dead)] = another
        try:
            another.wait_until_loaded()
            _logger.info("Reader %d is ready.", another.pid)
        except QuothError as error:
            another.failure = error
        self._idle.put(another)


def _all_died() -> ServerError:
    return ServerError(f"{_TRIES} readers ended, one after the other, while they read for this question.")


class _DiedError(Exception):
    """A reader's process has ended."""


class _ReaderProcess:
    """A process with a reader, asked by one thread at a time."""

    def __init__(self, settings: Settings) -> None:
        self.failure: QuothError | None = None  # what kept it from starting
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(settings, theirs), daemon=True)
        self._process.start()
        theirs.close()  # so that the end of the process is the end of what it sends

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def is_alive(self) -> bool:
        return self._process.is_alive()

    def is_there(self) -> bool:
        """Whether it answers. One that was killed is alive, by `is_alive`, until the last of its threads has ended."""
        try:
            self._send(_PING)
            return bool(self._receive() == _PING)
        except _DiedError:
            return False

    def wait_until_loaded(self) -> None:
        """Raises the ModelError that keeps it from reading, or ServerError if it died without one."""
        try:
            self._receive()
        except _DiedError as death:
            raise ServerError(f"{death} while it started: what it wrote above may say why.") from None

    def read(
        self, question: str, passages: Sequence[str], contexts: Sequence[str] | None
    ) -> Generator[_Batch, None, None]:
        """Yields its batches. Raises _DiedError if it dies meanwhile; closed early, it reads no further batch."""
        self._send(("read_in_batches", question, passages, contexts))
        batch = self._receive()
        while batch is not _END:
            try:
                yield batch
            except GeneratorExit:
                self._stop_reading()
                raise
            batch = self._receive()

    def ask(self, method: str, *arguments: object) -> Any:  # noqa: ANN401
        """What a method of its reader returns, in one piece. Raises _DiedError if it dies meanwhile."""
        self._send((method, *arguments))
        return self._receive()

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.join()
        self._connection.close()

    def _stop_reading(self) -> None:
        with suppress(Exception):  # it died, or its reading failed: either way it sends no more of this
            self._send(_END)
            while self._receive() is not _END:
                pass

    def _send(self, message: object) -> None:
        try:
            self._connection.send(message)
        except OSError:
            raise self.death() from None

    def _receive(self) -> Any:  # noqa: ANN401  # what its method returns
        try:
            received = self._connection.recv()
        except (EOFError, OSError):
            raise self.death() from None
        if isinstance(received, Exception):
            raise received
        return received

    def death(self) -> _DiedError:
        """How it ended, or is about to end."""
        self._process.join()
        code = self._process.exitcode or 0
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit status {code}"
        return _DiedError(f"Reader {self._process.pid} {how}")


def _serve(settings: Settings, connection: Connection) -> None:
    """What a reader's process does until the other end is closed, as it is when the process that has it ends."""
    confinement.hide()
    os.setsid()  # a terminal's Ctrl-C is for the process that has the pool
    use_threads(_threads_each(settings.workers))
    with suppress(EOFError, OSError):
        try:
            reader = reader_of(settings)
            reader.load()
        except QuothError as error:
            connection.send(error)
            return
        connection.send(_END)
        while True:
            asked = connection.recv()
            if asked == _PING:
                connection.send(_PING)
            elif asked is not _END:  # one that comes late is passed over
                _answer(reader, asked, connection)


def _answer(reader: Reader, asked: tuple[Any, ...], connection: Connection) -> None:
    """Send what a method of the reader returns for its arguments: in one piece, or batches until the other end."""
    method, *arguments = asked
    try:
        returned = getattr(reader, method)(*arguments)
        if method != "read_in_batches":
            connection.send(returned)
            return
        for batch in returned:
            connection.send(batch)
            if connection.poll():
                connection.recv()
                break
    except Exception as error:  # noqa: BLE001  # it is raised where the question came from
        connection.send(error)
    else:
        connection.send(_END)


def _threads_each(processes: int) -> int:
    """Threads for torch in each of these processes: its share of the processors, or OMP_NUM_THREADS if that is set.

    By default each process has a thread per core. They would take turns on the cores, and since OpenMP's threads spin
    while they wait for each other, most of the time would be lost.
    """
    return int(os.environ.get("OMP_NUM_THREADS") or max(1, available_processors() // processes))
