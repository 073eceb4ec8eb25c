"""Single statements, for what is asked with every request and must be told at once or not at all."""

from threading import Lock
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from index.storage.postgresql.connection import Database, postgresql_errors
from index.storage.postgresql.place import Place

SECONDS = 1.0  # for a connection, and for a statement
_MOST = 2  # connections; each statement takes a fraction of a millisecond


class SingleStatements:
    """Statements that are each committed by themselves, on connections of their own. Safe to share between threads.

    It connects with the first of them.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._pool: ConnectionPool[Database] | None = None
        self._lock = Lock()

    def row(self, statement: str, values: dict[str, Any] | None = None) -> TupleRow | None:
        """The first row of what a statement gives. Raises BusyError and StorageError."""
        pool = self._opened()
        with postgresql_errors(self._place, SECONDS):
            try:
                return _row(pool, statement, values)
            except psycopg.OperationalError as error:
                if error.sqlstate == "57014":  # it took too long
                    raise
            pool.check()  # the server has closed connections that lay idle: they are replaced
            return _row(pool, statement, values)

    def close(self) -> None:
        """Close the connections."""
        if self._pool:
            self._pool.close()

    def _opened(self) -> "ConnectionPool[Database]":
        with self._lock:
            if self._pool is None:
                self._pool = ConnectionPool(
                    self._place.conninfo,
                    kwargs={"connect_timeout": 2, "application_name": "quoth", "autocommit": True},
                    min_size=1,
                    max_size=_MOST,
                    timeout=SECONDS,
                    reconnect_timeout=SECONDS,
                    configure=self._configure,
                    open=True,
                )
            return self._pool

    def _configure(self, connection: Database) -> None:
        schema = sql.SQL(self._place.identifier)
        milliseconds = sql.Literal(int(SECONDS * 1000))
        settings = sql.SQL("SET search_path = {}; SET statement_timeout = {}; SET jit = off")
        connection.execute(settings.format(schema, milliseconds))


def _row(pool: "ConnectionPool[Database]", statement: str, values: dict[str, Any] | None) -> TupleRow | None:
    with pool.connection() as connection:
        cursor = connection.execute(statement.encode(), values)
        return cursor.fetchone() if cursor.description else None
