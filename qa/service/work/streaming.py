"""Stream what a generator yields in a thread to a client, as server-sent events.

Neither waits for the other: events for a slow client wait in a queue, which holds only those of its own question. When
a client disconnects, the work ends at its next event.
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
    """Yield what the generator `work(slot)` yields in the thread of the slot's queue; raise what it raises.

    The slot is entered when iteration begins, and is left when the generator ends. Closing or cancelling this closes
    the generator at its next event, or keeps it from starting. Raises BusyError if no slot is free, or if the turn of
    the slot doesn't come in time.
    """
    loop = asyncio.get_running_loop()
    items: asyncio.Queue[_Item | None] = asyncio.Queue()
    closed = Flag()

    def hand_over() -> None:
        with closing(work(slot)) as generator:
            for item in generator:
                if closed.is_set():
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
        closed.set()
        if not done.cancel() and not done.cancelled():
            done.exception()  # retrieved, so that asyncio doesn't log it


class EventStream(StreamingResponse):
    """A response of server-sent events, made from the items of `source`.

    Both generators are closed when the stream ends or the client disconnects.
    """

    media_type = "text/event-stream"

    def __init__(self, source: AsyncGenerator[Any, None], events: AsyncGenerator[bytes, None]) -> None:
        # proxies must neither cache nor buffer it
        super().__init__(events, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._source = source
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all events, or as many as the client receives."""
        async with aclosing(self._source), aclosing(self._events):
            await super().__call__(scope, receive, send)


def event(data: str | bytes, name: str | None = None) -> bytes:
    """An event as bytes; `data` is JSON, or a word of the protocol such as [DONE]."""
    return format_sse_event(data_str=data if isinstance(data, str) else data.decode(), event=name)


def comment(text: str) -> bytes:
    """A comment as bytes: clients ignore it, but it shows proxies that the stream is alive."""
    return format_sse_event(comment=text)


async def with_failure(
    events: AsyncGenerator[bytes, None], failed: Callable[[Exception], bytes]
) -> AsyncGenerator[bytes, None]:
    """The events; if they raise an error, the last is `failed(error)`, since it is too late for a status."""
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
