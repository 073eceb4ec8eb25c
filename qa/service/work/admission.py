"""A bounded queue in front of a few threads: who finds it full is refused at once, and nobody waits beyond a deadline.

First come, first served. A slot is taken while its request waits or is worked on. It is freed once, when the work has
ended or can't begin any more.
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

_RECENT = 32  # durations kept to estimate how long the next work will take


class AbandonedError(Exception):
    """Raised in a thread to end work that nobody waits for any more."""


class AdmissionQueue:
    """At most `most` requests wait or are worked on at a time, each for up to `seconds` if its work can be stopped.

    `name` is the threads', and tells the queues apart in the metrics; `setting` is the one that `most` comes from.
    `threads` are how many work at once.
    """

    def __init__(
        self, name: str, setting: str, most: int, seconds: float, metrics: Metrics, *, threads: int = 1
    ) -> None:
        self._name = name
        self._setting = setting
        self._most = most
        self._seconds = seconds
        self._metrics = metrics
        metrics.line(name)
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, name)
        self._slots: set[Slot] = set()
        self._changing = Lock()  # slots are left from two threads
        self._taken: deque[float] = deque(maxlen=_RECENT)

    def __len__(self) -> int:
        """The number of slots that are taken."""
        return len(self._slots)

    def enter(self) -> "Slot":
        """Take a slot. Raises BusyError if all are taken."""
        with self._changing:
            if len(self._slots) < self._most:
                slot = Slot(self)
                self._slots.add(slot)
                self._metrics.entered(self._name)
                return slot
        self._metrics.refused(self._name)
        reason = f"As many {self._name} wait as may ({self._most}, {self._setting})"
        raise self._busy(f"{reason}, and nothing was done: send it again in {self._wait()} s.")

    def leave(self, slot: "Slot") -> None:
        """Free the slot, unless it is free already."""
        with self._changing:
            if slot in self._slots:
                self._slots.remove(slot)
                self._metrics.went(self._name)

    def late(self) -> BusyError:
        """The error for a request whose deadline has passed."""
        self._metrics.late(self._name)
        reason = f"This wasn't done within {self._seconds:g} s (QUOTH_DEADLINE_SECONDS), and was given up"
        return self._busy(f"{reason}: send it again in {self._wait()} s, or ask for less at once.")

    def begin(self, work: Callable[[], _Result], until: float) -> "Future[_Result]":
        """Have a thread do this when its turn comes, unless it is later than `until` then."""
        held = [work]
        job = self._pool.submit(copy_context().run, self._timed, held, until)
        job.add_done_callback(lambda _: held.clear())  # what is cancelled stays in the pool's queue, and may be large
        return job

    async def aside(self, work: Callable[[], _Result]) -> _Result:
        """Have a thread do something that nobody waits for in line."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def deadline(self) -> float:
        """The deadline for work that is queued now, by `time.monotonic`."""
        return time.monotonic() + self._seconds

    def close(self) -> None:
        """Finish everything that was let in."""
        self._pool.shutdown()

    def _timed(self, held: list[Callable[[], _Result]], until: float) -> _Result:
        began = time.monotonic()
        if began >= until:
            raise self.late()
        try:
            return held[0]()
        finally:
            self._taken.append(time.monotonic() - began)

    def _wait(self) -> int:
        """Whole seconds until all slots taken now will be free, estimated from recent durations."""
        usual = statistics.median(self._taken.copy()) if self._taken else 0.0
        return max(1, math.ceil(usual * len(self) / self._threads))

    def _busy(self, message: str) -> BusyError:
        error = BusyError(message)
        error.retry_after = self._wait()
        return error


def queue_of_questions(settings: Settings, metrics: Metrics, readers: int = 1) -> AdmissionQueue:
    """The queue of everything that reads, whoever asks for it: as many at a time as there are readers."""
    most, seconds = settings.max_waiting, settings.deadline_seconds
    return AdmissionQueue("questions", "QUOTH_MAX_WAITING", most, seconds, metrics, threads=readers)


class Slot:
    """A place in a queue, from `AdmissionQueue.enter` until the last work that is done for it has ended."""

    def __init__(self, queue: AdmissionQueue) -> None:
        self._queue = queue
        self._until = queue.deadline()
        self._result: asyncio.Future[Any] | None = None
        self._job: Future[Any] | None = None

    def run(self, work: Callable[[], _Result], *, last: bool = True) -> "asyncio.Future[_Result]":
        """Have one of the queue's threads do this; what it returns or raises, and BusyError if it didn't begin in time.

        Cancelling the result keeps the work from beginning; work that has begun goes on and keeps its slot. The slot is
        freed after the `last` work. Each work has a deadline of its own.
        """
        loop = asyncio.get_running_loop()
        result: asyncio.Future[_Result] = loop.create_future()
        self._until = self._queue.deadline()
        job = self._queue.begin(work, self._until)
        self._result, self._job = result, job
        timer = loop.call_later(self._until - time.monotonic(), job.cancel)  # has no effect once the work has begun

        def deliver() -> None:
            timer.cancel()
            if result.done():
                return  # it was cancelled: the client has disconnected
            if job.cancelled():
                result.set_exception(self._queue.late())
            elif error := job.exception():
                result.set_exception(error)
            else:
                result.set_result(job.result())

        result.add_done_callback(lambda _: job.cancel())
        job.add_done_callback(lambda _: loop.call_soon_threadsafe(deliver))
        if last:
            job.add_done_callback(lambda _: self._queue.leave(self))
        return result

    def wait(self, work: Callable[[], _Result]) -> _Result:
        """Like `run`, but block the calling thread until the work is done; it is the slot's last."""
        self._until = self._queue.deadline()
        job = self._queue.begin(work, self._until)
        self._job = job
        job.add_done_callback(lambda _: self._queue.leave(self))
        wait((job,), self._until - time.monotonic())
        if job.cancel():  # it hasn't begun; work that has begun is finished
            raise self._queue.late()
        return job.result()

    def leave(self) -> None:
        """Free the slot: now, or when the work begun for it has ended. Work that hasn't begun is cancelled."""
        if self._result is None or self._job is None:
            self._queue.leave(self)
        else:
            self._result.cancel()
            self._job.cancel()
            self._job.add_done_callback(lambda _: self._queue.leave(self))

    def require_time(self) -> None:
        """Raise BusyError if the deadline has passed."""
        if time.monotonic() >= self._until:
            raise self._queue.late()

    def require_wanted(self) -> None:
        """Raise AbandonedError if nobody waits for the work any more, BusyError if its deadline has passed."""
        if self._result is not None and self._result.cancelled():
            raise AbandonedError
        self.require_time()
