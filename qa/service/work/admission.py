"""A bounded queue in front of one thread: who finds it full is told so at once, and nobody waits beyond a deadline.

First come, first served. A slot is taken by whoever waits or is worked for, and is free again, once and for all, when
the work has ended or is known never to begin.
"""

import asyncio
import math
import statistics
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from threading import Lock
from typing import Any, TypeVar

from index.errors import BusyError
from qa.service.observability.metrics import Metrics
from qa.settings import Settings

_Result = TypeVar("_Result")

_RECENT = 32  # works whose time tells how long the next ones will take


class AbandonedError(Exception):
    """Ends work in its thread; nobody is told."""


class AdmissionQueue:
    """At most `most` at a time wait or are worked for; each for up to `seconds`, where its work can be stopped.

    `name` is the thread's, and tells the queues apart in the metrics; `setting` is the one that `most` comes from.
    """

    def __init__(self, name: str, setting: str, most: int, seconds: float, metrics: Metrics) -> None:
        self._name = name
        self._setting = setting
        self._most = most
        self._seconds = seconds
        self._metrics = metrics
        metrics.line(name)
        self._thread = ThreadPoolExecutor(1, name)
        self._slots: set[Slot] = set()
        self._changing = Lock()  # slots are left from two threads
        self._taken: deque[float] = deque(maxlen=_RECENT)

    def __len__(self) -> int:
        """How many wait or are worked for."""
        return len(self._slots)

    def enter(self) -> "Slot":
        """Take the next slot. Raises BusyError if there is none."""
        with self._changing:
            if len(self._slots) < self._most:
                slot = Slot(self)
                self._slots.add(slot)
                self._metrics.entered(self._name)
                return slot
        self._metrics.refused(self._name)
        told = f"As many {self._name} wait as may ({self._most}, {self._setting})"
        raise self._busy(f"{told}, and nothing was done: send it again in {self._wait()} s.")

    def leave(self, slot: "Slot") -> None:
        """Free the slot; one that is free already stays so."""
        with self._changing:
            if slot in self._slots:
                self._slots.remove(slot)
                self._metrics.went(self._name)

    def late(self) -> BusyError:
        """What is told to somebody whose time has run out."""
        self._metrics.late(self._name)
        told = f"This wasn't done within {self._seconds:g} s (QUOTH_DEADLINE_SECONDS), and was given up"
        return self._busy(f"{told}: send it again in {self._wait()} s, or ask for less at once.")

    def begin(self, work: Callable[[], _Result], until: float) -> "Future[_Result]":
        """Have the thread do this when its turn comes, unless it is later than `until` then."""
        held = [work]
        job = self._thread.submit(copy_context().run, self._timed, held, until)
        job.add_done_callback(lambda _: held.clear())  # what is cancelled stays in the thread's queue, and may be large
        return job

    async def aside(self, work: Callable[[], _Result]) -> _Result:
        """Have the thread do something that nobody waits for in line."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def deadline(self) -> float:
        """Until when somebody who comes now may be kept waiting, by `time.monotonic`."""
        return time.monotonic() + self._seconds

    def close(self) -> None:
        """Finish everything that was let in."""
        self._thread.shutdown()

    def _timed(self, held: list[Callable[[], _Result]], until: float) -> _Result:
        began = time.monotonic()
        if began >= until:
            raise self.late()
        try:
            return held[0]()
        finally:
            self._taken.append(time.monotonic() - began)

    def _wait(self) -> int:
        """Whole seconds until all who are in line now will have been served, as far as recent ones tell."""
        usual = statistics.median(self._taken.copy()) if self._taken else 0.0
        return max(1, math.ceil(usual * len(self)))

    def _busy(self, told: str) -> BusyError:
        error = BusyError(told)
        error.retry_after = self._wait()
        return error


def queue_of_questions(settings: Settings, metrics: Metrics) -> AdmissionQueue:
    """The queue of everything that reads, whoever asks for it: one at a time, so that each has all cores."""
    seconds = settings.deadline_seconds
    return AdmissionQueue("questions", "QUOTH_MAX_WAITING", settings.max_waiting, seconds, metrics)


class Slot:
    """A place in a queue, from `AdmissionQueue.enter` until the last work that is done for it has ended."""

    def __init__(self, queue: AdmissionQueue) -> None:
        self._queue = queue
        self._until = queue.deadline()
        self._told: asyncio.Future[Any] | None = None
        self._job: Future[Any] | None = None

    def run(self, work: Callable[[], _Result], *, last: bool = True) -> "asyncio.Future[_Result]":
        """Have the queue's thread do this; what it returns or raises, and BusyError if it didn't begin in time.

        Cancelled, it isn't begun; if it was already, it goes on, and so does its slot. The slot ends with the `last`
        work. Time counts anew for each work.
        """
        loop = asyncio.get_running_loop()
        told: asyncio.Future[_Result] = loop.create_future()
        self._until = self._queue.deadline()
        job = self._queue.begin(work, self._until)
        self._told, self._job = told, job
        in_time = loop.call_later(self._until - time.monotonic(), job.cancel)  # has no effect once it is begun

        def tell() -> None:
            in_time.cancel()
            if told.done():
                return  # whoever waited has left
            if job.cancelled():
                told.set_exception(self._queue.late())
            elif error := job.exception():
                told.set_exception(error)
            else:
                told.set_result(job.result())

        told.add_done_callback(lambda _: job.cancel())
        job.add_done_callback(lambda _: loop.call_soon_threadsafe(tell))
        if last:
            job.add_done_callback(lambda _: self._queue.leave(self))
        return told

    def wait(self, work: Callable[[], _Result]) -> _Result:
        """As `run`, for a thread that waits for what is its slot's last work."""
        self._until = self._queue.deadline()
        job = self._queue.begin(work, self._until)
        self._job = job
        job.add_done_callback(lambda _: self._queue.leave(self))
        wait((job,), self._until - time.monotonic())
        if job.cancel():  # it isn't begun; what is begun is finished
            raise self._queue.late()
        return job.result()

    def leave(self) -> None:
        """Free the slot: now, or when the work that was begun for it has ended; what wasn't begun won't be."""
        if self._told is None or self._job is None:
            self._queue.leave(self)
        else:
            self._told.cancel()
            self._job.cancel()
            self._job.add_done_callback(lambda _: self._queue.leave(self))

    def require_time(self) -> None:
        """Raise BusyError if the deadline has passed."""
        if time.monotonic() >= self._until:
            raise self._queue.late()

    def require_wanted(self) -> None:
        """Raise AbandonedError if nobody waits for the work any more, BusyError if its deadline has passed."""
        if self._told is not None and self._told.cancelled():
            raise AbandonedError
        self.require_time()
