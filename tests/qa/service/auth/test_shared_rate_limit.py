"""Rate limits hold over all servers of one PostgreSQL; while it can't count, each server counts for itself and says so."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from postgresql_server import PostgreSQLServer, until
from support import problem

from qa.assembly import Engine
from qa.service.app import create_app
from qa.service.auth import rate_limit
from qa.service.work.services import Services
from qa.settings import load_settings

pytestmark = pytest.mark.slow

AGAIN = "Rate limits are counted together with the other servers again."


@pytest.fixture
def apps(postgresql_url: str) -> Iterator[list[FastAPI]]:
    """Two servers over one database that let five requests a minute in; no model is loaded."""
    settings = load_settings(store=postgresql_url, rate_limit="5/minute; 1000/hour")
    with ExitStack() as stack:
        found = []
        for _ in range(2):
            engine = Engine(settings, writing=True)
            app = create_app(engine)
            app.state.services = Services.over(engine, app.metrics)
            stack.callback(app.state.services.close)
            found.append(app)
        yield found


def ask(app: FastAPI, address: str = "192.0.2.1", path: str = "/v1/documents", **headers: str) -> httpx.Response:
    async def main() -> httpx.Response:
        there = httpx.ASGITransport(app, client=(address, 50_000))
        async with httpx.AsyncClient(transport=there, base_url="http://127.0.0.1:8000") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(main())


def left(response: httpx.Response) -> str:
    assert response.status_code == 200, response.text
    return response.headers["ratelimit-remaining"]


def test_an_address_asks_all_of_them_so_often_and_no_more(apps: list[FastAPI]) -> None:
    assert [left(ask(apps[i % 2])) for i in range(5)] == ["4", "3", "2", "1", "0"]
    for app in apps:
        response = ask(app)
        seconds = int(response.headers["retry-after"])
        assert 0 < seconds <= 60
        told = problem(response, 429, "rate-limited")["detail"]
        assert told == f"This is asked too often: 5 requests are let in at a time, and the next in {seconds} s."
        assert response.headers["ratelimit-reset"] == str(seconds)
        assert left(ask(app, "192.0.2.2"))
    assert [left(ask(apps[i % 2], path="/readyz")) for i in range(2)] == ["4", "3"]


def test_a_key_asks_all_of_them_so_often_and_no_more(apps: list[FastAPI]) -> None:
    key = {"Authorization": f"Bearer {apps[0].state.services.engine.store.add_key('site', ['ask'])}"}
    for i in range(5):
        assert left(ask(apps[i % 2], f"198.51.100.{i}", **key)) == str(4 - i)
    problem(ask(apps[1], "198.51.100.99", **key), 429, "rate-limited")


def test_each_counts_for_itself_while_the_database_cant_and_says_so_once(
    apps: list[FastAPI],
    postgresql: PostgreSQLServer,
    postgresql_url: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    schema = postgresql_url.rpartition("=")[2]

    def rename(one: str, other: str) -> None:
        with psycopg.connect(postgresql.url, autocommit=True) as connection:
            connection.execute(f"ALTER TABLE {schema}.{one} RENAME TO {other}".encode())

    assert [left(ask(app)) for app in apps] == ["4", "3"]
    rename("rate_limits", "gone")
    assert [left(ask(apps[0])) for _ in range(5)] == ["4", "3", "2", "1", "0"]
    problem(ask(apps[0]), 429, "rate-limited")
    (line,) = [record.message for record in caplog.records if record.name == rate_limit.__name__]
    assert line.startswith("Rate limits are counted by this process alone while the store can't count. postgresql://")
    rename("gone", "rate_limits")
    monkeypatch.setattr(rate_limit, "_ALONE_SECONDS", 0.0)
    assert left(ask(apps[1])) == "2"


def test_they_count_together_again_when_the_database_can(
    apps: list[FastAPI], postgresql: PostgreSQLServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limit, "_ALONE_SECONDS", 0.0)
    limiter, other = (rate_limit.RateLimiter("50/minute", app.state.services.engine.store) for app in apps)
    assert limiter.waits
    assert [each.spend("somebody").remaining for each in (limiter, other)] == [49, 48]
    with caplog.at_level(logging.INFO, rate_limit.__name__):
        postgresql.kill()
        assert [limiter.spend("somebody").remaining for _ in range(2)] == [49, 48]
        postgresql.start()
        for each in (limiter, other):
            until(lambda each=each: each.spend("anybody").granted and caplog.messages[-1] == AGAIN)  # type: ignore[misc]
        assert [each.spend("somebody else").remaining for each in (limiter, other)] == [49, 48]
    assert "No connection to" in caplog.messages[0] or "was lost" in caplog.messages[0]
