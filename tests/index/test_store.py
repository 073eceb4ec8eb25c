"""What the data file holds beside what any store promises: rows that agree, and no trace of what is deleted."""

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


def test_a_documents_chunks_are_in_every_table(store: SQLiteStore, path: Path) -> None:
    assert [put(store, "a", "old words"), put(store, "b", "other"), put(store, "a", "new words")] == [1, 2, 3]
    assert rows(path) == {"documents": 2, "chunks": 4, "vectors": 4, "words": 4}


def test_a_vector_comes_back_as_it_went_in(store: SQLiteStore) -> None:
    vectors = np.array([[0.1, 0.2, 0.3]], np.float32)
    store.put(Document("a", "A", "some words"), [Chunk(0, 10)], vectors, "default")
    with store.view(SEES_ALL) as snapshot:
        assert np.array_equal(snapshot.vectors(snapshot.chunk_keys(Filter("default")), 3), vectors)


def test_a_new_title_replaces_the_old_ones_words(store: SQLiteStore, path: Path) -> None:
    contextual(store)
    put(store, "a", "Boats sail at noon. They return at dusk.", title="Airship")
    assert list(texts(store, "zeppelin quays", 0.3)) == ["A zeppelin flies over "]
    assert len(texts(store, "airship", 0.3)) == 2
    assert rows(path) == {"documents": 2, "chunks": 4, "vectors": 4, "words": 4}


def test_deleting_leaves_no_trace_of_an_original_in_the_files(store: SQLiteStore, path: Path) -> None:
    document, data = Document("a.pdf", "A", "some words", media_type="application/pdf"), b"%PDF- mnemosynesque\0\xff"
    store.put(document, [Chunk(0, 10)], np.ones((1, 3), np.float32), "default", data)
    assert b"mnemosynesque" in b"".join(file.read_bytes() for file in path.parent.iterdir())
    store.delete("a.pdf", "default")
    assert b"mnemosynesque" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_deleting_leaves_no_trace_in_the_files(store: SQLiteStore, path: Path) -> None:
    headings = (Heading(0, 1, "Brouhaha vermillions"),)
    put(store, "secret", "xylophonist quagmire " * 200, title="Flibbertigibbets gossamers", headings=headings)
    put(store, "kept", "harmless")
    secrets = [b"xylophonist", b"quagmir", b"gossam", b"ibbertigibbet", b"ouhaha", b"vermillion"]  # as they are stemmed
    there = b"".join(file.read_bytes() for file in path.parent.iterdir()).lower()
    assert [word for word in secrets if word not in there] == []
    assert store.delete("secret", "default") == 3
    assert rows(path) == {"documents": 1, "chunks": 2, "vectors": 2, "words": 2}
    left = b"".join(file.read_bytes() for file in path.parent.iterdir()).lower()
    assert [word for word in secrets if word in left] == []
    with pytest.raises(NotFoundError, match="no document 'secret' in the collection 'default'"):
        store.delete("secret", "default")


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
