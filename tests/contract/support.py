"""What the parts share: a store, and what is put into it and read from it."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from store_support import SIGNATURE

from index.chunking import Chunk
from index.documents import Document
from index.feedback import Feedback, KeptSpan
from index.questions import ALL_QUESTIONS, AskedQuestion
from index.signature import Signature
from index.storage.base import Filter, Store, View
from index.stores import create_store

OTHER = Signature("other", "1" * 64, 3, 100, 10)
X, Y, Z = np.eye(3, dtype=np.float32)


def put_whole(
    store: Store, document_id: str, text: str, vector: Any = X, collection: str = "default", **more: Any
) -> int:
    """A document in one chunk."""
    document = Document(**{"id": document_id, "title": document_id, "text": text, **more})
    return store.put(document, [Chunk(0, len(text))], np.array([vector], np.float32), collection).version


def opinion(document_id: str | None, verdict: Any = "right", collection: str = "default", **more: Any) -> Feedback:
    """Feedback on an answer, which quotes a document unless that is None."""
    span = None if document_id is None else KeptSpan(document_id, "0" * 64, 0, 4, "", "some", "")
    return Feedback(**{"collection": collection, "question": "What?", "answer_id": "0" * 16, "verdict": verdict,
                       "answer": span, "correction": None, **more})  # fmt: skip


def asked(*document_ids: str, **more: Any) -> AskedQuestion:
    """A question that these documents answered; none if there are none."""
    fields: dict[str, Any] = {
        "asked": "2026-11-28T09:30+00:00", "collection": "default", "outcome": "answered" if document_ids else "unanswered",
        "reason": None if document_ids else "reader_null", "confidence": 0.75 if document_ids else None,
        "document_ids": document_ids, "index_version": 3, "milliseconds": 171, "answer_id": "0" * 16,
    }  # fmt: skip
    return AskedQuestion(**{**fields, **more})


def named(view: View, keys: Sequence[Any]) -> list[str]:
    """The documents of some chunks, in the chunks' order."""
    chunks = view.chunks(list(keys))
    return [chunks[key].document_id for key in keys]


def everything(view: View) -> dict[str, Any]:
    """All that a view gives out, to be compared with what it, or another, gives out later."""
    collections = list(view.collections())
    wheres = [Filter(collection) for collection in collections]
    return {
        "version": view.version,
        "signature": view.signature,
        "kept": view.manifest("calibration"),
        "sizes": view.sizes(),
        "summaries": view.summaries(),
        "documents": list(view.documents()),
        "originals": [view.original_sha256(one.id, one.collection) for one in view.summaries()],
        "chunks": [view.chunks_of(one.id, one.collection) for one in view.summaries()],
        "nearest": [view.nearest(X, where, 9) for where in wheres],
        "matching": [view.matching(["words", "ferry"], where, 9) for where in wheres],
        "feedback": view.feedback(),
        "counts": view.feedback_counts(),
        "questions": view.questions(ALL_QUESTIONS),
    }  # fmt: skip


class AnyStore:
    """A subclass has a fixture `url`, which names a store of its kind that isn't there yet."""

    @pytest.fixture
    def store(self, url: str) -> Iterator[Store]:
        store = create_store(url, SIGNATURE)
        yield store
        store.close()
