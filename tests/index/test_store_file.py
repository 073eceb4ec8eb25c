"""The data file itself: opened, refused, brought up to date, shared with other writers, on a disk that is full or read-only."""

import multiprocessing
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from store_support import SIGNATURE, contextual, put, rows, texts
from support import forget_tables, make_older

from index.chunking import Chunk
from index.documents import Document
from index.errors import BusyError, MismatchError, NotFoundError, StorageError
from index.signature import Signature
from index.storage.principals import SEES_ALL
from index.storage.sqlite import database, schema
from index.storage.sqlite.store import FILE_NAME, SQLiteStore


def test_opening_for_reading_changes_nothing(path: Path) -> None:
    store = SQLiteStore.create(path, SIGNATURE)
    put(store, "a", "some words")
    store.close()
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    reader = SQLiteStore(path, SIGNATURE, read_only=True)
    with reader.view(SEES_ALL) as snapshot:
        assert snapshot.version == 1
    with pytest.raises(StorageError, match="opened for reading only"):
        reader.delete("a", "default")
    reader.close()
    assert path.read_bytes() == before[path.name]


def test_a_missing_index_is_named_with_the_cure(path: Path) -> None:
    with pytest.raises(NotFoundError, match="no index at .*data: make one with `quoth index PATH`"):
        SQLiteStore(path)
    assert not path.parent.exists()


@pytest.mark.parametrize(
    ("prepare", "error", "message"),
    [
        (lambda path: path.write_bytes(b"not a database " * 100), StorageError, "damaged or no Quoth index"),
        (lambda path: path.write_bytes(b""), StorageError, "is a database, but not one of Quoth's"),
        (lambda path: sqlite3.connect(path).execute("CREATE TABLE t (x)"), StorageError, "not one of Quoth's"),
    ],
)
def test_a_file_that_is_no_index_is_refused_and_left_alone(path: Path, prepare: Any, error: type, message: str) -> None:
    path.parent.mkdir()
    prepare(path)
    content = path.read_bytes()
    with pytest.raises(error, match=message):
        SQLiteStore.create(path, SIGNATURE)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("version", "message"),
    [
        (1, f"has schema 1, made by an older Quoth; this one reads schema {schema.VERSION}. Run `quoth rebuild`"),
        (
            schema.VERSION + 1,
            f"has schema {schema.VERSION + 1}, made by a newer Quoth; this one reads schema {schema.VERSION}. Use that",
        ),
    ],
)
def test_another_schema_is_refused_with_the_cure(store: SQLiteStore, path: Path, version: int, message: str) -> None:
    sqlite3.connect(path).execute(f"PRAGMA user_version = {version}")
    with pytest.raises(MismatchError, match=message):
        SQLiteStore(path)


def remade(store: SQLiteStore) -> Any:
    with store.view(SEES_ALL) as snapshot:
        for collection, document in snapshot.documents():
            yield collection, document, [Chunk(0, len(document.text))], np.ones((1, 3), np.float32)


def test_rebuilding_brings_an_older_file_up_to_date(path: Path) -> None:
    store = SQLiteStore.create(path, SIGNATURE)
    contextual(store)
    with store.view(SEES_ALL) as snapshot:
        before = list(snapshot.documents())
    store.close()
    make_older(path)
    with pytest.raises(MismatchError, match="has schema 1, made by an older Quoth"):
        SQLiteStore.create(path, SIGNATURE)
    older = SQLiteStore(path, older=True)
    assert older.rebuild(SIGNATURE, remade(older)) == 3
    older.close()
    store = SQLiteStore(path, SIGNATURE)
    with store.view(SEES_ALL) as snapshot:
        assert list(snapshot.documents()) == before
    assert len(texts(store, "zeppelin", 0.3)) == 2
    assert rows(path) == {"documents": 2, "chunks": 2, "vectors": 2, "words": 2}
    store.close()


def test_a_file_without_the_tables_that_came_since_is_read_as_it_is_and_gets_them_when_written(path: Path) -> None:
    store = SQLiteStore.create(path, SIGNATURE)
    contextual(store)
    store.close()
    forget_tables(path)
    before = path.read_bytes()
    with pytest.raises(MismatchError, match="embedder 'toy'"):
        SQLiteStore(path, Signature("other", "1" * 64, 3, 100, 10))
    reader = SQLiteStore(path, SIGNATURE, read_only=True)
    with reader.view(SEES_ALL) as snapshot:
        assert [(summary.id, summary.original_bytes) for summary in snapshot.summaries()] == [("a", None), ("b", None)]
        assert snapshot.original_sha256("a", "default") is None
    reader.close()
    assert path.read_bytes() == before
    store = SQLiteStore.create(path, SIGNATURE)
    document = Document("c", "C", "some words", media_type="text/html")
    assert store.put(document, [Chunk(0, 10)], np.ones((1, 3), np.float32), "default", b"<p>some words").version == 3
    with store.view(SEES_ALL) as snapshot:
        assert snapshot.original("c", "default").data == b"<p>some words"
    assert rows(path) == {"documents": 3, "chunks": 5, "vectors": 5, "words": 5}
    store.close()
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone() == (schema.VERSION,)


def test_rebuilding_keeps_originals_and_when_a_document_was_added(store: SQLiteStore, path: Path) -> None:
    document = Document("a", "A", "some words", media_type="text/html")
    store.put(document, [Chunk(0, 5), Chunk(5, 10)], np.ones((2, 3), np.float32), "default", b"<p>some words")
    sqlite3.connect(path, isolation_level=None).execute("UPDATE documents SET added = '2020-01-01T00:00:00+00:00'")
    assert store.rebuild(SIGNATURE, remade(store)) == 2
    with store.view(SEES_ALL) as snapshot:
        summary = snapshot.summary("a", "default")
        assert (summary.chunks, summary.added, summary.original_bytes) == (1, "2020-01-01T00:00:00+00:00", 13)
    assert rows(path) == {"documents": 1, "chunks": 1, "vectors": 1, "words": 1}


def test_a_rebuild_that_fails_leaves_an_older_file_as_it_was(path: Path) -> None:
    store = SQLiteStore.create(path, SIGNATURE)
    contextual(store)
    store.close()
    make_older(path)

    def failing() -> Any:
        yield next(remade(older))
        raise RuntimeError("stopped")

    older = SQLiteStore(path, older=True)
    with pytest.raises(RuntimeError, match="stopped"):
        older.rebuild(SIGNATURE, failing())
    older.close()
    assert rows(path) == {"documents": 2, "chunks": 2, "vectors": 2, "words": 2}
    with pytest.raises(MismatchError, match="has schema 1"):
        SQLiteStore(path)


def test_another_embedder_is_refused_with_the_command_that_cures_it(store: SQLiteStore, path: Path) -> None:
    other = Signature("other", "1" * 64, 3, 100, 10)
    with pytest.raises(
        MismatchError, match=r"made with embedder 'toy' \(here 'other'\), embedder_sha256 .*quoth rebuild"
    ):
        SQLiteStore(path, other)


def test_another_chunk_context_is_refused_with_the_command_that_cures_it(store: SQLiteStore, path: Path) -> None:
    with pytest.raises(MismatchError, match=r"made with chunk_context 'none' \(here 'title'\)\. .*quoth rebuild"):
        SQLiteStore(path, Signature("toy", "0" * 64, 3, 100, 10, "title"))


def test_another_language_is_refused_with_the_command_that_cures_it(store: SQLiteStore, path: Path) -> None:
    with pytest.raises(MismatchError, match=r"made with language 'en' \(here 'eo'\)\. .*quoth rebuild"):
        SQLiteStore(path, Signature("toy", "0" * 64, 3, 100, 10, language="eo"))


def test_an_index_that_names_no_language_is_english(store: SQLiteStore, path: Path) -> None:
    put(store, "a", "some words")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE manifest SET value = json_remove(value, '$.language') WHERE name = 'signature'")
        ((signature,),) = connection.execute("SELECT value FROM manifest WHERE name = 'signature'")
    assert "language" not in signature
    older = SQLiteStore(path, SIGNATURE, read_only=True)
    assert len(texts(older, "words", 0.3)) == 1
    older.close()
    with pytest.raises(MismatchError, match=r"made with language 'en' \(here 'eo'\)\. .*quoth rebuild"):
        SQLiteStore(path, Signature("toy", "0" * 64, 3, 100, 10, language="eo"))


def test_an_index_rebuilt_with_another_embedder_while_open_is_refused(store: SQLiteStore, path: Path) -> None:
    put(store, "a", "some words")
    SQLiteStore(path).rebuild(Signature("other", "1" * 64, 3, 100, 10), iter([]))
    with pytest.raises(MismatchError, match="quoth rebuild"), store.view(SEES_ALL):
        pass
    with pytest.raises(MismatchError, match="quoth rebuild"):
        put(store, "b", "some words")
    assert rows(path)["documents"] == 1


def test_a_writer_waits_for_another_and_says_so_in_the_end(
    store: SQLiteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    second = SQLiteStore(path, SIGNATURE)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyError, match="Another process has been writing"):
        put(second, "a", "some words")
    other.execute("ROLLBACK")
    assert put(second, "a", "some words") == 1


def _fill_the_disk(path: Path) -> None:
    """Runs in a process of its own, whose files may not grow past a limit."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = SQLiteStore(path, SIGNATURE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    try:
        put(store, "large", "many words " * 100_000)
    except StorageError as error:
        print(error)
        with store.view(SEES_ALL) as snapshot:
            os._exit(0 if "nothing was changed" in str(error) and snapshot.version == 1 else 1)
    os._exit(2)


def test_a_full_disk_loses_nothing(store: SQLiteStore, path: Path) -> None:
    put(store, "a", "some words")
    process = multiprocessing.get_context("spawn").Process(target=_fill_the_disk, args=(path,))
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert rows(path)["documents"] == 1
    assert put(store, "b", "some more") == 2


READ_ONLY = """
import os, sys
from pathlib import Path
from index.errors import StorageError
from index.signature import Signature
from index.signature import Signature
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import FILE_NAME, SQLiteStore
if os.geteuid() == 0:  # for whom no folder is read-only
    os.setuid(65534)
path = Path(sys.argv[1]) / "data" / FILE_NAME
signature = Signature("toy", "0" * 64, 3, 100, 10)
with SQLiteStore(path, signature, read_only=True).view(SEES_ALL) as snapshot:
    print(snapshot.document("a", "default").text)
for make in (lambda: SQLiteStore.create(path, signature).delete("a", "default"),
             lambda: SQLiteStore.create(path.parent / "new" / FILE_NAME, signature)):
    try:
        make()
    except StorageError as error:
        print(error)
"""


def test_a_read_only_folder_can_be_read_and_says_that_it_cant_be_written(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to other users
        Path(folder).chmod(0o755)
        path = Path(folder) / "data" / FILE_NAME
        store = SQLiteStore.create(path, SIGNATURE)
        put(store, "a", "some words")
        store.close()
        path.chmod(0o444)
        path.parent.chmod(0o555)
        command = [sys.executable, "-c", READ_ONLY, folder]
        lines = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=60).stdout.splitlines()
        path.parent.chmod(0o755)
    assert lines[0] == "some words"
    assert "can't be written" in lines[1]
    assert "Check its permissions, or choose another folder with --data" in lines[1]
    assert lines[2].endswith("(Permission denied): choose another folder with --data.")
