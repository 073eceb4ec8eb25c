"""Work for a client that leaves is given up; for one that stays, it isn't."""

import asyncio
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from qa.service.work.disconnect import unless_disconnected


def request(*messages: Any) -> Request:
    """A request that brings these one after the other, then nothing more; an error is raised."""
    coming = list(messages)

    async def receive() -> Any:
        if not coming:
            await asyncio.Event().wait()
        message = coming.pop(0)
        if isinstance(message, Exception):
            raise message
        return message

    return Request({"type": "http"}, receive)


def test_who_stays_has_the_answer() -> None:
    async def answer() -> str:
        await asyncio.sleep(0.01)
        return "answer"

    assert asyncio.run(unless_disconnected(request(), answer())) == "answer"


def test_what_fails_is_raised() -> None:
    async def failing() -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        asyncio.run(unless_disconnected(request(), failing()))


def test_who_leaves_has_it_given_up() -> None:
    given_up = []

    async def answer() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            given_up.append(True)
            raise

    async def main() -> None:
        with pytest.raises(ClientDisconnect):
            await unless_disconnected(
                request({"type": "http.request", "body": b""}, {"type": "http.disconnect"}), answer()
            )
        await asyncio.sleep(0)

    asyncio.run(main())
    assert given_up == [True]


def test_a_body_that_nobody_read_and_that_is_too_large_is_no_leaving() -> None:
    with pytest.raises(HTTPException, match="413"):
        asyncio.run(unless_disconnected(request(HTTPException(413)), asyncio.Event().wait()))
