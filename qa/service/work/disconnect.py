"""Stop the work for clients that disconnect before they are answered."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

_Result = TypeVar("_Result")


async def unless_disconnected(request: Request, answer: Awaitable[_Result]) -> _Result:
    """The result of `answer`. If the client disconnects first, cancels it and raises ClientDisconnect.

    The body of the request must have been read.
    """
    work = asyncio.ensure_future(answer)
    disconnecting = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait((work, disconnecting), return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            disconnecting.result()  # raises if a body that wasn't read is too large
            raise ClientDisconnect
        return work.result()
    finally:
        disconnecting.cancel()
        work.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
