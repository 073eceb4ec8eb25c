"""What goes wrong with a database is told in a line with its cure, and changes nothing: on a real server."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import psycopg
import pytest
from click.testing import CliRunner
from contract.support import X, everything
from postgresql_server import PostgreSQLServer, free_port
from store_support import SIGNATURE, put

from index import stores
from index.chunking import Chunk
from index.documents import Document, Heading
from index.errors import (
    BusyError,
    DocumentError,
    FeedbackError,
    MismatchError,
    NotFoundError,
    SettingsError,
    StorageError,
)
from index.feedback import Feedback, Words
from index.storage.base import Filter, Store
from index.storage.postgresql import connection
from index.storage.principals import SEES_ALL
from qa.cli.main import main

pytestmark = pytest.mark.slow


@pytest.fixture
def store(postgresql_url: str) -> Iterator[Store]:
    store = stores.create_store(postgresql_url, SIGNATURE)
    yield store
    store.close()


@pytest.fixture
def execute(postgresql: PostgreSQLServer) -> Callable[..., Any]:
    """Runs a statement as the superuser, in any database."""

    def run(statement: str, database: str = "postgres") -> Any:
        with psycopg.connect(postgresql.url_of(database), autocommit=True) as each:
            cursor = each.execute(statement.encode())
            return cursor.fetchall() if cursor.description else None

    return run


def schema_of(url: str) -> str:
    return url.rpartition("=")[2]


def told(url: str, *command: str) -> str:
    """The one line that the command line prints for a store that it can't use."""
    result = CliRunner().invoke(main, [*(command or ("documents",))], env={"QUOTH_STORE": url})
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    (line,) = result.output.splitlines()
    return line


# --- connecting


def test_no_server() -> None:
    port = free_port()
    url = f"postgresql://quoth@127.0.0.1:{port}/quoth"
    line = told(url)
    assert line.startswith(f"Error: {url} can't be reached (")
    assert "Connection refused" in line
    assert line.endswith("Start it, or correct QUOTH_STORE.")


def test_a_wrong_password_is_told_without_any(postgresql: PostgreSQLServer, execute: Callable[..., Any]) -> None:
    execute("CREATE ROLE guarded LOGIN PASSWORD 'hush'")
    where = f"127.0.0.1:{postgresql.port}/postgres"
    line = told(f"postgresql://guarded:guessed@{where}")
    assert line == (
        f'Error: postgresql://guarded@{where} can\'t be reached (password authentication failed for user "guarded"). '
        "Give the right one in QUOTH_STORE, PGPASSWORD or ~/.pgpass."
    )
    assert "no index at postgresql://guarded@127" in told(f"postgresql://guarded:hush@{where}")
    assert "no index at postgresql://guarded@127" in told(f"postgresql://guarded@{where}?password=hush")


def test_no_database_and_no_user(postgresql: PostgreSQLServer) -> None:
    for url, what in [
        (postgresql.url_of("absent"), 'database "absent" does not exist'),
        (f"postgresql://nobody@127.0.0.1:{postgresql.port}/postgres", 'role "nobody" does not exist'),
    ]:
        assert f"can't be reached ({what}). Make the database (createdb) and its user" in told(url)


@pytest.mark.parametrize("address", ["h", "h/", "h/db?schema=public", "h/db?schema=pg_x", "h/db?schema=" + "x" * 64])
def test_a_url_that_names_no_place(address: str) -> None:
    with pytest.raises(SettingsError, match=r"names no database: write it as|can't be Quoth's: name one of its own"):
        stores.open_store(f"postgresql://quoth:secret@{address}")


# --- a database that can't be used


def test_no_pgvector_and_nobody_who_may_install_it(postgresql: PostgreSQLServer, execute: Callable[..., Any]) -> None:
    execute("CREATE ROLE plain LOGIN")
    execute("CREATE DATABASE bare")
    url = f"postgresql://plain@127.0.0.1:{postgresql.port}/bare"
    line = told(url, "index", "seeds")
    assert line.startswith(f"Error: {url} has no pgvector (permission denied to create extension")
    assert line.endswith("(0.8.4 or newer) and run CREATE EXTENSION vector in this database as one who may.")
    execute("CREATE EXTENSION vector", "bare")
    execute("UPDATE pg_extension SET extversion = '0.8.3' WHERE extname = 'vector'", "bare")
    line = told(url, "index", "seeds")
    assert line.endswith(
        "has pgvector 0.8.3, which must be 0.8.4 or newer: install it on the server and run ALTER EXTENSION vector "
        "UPDATE."
    )
    execute("UPDATE pg_extension SET extversion = '0.8.10' WHERE extname = 'vector'", "bare")
    line = told(url, "index", "seeds")
    assert "may not be used so (permission denied for database bare); nothing was changed. Let its user: GRANT" in line
    with pytest.raises(NotFoundError):
        stores.open_store(url)


def test_text_in_another_encoding(postgresql: PostgreSQLServer, execute: Callable[..., Any]) -> None:
    execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    assert "keeps text as LATIN1: make a database with the encoding UTF8" in told(
        postgresql.url_of("latin"), "index", "seeds"
    )


def test_a_schema_of_something_else_is_left_alone(execute: Callable[..., Any], postgresql_url: str) -> None:
    schema = schema_of(postgresql_url)
    execute(f"CREATE SCHEMA {schema}; CREATE TABLE {schema}.manifest (cargo text)")
    line = told(postgresql_url, "index", "seeds")
    assert f"The schema '{schema}' of {postgresql_url} holds something else than Quoth" in line
    assert execute(f"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}'") == [(1,)]


def test_an_empty_schema_that_an_administrator_made_is_used(
    postgresql: PostgreSQLServer, execute: Callable[..., Any], postgresql_url: str
) -> None:
    schema = schema_of(postgresql_url)
    execute(
        f"CREATE EXTENSION IF NOT EXISTS vector; CREATE ROLE lodger LOGIN; CREATE SCHEMA {schema} AUTHORIZATION lodger"
    )
    store = stores.create_store(postgresql_url.replace("postgres@", "lodger@"), SIGNATURE)
    assert put(store, "a", "some words") == 1
    store.close()
    execute(f"CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA {schema} TO reader")
    execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader")
    reading = stores.open_store(postgresql_url.replace("postgres@", "reader@"), SIGNATURE)
    with reading.view(SEES_ALL) as view:
        assert view.nearest(X, Filter(), 1)
    with pytest.raises(StorageError, match=r"may not be used so \(permission denied for table manifest\); nothing was"):
        put(reading, "b", "other words")
    reading.close()


def test_a_newer_schema(store: Store, execute: Callable[..., Any], postgresql_url: str) -> None:
    execute(f"UPDATE {schema_of(postgresql_url)}.manifest SET value = '9' WHERE name = 'schema'")
    with pytest.raises(MismatchError, match="has schema 9, but this Quoth knows 8: install the newer Quoth"):
        stores.open_store(postgresql_url)


def test_tables_that_are_gone(store: Store, execute: Callable[..., Any], postgresql_url: str) -> None:
    execute(f"DROP TABLE {schema_of(postgresql_url)}.documents CASCADE")
    with (
        pytest.raises(StorageError, match='lacks what Quoth made there .relation "documents" does not exist.: restore'),
        store.view(SEES_ALL) as view,
    ):
        view.collections()


# --- while it is used


def test_a_connection_lost_in_mid_write_changes_nothing(
    store: Store, execute: Callable[..., Any], postgresql_url: str
) -> None:
    put(store, "a", "some words")
    with store.view(SEES_ALL) as view:
        before = everything(view)

    def remade() -> Iterator[Any]:
        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'quoth'")
        yield "default", Document("a", "a", "some words"), [Chunk(0, 4)], np.array([X])

    with pytest.raises(BusyError, match=r"was lost \(.*\); nothing was changed\. Try again\.") as error:
        store.rebuild(SIGNATURE, remade())
    assert error.value.public.startswith("The database was lost")
    with store.view(SEES_ALL) as view:  # by a new connection
        assert everything(view) == before
    assert put(store, "b", "more words") == 2


def test_a_connection_lost_at_the_last_moment_says_that_the_outcome_isnt_known(
    store: Store, execute: Callable[..., Any], postgresql_url: str
) -> None:
    schema = schema_of(postgresql_url)
    execute(
        f"""CREATE FUNCTION {schema}.hang_up() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER hang_up AFTER INSERT ON {schema}.documents DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION {schema}.hang_up()"""  # which runs when the change is committed
    )
    with pytest.raises(BusyError, match=r"it was made whole or not at all\. Look whether it was, or make it again\."):
        put(store, "a", "some words")
    execute(f"DROP TRIGGER hang_up ON {schema}.documents")
    with store.view(SEES_ALL) as view:
        assert view.version == 0
    assert put(store, "a", "some words") == 1


def test_a_server_that_was_killed_and_is_back_is_used_again(store: Store, postgresql: PostgreSQLServer) -> None:
    assert put(store, "a", "some words") == 1
    postgresql.kill()
    postgresql.start()
    with store.view(SEES_ALL) as view:
        assert view.version == 1
    assert put(store, "b", "more words") == 2


def test_a_server_that_stays_away_is_waited_for_and_then_told(
    postgresql_url: str, postgresql: PostgreSQLServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "WAIT_SECONDS", 2.0)
    store = stores.create_store(postgresql_url, SIGNATURE)
    postgresql.kill()
    try:
        with pytest.raises(BusyError, match="No connection to .* could be had for 2 s: try again"):
            put(store, "a", "some words")
    finally:
        postgresql.start()
    assert put(store, "a", "some words") == 1
    store.close()


def test_who_writes_for_long_keeps_others_from_writing_and_nobody_from_reading(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "WAIT_SECONDS", 1.0)
    store, other = (stores.create_store(postgresql_url, SIGNATURE) for _ in range(2))

    def remade() -> Iterator[Any]:
        with pytest.raises(BusyError, match=r"Another process has been writing to .* for 1 s: try again\."):
            put(other, "b", "more words")
        with other.view(SEES_ALL) as view:
            assert view.version == 0
        yield from ()

    assert store.rebuild(SIGNATURE, remade()) == 1
    assert put(other, "b", "more words") == 2
    for each in (store, other):
        each.close()


@pytest.mark.parametrize(
    "more",
    [{"title": "a\0b"}, {"uri": "\0"}, {"metadata": {"a": "\0"}}, {"metadata": {"\ud800": 1}}, {"media_type": "\0"},
     {"headings": (Heading(0, 1, "\ud800"),)}],
)  # fmt: skip
def test_what_postgresql_cant_hold_is_refused_by_name(store: Store, more: dict[str, Any]) -> None:
    with pytest.raises(DocumentError, match=f"a has a NUL or half a surrogate pair in its {next(iter(more))[:5]}"):
        put(store, "a", "some words", **more)
    feedback = Feedback("default", "What?\0", "0" * 16, "wrong", None, Words("\0"))
    with pytest.raises(FeedbackError, match="NUL"):
        store.keep_feedback(feedback)
    with store.view(SEES_ALL) as view:
        assert view.version == 0
        assert view.sha256("a\0", "default") is None
        assert view.nearest(X, Filter(metadata={"a": "\0"}), 9) == {}
        assert view.matching(["a\0b"], Filter(), 9) == {}
