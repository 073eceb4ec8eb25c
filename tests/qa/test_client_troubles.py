"""The Python client where things go wrong, or come oddly: a small server plays what no real one does on demand."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from support import Served

from index import errors
from qa.answering.answers import Answer, GivenAnswer, Retrieved
from qa.api import errors as api_errors
from qa.client import Client

pytestmark = pytest.mark.slow

REWARD = "How big is the reward for Maduro now?"

Script = list[tuple[int, dict[str, str], bytes]]


@contextmanager
def playing(script: Script) -> Iterator[tuple[str, list[BaseHTTPRequestHandler]]]:
    """A server that answers one request after another as the script says, and keeps what it was asked."""
    asked: list[BaseHTTPRequestHandler] = []

    class Player(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            asked.append(self)
            status, headers, body = script[min(len(asked), len(script)) - 1]
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Player)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def trouble(status: int, kind: str, detail: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    body = {"type": f"urn:quoth:problem:{kind}", "title": "x", "status": status, "detail": detail}
    return status, {"Content-Type": "application/problem+json", **headers}, json.dumps(body).encode()


READY = (200, {"Content-Type": "application/json"}, b'{"status": "ready", "index_version": 3, "collections": {}}')


def test_a_busy_server_is_asked_again(ask: Callable[..., Any]) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
    busy = "Another process is writing: try again."
    script = [
        trouble(503, "busy", busy, **{"Retry-After": "0"}),
        trouble(429, "rate-limited", "Asked too often.", **{"Retry-After": soon}),
        READY,
    ]
    with playing(script) as (url, asked):
        assert ask(url, "ready", api_key="q_abc").index_version == 3
    assert [(request.path, request.headers["authorization"]) for request in asked] == [("/readyz", "Bearer q_abc")] * 3


@pytest.mark.parametrize(("after", "times"), [("0", 5), ("3600", 1)])
def test_a_server_that_stays_busy_is_told(ask: Callable[..., Any], after: str, times: int) -> None:
    """It is asked five times, and not at all after a pause of an hour."""
    script = [trouble(503, "busy", "Another process is writing: try again.", **{"Retry-After": after})]
    with playing(script) as (url, asked), pytest.raises(errors.BusyError, match="process is writing: try") as raised:
        ask(url, "add", "a", "text")
    assert len(asked) == times
    assert (raised.value.kind, raised.value.status, raised.value.retry_after) == ("busy", 503, float(after))


def test_tries_can_be_one() -> None:
    script = [trouble(503, "busy", "Busy.", **{"Retry-After": "0"})]
    with playing(script) as (url, asked), Client(url, tries=1) as client, pytest.raises(errors.BusyError):
        client.ready()
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ((200, {}, b"<html>"), "/readyz answers can't be read (body: Invalid JSON"),
        ((200, {}, b'{"status": "ready"}'), "can't be read (index_version: Field required): is it a Quoth server of"),
        ((502, {}, b"upstream is gone"), "/readyz gave 502: upstream is gone"),
        ((502, {"X-Request-ID": "r-7"}, b"upstream is gone"), "/readyz gave 502: upstream is gone (request r-7)"),
        ((599, {}, b""), "/readyz gave 599: no reason given"),
        ((307, {"Location": "/elsewhere"}, b""), "/readyz gave 307: Temporary Redirect"),
        (trouble(418, "new-kind", "Something new."), "/readyz gave 418: Something new."),
        ((500, {}, b'{"detail": ["a list"]}'), "/readyz gave 500: ['a list']"),
        ((500, {}, b"[1]"), "/readyz gave 500: [1]"),
    ],
)
def test_what_isnt_quoths_is_told(
    ask: Callable[..., Any], reply: tuple[int, dict[str, str], bytes], message: str
) -> None:
    with playing([reply]) as (url, _), pytest.raises(api_errors.ServerError) as raised:
        ask(url, "ready")
    assert message in str(raised.value)
    assert url in str(raised.value)
    assert raised.value.kind == ("new-kind" if reply[0] == 418 else "server")


def test_further_fields_of_a_newer_server_are_left_out(ask: Callable[..., Any], served: Served) -> None:
    body = served.client.post("/v1/ask", json={"question": REWARD}).json()
    body["mood"] = body["answers"][0]["colour"] = body["answers"][0]["citations"][0]["smell"] = "new"
    with playing([(200, {}, json.dumps(body).encode())]) as (url, _):
        assert ask(url, "ask", REWARD).id == body["id"]


def said(body: dict[str, Any]) -> bytes:
    """An answer as the last event of a stream."""
    return b"event: final\ndata: " + json.dumps(body, ensure_ascii=False).encode() + b"\n\n"


STREAM = {"Content-Type": "text/event-stream"}
ON_THE_WAY = (
    b': alive\n\nevent: passages\ndata: {"passages": [], "index_version": 3, "asked_as": null}\n\n'
    b'event: mood\ndata: {"a newer": "server"}\n\n'
    b'event: candidate\r\ndata: {"text": "noon", "confidence": 0.5,\r\ndata: "support": 1, "citations": []}\r\n\r\n'
)


def test_a_stream_is_read_as_the_contract_has_it(ask: Callable[..., Any], served: Served) -> None:
    """Comments and unknown events passed over, data on several lines, and characters that end lines elsewhere."""
    body = served.client.post("/v1/ask", json={"question": REWARD}).json()
    body["answers"][0]["text"] = odd = "noon\u2028or\u0085later"
    script = [
        trouble(503, "busy", "Busy.", **{"Retry-After": "0"}),
        (200, STREAM, ON_THE_WAY + said(body) + b"event: x"),
    ]
    with playing(script) as (url, asked):
        retrieved, candidate, answer = ask(url, "stream", "When?", api_key="q_abc")
    assert retrieved == Retrieved((), 3, None)
    assert candidate == GivenAnswer("noon", 0.5, 1, ())
    assert isinstance(answer, Answer)
    assert answer.answers[0].text == odd
    assert [(one.path, one.headers["authorization"]) for one in asked] == [("/v1/ask/stream", "Bearer q_abc")] * 2


FAILED = b'event: error\ndata: {"type": "urn:quoth:problem:storage", "status": 507, "detail": "The disk is full."}\n\n'


@pytest.mark.parametrize(
    ("reply", "error", "status", "message"),
    [
        (
            (200, STREAM, ON_THE_WAY),
            api_errors.ServerError,
            None,
            "/v1/ask/stream ended before its answer: is the server",
        ),
        (
            (200, {**STREAM, "Content-Length": "9999"}, ON_THE_WAY),
            api_errors.ServerError,
            None,
            "can't be asked (peer closed",
        ),
        ((200, STREAM, ON_THE_WAY + FAILED), errors.StorageError, 507, "The disk is full."),
        ((200, STREAM, b"event: error\ndata: []\n\n"), api_errors.ServerError, 500, "/v1/ask/stream gave 500: []"),
        (
            (200, STREAM, b"event: final\ndata: {}\n\n"),
            api_errors.ServerError,
            None,
            "can't be read (id: Field required)",
        ),
        (
            (200, {"Content-Type": "text/html"}, b"<p>"),
            api_errors.ServerError,
            None,
            "to contain 'text/event-stream', got",
        ),
        (trouble(422, "invalid-question", "It is blank."), errors.QuestionError, 422, "It is blank."),
        (trouble(503, "busy", "Busy.", **{"Retry-After": "3600"}), errors.BusyError, 503, "Busy."),
    ],
)
def test_streams_that_fail(
    ask: Callable[..., Any], reply: tuple[int, dict[str, str], bytes], error: type[errors.QuothError], status: int | None,
    message: str,
) -> None:  # fmt: skip
    with playing([reply]) as (url, _), pytest.raises(error) as raised:
        ask(url, "stream", "When?")
    assert type(raised.value) is error
    assert message in str(raised.value)
    assert raised.value.status == status


def test_another_service_isnt_taken_for_quoth(ask: Callable[..., Any]) -> None:
    script: Script = [(200, {}, b'{"info": {"title": "Other", "version": "1"}}')]
    told = r"can't be read \(info\.title: Input should be 'Quoth'\)"
    with playing(script) as (url, _), pytest.raises(api_errors.ServerError, match=told):
        ask(url, "version")


def test_nobody_there(ask: Callable[..., Any]) -> None:
    with playing([READY]) as (url, _):
        pass
    with pytest.raises(api_errors.ServerError) as raised:
        ask(url, "ready")
    assert str(raised.value).startswith(f"{url} can't be asked (")
    assert str(raised.value).endswith("): is `quoth serve` running there?")


def test_an_answer_that_takes_too_long() -> None:
    released = threading.Event()

    class Slow(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            released.wait(30)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever).start()
    url, told = f"http://127.0.0.1:{server.server_port}", r"didn't answer in time \(ReadTimeout\): give it longer"
    try:
        with Client(url, timeout=0.2) as client, pytest.raises(api_errors.ServerError, match=told):
            client.ready()
    finally:
        released.set()
        server.shutdown()
        server.server_close()


def test_a_path_before_the_service(served: Served) -> None:
    """As behind a proxy that serves it under a prefix; the trailing slash doesn't matter."""
    with playing([READY]) as (url, asked):
        for address in (f"{url}/quoth", f"{url}/quoth/"):
            with Client(address) as client:
                assert client.ready().status == "ready"
    assert [request.path for request in asked] == ["/quoth/readyz"] * 2
