"""Pages and scripts as a browser fetches them: compressed, and not again while it has them; streams pass as they come."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from fastapi import APIRouter, Response
from small_app import asking

from qa.service.routes import pages, widget
from qa.service.work.streaming import EventStream, event

SHOWN = ["/", "/documents", "/documents/", "/documents/seeds/a.md", "/favicon.ico", "/static/ask.js", "/widget.js"]
CLIENT = asking(pages.router, widget.router)


@pytest.mark.parametrize("path", SHOWN)
def test_what_a_browser_has_is_not_sent_again(path: str) -> None:
    first = CLIENT.get(path)
    assert first.status_code == 200
    assert first.content
    for known in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
        again = CLIENT.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
        assert again.headers["vary"] == "Accept-Encoding"
        assert again.headers["cache-control"] == first.headers["cache-control"]
        assert "frame-ancestors 'none'" in again.headers["content-security-policy"]
    assert CLIENT.get(path, headers={"If-None-Match": '"other"'}).content == first.content


@pytest.mark.parametrize("path", [path for path in SHOWN if path != "/favicon.ico"])  # which is smaller than 500 bytes
def test_it_is_compressed_for_who_reads_that(path: str) -> None:
    plain = CLIENT.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert int(plain.headers["content-length"]) == len(plain.content)
    packed = CLIENT.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content)
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    head = CLIENT.head(path, headers={"Accept-Encoding": "gzip"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == packed.headers["content-length"]


def test_a_part_of_a_file_is_the_files_own_bytes() -> None:
    whole = CLIENT.get("/static/ask.js").content
    part = CLIENT.get("/static/ask.js", headers={"Range": "bytes=10-29", "Accept-Encoding": "gzip"})
    assert (part.status_code, part.content) == (206, whole[10:30])
    assert "content-encoding" not in part.headers


def test_what_is_small_is_sent_as_it_is() -> None:
    router = APIRouter()
    router.get("/of/{size}")(lambda size: Response("x" * int(size)))  # FastAPI takes the parameter from the path
    client = asking(router)
    assert "content-encoding" not in client.get("/of/499").headers
    assert client.get("/of/500").headers["content-encoding"] == "gzip"


def test_a_stream_is_passed_on_as_it_comes() -> None:
    """Also to who reads compressed bodies: the second event is made once the first has been sent."""

    async def stream() -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []
        first_is_out = asyncio.Event()

        async def told() -> AsyncGenerator[None, None]:
            yield None

        async def events() -> AsyncGenerator[bytes, None]:
            yield event("one")
            await first_is_out.wait()
            yield event("two")

        async def send(message: Any) -> None:
            sent.append(message)
            if message.get("body"):
                first_is_out.set()

        async def receive() -> Any:
            await asyncio.Event().wait()  # the client stays

        router = APIRouter()
        router.get("/stream")(lambda: EventStream(told(), events()))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/stream",
            "raw_path": b"/stream",
            "query_string": b"",
            "headers": [(b"host", b"quoth.test"), (b"accept-encoding", b"gzip")],
            "client": ("127.0.0.1", 50_000),
            "server": ("quoth.test", 80),
        }
        await asyncio.wait_for(asking(router).app(scope, receive, send), timeout=60)
        return sent

    start, *parts = asyncio.run(stream())
    assert b"content-encoding" not in dict(start["headers"])
    assert [part["body"] for part in parts if part["body"]] == [b"data: one\n\n", b"data: two\n\n"]
