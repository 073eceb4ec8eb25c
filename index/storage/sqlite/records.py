"""What a data file keeps beside documents for who runs it: keys to the service, the audit log, runs of `sync`."""

import sqlite3
from collections.abc import Collection
from contextlib import AbstractContextManager
from pathlib import Path

from index.audit import Event
from index.errors import StorageError
from index.keys import Key
from index.storage.sqlite import audit, keys
from index.sync_runs import SyncRun, from_json, to_json


class Records:
    """The part of a store that keeps these; each change is a transaction."""

    path: Path

    def transaction(self, *, removing: bool = False, idle: bool = False) -> AbstractContextManager[sqlite3.Connection]:
        """A transaction that changes the file."""
        raise NotImplementedError

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """A connection within a transaction that reads one version."""
        raise NotImplementedError

    def service_keys(self) -> list[Key]:
        """All keys to the service, in the order they were added, whatever signature the index has."""
        with self._reading() as connection:
            return keys.listed(connection)

    def add_key(self, name: str, scopes: Collection[str], groups: Collection[str] = ()) -> str:
        """Create a key to the service and return it. Raises KeyNameError for a name or groups that can't be."""
        with self.transaction() as connection:
            key = keys.add(connection, name, scopes, groups)
            audit.note(connection, "key added", name)
            return key

    def revoke_key(self, name: str) -> None:
        """Remove a key, which ends its tokens. Raises NotFoundError for an unknown name."""
        with self.transaction() as connection:
            keys.revoke(connection, name)
            audit.note(connection, "key revoked", name)

    def audit(self, since: str = "", *, before: int | None = None, limit: int = -1) -> list[Event]:
        """The audit log, newest first. See `Store.audit`."""
        with self._reading() as connection:
            return audit.listed(connection, since, before, limit)

    def keep_sync_run(self, run: SyncRun) -> None:
        """Keep the last run on a source in place of the one before."""
        with self.transaction(idle=True) as connection:
            values = (run.collection, run.source, to_json(run))
            connection.execute("INSERT OR REPLACE INTO sync_runs (collection, source, run) VALUES (?, ?, ?)", values)

    def sync_runs(self) -> list[SyncRun]:
        """The last run on each source. See `Store.sync_runs`."""
        with self._reading() as connection:
            rows = connection.execute("SELECT run FROM sync_runs ORDER BY collection, source").fetchall()
        try:
            return [from_json(text) for (text,) in rows]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise StorageError(
                "A run of `quoth sync` isn't kept as Quoth keeps it: sync its folder or site again.", file=self.path
            ) from error
