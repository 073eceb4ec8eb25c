"""How many agents may wait for an index, and for how long; what they are told is `test_mcp.py`'s."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from index.errors import BusyError
from index.storage.principals import SEES_ALL
from qa.mcp.tools import Index
from qa.service.observability.metrics import Metrics
from qa.settings import Settings


class SlowEngine:
    """Searches until it is told to end."""

    def __init__(self, **settings: Any) -> None:
        self.settings = Settings(**settings)
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def search(self, principal: Any, question: str, *_: Any, **__: Any) -> Any:
        self.begun.set()
        assert self.go_on.wait(60)
        return question


def search(index: Index, question: str) -> Any:
    return index.search(question, collection="default", top_k=None)


def test_who_comes_when_as_many_wait_as_may_is_refused_at_once() -> None:
    engine: Any = SlowEngine(max_waiting=1)
    index = Index(engine, SEES_ALL, Metrics())
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(search, index, "first")
        assert engine.begun.wait(60)
        with pytest.raises(
            BusyError,
            match=r"^As many questions wait as may \(1, QUOTH_MAX_WAITING\), and nothing was done: send it again in 1 s",
        ):
            search(index, "second")
        engine.go_on.set()
        assert first.result() == "first"
    assert search(index, "third") == "third"


def test_who_waits_too_long_is_told_and_the_place_is_free_again() -> None:
    engine: Any = SlowEngine(max_waiting=2, deadline_seconds=1)
    index = Index(engine, SEES_ALL, Metrics())
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(search, index, "first")
        assert engine.begun.wait(60)
        for _ in range(2):
            with pytest.raises(
                BusyError, match=r"^This wasn't done within 1 s \(QUOTH_DEADLINE_SECONDS\), and was given up"
            ):
                search(index, "second")
        engine.go_on.set()
        assert first.result() == "first"
