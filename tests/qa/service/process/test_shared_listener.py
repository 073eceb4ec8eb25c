"""Two listeners on one socket, as two processes would have them."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from ctypes import Array, c_int

import pytest

from qa.service.process import workers
from qa.service.process.listener import listen
from qa.service.process.shared_listener import NOT_SERVING, SharedListener


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def shared(stack: ExitStack, counts: "Array[c_int]") -> list[SharedListener]:
    with listen("127.0.0.1", 0) as listener:
        copies = [socket.socket(fileno=os.dup(listener.fileno())) for _ in counts]
    listeners = [stack.enter_context(SharedListener(copy, counts, mine)) for mine, copy in enumerate(copies)]
    for each in listeners:
        each.setblocking(False)
    return listeners


def connect(stack: ExitStack, listener: socket.socket, number: int) -> None:
    for _ in range(number):
        stack.enter_context(socket.create_connection(listener.getsockname()[:2]))


def test_who_has_more_leaves_the_next_to_the_other(stack: ExitStack) -> None:
    counts = (c_int * 2)(0, 0)
    first, second = shared(stack, counts)
    connect(stack, first, 4)
    accepted = [stack.enter_context(first.accept()[0])]
    with pytest.raises(BlockingIOError):
        first.accept()
    accepted += [stack.enter_context(listener.accept()[0]) for listener in (second, second, first)]
    assert list(counts) == [2, 2]
    for connection in (*accepted, *accepted):  # a second time changes nothing
        connection.close()
    assert list(counts) == [0, 0]
    with pytest.raises(BlockingIOError):  # for there are no more
        first.accept()


def test_another_that_doesnt_take_its_turn_is_waited_for_no_longer_than_a_moment(stack: ExitStack) -> None:
    counts = (c_int * 2)(5, 0)
    first, _ = shared(stack, counts)
    connect(stack, first, 1)
    refused = 0
    while counts[0] == 5:
        try:
            stack.enter_context(first.accept()[0])
        except BlockingIOError:
            refused += 1
    assert refused > 0


def test_who_doesnt_serve_is_not_waited_for(stack: ExitStack) -> None:
    counts = (c_int * 2)(0, NOT_SERVING)
    first, _ = shared(stack, counts)
    connect(stack, first, 2)
    for _ in range(2):
        stack.enter_context(first.accept()[0])
    assert list(counts) == [2, NOT_SERVING]


def test_workers_share_the_cores_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(6)))
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    workers._share_cores(2)
    assert os.environ["OMP_NUM_THREADS"] == "5"
    for number, threads in {1: "6", 2: "3", 4: "1", 64: "1"}.items():
        del os.environ["OMP_NUM_THREADS"]
        workers._share_cores(number)
        assert os.environ["OMP_NUM_THREADS"] == threads
