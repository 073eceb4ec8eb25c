"""What is stored: one transaction a document, versions, snapshots, and no trace of what is deleted."""

import hashlib
import math
import multiprocessing
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from store_support import SIGNATURE, contextual, put, rows, texts

from index.chunking import Chunk
from index.documents import Document, Heading
from index.errors import NotFoundError, QuestionError
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import SQLiteStore


def test_a_document_comes_back_as_it_went_in(store: SQLiteStore) -> None:
    document = Document(
        "a/b", "Title", "Ünï 👩‍👧 text\r\nend", "https://x.test/", "application/pdf", {"n": 1, "ok": True}, (0, 5),
        (Heading(3, 2, "H"),),
    )  # fmt: skip
    vectors = np.array([[0.1, 0.2, 0.3]], np.float32)
    assert store.put(document, [Chunk(0, 10)], vectors, "default").version == 1
    with store.view(SEES_ALL) as snapshot:
        assert snapshot.document("a/b", "default") == document
        summary = snapshot.summary("a/b", "default")
        assert (summary.characters, summary.chunks, summary.sha256) == (len(document.text), 1, document.sha256)
        keys = snapshot.chunk_keys(Filter("default"))
        chunk = snapshot.chunks(keys.tolist())[keys[0]]
        assert (chunk.text, chunk.start, chunk.end, chunk.document_id) == (document.text[:10], 0, 10, "a/b")
        assert np.array_equal(snapshot.vectors(keys, 3), vectors)


def test_the_same_id_replaces_and_every_table_agrees(store: SQLiteStore, path: Path) -> None:
    assert [put(store, "a", "old words"), put(store, "b", "other"), put(store, "a", "new words")] == [1, 2, 3]
    assert rows(path) == {"documents": 2, "chunks": 4, "vectors": 4, "chunk_words": 4}
    with store.view(SEES_ALL) as snapshot:
        assert snapshot.document("a", "default").text == "new words"
        assert snapshot.matching(["old"], Filter("default"), 5) == {}
        assert len(snapshot.matching(["new"], Filter("default"), 5)) == 1


def test_titles_and_headings_find_chunks_unless_their_weight_is_0(store: SQLiteStore) -> None:
    contextual(store)
    first, second, own = "Boats sail at noon. ", "They return at dusk.", "A zeppelin flies over "
    assert list(texts(store, "zeppelin", 0.3)) == [own, first, second]  # a chunk's own word counts for more
    assert list(texts(store, "zeppelin", 0)) == [own]
    assert list(texts(store, "quays", 0.3)) == [second]  # the first holds the heading itself
    assert texts(store, "quays", 0) == {}
    assert texts(store, "quays boats", 0).keys() == {first, "boats and over fields."}
    with store.view(SEES_ALL) as snapshot:
        filtered = snapshot.matching(["zeppelin"], Filter("default", ("a",)), 10, context=0.3)
        assert {chunk.text for chunk in snapshot.chunks(list(filtered)).values()} == {first, second}


def test_a_context_words_score_is_bm25s_with_its_weight(store: SQLiteStore) -> None:
    contextual(store)
    # Of 4 chunks 1 has "quays": idf = ln((4 - 1 + 0.5) / (1 + 0.5)). The chunk's words and its context's: 4 + 2 = 6; all
    # chunks': 4 + 1, 4 + 2, 4 + 1, 4 + 1 = 21 by 4 = 5.25. k1 = 1.2, b = 0.75, and the word is there 0.3 times.
    length = 1.2 * (1 - 0.75 + 0.75 * 6 / 5.25)
    expected = math.log(3.5 / 1.5) * 0.3 * 2.2 / (0.3 + length)
    assert texts(store, "quays", 0.3) == {"They return at dusk.": pytest.approx(expected)}


def test_a_new_title_replaces_the_old_ones_words(store: SQLiteStore, path: Path) -> None:
    contextual(store)
    put(store, "a", "Boats sail at noon. They return at dusk.", title="Airship")
    assert list(texts(store, "zeppelin quays", 0.3)) == ["A zeppelin flies over "]
    assert len(texts(store, "airship", 0.3)) == 2
    assert rows(path) == {"documents": 2, "chunks": 4, "vectors": 4, "chunk_words": 4}


def test_an_original_is_kept_with_its_document_and_goes_with_it(store: SQLiteStore, path: Path) -> None:
    document = Document("a.pdf", "A", "some words", media_type="application/pdf")
    chunks, vectors, data = [Chunk(0, 10)], np.ones((1, 3), np.float32), b"%PDF- mnemosynesque\0\xff"
    store.put(document, chunks, vectors, "default", data)
    put(store, "b", "other words")
    with store.view(SEES_ALL) as snapshot:
        kept = snapshot.original("a.pdf", "default")
        assert (kept.media_type, kept.data) == ("application/pdf", data)
        assert kept.sha256 == snapshot.original_sha256("a.pdf", "default") == hashlib.sha256(data).hexdigest()
        assert [summary.original_bytes for summary in snapshot.summaries()] == [len(data), None]
        with pytest.raises(NotFoundError, match="No original is kept of 'b': it is plain text itself, or"):
            snapshot.original("b", "default")
        with pytest.raises(NotFoundError, match="no document 'a.pdf' in the collection 'other'"):
            snapshot.original("a.pdf", "other")
    store.put(document, chunks, vectors, "default")  # replaced by one without
    with store.view(SEES_ALL) as snapshot:
        assert snapshot.summary("a.pdf", "default").original_bytes is None
    store.put(document, chunks, vectors, "default", data)
    assert b"mnemosynesque" in b"".join(file.read_bytes() for file in path.parent.iterdir())
    store.delete("a.pdf", "default")
    assert b"mnemosynesque" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_a_failed_write_leaves_the_original_as_it_was(store: SQLiteStore) -> None:
    document = Document("a", "A", "old words", media_type="text/html")
    store.put(document, [Chunk(0, 9)], np.ones((1, 3), np.float32), "default", b"<p>old words")
    with pytest.raises(ValueError, match="shorter"):
        store.put(document, [Chunk(0, 1), Chunk(1, 3)], np.ones((1, 3), np.float32), "default", b"<p>new words")
    with store.view(SEES_ALL) as snapshot:
        assert (snapshot.version, snapshot.original("a", "default").data) == (1, b"<p>old words")


def test_deleting_leaves_no_trace_in_the_files(store: SQLiteStore, path: Path) -> None:
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


def test_collections_hold_the_same_id_apart(store: SQLiteStore) -> None:
    put(store, "a", "first text", "one")
    put(store, "a", "second text", "two")
    store.delete("a", "one")
    with store.view(SEES_ALL) as snapshot:
        assert snapshot.collections() == {"two": 1}
        assert snapshot.document("a", "two").text == "second text"
        with pytest.raises(NotFoundError, match="'a' in the collection 'one'"):
            snapshot.document("a", "one")
        with pytest.raises(NotFoundError, match="'a' in the collection 'one'"):
            snapshot.summary("a", "one")


def test_a_failed_write_changes_nothing(store: SQLiteStore, path: Path) -> None:
    put(store, "a", "old words")
    with pytest.raises(ValueError, match="shorter"):
        store.put(Document("a", "A", "new"), [Chunk(0, 1), Chunk(1, 3)], np.zeros((1, 3), np.float32), "default")
    with store.view(SEES_ALL) as snapshot:
        assert (snapshot.version, snapshot.document("a", "default").text) == (1, "old words")
    assert put(store, "b", "next") == 2


def test_a_snapshot_stays_at_its_version_while_others_write(store: SQLiteStore) -> None:
    put(store, "a", "old words")
    with store.view(SEES_ALL) as before:
        put(store, "a", "new words")
        with store.view(SEES_ALL) as after:
            assert (before.version, after.version) == (1, 2)
            assert before.document("a", "default").text == "old words"
            assert after.document("a", "default").text == "new words"


def _write_elsewhere(path: Path) -> None:
    store = SQLiteStore(path, SIGNATURE)
    put(store, "from elsewhere", "some words")
    store.close()


def test_another_processs_commit_is_seen_without_reopening(store: SQLiteStore, path: Path) -> None:
    with store.view(SEES_ALL) as snapshot:
        assert snapshot.version == 0
    writer = multiprocessing.get_context("spawn").Process(target=_write_elsewhere, args=(path,))
    writer.start()
    writer.join(30)
    with store.view(SEES_ALL) as snapshot:
        assert snapshot.version == 1
        assert snapshot.document("from elsewhere", "default").text == "some words"


def test_filters_narrow_by_collection_id_and_metadata(store: SQLiteStore) -> None:
    put(store, "a", "red fox", metadata={"year": 2024, "draft": False})
    put(store, "b", "red hen", metadata={"year": 2026, "draft": True})
    put(store, "c", "red cow", "other", metadata={"year": 2024})

    def found(where: Filter) -> list[str]:
        with store.view(SEES_ALL) as snapshot:
            by_words = {
                chunk.document_id for chunk in snapshot.chunks(list(snapshot.matching(["red"], where, 10))).values()
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
    assert found(Filter("default", metadata={"founded": 2024})) == []  # the value alone, under another key
    assert found(Filter("default", metadata={"year": True})) == []
    assert found(Filter("default", metadata={"year": "2024' OR 1"})) == []


def test_a_number_that_an_earlier_quoth_let_in_spoils_no_filter(store: SQLiteStore, path: Path) -> None:
    put(store, "a", "red fox", metadata={"year": 2024, "weight": 1.5})
    put(store, "b", "red hen", metadata={"year": 2024})
    connection = sqlite3.connect(path)
    connection.execute("""UPDATE documents SET metadata = '{"year": 2024, "weight": NaN}' WHERE id = 'a'""")
    connection.commit()
    connection.close()
    with store.view(SEES_ALL) as snapshot:
        keys = snapshot.chunk_keys(Filter("default", metadata={"year": 2024})).tolist()
        assert {chunk.document_id for chunk in snapshot.chunks(keys).values()} == {"b"}
        assert snapshot.document("a", "default").metadata == {"year": 2024}
        assert snapshot.summary("a", "default").metadata == {"year": 2024}


@pytest.mark.parametrize(
    "where", [{"collection": "\ud800"}, {"document_ids": ("a", "\udfff")}, {"metadata": {"k": math.nan}}]
)
def test_a_filter_for_what_no_document_can_have_is_refused(where: dict[str, Any]) -> None:
    with pytest.raises(QuestionError):
        Filter(**where)
