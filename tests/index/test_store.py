"""The data file: one transaction a document, versions, snapshots, and no trace of what is deleted."""

import hashlib
import math
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
from support import forget_tables, make_older

from index import database, schema
from index.chunking import Chunk
from index.documents import Document, Heading
from index.errors import BusyError, MismatchError, NotFoundError, QuestionError, StorageError
from index.snapshot import Filter
from index.store import FILE_NAME, Signature, Store

SIGNATURE = Signature("toy", "0" * 64, 3, 100, 10)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / FILE_NAME


@pytest.fixture
def store(path: Path) -> Any:
    store = Store.create(path, SIGNATURE)
    yield store
    store.close()


def put(store: Store, document_id: str, text: str, collection: str = "default", **more: Any) -> int:
    document = Document(**{"id": document_id, "title": document_id, "text": text, **more})
    half = len(text) // 2
    chunks = [Chunk(0, half), Chunk(half, len(text))]
    return store.put(document, chunks, np.array([[1, 0, 0], [0, 1, 0]], np.float32), collection).version


def rows(path: Path) -> dict[str, int]:
    tables = ("documents", "chunks", "vectors", "chunk_words")
    connection = sqlite3.connect(path)
    counts = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}
    connection.execute("INSERT INTO chunk_words (chunk_words, rank) VALUES ('integrity-check', 1)")  # with the chunks
    connection.close()
    return counts


def test_a_document_comes_back_as_it_went_in(store: Store) -> None:
    document = Document(
        "a/b", "Title", "Ünï 👩‍👧 text\r\nend", "https://x.test/", "application/pdf", {"n": 1, "ok": True}, (0, 5),
        (Heading(3, 2, "H"),),
    )  # fmt: skip
    vectors = np.array([[0.1, 0.2, 0.3]], np.float32)
    assert store.put(document, [Chunk(0, 10)], vectors, "default").version == 1
    with store.snapshot() as snapshot:
        assert snapshot.document_by_id("a/b", "default") == document
        summary = snapshot.summary("a/b", "default")
        assert (summary.characters, summary.chunks, summary.sha256) == (len(document.text), 1, document.sha256)
        keys = snapshot.chunk_keys(Filter("default"))
        chunk = snapshot.chunks(keys.tolist())[keys[0]]
        assert (chunk.text, chunk.start, chunk.end, chunk.document_id) == (document.text[:10], 0, 10, "a/b")
        assert np.array_equal(snapshot.vectors(keys, 3), vectors)


def test_the_same_id_replaces_and_every_table_agrees(store: Store, path: Path) -> None:
    assert [put(store, "a", "old words"), put(store, "b", "other"), put(store, "a", "new words")] == [1, 2, 3]
    assert rows(path) == {"documents": 2, "chunks": 4, "vectors": 4, "chunk_words": 4}
    with store.snapshot() as snapshot:
        assert snapshot.document_by_id("a", "default").text == "new words"
        assert snapshot.bm25('"old"', Filter("default"), 5) == {}
        assert len(snapshot.bm25('"new"', Filter("default"), 5)) == 1


def contextual(store: Store) -> None:
    """Two documents of two chunks: the second of "a" stands under a heading."""
    put(store, "a", "Boats sail at noon. They return at dusk.", title="Zeppelin", headings=(Heading(0, 1, "Quays"),))
    put(store, "b", "A zeppelin flies over boats and over fields.", title="Skies")


def texts(store: Store, words: str, context: float) -> dict[str, float]:
    """The chunks found → their scores, the best first."""
    with store.snapshot() as snapshot:
        found = snapshot.bm25(words, Filter("default"), 10, context)
        assert snapshot.bm25_of(words, list(found), context) == found
        chunks = snapshot.chunks(list(found))
    return {chunks[key].text: score for key, score in found.items()}


def test_titles_and_headings_find_chunks_unless_their_weight_is_0(store: Store) -> None:
    contextual(store)
    first, second, own = "Boats sail at noon. ", "They return at dusk.", "A zeppelin flies over "
    assert list(texts(store, '"zeppelin"', 0.3)) == [own, first, second]  # a chunk's own word counts for more
    assert list(texts(store, '"zeppelin"', 0)) == [own]
    assert list(texts(store, '"quays"', 0.3)) == [second]  # the first holds the heading itself
    assert texts(store, '"quays"', 0) == {}
    assert texts(store, '"quays" OR "boats"', 0).keys() == {first, "boats and over fields."}
    with store.snapshot() as snapshot:
        filtered = snapshot.bm25('"zeppelin"', Filter("default", ("a",)), 10, 0.3)
        assert {chunk.text for chunk in snapshot.chunks(list(filtered)).values()} == {first, second}


def test_a_context_words_score_is_bm25s_with_its_weight(store: Store) -> None:
    contextual(store)
    # Of 4 chunks 1 has "quays": idf = ln((4 - 1 + 0.5) / (1 + 0.5)). The chunk's words and its context's: 4 + 2 = 6; all
    # chunks': 4 + 1, 4 + 2, 4 + 1, 4 + 1 = 21 by 4 = 5.25. k1 = 1.2, b = 0.75, and the word is there 0.3 times.
    length = 1.2 * (1 - 0.75 + 0.75 * 6 / 5.25)
    expected = math.log(3.5 / 1.5) * 0.3 * 2.2 / (0.3 + length)
    assert texts(store, '"quays"', 0.3) == {"They return at dusk.": pytest.approx(expected)}


def test_a_new_title_replaces_the_old_ones_words(store: Store, path: Path) -> None:
    contextual(store)
    put(store, "a", "Boats sail at noon. They return at dusk.", title="Airship")
    assert list(texts(store, '"zeppelin" OR "quays"', 0.3)) == ["A zeppelin flies over "]
    assert len(texts(store, '"airship"', 0.3)) == 2
    assert rows(path) == {"documents": 2, "chunks": 4, "vectors": 4, "chunk_words": 4}


def test_an_original_is_kept_with_its_document_and_goes_with_it(store: Store, path: Path) -> None:
    document = Document("a.pdf", "A", "some words", media_type="application/pdf")
    chunks, vectors, data = [Chunk(0, 10)], np.ones((1, 3), np.float32), b"%PDF- mnemosynesque\0\xff"
    store.put(document, chunks, vectors, "default", data)
    put(store, "b", "other words")
    with store.snapshot() as snapshot:
        kept = snapshot.original("a.pdf", "default")
        assert (kept.media_type, kept.data) == ("application/pdf", data)
        assert kept.sha256 == snapshot.original_sha256("a.pdf", "default") == hashlib.sha256(data).hexdigest()
        assert [summary.original_bytes for summary in snapshot.summaries()] == [len(data), None]
        with pytest.raises(NotFoundError, match="No original is kept of 'b': it is plain text itself, or"):
            snapshot.original("b", "default")
        with pytest.raises(NotFoundError, match="no document 'a.pdf' in the collection 'other'"):
            snapshot.original("a.pdf", "other")
    store.put(document, chunks, vectors, "default")  # replaced by one without
    with store.snapshot() as snapshot:
        assert snapshot.summary("a.pdf", "default").original_bytes is None
    store.put(document, chunks, vectors, "default", data)
    assert b"mnemosynesque" in b"".join(file.read_bytes() for file in path.parent.iterdir())
    store.delete("a.pdf", "default")
    assert b"mnemosynesque" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_a_failed_write_leaves_the_original_as_it_was(store: Store) -> None:
    document = Document("a", "A", "old words", media_type="text/html")
    store.put(document, [Chunk(0, 9)], np.ones((1, 3), np.float32), "default", b"<p>old words")
    with pytest.raises(ValueError, match="shorter"):
        store.put(document, [Chunk(0, 1), Chunk(1, 3)], np.ones((1, 3), np.float32), "default", b"<p>new words")
    with store.snapshot() as snapshot:
        assert (snapshot.version, snapshot.original("a", "default").data) == (1, b"<p>old words")


def test_deleting_leaves_no_trace_in_the_files(store: Store, path: Path) -> None:
    headings = (Heading(0, 1, "Brouhaha vermillions"),)
    put(store, "secret", "xylophonist quagmire " * 200, title="Flibbertigibbets gossamers", headings=headings)
    put(store, "kept", "harmless")
    secrets = [b"xylophonist", b"quagmir", b"gossam", b"ibbertigibbet", b"ouhaha", b"vermillion"]  # as they are stemmed
    there = b"".join(file.read_bytes() for file in path.parent.iterdir()).lower()
    assert [word for word in secrets if word not in there] == []
    assert store.delete("secret", "default") == 3
    assert rows(path) == {"documents": 1, "chunks": 2, "vectors": 2, "chunk_words": 2}
    left = b"".join(file.read_bytes() for file in path.parent.iterdir()).lower()
    assert [word for word in secrets if word in left] == []
    with pytest.raises(NotFoundError, match="no document 'secret' in the collection 'default'"):
        store.delete("secret", "default")


def test_collections_hold_the_same_id_apart(store: Store) -> None:
    put(store, "a", "first text", "one")
    put(store, "a", "second text", "two")
    store.delete("a", "one")
    with store.snapshot() as snapshot:
        assert snapshot.collections() == {"two": 1}
        assert snapshot.document_by_id("a", "two").text == "second text"
        with pytest.raises(NotFoundError, match="'a' in the collection 'one'"):
            snapshot.document_by_id("a", "one")
        with pytest.raises(NotFoundError, match="'a' in the collection 'one'"):
            snapshot.summary("a", "one")


def test_a_failed_write_changes_nothing(store: Store, path: Path) -> None:
    put(store, "a", "old words")
    with pytest.raises(ValueError, match="shorter"):
        store.put(Document("a", "A", "new"), [Chunk(0, 1), Chunk(1, 3)], np.zeros((1, 3), np.float32), "default")
    with store.snapshot() as snapshot:
        assert (snapshot.version, snapshot.document_by_id("a", "default").text) == (1, "old words")
    assert put(store, "b", "next") == 2


def test_a_snapshot_stays_at_its_version_while_others_write(store: Store) -> None:
    put(store, "a", "old words")
    with store.snapshot() as before:
        put(store, "a", "new words")
        with store.snapshot() as after:
            assert (before.version, after.version) == (1, 2)
            assert before.document_by_id("a", "default").text == "old words"
            assert after.document_by_id("a", "default").text == "new words"


def _write_elsewhere(path: Path) -> None:
    store = Store(path, SIGNATURE)
    put(store, "from elsewhere", "some words")
    store.close()


def test_another_processs_commit_is_seen_without_reopening(store: Store, path: Path) -> None:
    with store.snapshot() as snapshot:
        assert snapshot.version == 0
    writer = multiprocessing.get_context("spawn").Process(target=_write_elsewhere, args=(path,))
    writer.start()
    writer.join(30)
    with store.snapshot() as snapshot:
        assert snapshot.version == 1
        assert snapshot.document_by_id("from elsewhere", "default").text == "some words"


def test_filters_narrow_by_collection_id_and_metadata(store: Store) -> None:
    put(store, "a", "red fox", metadata={"year": 2024, "draft": False})
    put(store, "b", "red hen", metadata={"year": 2026, "draft": True})
    put(store, "c", "red cow", "other", metadata={"year": 2024})

    def found(where: Filter) -> list[str]:
        with store.snapshot() as snapshot:
            by_words = {
                chunk.document_id for chunk in snapshot.chunks(list(snapshot.bm25('"red"', where, 10))).values()
            }
            by_keys = {chunk.document_id for chunk in snapshot.chunks(snapshot.chunk_keys(where).tolist()).values()}
        assert by_words == by_keys
        return sorted(by_words)

    assert found(Filter("default")) == ["a", "b"]
    assert found(Filter("other")) == ["c"]
    assert found(Filter("default", ("b", "c"))) == ["b"]
    assert found(Filter("default", ())) == []
    assert found(Filter("default", metadata={"year": 2024})) == ["a"]
    assert found(Filter("default", metadata={"draft": True, "year": 2026})) == ["b"]
    assert found(Filter("default", metadata={"draft": 1})) == []  # true is not 1
    assert found(Filter("default", metadata={"year": "2024' OR 1"})) == []


def test_a_number_that_an_earlier_quoth_let_in_spoils_no_filter(store: Store, path: Path) -> None:
    put(store, "a", "red fox", metadata={"year": 2024, "weight": 1.5})
    put(store, "b", "red hen", metadata={"year": 2024})
    connection = sqlite3.connect(path)
    connection.execute("""UPDATE documents SET metadata = '{"year": 2024, "weight": NaN}' WHERE id = 'a'""")
    connection.commit()
    connection.close()
    with store.snapshot() as snapshot:
        keys = snapshot.chunk_keys(Filter("default", metadata={"year": 2024})).tolist()
        assert {chunk.document_id for chunk in snapshot.chunks(keys).values()} == {"b"}
        assert snapshot.document_by_id("a", "default").metadata == {"year": 2024}
        assert snapshot.summary("a", "default").metadata == {"year": 2024}


@pytest.mark.parametrize(
    "where", [{"collection": "\ud800"}, {"document_ids": ("a", "\udfff")}, {"metadata": {"k": math.nan}}]
)
def test_a_filter_for_what_no_document_can_have_is_refused(where: dict[str, Any]) -> None:
    with pytest.raises(QuestionError):
        Filter(**where)


def test_opening_for_reading_changes_nothing(path: Path) -> None:
    store = Store.create(path, SIGNATURE)
    put(store, "a", "some words")
    store.close()
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    reader = Store(path, SIGNATURE, read_only=True)
    with reader.snapshot() as snapshot:
        assert snapshot.version == 1
    with pytest.raises(StorageError, match="opened for reading only"):
        reader.delete("a", "default")
    reader.close()
    assert path.read_bytes() == before[path.name]


def test_a_missing_index_is_named_with_the_cure(path: Path) -> None:
    with pytest.raises(NotFoundError, match="no index at .*data: make one with `quoth index PATH`"):
        Store(path)
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
        Store.create(path, SIGNATURE)
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
def test_another_schema_is_refused_with_the_cure(store: Store, path: Path, version: int, message: str) -> None:
    sqlite3.connect(path).execute(f"PRAGMA user_version = {version}")
    with pytest.raises(MismatchError, match=message):
        Store(path)


def remade(store: Store) -> Any:
    with store.snapshot() as snapshot:
        for collection, document in snapshot.documents():
            yield collection, document, [Chunk(0, len(document.text))], np.ones((1, 3), np.float32)


def test_rebuilding_brings_an_older_file_up_to_date(path: Path) -> None:
    store = Store.create(path, SIGNATURE)
    contextual(store)
    with store.snapshot() as snapshot:
        before = list(snapshot.documents())
    store.close()
    make_older(path)
    with pytest.raises(MismatchError, match="has schema 1, made by an older Quoth"):
        Store.create(path, SIGNATURE)
    older = Store(path, older=True)
    assert older.rebuild(SIGNATURE, remade(older)) == 3
    older.close()
    store = Store(path, SIGNATURE)
    with store.snapshot() as snapshot:
        assert list(snapshot.documents()) == before
    assert len(texts(store, '"zeppelin"', 0.3)) == 2
    assert rows(path) == {"documents": 2, "chunks": 2, "vectors": 2, "chunk_words": 2}
    store.close()


def test_a_file_without_the_tables_that_came_since_is_read_as_it_is_and_gets_them_when_written(path: Path) -> None:
    store = Store.create(path, SIGNATURE)
    contextual(store)
    store.close()
    forget_tables(path)
    before = path.read_bytes()
    with pytest.raises(MismatchError, match="embedder 'toy'"):
        Store(path, Signature("other", "1" * 64, 3, 100, 10))
    reader = Store(path, SIGNATURE, read_only=True)
    with reader.snapshot() as snapshot:
        assert [(summary.id, summary.original_bytes) for summary in snapshot.summaries()] == [("a", None), ("b", None)]
        assert snapshot.original_sha256("a", "default") is None
    reader.close()
    assert path.read_bytes() == before
    store = Store.create(path, SIGNATURE)
    document = Document("c", "C", "some words", media_type="text/html")
    assert store.put(document, [Chunk(0, 10)], np.ones((1, 3), np.float32), "default", b"<p>some words").version == 3
    with store.snapshot() as snapshot:
        assert snapshot.original("c", "default").data == b"<p>some words"
    assert rows(path) == {"documents": 3, "chunks": 5, "vectors": 5, "chunk_words": 5}
    store.close()
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone() == (schema.VERSION,)


def test_rebuilding_keeps_originals_and_when_a_document_was_added(store: Store, path: Path) -> None:
    document = Document("a", "A", "some words", media_type="text/html")
    store.put(document, [Chunk(0, 5), Chunk(5, 10)], np.ones((2, 3), np.float32), "default", b"<p>some words")
    sqlite3.connect(path, isolation_level=None).execute("UPDATE documents SET added = '2020-01-01T00:00:00+00:00'")
    assert store.rebuild(SIGNATURE, remade(store)) == 2
    with store.snapshot() as snapshot:
        summary = snapshot.summary("a", "default")
        assert (summary.chunks, summary.added, summary.original_bytes) == (1, "2020-01-01T00:00:00+00:00", 13)
    assert rows(path) == {"documents": 1, "chunks": 1, "vectors": 1, "chunk_words": 1}


def test_a_rebuild_that_fails_leaves_an_older_file_as_it_was(path: Path) -> None:
    store = Store.create(path, SIGNATURE)
    contextual(store)
    store.close()
    make_older(path)

    def failing() -> Any:
        yield next(remade(older))
        raise RuntimeError("stopped")

    older = Store(path, older=True)
    with pytest.raises(RuntimeError, match="stopped"):
        older.rebuild(SIGNATURE, failing())
    older.close()
    assert rows(path) == {"documents": 2, "chunks": 2, "vectors": 2, "chunk_words": 2}
    with pytest.raises(MismatchError, match="has schema 1"):
        Store(path)


def test_another_embedder_is_refused_with_the_command_that_cures_it(store: Store, path: Path) -> None:
    other = Signature("other", "1" * 64, 3, 100, 10)
    with pytest.raises(
        MismatchError, match=r"made with embedder 'toy' \(here 'other'\), weights_sha256 .*quoth rebuild"
    ):
        Store(path, other)


def test_another_chunk_context_is_refused_with_the_command_that_cures_it(store: Store, path: Path) -> None:
    with pytest.raises(MismatchError, match=r"made with chunk_context 'none' \(here 'title'\)\. .*quoth rebuild"):
        Store(path, Signature("toy", "0" * 64, 3, 100, 10, "title"))


def test_an_index_rebuilt_with_another_embedder_while_open_is_refused(store: Store, path: Path) -> None:
    put(store, "a", "some words")
    Store(path).rebuild(Signature("other", "1" * 64, 3, 100, 10), iter([]))
    with pytest.raises(MismatchError, match="quoth rebuild"), store.snapshot():
        pass
    with pytest.raises(MismatchError, match="quoth rebuild"):
        put(store, "b", "some words")
    assert rows(path)["documents"] == 1


def test_a_writer_waits_for_another_and_says_so_in_the_end(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    second = Store(path, SIGNATURE)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyError, match="Another process has been writing"):
        put(second, "a", "some words")
    other.execute("ROLLBACK")
    assert put(second, "a", "some words") == 1


def _fill_the_disk(path: Path) -> None:
    """Runs in a process of its own, whose files may not grow past a limit."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = Store(path, SIGNATURE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    try:
        put(store, "large", "many words " * 100_000)
    except StorageError as error:
        print(error)
        with store.snapshot() as snapshot:
            os._exit(0 if "nothing was changed" in str(error) and snapshot.version == 1 else 1)
    os._exit(2)


def test_a_full_disk_loses_nothing(store: Store, path: Path) -> None:
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
from index.store import FILE_NAME, Signature, Store
if os.geteuid() == 0:  # for whom no folder is read-only
    os.setuid(65534)
path = Path(sys.argv[1]) / "data" / FILE_NAME
signature = Signature("toy", "0" * 64, 3, 100, 10)
with Store(path, signature, read_only=True).snapshot() as snapshot:
    print(snapshot.document_by_id("a", "default").text)
for make in (lambda: Store.create(path, signature).delete("a", "default"),
             lambda: Store.create(path.parent / "new" / FILE_NAME, signature)):
    try:
        make()
    except StorageError as error:
        print(error)
"""


def test_a_read_only_folder_can_be_read_and_says_that_it_cant_be_written(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to other users
        Path(folder).chmod(0o755)
        path = Path(folder) / "data" / FILE_NAME
        store = Store.create(path, SIGNATURE)
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
