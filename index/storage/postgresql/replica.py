"""A read replica: the views of questions come from it where it is as new as the primary.

The primary is asked for its version with each question, which takes a fraction of what searching takes. So a replica
that lags never shows: whoever has written something, here or through another server, gets answers with it.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from threading import Lock
from time import monotonic

from index.errors import BusyError, MismatchError, NotFoundError, QuothError, SettingsError, StorageError
from index.signature import Signature
from index.storage.postgresql.place import place_of
from index.storage.postgresql.store import PostgreSQLStore
from index.storage.postgresql.view import PostgreSQLView
from index.storage.principals import Principal
from index.storage.replicas import Why

RETRY_SECONDS = 5.0  # after which one that couldn't be used is tried again
BEHIND_SECONDS = 10.0  # after which it is told that one lags
_PATIENCE_SECONDS = 2.0  # that a question waits for a connection to it

# A standby, or what only reads for another reason, such as a follower of a managed service
_ONLY_READS = "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"

log = logging.getLogger(__name__)


class _BehindError(Exception):
    """The replica has one version and the primary another, later one."""

    def __init__(self, has: int, wanted: int) -> None:
        super().__init__()
        self.has = has
        self.wanted = wanted


class PostgreSQLReplica:
    """Views of a replica, or of its `primary`. Safe to share between threads.

    Raises SettingsError for another schema than the primary's. What else is wrong with it is told in the log.
    """

    def __init__(self, address: str, primary: PostgreSQLStore, signature: Signature) -> None:
        self._address = address
        self._place = place_of(address)
        if self._place.schema != primary.schema:
            raise SettingsError(
                f"QUOTH_STORE_READ names the schema {self._place.schema!r} and QUOTH_STORE {primary.schema!r}: a "
                "replica has the same, so name it in both (?schema=NAME)."
            )
        self._primary = primary
        self._signature = signature
        self._store: PostgreSQLStore | None = None
        self._next_try = 0.0
        self._why: Why = "away"  # it wasn't used for the last question
        self._told: Why = ""  # in the log
        self._lacking: tuple[int, float] | None = None  # a version that it lacks, and since when
        self._reads: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()
        self._opened()

    @contextmanager
    def view(self, principal: Principal) -> Iterator[PostgreSQLView]:
        """One version of everything as a principal sees it, with all that the primary had when this was called."""
        with ExitStack() as stack:
            view = self._from_replica(stack, principal)
            yield view or stack.enter_context(self._primary.view(principal))

    def reads(self) -> Mapping[tuple[str, str], int]:
        """("replica" or "store", the reason of the latter) → the number of views of it."""
        with self._lock:
            return dict(self._reads)

    def close(self) -> None:
        """Close the connections to the replica."""
        if self._store:
            self._store.close()

    def _from_replica(self, stack: ExitStack, principal: Principal) -> PostgreSQLView | None:
        """The replica's view, which `stack` is to close; None where the primary is to be read."""
        store = self._opened()
        if store is None:
            self._count_primary(self._why)
            return None
        try:
            state = self._primary.state()
        except (BusyError, StorageError):
            return None  # the primary is waited for, as ever
        try:
            with ExitStack() as trial:
                view = trial.enter_context(store.view(principal))
                self._check(view, *state)
                stack.push(trial.pop_all())
        except _BehindError as error:
            self._is_behind(error.has, error.wanted)
            return None
        except (StorageError, BusyError, NotFoundError, MismatchError) as error:
            self._is_lost(store, error)
            return None
        self._is_used()
        return view

    def _check(self, view: PostgreSQLView, identity: str | None, version: int) -> None:
        """Raise _BehindError or StorageError unless the view is of this index, of this version or a later one."""
        if view.manifest("identity") != identity and view.manifest("identity") is not None:
            raise StorageError(
                f"{self._place.url} holds another index than QUOTH_STORE: name a replica of the same database.",
                file=self._place.url,
            )
        if view.rows(_ONLY_READS) != [(True,)]:
            raise StorageError(
                f"{self._place.url} is no replica, since it can be written: name a standby that follows QUOTH_STORE, "
                "or unset QUOTH_STORE_READ.",
                file=self._place.url,
            )
        if view.version < version or view.manifest("identity") != identity:
            raise _BehindError(view.version, version)

    def _opened(self) -> PostgreSQLStore | None:
        """The replica, or None where it can't be used and it isn't time to try again; only one question tries."""
        with self._lock:
            if self._store or monotonic() < self._next_try:
                return self._store
            self._next_try = monotonic() + RETRY_SECONDS
        try:
            store = PostgreSQLStore(self._address, self._signature, read_only=True, seconds=_PATIENCE_SECONDS)
        except QuothError as error:
            self._tell(_why(error), str(error))
            return None
        with self._lock:
            self._store = store
        return store

    def _is_used(self) -> None:
        with self._lock:
            self._reads["replica", ""] += 1
            self._lacking = None
            was, self._told, self._why = self._told, "", ""
        if was:
            log.info("Questions are read from %s again.", self._place.url)

    def _is_behind(self, has: int, wanted: int) -> None:
        self._count_primary("behind")
        with self._lock:
            if self._lacking is None or has >= self._lacking[0]:  # it caught up with that since, and lacks another now
                self._lacking = (wanted, monotonic())
            lasts = monotonic() > self._lacking[1] + BEHIND_SECONDS
        if lasts:
            self._tell(
                "behind",
                f"{self._place.url} is at version {has}, and has been behind by more than {BEHIND_SECONDS:.0f} s: look "
                "at pg_stat_replication on the primary, and whether the replica's replay is paused.",
            )

    def _is_lost(self, store: PostgreSQLStore, error: QuothError) -> None:
        """Connect anew after a while: another server may answer then."""
        with self._lock:
            if self._store is store:
                self._store, self._next_try = None, monotonic() + RETRY_SECONDS
        self._tell(_why(error), str(error))
        self._count_primary(self._why)
        store.close()

    def _tell(self, why: Why, message: str) -> None:
        """Say once why the primary is read."""
        with self._lock:
            self._why = why
            if self._told == why:
                return
            self._told = why
        message = message.replace("correct QUOTH_STORE", "correct QUOTH_STORE_READ")
        log.warning("Questions are read from QUOTH_STORE, and not from its replica. %s", message)

    def _count_primary(self, why: Why) -> None:
        with self._lock:
            self._reads["store", why] += 1


def _why(error: QuothError) -> Why:
    reached = "can't be reached" not in str(error) and not isinstance(error, BusyError)
    return "unfit" if reached else "away"
