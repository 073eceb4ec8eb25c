"""`verify` on a database: what Quoth keeps agrees, or what doesn't is named, and made anew if it is derived."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import psycopg
import pytest
from contract.support import X, Y
from store_support import SIGNATURE, put

from index import stores
from index.chunking import Chunk
from index.documents import Document
from index.errors import StorageError
from index.storage.base import Fault, Maintained, Store
from index.storage.postgresql.integrity import verify
from index.storage.postgresql.place import place_of
from index.storage.postgresql.view import PostgreSQLView


@pytest.fixture
def store(postgresql_url: str) -> Iterator[Store]:
    store = stores.create_store(postgresql_url, SIGNATURE)
    put(store, "a", "some words and others", title="Ferries")
    store.put(Document("b", "B", "more words"), [Chunk(0, 10)], np.array([Y]), "other", b"<p>more words")
    yield store
    store.close()


@pytest.fixture
def faults_after(store: Store, postgresql_url: str) -> Iterator[Callable[[str], list[Fault]]]:
    """What is found after a statement, which is then undone."""
    place = place_of(postgresql_url.partition("://")[2])
    with psycopg.connect(place.conninfo) as connection:

        def found(statement: str) -> list[Fault]:
            connection.execute(f"SET search_path = {place.identifier}, public".encode())
            connection.execute(statement.encode())
            faults = list(verify(PostgreSQLView(connection, place)).faults)
            connection.rollback()
            return faults

        yield found


def test_a_whole_one(store: Store) -> None:
    assert isinstance(store, Maintained)
    verdict = store.verify()
    assert (verdict.version, verdict.documents, verdict.chunks, verdict.originals) == (2, 2, 3, 1)
    assert verdict.faults == ()
    store.delete("a", "default")
    assert store.verify().faults == ()


DERIVED = {
    "DELETE FROM vectors WHERE chunk = 1": ("chunk 1", "has no vector"),
    "UPDATE vectors SET vector = '[2, 0, 0]' WHERE chunk = 1": ("vector 1", "is not one of 3 components and length 1"),
    "UPDATE vectors SET vector = '[1, 0]' WHERE chunk = 1": ("vector 1", "is not one of 3 components and length 1"),
    "UPDATE vectors SET collection = 9 WHERE chunk = 1": ("chunk 1", "has a vector in another collection than"),
    "INSERT INTO vectors VALUES (99, 1, '[1, 0, 0]')": ("chunk 99", "has a vector and no text"),
    r"INSERT INTO postings VALUES (98, 1, 1, 'x', '\x00000001000100010000', '\x0000')": (
        "chunk 99",
        "has words and no text",
    ),
    r"INSERT INTO postings VALUES (1, 1, 1, 'x', '\x00000000000100010000', '\x0000')": (
        "words of 'default'",
        "are not those of its documents",
    ),
    "UPDATE postings SET chunks = 7 WHERE word = 'ferri'": ("word 'ferri'", "is counted in another number of chunks"),
    "DELETE FROM postings WHERE word = 'ferri'": ("words of 'a' of 'default'", "don't agree with its chunks"),
    r"UPDATE postings SET places = '\x0007' WHERE word = 'more'": (
        "words of 'b' of 'other'",
        "don't agree with its chunks",
    ),
    r"UPDATE postings SET places = '\x' WHERE word = 'word'": (
        "words of 'b' of 'other'",
        "don't agree with its chunks",
    ),
    "UPDATE postings SET records = set_byte(records, 5, 7) WHERE word = 'more'": (
        "words of 'b' of 'other'",
        "don't agree with its chunks",
    ),
    "UPDATE chunks SET text = 'none' WHERE key = 3": ("chunk 3", "is not the slice [0:10] of 'b'"),
    "UPDATE chunks SET context = 'none' WHERE key = 3": ("chunk 3", "is not the slice [0:10] of 'b'"),
    "UPDATE collections SET words = words + 1 WHERE name = 'other'": ("collection 'other'", "has another number of"),
}


DOCUMENTS = {
    "UPDATE documents SET text = 'other words' WHERE id = 'b'": "document 'b' of 'other'",
    "UPDATE documents SET headings = '[[1]]' WHERE id = 'b'": "document 'b' of 'other'",
    "UPDATE originals SET bytes = '\\x00'": "original of 'b'",
}


def test_what_is_damaged_is_named(faults_after: Callable[[str], list[Fault]]) -> None:
    for statement, (where, what) in DERIVED.items():
        faults = faults_after(statement)
        assert [fault for fault in faults if not fault.derived] == []
        assert any(fault.where == where and fault.what.startswith(what) for fault in faults), (statement, faults)
    for statement, where in DOCUMENTS.items():
        assert (where, False) in [(fault.where, fault.derived) for fault in faults_after(statement)], statement


def test_what_is_derived_is_made_anew(store: Store, postgresql_url: str) -> None:
    with psycopg.connect(place_of(postgresql_url.partition("://")[2]).conninfo) as connection:
        schema = postgresql_url.rpartition("=")[2]
        for statement in DERIVED:
            connection.execute(f"SET search_path = {schema}, public; {statement}".encode())

    def remade() -> Iterator[Any]:
        yield "default", Document("a", "Ferries", "some words and others"), [Chunk(0, 4)], np.array([X])
        yield "other", Document("b", "B", "more words"), [Chunk(0, 10)], np.array([Y])

    assert isinstance(store, Maintained)
    assert store.verify().faults != ()
    store.rebuild(SIGNATURE, remade())
    assert store.verify().faults == ()


def test_backups_are_postgresqls(store: Store, tmp_path: Any) -> None:
    assert isinstance(store, Maintained)
    with pytest.raises(
        StorageError, match=r"is PostgreSQL's to back up: use pg_dump --schema=test_\d+, .*`quoth copy "
    ):
        store.back_up(tmp_path / "copy")
    with pytest.raises(StorageError, match=r"is PostgreSQL's to restore: use pg_restore; .*`quoth copy sqlite:///"):
        store.restore(tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []
