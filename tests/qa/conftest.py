"""Fixtures of several files here."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from qa.client import AsyncClient, Client


@pytest.fixture(params=["blocking", "async"])
def ask(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """`ask(url, "search", "Who?", top_k=3)` calls that method of a fresh client, blocking or not."""

    def blocking(url: str, method: str, *arguments: Any, api_key: str | None = None, **options: Any) -> Any:
        with Client(url, api_key=api_key) as client:
            result = getattr(client, method)(*arguments, **options)
            return list(result) if isinstance(result, Iterator) else result

    async def there(url: str, method: str, *arguments: Any, api_key: str | None = None, **options: Any) -> Any:
        async with AsyncClient(url, api_key=api_key) as client:
            result = getattr(client, method)(*arguments, **options)
            return [item async for item in result] if isinstance(result, AsyncIterator) else await result

    return blocking if request.param == "blocking" else lambda *a, **o: asyncio.run(there(*a, **o))
