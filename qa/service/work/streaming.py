"""From the thread that asks to a client that listens: what a generator tells, as server-sent events, as it tells it.

Neither waits for the other. A slow client is told later, from a queue that holds no more than its own question's
events; one that has left ends the work at its next event.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, closing
from threading import Event as Flag
from typing import Any, TypeVar

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from starlette.types import Receive, Scope, Send

from index.errors import QuothError
from qa.service.observability import request_log
from qa.service.work.admission import Slot

_Item = TypeVar("_Item")
_logger = logging.getLogger("quoth")


async def from_thread(
    enter: Callable[[], Slot], work: Callable[[Slot], Generator[_Item, None, None]]
) -> AsyncGenerator[_Item, None]:
    """What the generator that `work` makes for its place yields in a thread; what it raises is raised here.

    The slot is entered when this is begun, and ends with this work. When this is closed, or cancelled, the generator is
    closed once it yields again; if its turn hasn't come yet, it is not begun. Raises BusyError if there is no slot, or
    the turn doesn't come in time.
    """
    loop = asyncio.get_running_loop()
    items: asyncio.Queue[_Item | None] = asyncio.Queue()
    left = Flag()

    def hand_over() -> None:
        with closing(work(slot)) as generator:
            for item in generator:
                if left.is_set():
                    return
                loop.call_soon_threadsafe(items.put_nowait, item)

    slot = enter()
    done = slot.run(hand_over)
    done.add_done_callback(lambda _: items.put_nowait(None))
    try:
        while (item := await items.get()) is not None:
            yield item
        await done
    finally:
        left.set()
        if not done.cancel() and not done.cancelled():
            done.exception()  # which nobody will ask for any more


class EventStream(StreamingResponse):
    """Server-sent events, made of what is told. Both generators are closed when the client has left, or knows all."""

    media_type = "text/event-stream"

    def __init__(self, told: AsyncGenerator[Any, None], events: AsyncGenerator[bytes, None]) -> None:
        # no proxy may keep what it passes on, nor hold it back
        super().__init__(events, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._told = told
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell everything, or as much as the client stays for."""
        async with aclosing(self._told), aclosing(self._events):
            await super().__call__(scope, receive, send)


def event(data: str | bytes, name: str | None = None) -> bytes:
    """An event as it is sent; its data is JSON, or a word that the protocol has."""
    return format_sse_event(data_str=data if isinstance(data, str) else data.decode(), event=name)


def comment(text: str) -> bytes:
    """A line that clients pass over, but that shows whoever is in between that the stream is alive."""
    return format_sse_event(comment=text)


async def with_failure(
    events: AsyncGenerator[bytes, None], failed: Callable[[Exception], bytes]
) -> AsyncGenerator[bytes, None]:
    """The events and, if they fail, what `failed` makes of it as the last: it is too late for a status."""
    async with aclosing(events):
        try:
            async for each in events:
                yield each
        except QuothError as error:
            request_log.note(problem=error.kind)
            yield failed(error)
        except Exception as error:
            _logger.exception("A stream failed in a way it shouldn't.")
            request_log.failed()
            yield failed(error)
