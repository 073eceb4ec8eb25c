"""Questions from a real standby: never older than what was written, and the primary's wherever it can't be used."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest
from postgresql_server import PostgreSQLServer, free_port, until
from store_support import SIGNATURE, put

from index.errors import BusyError, SettingsError
from index.storage.base import Filter, Store
from index.storage.postgresql import connection, replica
from index.storage.principals import SEES_ALL
from index.storage.replicas import Replica, Views
from index.stores import create_store, open_replica

pytestmark = pytest.mark.long

FROM_REPLICA = ("replica", "")


@pytest.fixture(scope="module")
def primary() -> Iterator[PostgreSQLServer]:
    server = PostgreSQLServer()
    yield server
    server.stop()


@pytest.fixture
def store(primary: PostgreSQLServer) -> Iterator[Store]:
    store = create_store(primary.url, SIGNATURE)
    yield store
    store.close()


@pytest.fixture(scope="module")
def standby(primary: PostgreSQLServer) -> Iterator[PostgreSQLServer]:
    create_store(primary.url, SIGNATURE).close()
    server = PostgreSQLServer(standby_of=primary)
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "RETRY_SECONDS", 0.0)


@pytest.fixture
def reading(store: Store, standby: PostgreSQLServer) -> Iterator[Replica]:
    with closing(open_replica(standby.url, store, SIGNATURE)) as reading:
        until(lambda: used(reading))
        yield reading


def seen(views: Views) -> list[str]:
    """The documents that are found."""
    with views.view(SEES_ALL) as view:
        keys = list(view.matching(["word"], Filter(), 50))
        return sorted(chunk.document_id for chunk in view.chunks(keys).values())


def asked(reading: Replica) -> tuple[list[str], tuple[str, str]]:
    """The documents that are found, and what they were read from: the replica, or the store and why."""
    before = reading.reads()
    found = seen(reading)
    ((source, count),) = (Counter(reading.reads()) - Counter(before)).items()
    assert count == 1
    return found, source


def used(reading: Replica) -> bool:
    return asked(reading)[1] == FROM_REPLICA


def latest(standby: PostgreSQLServer) -> int:
    """The version that the standby has."""
    ((version,),) = execute(standby.url, "SELECT value FROM quoth.manifest WHERE name = 'version'")
    return int(version)


def execute(url: str, statement: str) -> Any:
    with psycopg.connect(url, autocommit=True) as each:
        cursor = each.execute(statement.encode())
        return cursor.fetchall() if cursor.description else None


@contextmanager
def paused(standby: PostgreSQLServer) -> Iterator[None]:
    """While nothing that the primary writes is to be seen at its standby."""
    execute(standby.url, "SELECT pg_wal_replay_pause()")
    until(lambda: execute(standby.url, "SELECT pg_get_wal_replay_pause_state()") == [("paused",)])
    try:
        yield
    finally:
        execute(standby.url, "SELECT pg_wal_replay_resume()")


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelno == logging.WARNING]


def test_what_was_written_is_found_at_once_and_the_replica_is_read_as_soon_as_it_has_it(
    store: Store,
    reading: Replica,
    standby: PostgreSQLServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(store, "a", "one word")
    until(lambda: used(reading))
    assert seen(reading) == ["a"]
    monkeypatch.setattr(replica, "BEHIND_SECONDS", 0.0)
    with paused(standby), caplog.at_level(logging.INFO):
        version = put(store, "b", "another word")
        assert asked(reading) == (["a", "b"], ("store", "behind"))
        with reading.view(SEES_ALL) as view:
            assert view.version == version
        store.delete("a", "default")
        store.delete("b", "default")
        assert seen(reading) == []  # what is deleted is in no answer, though the replica has it still
        (line,) = warnings(caplog)
    assert line == (
        f"Questions are read from QUOTH_STORE, and not from its replica. {standby.url} is at version {version - 1}, "
        "and has been behind by more than 0 s: look at pg_stat_replication on the primary, and whether the replica's replay is paused."
    )
    with caplog.at_level(logging.INFO):
        until(lambda: used(reading))
        assert seen(reading) == []
    assert caplog.messages[-1] == f"Questions are read from {standby.url} again."


def test_while_others_write_no_question_goes_back_behind_an_answer(store: Store, reading: Replica) -> None:
    latest = 0
    for number in range(40):
        written = put(store, f"{number % 4}", f"word {number}")
        for _ in range(3):
            with reading.view(SEES_ALL) as view:
                assert view.version >= max(written, latest)
                latest = view.version
    until(lambda: used(reading))


def test_a_question_that_keeps_a_replica_from_following_is_busy_and_the_next_is_answered(
    store: Store, reading: Replica, primary: PostgreSQLServer, standby: PostgreSQLServer
) -> None:
    put(store, "a", "one word")
    until(lambda: used(reading))
    execute(standby.url, "ALTER SYSTEM SET max_standby_streaming_delay = 0")
    execute(standby.url, "SELECT pg_reload_conf()")

    def read_for_long() -> None:
        with reading.view(SEES_ALL) as view:
            put(store, "a", "another word")
            execute(primary.url, "VACUUM quoth.documents, quoth.manifest, quoth.chunks")  # of what the view may read
            until(lambda: not view.rows("SELECT 1 WHERE false") and latest(standby) > view.version)
            view.rows("SELECT pg_sleep(1)")

    with pytest.raises(BusyError, match=r"to follow its primary: try again|was lost \(.*\); .* Try again") as error:
        read_for_long()
    assert standby.url in str(error.value)
    assert seen(reading) == ["a"]
    until(lambda: used(reading))
    execute(standby.url, "ALTER SYSTEM RESET max_standby_streaming_delay")
    execute(standby.url, "SELECT pg_reload_conf()")


def test_a_replica_that_is_gone_is_told_once_and_used_again_when_it_is_back(
    store: Store,
    reading: Replica,
    standby: PostgreSQLServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(store, "a", "one word")
    until(lambda: used(reading))
    standby.kill()
    assert [asked(reading) for _ in range(3)] == [(["a"], ("store", "away"))] * 3
    (line,) = warnings(caplog)
    assert line.startswith("Questions are read from QUOTH_STORE, and not from its replica. ")
    assert standby.url in line
    with caplog.at_level(logging.INFO):
        standby.start()
        until(lambda: used(reading))
    assert caplog.messages[-1] == f"Questions are read from {standby.url} again."


def test_a_server_starts_without_its_replica_and_says_what_to_do(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    put(store, "a", "one word")
    url = f"postgresql://quoth:secret@127.0.0.1:{free_port()}/postgres"
    with closing(open_replica(url, store, SIGNATURE)) as reading:
        assert seen(reading) == ["a"]
    (line,) = warnings(caplog)
    assert "Connection refused" in line
    assert line.endswith("Start it, or correct QUOTH_STORE_READ.")
    assert "secret" not in line


def test_what_is_no_replica_of_this_index_is_never_read(
    store: Store, primary: PostgreSQLServer, standby: PostgreSQLServer, caplog: pytest.LogCaptureFixture
) -> None:
    put(store, "a", "one word")
    execute(primary.url, "CREATE DATABASE other")
    other = create_store(primary.url_of("other"), SIGNATURE)
    for name in "bcdefghijk":  # of a later version
        put(other, name, f"word {name}")
    other.close()
    until(lambda: execute(standby.url, "SELECT 1 FROM pg_database WHERE datname = 'other'") == [(1,)])
    wrong = {
        standby.url_of("other"): f"{standby.url_of('other')} holds another index than QUOTH_STORE: name a replica of the same database.",
        primary.url: f"{primary.url} is no replica, since it can be written: name a standby that follows QUOTH_STORE, or unset QUOTH_STORE_READ.",
        standby.url_of("template1"): f"There is no index at {standby.url_of('template1')}: make one with `quoth index PATH`.",
    }  # fmt: skip
    for url, told in wrong.items():
        caplog.clear()
        with closing(open_replica(url, store, SIGNATURE)) as reading:
            assert [asked(reading) for _ in range(2)] == [(["a"], ("store", "unfit"))] * 2
        assert warnings(caplog) == [f"Questions are read from QUOTH_STORE, and not from its replica. {told}"]
    message = "QUOTH_STORE_READ names the schema 'handbook' and QUOTH_STORE 'quoth': a replica has the same"
    with pytest.raises(SettingsError, match=message):
        open_replica(f"{standby.url}?schema=handbook", store, SIGNATURE)


def test_a_primary_that_is_away_is_waited_for_and_then_told(
    primary: PostgreSQLServer, standby: PostgreSQLServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody could say whether the replica has what was written last."""
    monkeypatch.setattr(connection, "WAIT_SECONDS", 2.0)
    store = create_store(primary.url, SIGNATURE)
    with closing(store), closing(open_replica(standby.url, store, SIGNATURE)) as reading:
        until(lambda: used(reading))
        primary.kill()
        with pytest.raises(BusyError, match=r"No connection to .* could be had for 2 s: try again"):
            seen(reading)
        primary.start()
        until(lambda: used(reading))


def test_a_replica_that_was_promoted_is_one_no_more(
    store: Store, reading: Replica, standby: PostgreSQLServer, caplog: pytest.LogCaptureFixture
) -> None:
    put(store, "a", "one word")
    until(lambda: used(reading))
    caplog.clear()
    standby.promote()
    assert asked(reading) == (["a"], ("store", "unfit"))
    (line,) = warnings(caplog)
    assert f"{standby.url} is no replica, since it can be written" in line
