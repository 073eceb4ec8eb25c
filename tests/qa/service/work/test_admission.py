"""The bounded line: who is let in, in which order, until when, and that every slot is freed once in every order."""

import asyncio
import gc
import math
import re
import threading
import time
import weakref
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import generate_latest

from index.errors import BusyError
from qa.service.observability.metrics import Metrics
from qa.service.work.admission import AdmissionQueue, Slot


@contextmanager
def queue_of(most: int, seconds: float = 60) -> Iterator[tuple[AdmissionQueue, Callable[[str], float]]]:
    """A line, and what a metric tells of it."""
    metrics = Metrics()

    def told(name: str) -> float:
        found = re.search(rf'^{name}{{line="questions"}} (\S+)$', generate_latest(metrics.registry).decode(), re.M)
        return float(found[1]) if found else 0.0

    with closing(AdmissionQueue("questions", "QUOTH_MAX_WAITING", most, seconds, metrics)) as queue:
        yield queue, told


class Busy:
    """Work that goes on until it is told to end."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def __call__(self) -> str:
        self.begun.set()
        assert self.go_on.wait(60)
        return "done"


async def emptied(queue: AdmissionQueue) -> None:
    async with asyncio.timeout(60):
        while len(queue):
            await asyncio.sleep(0.001)


def in_loop(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(work())


def test_who_finds_the_line_full_is_refused_at_once_and_told_when_to_come() -> None:
    async def main() -> None:
        with queue_of(2) as (queue, metric):
            queue._taken.extend([2, 3, 10])  # seconds that the last works took
            busy = Busy()
            first, second = queue.enter().run(busy), queue.enter().run(lambda: "second")
            assert metric("quoth_in_line") == 2
            with pytest.raises(BusyError) as refused:
                queue.enter()
            assert str(refused.value) == (
                "As many questions wait as may (2, QUOTH_MAX_WAITING), and nothing was done: send it again in 6 s."
            )
            assert refused.value.retry_after == 6
            assert (len(queue), metric("quoth_refused_total")) == (2, 1)
            busy.go_on.set()
            assert (await first, await second) == ("done", "second")
            await emptied(queue)
            assert await queue.enter().run(lambda: "third") == "third"
            assert (metric("quoth_in_line"), metric("quoth_late_total")) == (0, 0)

    in_loop(main)


def test_first_come_first_served() -> None:
    async def main() -> None:
        with queue_of(100) as (queue, _):
            order: list[int] = []
            busy = Busy()
            works = [queue.enter().run(busy), *(queue.enter().run(lambda i=i: order.append(i)) for i in range(99))]
            busy.go_on.set()
            await asyncio.gather(*works)
            assert order == list(range(99))

    in_loop(main)


def test_who_waits_too_long_is_told_while_the_thread_is_still_busy_and_never_begun() -> None:
    async def main() -> None:
        with queue_of(2, seconds=0.05) as (queue, metric):
            busy, begun = Busy(), threading.Event()
            first = queue.enter().run(busy)
            with pytest.raises(BusyError, match=r"^This wasn't done within 0.05 s .*QUOTH_DEADLINE_SECONDS") as late:
                await queue.enter().run(begun.set)
            assert late.value.retry_after == 1
            assert (len(queue), metric("quoth_late_total")) == (1, 1)  # whose slot is free again
            busy.go_on.set()
            assert await first == "done"  # what is begun is finished
            assert await queue.enter().run(lambda: "next") == "next"
            assert not begun.is_set()

    in_loop(main)


def test_a_thread_that_waits_too_long_is_told_while_the_one_that_works_is_still_busy() -> None:
    with queue_of(2, seconds=0.05) as (queue, metric):
        busy, begun = Busy(), threading.Event()
        first = queue.begin(busy, math.inf)
        with ThreadPoolExecutor(1) as asking:
            told = asking.submit(queue.enter().wait, begun.set)
            try:
                with pytest.raises(BusyError, match=r"^This wasn't done within 0.05 s"):
                    told.result(timeout=10)  # else a TimeoutError
                assert (len(queue), metric("quoth_late_total")) == (0, 1)
            finally:
                busy.go_on.set()
        assert first.result() == "done"
        assert not begun.is_set()


def test_what_comes_to_its_turn_too_late_is_not_begun_even_if_nobody_could_cancel_it() -> None:
    async def main() -> None:
        with queue_of(1, seconds=0.05) as (queue, metric):
            busy, begun = Busy(), threading.Event()
            first = queue.begin(busy, math.inf)
            late = queue.enter().run(begun.set)
            time.sleep(0.1)  # the event loop is held up until after the deadline
            busy.go_on.set()
            queue.close()  # still held up: both have had their turn
            with pytest.raises(BusyError, match=r"^This wasn't done within 0.05 s"):
                await late
            assert first.result() == "done"
            assert not begun.is_set()
            assert metric("quoth_late_total") == 1

    in_loop(main)


def test_work_that_can_stop_asks_whether_there_is_time() -> None:
    async def main() -> None:
        with queue_of(1, seconds=0.01) as (queue, metric):
            slot = queue.enter()

            def work() -> None:
                for _ in range(10**6):  # which take far longer than 0.01 s
                    slot.require_time()

            with pytest.raises(BusyError, match="This wasn't done within"):
                await slot.run(work)
            await emptied(queue)
            assert metric("quoth_late_total") == 1

    in_loop(main)


def test_a_place_is_held_between_its_works_and_goes_to_the_end_of_the_line_with_each() -> None:
    async def main() -> None:
        with queue_of(2) as (queue, _):
            order: list[str] = []
            batch = queue.enter()
            busy = Busy()
            first = batch.run(busy, last=False)
            other = queue.enter().run(lambda: order.append("other"))
            busy.go_on.set()
            await first
            await batch.run(lambda: order.append("batch"), last=False)
            await other
            while len(queue) > 1:
                await asyncio.sleep(0.001)
            assert order == ["other", "batch"]
            batch.leave()
            await emptied(queue)
            batch.leave()
            assert len(queue) == 0

    in_loop(main)


def test_what_was_given_up_while_it_waited_is_forgotten_at_once() -> None:
    class Body:
        """As large as a document may be."""

    async def main() -> None:
        with queue_of(2) as (queue, _):
            busy, body = Busy(), Body()
            alive = weakref.ref(body)
            first = queue.enter().run(busy)
            waiting = queue.enter().run(lambda kept=body: kept)
            del body
            waiting.cancel()
            await asyncio.sleep(0)
            gc.collect()
            assert alive() is None
            busy.go_on.set()
            await first

    in_loop(main)


def test_what_fails_is_raised_and_frees_its_place() -> None:
    def failing() -> None:
        raise ValueError("no")

    async def main() -> None:
        with queue_of(1) as (queue, _):
            with pytest.raises(ValueError, match="no"):
                await queue.enter().run(failing)
            await emptied(queue)

    in_loop(main)


async def leave_before_beginning(slot: Slot) -> None:
    slot.leave()


async def cancel_at_once(slot: Slot) -> None:
    slot.run(lambda: None).cancel()


async def leave_and_cancel(slot: Slot) -> None:
    work = slot.run(lambda: None, last=False)
    slot.leave()
    work.cancel()
    slot.leave()


async def cancel_while_it_runs(slot: Slot) -> None:
    busy = Busy()
    work = slot.run(busy)
    begun = await asyncio.to_thread(busy.begun.wait, 0.01)
    work.cancel()
    assert not begun or len(slot._queue)  # it holds its place for as long as it goes on
    busy.go_on.set()


async def leave_while_it_runs(slot: Slot) -> None:
    busy = Busy()
    slot.run(busy, last=False)
    await asyncio.to_thread(busy.begun.wait, 0.01)
    slot.leave()
    busy.go_on.set()


async def fail(slot: Slot) -> None:
    with pytest.raises(ZeroDivisionError):
        await slot.run(lambda: 1 / 0)
    slot.leave()


async def finish(slot: Slot) -> None:
    assert await slot.run(lambda: "done") == "done"


async def finish_many(slot: Slot) -> None:
    for i in range(3):
        assert await slot.run(lambda i=i: i, last=i == 2) == i
    slot.leave()


ENDS = [
    leave_before_beginning, cancel_at_once, leave_and_cancel, cancel_while_it_runs, leave_while_it_runs, fail, finish,
    finish_many,
]  # fmt: skip


@given(st.lists(st.sampled_from(ENDS), min_size=1, max_size=6))
@settings(deadline=None, max_examples=40)
def test_every_place_is_freed_once_in_every_order(ends: list[Callable[[Slot], Coroutine[Any, Any, None]]]) -> None:
    async def main() -> None:
        with queue_of(len(ends)) as (queue, metric):
            await asyncio.gather(*(end(queue.enter()) for end in ends))
            await emptied(queue)
            assert metric("quoth_in_line") == 0
            assert await queue.enter().run(lambda: "next") == "next"

    in_loop(main)
