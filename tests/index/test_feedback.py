"""Feedback in the data file: what it outlives, what it doesn't, and that nothing is kept twice."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from store_support import SIGNATURE
from support import forget_tables

from index.chunking import Chunk
from index.documents import Document
from index.feedback import Feedback, KeptSpan, NoAnswer, Words
from index.storage.principals import SEES_ALL
from index.storage.sqlite import feedback
from index.storage.sqlite.store import SQLiteStore


def put(store: SQLiteStore, document_id: str, text: str) -> None:
    vectors = np.array([[1, 0, 0]], np.float32)
    store.put(Document(document_id, document_id, text), [Chunk(0, len(text))], vectors, "default")


def keep(store: SQLiteStore, document_id: str, verdict: Any = "right", collection: str = "default") -> tuple[int, bool]:
    """Feedback that quotes a document."""
    quoted = KeptSpan(document_id, "0" * 64, 0, 4, "", "flamboyance", "")
    return store.keep_feedback(Feedback(collection, "What?", "0" * 16, verdict, quoted, None))


def test_feedback_outlives_rebuilding_and_replacing_but_not_the_document(store: SQLiteStore, path: Path) -> None:
    put(store, "a", "old words")
    put(store, "b", "more words")
    keep(store, "a")
    keep(store, "a", collection="other")
    keep(store, "b")
    with store.view(SEES_ALL) as snapshot:
        before = snapshot.feedback()
        documents = list(snapshot.documents())
    put(store, "a", "new words")
    store.rebuild(SIGNATURE, ((c, d, [Chunk(0, len(d.text))], np.ones((1, 3), np.float32)) for c, d in documents))
    with store.view(SEES_ALL) as snapshot:
        assert snapshot.feedback() == before
    store.delete("a", "default")
    with store.view(SEES_ALL) as snapshot:
        assert snapshot.feedback() == before[1:]
        assert snapshot.feedback_counts() == {"default": 1, "other": 1}
    with store.transaction() as connection:
        feedback.forget(connection, "b", "default")
        feedback.forget(connection, "a", "other")
    store.close()
    assert b"flamboyance" not in path.read_bytes()


def test_the_same_feedback_is_kept_once_and_what_was_said_last_is_last(store: SQLiteStore) -> None:
    assert [keep(store, "a"), keep(store, "a"), keep(store, "a", "wrong")] == [(1, True), (1, False), (2, True)]
    assert keep(store, "a") == (3, True)  # a mind changed back: said last, and still not kept twice
    with store.view(SEES_ALL) as snapshot:
        assert [(one.id, one.feedback.verdict) for one in snapshot.feedback()] == [(2, "wrong"), (3, "right")]


@pytest.mark.parametrize(
    "correction", [None, Words("noon"), NoAnswer(), KeptSpan("b", "1" * 64, 3, 7, "at ", "n\u00f6\U0001f41dn", ".")]
)
def test_feedback_comes_back_as_it_went_in(store: SQLiteStore, correction: Any) -> None:
    given = Feedback("default", "When?", "0" * 16, "wrong", None, correction)
    assert store.keep_feedback(given) == (1, True)
    with store.view(SEES_ALL) as snapshot:
        assert [kept.feedback for kept in snapshot.feedback()] == [given]
        assert snapshot.version == 0


def test_an_older_file_has_none_and_takes_some(path: Path) -> None:
    SQLiteStore.create(path, SIGNATURE).close()
    forget_tables(path)
    reader = SQLiteStore(path, SIGNATURE, read_only=True)
    with reader.view(SEES_ALL) as snapshot:
        assert (snapshot.feedback(), snapshot.feedback_counts()) == ([], {})
    reader.close()
    writer = SQLiteStore(path, SIGNATURE)
    assert keep(writer, "a") == (1, True)
    with writer.view(SEES_ALL) as snapshot:
        assert snapshot.feedback_counts() == {"default": 1}
    writer.close()
