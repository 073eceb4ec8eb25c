"""PostgreSQL underneath: connections to it, and its errors as ours."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

import psycopg
from pgvector.psycopg import register_vector
from psycopg import Connection, IsolationLevel, errors
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

from index.errors import BusyError, StorageError
from index.storage.postgresql.place import Place

WAIT_SECONDS = 10.0  # for a connection, and for whoever is writing
MAX_CONNECTIONS = 10  # of one process

logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # what it warns of is raised here, in one line

Database: TypeAlias = Connection[TupleRow]

# `jit` costs more than it brings for statements of milliseconds. Plans are made for the values there are: one for any
# collection would never go by an index of vectors. Such an index is looked through until there are as many as are
# wanted, whatever a filter leaves out; where there is none, IVFFlat or HNSW, its settings do nothing
_SETTINGS = """SET search_path = {schema}, {extension}; SET lock_timeout = '{seconds:.0f}s'; SET jit = off;
    SET plan_cache_mode = force_custom_plan;
    SET ivfflat.iterative_scan = relaxed_order; SET ivfflat.probes = 20;
    SET hnsw.iterative_scan = strict_order; SET hnsw.ef_search = 200; SET client_min_messages = warning"""


def connect(place: Place, seconds: float | None = None) -> Database:
    """A connection for looking at the database, each statement by itself. Raises psycopg's errors."""
    longest = int(seconds or WAIT_SECONDS)
    return psycopg.connect(place.conninfo, autocommit=True, connect_timeout=longest, application_name="quoth")


class Connections:
    """Those that a store has, each with pgvector's types and Quoth's schema. Safe to share between threads.

    `extension` is the schema that pgvector is in, `seconds` how long a connection is waited for.
    """

    def __init__(self, place: Place, extension: str, seconds: float | None = None) -> None:
        self._place = place
        self._seconds = seconds = seconds or WAIT_SECONDS
        self._settings = _SETTINGS.format(schema=place.identifier, extension=f'"{extension}"', seconds=WAIT_SECONDS)
        self._pool = ConnectionPool(
            place.conninfo,
            kwargs={"connect_timeout": int(seconds), "application_name": "quoth"},
            min_size=1,
            max_size=MAX_CONNECTIONS,
            timeout=seconds,
            reconnect_timeout=seconds,  # whoever asks after that has it try anew
            configure=self._configure,
            check=ConnectionPool.check_connection,  # one that the server has closed is replaced by a new one
            open=True,
        )

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """A transaction that sees one version, which its first statement fixes, and can't write."""
        with postgresql_errors(self._place, self._seconds), self._pool.connection() as connection:
            connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
            try:
                yield connection
            finally:
                if not connection.closed:
                    connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """A transaction that is committed at the end or, if this raises, rolled back."""
        with postgresql_errors(self._place), self._pool.connection() as connection:
            connection.isolation_level, connection.read_only = IsolationLevel.READ_COMMITTED, None
            yield connection
            try:
                connection.commit()
            except psycopg.OperationalError as error:
                raise BusyError(
                    f"The connection to {self._place.url} was lost when a change was to be acknowledged: it was made "
                    "whole or not at all. Look whether it was, or make it again.",
                    file=self._place.url,
                ) from error

    def close(self) -> None:
        """Close all of them."""
        self._pool.close()

    def _configure(self, connection: Database) -> None:
        connection.execute(self._settings)
        register_vector(connection)
        connection.commit()


@contextmanager
def postgresql_errors(place: Place, seconds: float | None = None) -> Iterator[None]:
    """PostgreSQL's errors → ours, with the cure; `seconds` is how long a connection was waited for."""
    try:
        yield
    except PoolTimeout as error:
        raise BusyError(
            f"No connection to {place.url} could be had for {seconds or WAIT_SECONDS:.0f} s: try again, and see "
            "whether the server is there and lets as many in (max_connections).",
            file=place.url,
        ) from error
    except (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure) as error:
        if "recovery" in str(error):
            raise BusyError(
                f"{place.url} gave up what was being read, to follow its primary: try again, and set "
                "hot_standby_feedback = on there.",
                file=place.url,
            ) from error
        raise BusyError(
            f"Another process has been writing to {place.url} for {WAIT_SECONDS:.0f} s: try again.", file=place.url
        ) from error
    except (psycopg.Error, UnicodeEncodeError) as error:
        raise _error_of(error, place) from error


def _error_of(error: Exception, place: Place) -> StorageError | BusyError:
    said = _first_line(error)
    if isinstance(error, errors.InsufficientPrivilege):
        return StorageError(
            f"{place.url} may not be used so ({said}); nothing was changed. Let its user: GRANT USAGE, CREATE ON "
            f"SCHEMA {place.identifier}, or make the schema theirs.",
            file=place.url,
        )
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return StorageError(
            f"{place.url} is a replica, which can't be written ({said}): name the primary, or both with "
            "?target_session_attrs=read-write.",
            file=place.url,
        )
    if isinstance(error, errors.DiskFull):
        return StorageError(f"The disk of {place.url} is full ({said}); nothing was changed.", file=place.url)
    if isinstance(error, (errors.UndefinedTable, errors.UndefinedColumn, errors.InvalidSchemaName)):
        return StorageError(
            f"{place.url} lacks what Quoth made there ({said}): restore a backup, or make an index in another schema.",
            file=place.url,
        )
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None and "connection failed" in str(error):
        return StorageError(f"{place.url} can't be reached ({said}). {_cure(said)}", file=place.url)
    if isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
        return BusyError(f"{place.url} was lost ({said}); nothing was changed. Try again.", file=place.url)
    return StorageError(f"{place.url} failed ({said}); nothing was changed.", file=place.url)


def _cure(said: str) -> str:
    """What to do about a connection that can't be made, by the server's or libpq's words."""
    cures = {
        "password": "Give the right one in QUOTH_STORE, PGPASSWORD or ~/.pgpass.",
        "does not exist": "Make the database (createdb) and its user (createuser), or correct QUOTH_STORE.",
        "pg_hba.conf": "Let this machine and user in with a line in the server's pg_hba.conf.",
        "too many clients": "Raise the server's max_connections, or have fewer processes.",
        "starting up": "Try again in a moment.",
        "SSL": "See sslmode in QUOTH_STORE, and the server's ssl.",
    }
    return next((cure for words, cure in cures.items() if words in said), "Start it, or correct QUOTH_STORE.")


def _first_line(error: Exception) -> str:
    """What happened, without hints, positions and further hosts that were tried."""
    line = str(error).strip().splitlines()[-1 if "FATAL" in str(error) else 0] if str(error).strip() else ""
    return line.partition("FATAL:  ")[2] or line or type(error).__name__
