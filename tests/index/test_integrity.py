"""A whole file is told whole; each kind of damage is told by name; a backup is one version, whole or not there."""

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from store_support import SIGNATURE
from support import forget_tables

from index.chunking import Chunk
from index.documents import Document
from index.errors import StorageError
from index.storage.base import Fault, Filter
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import SQLiteStore

DISAGREES = "doesn't agree with the chunks (database disk image is malformed)"


@pytest.fixture
def store(path: Path) -> Any:
    store = SQLiteStore.create(path, SIGNATURE)
    for name in ("a", "b"):
        document = Document(name, name.upper(), f"{name}: bees make honey", pages=(0, 3))
        vectors = np.array([[1, 0, 0], [0, 0.6, 0.8]], np.float32)
        store.put(document, [Chunk(0, 7), Chunk(8, 18)], vectors, "default", b"%PDF-" + name.encode())
    yield store
    store.close()


def damage(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(f"PRAGMA foreign_keys = OFF; {statement}")
    connection.close()


def test_a_whole_file(store: SQLiteStore) -> None:
    verdict = store.verify()
    assert (verdict.version, verdict.documents, verdict.chunks, verdict.originals) == (2, 2, 4, 2)
    assert (verdict.faults, verdict.readable) == ((), True)


def test_a_file_without_the_tables_that_came_since(store: SQLiteStore, path: Path) -> None:
    store.close()
    forget_tables(path)
    verdict = SQLiteStore(path, read_only=True).verify()
    assert (verdict.documents, verdict.originals, verdict.faults) == (2, 0, ())


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "UPDATE documents SET title = 'Z' WHERE id = 'a'",
            Fault("document 'a' of 'default'", "is not what was stored: its digest is another", derived=False),
        ),
        (
            "UPDATE documents SET headings = 'none' WHERE id = 'a'",
            Fault(
                "document 'a' of 'default'", "can't be read (Expecting value: line 1 column 1 (char 0))", derived=False
            ),
        ),
        (
            "UPDATE originals SET bytes = x'00' WHERE document = 1",
            Fault("original of 'a'", "is not what was stored: its digest is another", derived=False),
        ),
        (
            "DELETE FROM chunks WHERE document = 2; DELETE FROM vectors WHERE chunk > 2;"
            "INSERT INTO words_1 (words_1) VALUES ('rebuild')",
            Fault("document 'b'", "has no chunks, so nothing of it is found", derived=True),
        ),
        ("DELETE FROM vectors WHERE chunk = 2", Fault("chunk 2", "has no vector", derived=True)),
        (
            "UPDATE vectors SET vector = zeroblob(12) WHERE chunk = 3",
            Fault("vector 3", "is not one of 3 components and length 1", derived=True),
        ),
        (
            "UPDATE vectors SET vector = x'0000803f' WHERE chunk = 3",
            Fault("vector 3", "is not one of 3 components and length 1", derived=True),
        ),
        (
            "INSERT INTO vectors VALUES (99, x'0000803f0000000000000000')",
            Fault("vectors 99", "belongs to a row of chunks that isn't there", derived=True),
        ),
        (
            "INSERT INTO words_1 (words_1, rowid, text, context) VALUES ('delete', 1, 'a: bees', '')",
            Fault("full-text index of 'default'", DISAGREES, derived=True),
        ),
        (
            "DROP TABLE words_1; DELETE FROM word_indexes",
            Fault("collection 'default'", "has no full-text index", derived=True),
        ),
        (
            "DROP TABLE words_1",
            Fault("full-text index of 'default'", f"{DISAGREES[:-33]}no such table: words_1)", derived=True),
        ),
        (
            "INSERT INTO word_indexes VALUES (2, 'none', 0, 9); CREATE VIEW none AS SELECT key, text, context FROM chunks WHERE 0;"
            "CREATE VIRTUAL TABLE words_2 USING fts5 (text, context, content = 'none', content_rowid = 'key')",
            Fault("full-text index of 'none'", "is of a collection without documents", derived=True),
        ),
    ],
    ids=[
        "title",
        "headings",
        "original",
        "no-chunks",
        "no-vector",
        "zero",
        "short",
        "orphan",
        "words",
        "no-index",
        "no-table",
        "stray",
    ],
)
def test_damage_is_told_by_name(store: SQLiteStore, path: Path, statement: str, fault: Fault) -> None:
    damage(path, statement)
    assert store.verify().faults == (fault,)


def test_a_chunk_that_is_no_slice(store: SQLiteStore, path: Path) -> None:
    damage(path, "UPDATE chunks SET start = 1 WHERE key = 1")
    assert store.verify().faults == (Fault("chunk 1", "is not the slice [1:7] of 'a'", derived=True),)


def test_broken_pages_are_told_and_nothing_else_is_trusted(store: SQLiteStore, path: Path) -> None:
    store.close()
    connection = sqlite3.connect(path)
    roots = connection.execute("SELECT rootpage FROM sqlite_schema WHERE rootpage > 0 AND tbl_name <> 'manifest'")
    numbers = [number for (number,) in roots]
    connection.close()
    data = bytearray(path.read_bytes())
    page = int.from_bytes(data[16:18], "big")
    for number in numbers:  # the first page has the number 1
        data[(number - 1) * page : (number - 1) * page + 8] = b"\xff" * 8
    path.write_bytes(data)
    verdict = SQLiteStore(path, read_only=True).verify()
    assert verdict.faults
    assert {(fault.where, fault.derived) for fault in verdict.faults} == {("database", False)}
    assert (verdict.readable, verdict.documents) == (False, 0)


def test_a_backup_is_one_version_and_replaces_nothing(store: SQLiteStore, path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    with store.view(SEES_ALL) as earlier:
        assert store.back_up(copy) == earlier.version == 2
    assert copy.stat().st_mode & 0o777 == path.stat().st_mode & 0o777 == 0o600
    backup = SQLiteStore(copy, SIGNATURE, read_only=True)
    assert backup.verify() == store.verify()
    with backup.view(SEES_ALL) as snapshot:
        assert snapshot.document("b", "default").text == "b: bees make honey"
        assert snapshot.original("b", "default").data == b"%PDF-b"
    backup.close()
    before = copy.read_bytes()
    with pytest.raises(StorageError, match=r"copy\.sqlite3 can't be written \(File exists\): name another file"):
        store.back_up(copy)
    with pytest.raises(StorageError, match=r"there.copy\.sqlite3 can't be written"):
        store.back_up(tmp_path / "there" / "copy.sqlite3")
    assert copy.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["copy.sqlite3", "data"]


def test_restoring_brings_back_what_was_while_others_read(store: SQLiteStore, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    store.keep("calibration", "as it was")
    store.back_up(copy)
    store.delete("a", "default")
    document = Document("c", "C", "c: nothing of this stays")
    store.put(document, [Chunk(0, 24)], np.array([[0, 0, 1]], np.float32), "default")
    store.keep("calibration", "another")
    query = np.array([0, 0, 1], np.float32)
    with store.view(SEES_ALL) as before:
        assert list(before.nearest(query, Filter(), 1)) == [5]  # chunks 1 to 4 were those of a and b
        assert store.restore(copy) == 7  # 3 in the backup, 6 in the store
        assert before.document("c", "default").text == "c: nothing of this stays"
    with store.view(SEES_ALL) as after:
        assert (after.version, after.manifest("calibration")) == (7, "as it was")
        assert [summary.id for summary in after.summaries()] == ["a", "b"]
        assert after.original("a", "default").data == b"%PDF-a"
        assert sorted(after.matching(["bees"], Filter(), 9)) == [6, 8]  # no key is used twice
        assert after.nearest(query, Filter(), 1) == {7: pytest.approx(0.8)}
    assert store.verify().faults == ()


def test_a_restore_that_fails_changes_nothing(store: SQLiteStore, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    store.back_up(copy)
    damage(copy, "DROP TABLE feedback")
    store.delete("a", "default")
    before = store.verify()
    with pytest.raises(StorageError, match="copy.sqlite3 is not as Quoth makes it: it lacks the table 'feedback', "):
        store.restore(copy)
    assert store.verify() == before
