"""FAISS follows the data file, and searches only what may be searched."""

from pathlib import Path

import numpy as np
import pytest

from index.chunking import Chunk
from index.documents import Document
from index.signature import Signature
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from index.storage.sqlite import vectors
from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from index.storage.sqlite.view import SQLiteView

pytestmark = pytest.mark.slow

RNG = np.random.default_rng(3)


@pytest.fixture
def store(tmp_path: Path) -> SQLiteStore:
    return SQLiteStore.create(tmp_path / FILE_NAME, Signature("toy", "0" * 64, 8, 100, 10))


def unit(count: int) -> np.ndarray:
    vectors = RNG.standard_normal((count, 8)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def put(store: SQLiteStore, document_id: str, vectors: np.ndarray, collection: str = "default") -> None:
    text = "x" * len(vectors)
    chunks = [Chunk(i, i + 1) for i in range(len(vectors))]
    store.put(Document(document_id, document_id, text), chunks, vectors, collection)


def found(store: SQLiteStore, query: np.ndarray, where: Filter, limit: int = 100) -> list[tuple[str, int, float]]:
    with store.view(SEES_ALL) as snapshot:
        scores = snapshot.nearest(query, where, limit)
        chunks = snapshot.chunks(list(scores))
        return [(chunks[key].document_id, chunks[key].start, round(score, 5)) for key, score in scores.items()]


def expected(query: np.ndarray, **documents: np.ndarray) -> list[tuple[str, int, float]]:
    scores = [
        (name, i, round(float(v @ query), 5)) for name, vectors in documents.items() for i, v in enumerate(vectors)
    ]
    return sorted(scores, key=lambda item: -item[2])


def test_search_is_exact_through_adding_replacing_and_deleting(store: SQLiteStore) -> None:
    query = unit(1)[0]
    assert found(store, query, Filter("default")) == []
    a, b, c = unit(5), unit(7), unit(3)
    put(store, "a", a)
    put(store, "b", b)
    assert found(store, query, Filter("default")) == expected(query, a=a, b=b)
    put(store, "a", c)
    assert found(store, query, Filter("default")) == expected(query, a=c, b=b)
    store.delete("b", "default")
    assert found(store, query, Filter("default")) == expected(query, a=c)
    assert found(store, query, Filter("default"), 2) == expected(query, a=c)[:2]


def test_filters_apply_inside_the_search(store: SQLiteStore) -> None:
    query = unit(1)[0]
    near, far = query[None].repeat(60, axis=0), -query[None]
    put(store, "near", near)
    put(store, "far", far)
    put(store, "elsewhere", near, "other")
    # 60 nearer chunks would crowd it out of the first 50 if the filter came after
    assert found(store, query, Filter("default", ("far",)), 50) == [("far", 0, -1.0)]
    assert {name for name, *_ in found(store, query, Filter("other"), 50)} == {"elsewhere"}


def test_an_older_snapshot_is_answered_from_its_own_version(store: SQLiteStore) -> None:
    query = unit(1)[0]
    a, b = unit(2), unit(2)
    put(store, "a", a)
    with store.view(SEES_ALL) as old:
        before = old.nearest(query, Filter("default"), 10)
        put(store, "b", b)
        assert len(found(store, query, Filter("default"))) == 4
        assert old.nearest(query, Filter("default"), 10) == before


def test_a_search_under_way_keeps_the_index_of_its_version(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    query, where = unit(1)[0], Filter("default", ("a",))
    put(store, "a", unit(2))
    with store.view(SEES_ALL) as old:
        before = old.nearest(query, where, 10)
        assert len(before) == 2

        def overtaken(where: Filter) -> np.ndarray:  # which a filtered search asks for when it has its index
            keys = SQLiteView.chunk_keys(old, where)
            if where.document_ids:
                store.delete("a", "default")
                assert found(store, query, Filter("default")) == []  # another thread searches what is left
            return keys

        monkeypatch.setattr(old, "chunk_keys", overtaken)
        assert old.nearest(query, where, 10) == before


def test_scores_of_named_chunks(store: SQLiteStore) -> None:
    query = unit(1)[0]
    a = unit(3)
    put(store, "a", a)
    with store.view(SEES_ALL) as snapshot:
        keys = snapshot.chunk_keys(Filter("default")).tolist()
        scores = snapshot.cosines(query, Filter("default"), [keys[2], keys[0]])
    assert scores == pytest.approx({keys[2]: a[2] @ query, keys[0]: a[0] @ query}, abs=1e-6)


def test_the_collection_searched_longest_ago_leaves_the_memory_first(
    store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_MAX_COLLECTIONS", 2)
    built: list[str] = []
    build = vectors.VectorIndex._build
    monkeypatch.setattr(
        vectors.VectorIndex,
        "_build",
        lambda self, source, name, *rest: built.append(name) or build(self, source, name, *rest),
    )
    for name in ("a", "b", "c"):
        put(store, "document", unit(2), name)
    query = unit(1)[0]
    for name in ("a", "b", "a", "c", "a"):  # with c, b goes: a has been searched since
        assert len(found(store, query, Filter(name))) == 2
    assert built == ["a", "b", "c"]
    assert len(found(store, query, Filter("b"))) == 2
    assert built == ["a", "b", "c", "b"]
