"""A server that is told to end: what it accepted is answered, in time, and what isn't is cut; a second signal kills it."""

import asyncio
import signal
import socket
from pathlib import Path
from threading import Thread

import httpx
import pytest
from support import Served, problem

from qa.assembly import Engine
from qa.service.app import create_app

pytestmark = pytest.mark.slow


def post(served: Served, path: str, body: bytes, method: str = "POST") -> socket.socket:
    """A request whose body the server is waiting for: it says so, for it was asked to."""
    url = served.client.base_url
    connection = socket.create_connection((url.host, url.port), timeout=120)
    head = f"{method} {path} HTTP/1.1\r\nHost: {url.host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    connection.sendall(head.encode())
    assert connection.recv(100).startswith(b"HTTP/1.1 100")
    return connection


def rest(connection: socket.socket) -> bytes:
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_what_was_accepted_is_answered(tmp_path: Path) -> None:
    served = Served(tmp_path)
    served.client.put("/v1/documents/a.txt", json={"text": "The ferry to Orm sails at noon."})
    served.client.close()
    asks = [
        (post(served, "/v1/ask", b'{"question": "When does the ferry sail?"}'), b'"text":"at noon"') for _ in range(4)
    ]
    writes = [(post(served, f"/v1/documents/{i}", b'{"text": "Ferries."}', "PUT"), b'"added"') for i in range(4)]
    for connection, _ in asks:
        connection.sendall(b'{"question": "When does the ferry sail?"}')
    served.process.send_signal(signal.SIGTERM)
    served.read_until("Shutting down")
    for connection, _ in writes:  # accepted, though all of it comes only now
        connection.sendall(b'{"text": "Ferries."}')
    for connection, expected in [*asks, *writes]:
        answer = rest(connection)
        assert answer.startswith(b"HTTP/1.1 20")
        assert expected in answer
    assert served.ended() == 0
    assert "Stopped." in served.log
    with pytest.raises(ConnectionError):
        socket.create_connection((served.client.base_url.host, served.client.base_url.port))


def test_what_takes_too_long_is_cut(tmp_path: Path) -> None:
    served = Served(tmp_path, QUOTH_SHUTDOWN_SECONDS="1")
    waiting = post(served, "/v1/ask", b"{}")
    served.process.send_signal(signal.SIGTERM)
    assert rest(waiting) == b""
    assert served.ended() == 1
    assert "1 requests aren't finished within QUOTH_SHUTDOWN_SECONDS, and are cut." in served.log


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    served = Served(tmp_path)
    waiting = post(served, "/v1/ask", b"{}")
    served.process.send_signal(signal.SIGTERM)
    served.read_until("Shutting down")
    served.process.send_signal(signal.SIGTERM)
    assert served.ended() == -signal.SIGTERM
    waiting.close()


def test_ready_says_so_until_it_is_being_stopped(fresh: Engine) -> None:
    app = create_app(fresh)
    done: list[httpx.Response] = []

    async def ask() -> None:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client,
        ):
            done.append(await client.get("/readyz"))
            app.state.services.stopping.set()
            done.extend([await client.get("/readyz"), await client.get("/healthz")])

    thread = Thread(target=asyncio.run, args=[ask()])
    thread.start()
    thread.join()
    before, during, alive = done
    assert (before.status_code, alive.status_code) == (200, 200)
    assert "is being stopped" in problem(during, 503, "busy")["detail"]
    assert during.headers["retry-after"] == "5"
