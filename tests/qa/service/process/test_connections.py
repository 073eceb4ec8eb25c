"""Connections that are many, idle or slow: they are closed, and questions go on."""

import logging
import os
import resource
import selectors
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace

import httpx
import pytest
from support import Served

from qa.service.process.connections import is_late, most_connections
from qa.service.process.listener import GuardedListener, listen

pytestmark = pytest.mark.slow

HEAD = b"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


@contextmanager
def descriptors(most: int) -> Iterator[None]:
    """As many descriptors may be open meanwhile, here and in processes that are started."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(scope="module")
def bounded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with descriptors(256):
        served = Served(tmp_path_factory.mktemp("bounded"))
    served.client.put("/v1/documents/a.txt", json={"text": "The ferry to Orm sails at noon."}).raise_for_status()
    yield served
    assert served.stop() == 0, served.log


def connect(served: Served, stack: ExitStack) -> socket.socket:
    url = served.client.base_url
    return stack.enter_context(socket.create_connection((url.host, url.port), timeout=120))


def is_closed(connection: socket.socket) -> bool:
    """Waits for it, or for an answer."""
    try:
        return connection.recv(2**16) == b""
    except ConnectionResetError:
        return True


def sails_at_noon(served: Served) -> bool:
    # by a connection of its own: one that was idle may just be making room
    asked = httpx.post(
        served.client.base_url.join("/v1/ask"), json={"question": "When does the ferry to Orm sail?"}, timeout=120
    )
    return asked.status_code == 200 and "noon" in asked.json()["answers"][0]["text"]


def test_heads_and_bodies_that_dont_come_are_not_waited_for(bounded: Served) -> None:
    with ExitStack() as stack:
        silent, slow_head, slow_body = (connect(bounded, stack) for _ in range(3))
        slow_head.sendall(HEAD)
        slow_body.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
        assert sails_at_noon(bounded)
        for each in (silent, slow_head, slow_body):
            assert is_closed(each)
    assert sails_at_noon(bounded)


def test_more_connections_than_are_kept_make_room_for_new_ones(bounded: Served) -> None:
    with ExitStack() as stack:
        idle = [connect(bounded, stack) for _ in range(400)]  # 256 descriptors, of which 128 are kept back
        assert sails_at_noon(bounded)
        assert httpx.get(bounded.client.base_url.join("/healthz"), timeout=120).status_code == 200
        with selectors.DefaultSelector() as selector:
            for each in idle:
                selector.register(each, selectors.EVENT_READ)
            closed = len(selector.select(0))
        assert 400 - 128 <= closed < 400
        latest = connect(bounded, stack)
        latest.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert latest.recv(2**16).startswith(b"HTTP/1.1 200 ")
    assert bounded.log.count("There are more connections than are kept (128): idle ones make room.") == 1
    assert "out of system resource" not in bounded.log
    assert sails_at_noon(bounded)


def test_where_nothing_more_can_be_opened_connections_are_refused_with_one_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with ExitStack() as stack, caplog.at_level(logging.WARNING, "quoth"):
        listener = stack.enter_context(GuardedListener(listen("127.0.0.1", 0)))
        listener.setblocking(False)
        clients = [stack.enter_context(socket.create_connection(listener.getsockname())) for _ in range(3)]
        free = os.dup(0)
        os.close(free)  # the least that is free, so that below it none is
        with descriptors(free):
            for _ in clients:
                with pytest.raises(BlockingIOError):
                    listener.accept()
        assert all(map(is_closed, clients))
        accepted = socket.create_connection(listener.getsockname())
        stack.enter_context(accepted)
        stack.enter_context(listener.accept()[0])
    assert [record.message for record in caplog.records] == [
        "Connections are refused, for nothing more can be opened (Too many open files)."
    ]


@pytest.mark.parametrize(("most", "kept"), [(64, 32), (256, 128), (1024, 768), (4096, 3840)])
def test_some_descriptors_are_kept_back(most: int, kept: int) -> None:
    with descriptors(most):
        assert most_connections() == kept


@pytest.mark.parametrize(
    ("awaited", "received", "waited", "late"),
    [
        ("head", 0, 15, False), ("head", 5_000, 15.1, True),
        ("body", 0, 30, False), ("body", 0, 30.1, True),
        ("body", 4_096 * 60, 90, False), ("body", 4_096 * 60, 90.1, True),  # 4,096 bytes a second are quick enough
        ("next request", 0, 1_000, False), (None, 0, 1_000, False),
    ],
)  # fmt: skip
def test_a_client_has_its_time(awaited: str | None, received: int, waited: float, late: bool) -> None:
    transport = SimpleNamespace(get_write_buffer_size=lambda: 0)
    connection = SimpleNamespace(awaited=awaited, received=received, since=100.0, transport=transport, unsent=(0, 0.0))
    assert is_late(connection, 100 + waited) is late


def test_a_response_that_is_not_taken_is_given_up() -> None:
    unsent = [500]
    transport = SimpleNamespace(get_write_buffer_size=lambda: unsent[0])
    connection = SimpleNamespace(awaited=None, received=0, since=0.0, transport=transport, unsent=(0, 0.0))
    assert not is_late(connection, 100)
    assert not is_late(connection, 160)
    unsent[0] = 400
    assert not is_late(connection, 161)
    assert not is_late(connection, 221)
    assert is_late(connection, 222)
