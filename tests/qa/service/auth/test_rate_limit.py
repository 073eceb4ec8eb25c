"""Rate limits, in front of the app itself: who is counted together, and what they are told. No server is started."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from support import problem

from qa.assembly import Engine
from qa.service.app import create_app
from qa.service.auth.rate_limit import Allowance, RateLimiter
from qa.service.process.server import server_of
from qa.service.work.services import Services
from qa.settings import load_settings

SITE = "https://site.example"
EMPTY = {"document_ids": []}


def app_of(data: Path, **settings: Any) -> FastAPI:
    """The app over an empty index, without what it does when a server starts it: models are loaded when asked."""
    engine = Engine(load_settings(data=data, **settings), writing=True)
    app = create_app(engine)
    app.state.services = Services.over(engine, app.metrics)
    return app


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """An app that lets five requests a minute in."""
    app = app_of(tmp_path_factory.mktemp("limited"), rate_limit="5/minute; 1000/hour", origins=(SITE,))
    yield app
    app.state.services.close()


def ask(app: FastAPI, address: str, path: str = "/v1/documents", body: Any = None, **headers: str) -> httpx.Response:
    async def main() -> httpx.Response:
        there = httpx.ASGITransport(app, client=(address, 50_000))
        async with httpx.AsyncClient(transport=there, base_url="http://127.0.0.1:8000") as client:
            return await client.request("POST" if body else "GET", path, json=body, headers=headers)

    return asyncio.run(main())


def test_no_window_lets_more_in_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("time.time", lambda: now)
    limiter = RateLimiter("5/minute")
    assert limiter.spend("somebody").remaining == 4
    now = 1059.0
    assert [limiter.spend("somebody").remaining for _ in range(4)] == [3, 2, 1, 0]
    now = 1060.5  # the first is over; a window that began with it would let five more in
    assert limiter.spend("somebody") == Allowance(granted=True, most=5, remaining=0, seconds=59)
    refused = limiter.spend("somebody")
    assert refused == Allowance(granted=False, most=5, remaining=0, seconds=59)  # 1059 + 60 - 1060.5, rounded up
    assert limiter.spend("somebody else").granted


@pytest.mark.parametrize("seconds", [3_600, -3_600, 86_400, -86_400, 3e8, -3e8, 61, -61, -4])
def test_a_clock_that_is_set_anew_locks_nobody_out(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = 1e9
    monkeypatch.setattr("time.time", lambda: now)
    limiter = RateLimiter("5/minute")
    for _ in range(5):
        assert limiter.spend("somebody").granted
    assert not limiter.spend("somebody").granted
    now += seconds
    if seconds == -4:  # as clocks are corrected all the time: it goes on counting
        assert limiter.spend("somebody") == Allowance(granted=False, most=5, remaining=0, seconds=64)
        now += 64.1
    assert [limiter.spend("somebody").granted for _ in range(6)] == [True] * 5 + [False]
    assert limiter.spend("somebody").seconds <= 60


def refused(response: httpx.Response) -> dict[str, Any]:
    told = problem(response, 429, "rate-limited")
    seconds = int(response.headers["retry-after"])
    assert 0 < seconds <= 60
    assert told["detail"] == f"This is asked too often: 5 requests are let in at a time, and the next in {seconds} s."
    assert response.headers["ratelimit-limit"] == "5"
    assert response.headers["ratelimit-reset"] == str(seconds)
    return told


def test_an_address_asks_so_often_and_no_more(limited: FastAPI) -> None:
    responses = [ask(limited, "192.0.2.1") for _ in range(5)]
    assert [response.status_code for response in responses] == [200] * 5
    assert [response.headers["ratelimit-remaining"] for response in responses] == ["4", "3", "2", "1", "0"]
    assert {response.headers["ratelimit-limit"] for response in responses} == {"5"}
    last = ask(limited, "192.0.2.1", Origin=SITE)
    refused(last)
    assert last.headers["ratelimit-remaining"] == "0"
    assert last.headers["access-control-allow-origin"] == SITE
    assert last.headers["x-content-type-options"] == "nosniff"
    assert ask(limited, "192.0.2.2").status_code == 200
    for path in ("/healthz", "/", "/static/ask.js", "/openapi.json", "/widget.js"):
        response = ask(limited, "192.0.2.1", path)
        assert response.status_code == 200
        assert "ratelimit-limit" not in response.headers
    chat = {"model": "quoth", "messages": [{"role": "user", "content": "Who?"}]}
    response = ask(limited, "192.0.2.1", "/v1/chat/completions", chat)
    assert (response.status_code, response.json()["error"]["code"]) == (429, "rate_limit_exceeded")
    assert "retry-after" in response.headers


def test_readiness_is_counted_by_itself(limited: FastAPI) -> None:
    """It reads the data file and tells a key from a guess; and questions never cost a server its health check."""
    asked = [ask(limited, "192.0.2.9", "/readyz", Authorization=f"Bearer quoth_{guess}") for guess in range(5)]
    assert [response.status_code for response in asked] == [200] * 5
    assert [response.headers["ratelimit-remaining"] for response in asked] == ["4", "3", "2", "1", "0"]
    refused(ask(limited, "192.0.2.9", "/readyz"))
    assert ask(limited, "192.0.2.9", "/healthz").status_code == 200
    assert [ask(limited, "192.0.2.9").status_code for _ in range(6)] == [200] * 5 + [429]
    assert ask(limited, "192.0.2.10", "/readyz").status_code == 200


def test_a_network_of_ipv6_is_one_address(limited: FastAPI) -> None:
    for number in range(5):
        assert ask(limited, f"2001:db8:1:1::{number}").status_code == 200
    refused(ask(limited, "2001:db8:1:1:ffff::1"))
    assert ask(limited, "2001:db8:1:2::1").status_code == 200


def test_each_question_of_a_batch_counts(limited: FastAPI) -> None:
    def batch(questions: int) -> httpx.Response:
        return ask(limited, "192.0.2.3", "/v1/ask/batch", {"questions": ["Who?"] * questions, **EMPTY})

    told = problem(batch(7), 422, "invalid-question")["detail"]
    assert told == "Of 7 questions at once at most 5 are let in: split the batch."
    response = batch(3)
    assert (response.status_code, response.headers["ratelimit-remaining"]) == (200, "1")
    refused(batch(3))


def test_a_key_asks_so_often_from_wherever_it_is_used_and_so_does_who_has_none(limited: FastAPI) -> None:
    store = limited.state.services.engine.store
    key = {"Authorization": f"Bearer {store.add_key('site', ['ask'])}"}
    try:
        for number in range(5):
            assert ask(limited, f"198.51.100.{number}", **key).status_code == 200
        refused(ask(limited, "198.51.100.99", **key))
        for guess in range(5):
            problem(ask(limited, "203.0.113.1", Authorization=f"Bearer quoth_{guess}"), 401, "unauthorized")
        refused(ask(limited, "203.0.113.1", Authorization="Bearer quoth_5"))
        refused(ask(limited, "203.0.113.1", **key))
    finally:
        store.revoke_key("site")


def test_a_token_asks_so_often(limited: FastAPI) -> None:
    store = limited.state.services.engine.store
    key = {"Authorization": f"Bearer {store.add_key('pages', ['ask'])}"}
    try:
        first, second = (
            ask(
                limited, f"198.51.100.{100 + number}", "/v1/tokens", {"origin": SITE, "ttl_seconds": 60 + number}, **key
            )
            for number in range(2)
        )
        used = {"Authorization": f"Bearer {first.json()['token']}", "Origin": SITE}
        for number in range(5):
            assert ask(limited, f"198.51.100.{200 + number}", **used).status_code == 200
        refused(ask(limited, "198.51.100.205", **used))
        other = {"Authorization": f"Bearer {second.json()['token']}", "Origin": SITE}
        assert ask(limited, "198.51.100.206", **other).status_code == 200
    finally:
        store.revoke_key("pages")


def test_without_a_limit_nothing_is_counted(tmp_path: Path) -> None:
    app = app_of(tmp_path)
    response = ask(app, "192.0.2.1", Host="127.0.0.1")
    assert response.status_code == 200
    assert "ratelimit-limit" not in response.headers
    app.state.services.close()


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "counted"),
    [
        ((), "127.0.0.1", "198.51.100.1", "127.0.0.1"),  # unless proxies are named, nobody is believed
        (("127.0.0.1",), "127.0.0.1", "198.51.100.1", "198.51.100.1"),
        (("127.0.0.1",), "127.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"),  # what the proxy added is the last
        (("127.0.0.1",), "192.0.2.1", "198.51.100.1", "192.0.2.1"),
        (("127.0.0.1", "172.16.0.0/12"), "172.18.0.1", "198.51.100.1, 127.0.0.1", "198.51.100.1"),
    ],
)
def test_only_proxies_that_are_named_say_where_a_request_comes_from(
    tmp_path: Path, trusted: tuple[str, ...], peer: str, forwarded: str, counted: str
) -> None:
    app = app_of(tmp_path, rate_limit="2/minute", trusted_proxies=trusted, allow_anonymous=True)
    config = server_of(app).config
    config.load()
    for remaining in ("1", "0"):
        assert (
            ask(config.loaded_app, peer, **{"X-Forwarded-For": forwarded}).headers["ratelimit-remaining"] == remaining
        )
    assert ask(app, counted).status_code == 429
    assert ask(app, "198.51.100.77").status_code == 200
    app.state.services.close()
