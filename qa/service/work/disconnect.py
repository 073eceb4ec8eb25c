"""Clients that leave before they are answered: what is done for them is given up."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

_Result = TypeVar("_Result")


async def unless_disconnected(request: Request, answer: Awaitable[_Result]) -> _Result:
    """What `answer` gives. If the client of the request, whose body was read, leaves first: cancels it, and raises
    ClientDisconnect.
    """
    work = asyncio.ensure_future(answer)
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait((work, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            leaving.result()  # raises where a body that nobody had read is too large
            raise ClientDisconnect
        return work.result()
    finally:
        leaving.cancel()
        work.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
