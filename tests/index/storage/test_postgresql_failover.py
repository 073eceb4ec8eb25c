"""A primary and its standby: questions are answered from either, and writing goes on when the one takes the other's place."""

from collections.abc import Iterator

import pytest
from postgresql_server import PostgreSQLServer, until
from store_support import SIGNATURE, put

from index.errors import BusyError, StorageError
from index.storage.base import Filter, Maintained, Store
from index.storage.principals import SEES_ALL
from index.stores import create_store, open_store


@pytest.fixture
def primary() -> Iterator[PostgreSQLServer]:
    server = PostgreSQLServer()
    yield server
    server.stop()


@pytest.fixture
def standby(primary: PostgreSQLServer) -> Iterator[PostgreSQLServer]:
    create_store(primary.url, SIGNATURE).close()
    server = PostgreSQLServer(standby_of=primary)
    yield server
    server.stop()


@pytest.mark.long
def test_a_standby_answers_and_takes_the_primarys_place(primary: PostgreSQLServer, standby: PostgreSQLServer) -> None:
    hosts = ",".join(f"127.0.0.1:{server.port}" for server in (primary, standby))
    store = open_store(f"postgresql://postgres@{hosts}/postgres?target_session_attrs=read-write", SIGNATURE)
    reading = create_store(standby.url, SIGNATURE)  # as `quoth serve` opens it
    for number in range(1, 21):
        assert put(store, f"{number}", f"number {number} in words") == number
    until(lambda: version_of(reading) == 20)
    with reading.view(SEES_ALL) as view:
        assert len(view.matching(["number"], Filter(), 50)) == 20
    with pytest.raises(StorageError, match=r"is a replica, which can't be written \(.*\): name the primary, or both"):
        put(reading, "21", "more words")
    primary.kill()
    standby.promote()

    def writes() -> bool:
        try:
            return put(store, "21", "more words") == 21
        except BusyError:
            return False

    until(writes)
    assert version_of(reading) == 21
    assert isinstance(store, Maintained)
    verdict = store.verify()
    assert (verdict.documents, verdict.faults) == (21, ())
    reading.close()
    store.close()


def version_of(store: Store) -> int:
    with store.view(SEES_ALL) as view:
        return view.version
