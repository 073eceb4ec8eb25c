"""Hits are counted in PostgreSQL as the process alone counts them, for all that use the database together."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg
import pytest
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from postgresql_server import PostgreSQLServer, until
from store_support import SIGNATURE

from index.errors import BusyError
from index.storage.hits import CountsHits, Hits
from index.storage.postgresql import hits
from index.storage.sqlite.store import SQLiteStore
from index.stores import create_store, open_store

pytestmark = pytest.mark.slow


@pytest.fixture
def store(postgresql_url: str) -> Iterator[CountsHits]:
    store = create_store(postgresql_url, SIGNATURE)
    assert isinstance(store, CountsHits)
    yield store
    store.close()


@pytest.fixture
def execute(postgresql: PostgreSQLServer, postgresql_url: str) -> Callable[..., Any]:
    """Runs a statement in the schema of the test's store."""
    schema = postgresql_url.rpartition("=")[2]

    def run(statement: str, *values: Any) -> Any:
        with psycopg.connect(postgresql.url, autocommit=True) as connection:
            connection.execute(f"SET search_path = {schema}".encode())
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else None

    return run


@pytest.fixture
def pass_seconds(execute: Callable[..., Any]) -> Callable[[float], None]:
    """Lets time pass: what was counted lies so much longer ago."""

    def run(seconds: float) -> None:
        moved = "ARRAY(SELECT at - %s FROM unnest(hits) AS at ORDER BY at)"
        execute(f"UPDATE rate_limits SET hits = {moved}, ends = ends - %s", seconds, seconds)

    return run


def test_no_window_has_more_than_the_limit(store: CountsHits, pass_seconds: Callable[[float], None]) -> None:
    first = store.hit("somebody", 5, 60)
    assert (first.granted, first.count) == (True, 1)
    pass_seconds(59)
    assert [store.hit("somebody", 5, 60).count for _ in range(4)] == [2, 3, 4, 5]
    pass_seconds(1.5)  # the first is over; a window that began with it would let five more in
    further = store.hit("somebody", 5, 60)
    assert (further.granted, further.count) == (True, 5)
    refused = store.hit("somebody", 5, 60)
    assert (refused.granted, refused.count) == (False, 5)
    assert 1.5 < further.age < refused.age < 59
    assert store.hit("somebody", 5, 60, 0).count == 5  # looking counts nothing, and neither does what is refused
    assert store.hit("somebody else", 5, 60).granted
    assert store.hit("nobody", 5, 60, 0) == Hits(True, 0, 0.0)
    assert not store.hit("all at once", 5, 60, 6).granted
    assert store.hit("all at once", 5, 60, 5).granted


def test_it_counts_as_the_library_does_in_memory(
    store: CountsHits, execute: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1e9
    monkeypatch.setattr("time.time", lambda: now)
    limit, memory, choices = RateLimitItemPerMinute(7), MovingWindowRateLimiter(MemoryStorage()), random.Random(7)  # noqa: S311  # no secret
    counted: list[float] = []
    ages = "SELECT extract(epoch FROM clock_timestamp()) - age FROM unnest(%s::float8[]) AS age ORDER BY age DESC"
    for _ in range(150):
        seconds, amount = choices.choice((1.3, 4.7, 12.9, 33.3)), choices.choice((1, 1, 1, 2, 5))
        now += seconds
        assert not any(abs(now - at - 60) < 0.1 for at in counted)  # the database has a clock of its own, which goes on
        execute(
            f"UPDATE rate_limits SET hits = ARRAY({ages}) WHERE cardinality(hits) > 0",
            [now - at for at in counted[-7:]],
        )
        granted = memory.hit(limit, "somebody", cost=amount)
        left = memory.get_window_stats(limit, "somebody").remaining
        hit = store.hit("somebody", 7, 60, amount)
        assert (hit.granted, 7 - hit.count) == (granted, left)
        counted += [now] * (amount if granted else 0)


def test_all_servers_count_together_and_at_once(postgresql_url: str, store: CountsHits) -> None:
    with closing(open_store(postgresql_url)) as other, ThreadPoolExecutor(8) as threads:
        assert isinstance(other, CountsHits)
        hits = list(threads.map(lambda i: (store, other)[i % 2].hit("somebody", 25, 3600), range(80)))  # type: ignore[attr-defined]
    assert sum(hit.granted for hit in hits) == 25
    assert sorted(hit.count for hit in hits if hit.granted) == list(range(1, 26))


def test_a_clock_that_is_set_back_locks_nobody_out(store: CountsHits, pass_seconds: Callable[[float], None]) -> None:
    for _ in range(5):
        store.hit("somebody", 5, 60)
    pass_seconds(-4)  # as clocks are corrected all the time: it goes on counting
    refused = store.hit("somebody", 5, 60)
    assert not refused.granted
    assert refused.age < 0
    pass_seconds(-3600)
    assert [store.hit("somebody", 5, 60).granted for _ in range(6)] == [True] * 5 + [False]


def test_neither_addresses_nor_what_is_over_stay_in_the_table(
    store: CountsHits,
    execute: Callable[..., Any],
    pass_seconds: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store.hit("address 192.0.2.1", 5, 60)
    store.hit("address 192.0.2.2", 5, 3600)
    ((text,),) = execute("SELECT string_agg(encode(key, 'escape') || rate_limits::text, ' ') FROM rate_limits")
    assert "192.0.2" not in text
    pass_seconds(61)
    monkeypatch.setattr(hits, "_SWEEP_SECONDS", 0.0)
    store.hit("somebody", 5, 60)
    assert execute("SELECT count(*) FROM rate_limits") == [(2,)]


def test_connections_that_the_server_closed_are_replaced(store: CountsHits, postgresql: PostgreSQLServer) -> None:
    assert store.hit("somebody", 5, 60).count == 1
    postgresql.kill()
    postgresql.start()

    def counts() -> bool:
        try:
            return store.hit("somebody else", 5, 60, 0).granted
        except BusyError:  # on a slow machine it takes more than a second
            return False

    until(counts)
    assert store.hit("somebody", 5, 60).count == 1  # what was counted is gone, as is all that waits for no disk


def test_a_data_file_leaves_counting_to_each_process() -> None:
    assert not issubclass(SQLiteStore, CountsHits)
