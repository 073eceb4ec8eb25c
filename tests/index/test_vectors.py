"""FAISS follows the data file, and searches only what may be searched."""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from index.chunking import Chunk
from index.documents import Document
from index.signature import Signature
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from index.storage.sqlite import blocks, vectors
from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from index.storage.sqlite.vector_rows import VectorRows
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
        return [(chunks[key].document_id, chunks[key].start, round(score, 3)) for key, score in scores.items()]


def expected(query: np.ndarray, **documents: np.ndarray) -> list[tuple[str, int, float]]:
    scores = [(name, i, float(v @ query)) for name, vectors in documents.items() for i, v in enumerate(vectors)]
    return [(name, i, round(score, 3)) for name, i, score in sorted(scores, key=lambda item: -item[2])]


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


@pytest.mark.slow
def test_a_search_leaves_the_models_their_threads() -> None:
    script = """
import torch
import numpy as np
from index.storage.sqlite.blocks import _nearest

before = torch.get_num_threads()
places, _ = _nearest(np.eye(4, dtype=np.float32)[2], np.eye(4, dtype=np.float32), 1, None)
print(places.tolist(), torch.get_num_threads() - before)
"""
    environment = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}  # one for each core
    told = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout == "[2] 0\n"  # FAISS has one thread, and the OpenMP that is torch's


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
    for name in ("a", "b", "c"):
        put(store, "document", unit(2), name)
    query = unit(1)[0]
    read = reads(monkeypatch)
    for name in ("a", "b", "a", "c", "a"):  # with c, b goes: a has been searched since
        assert len(found(store, query, Filter(name))) == 2
    assert read == [2, 2, 2]  # a, b, c
    assert len(found(store, query, Filter("b"))) == 2
    assert read == [2, 2, 2, 2]


def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many vectors are read from the file from now on, each time that any are."""
    read: list[int] = []
    vectors_of = VectorRows.vectors

    def counted(view: VectorRows, keys: np.ndarray, dimension: int) -> np.ndarray:
        read.extend([len(keys)] if len(keys) else [])
        return vectors_of(view, keys, dimension)

    monkeypatch.setattr(VectorRows, "vectors", counted)
    return read


def test_a_write_is_followed_by_reading_what_it_wrote(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    query = unit(1)[0]
    a, b, c = unit(50), unit(3), unit(4)
    put(store, "a", a)
    assert found(store, query, Filter()) == expected(query, a=a)
    read = reads(monkeypatch)
    put(store, "b", b)
    put(store, "elsewhere", unit(9), "other")
    assert found(store, query, Filter()) == expected(query, a=a, b=b)
    assert read == [3]
    put(store, "b", c)
    store.delete("a", "default")
    assert found(store, query, Filter()) == expected(query, b=c)
    assert read == [3, 4]
    store.keep("calibration", "{}")
    assert found(store, query, Filter()) == expected(query, b=c)
    assert read == [3, 4]


def test_what_another_process_writes_is_followed(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    query, a, b, c = unit(1)[0], unit(5), unit(2), unit(3)
    put(store, "a", a)
    put(store, "b", b)
    assert found(store, query, Filter()) == expected(query, a=a, b=b)
    other = SQLiteStore(store.path)
    other.delete("a", "default")
    put(other, "c", c)
    other.close()
    read = reads(monkeypatch)
    assert found(store, query, Filter()) == expected(query, b=b, c=c)
    assert read == [3]


@pytest.mark.parametrize("exact", [True, False])
def test_each_version_is_answered_as_it_was_whichever_is_searched_first(
    store: SQLiteStore, monkeypatch: pytest.MonkeyPatch, exact: bool
) -> None:
    monkeypatch.setattr(blocks, "MOST_EXACT", 100 if exact else 0)
    query, where = unit(1)[0], Filter()
    documents = {name: unit(3) for name in "abcd"}
    put(store, "a", documents["a"])
    assert found(store, query, where) == expected(query, a=documents["a"])
    with ExitStack() as views:
        states, versions = {"a": documents["a"]}, []
        for name, gone in (("b", None), ("c", "a"), ("d", "c"), ("a", "b")):  # c comes and goes unsearched
            states = {**states, name: documents[name]}
            put(store, name, documents[name])
            versions.append((views.enter_context(store.view(SEES_ALL)), states))
            if gone:
                states = {key: vectors for key, vectors in states.items() if key != gone}
                store.delete(gone, "default")
                versions.append((views.enter_context(store.view(SEES_ALL)), states))
        for view, there in [versions[-1], *versions, *reversed(versions)]:
            nearest = view.nearest(query, where, 99)
            chunks = view.chunks(list(nearest))
            assert [
                (chunks[key].document_id, chunks[key].start, round(cosine, 3)) for key, cosine in nearest.items()
            ] == (expected(query, **there))


def test_memory_is_copied_when_much_of_it_was_removed_or_it_is_full(
    store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "_LEAST_ROOM", 4)
    monkeypatch.setattr(blocks, "MOST_EXACT", 12)  # compressed in the end
    query, there = unit(1)[0], {}
    for number in range(30):
        put(store, f"{number}", there.setdefault(f"{number}", unit(2)))
        assert found(store, query, Filter()) == expected(query, **there)
        if number % 3 == 2:
            del there[f"{number - 1}"]
            store.delete(f"{number - 1}", "default")
            assert found(store, query, Filter()) == expected(query, **there)


def test_vectors_made_anew_take_the_place_of_all(store: SQLiteStore, tmp_path: Path) -> None:
    query, a, b = unit(1)[0], unit(5), unit(5)
    put(store, "a", a)
    store.back_up(tmp_path / "backup.sqlite3")
    assert found(store, query, Filter()) == expected(query, a=a)
    with store.view(SEES_ALL) as view:
        (document,) = [document for _, document in view.documents()]
    chunks = [Chunk(i, i + 1) for i in range(5)]
    store.rebuild(Signature("toy", "0" * 64, 8, 100, 10), iter([("default", document, chunks, b)]))
    assert found(store, query, Filter()) == expected(query, a=b)
    store.restore(tmp_path / "backup.sqlite3")
    assert found(store, query, Filter()) == expected(query, a=a)


def test_compressed_vectors_find_nearly_all_of_the_nearest(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MOST_EXACT", 1_000)
    monkeypatch.setattr(blocks, "_BY_SIGNS", 1_000)  # of 4,050, by 8 signs each
    vectors, queries, few = unit(4_000), unit(20), unit(50)
    put(store, "few", few)
    for first in range(0, 4_000, 1_000):
        put(store, f"{first}", vectors[first : first + 1_000])
    shares = []
    with store.view(SEES_ALL) as view:
        for query in queries:
            cosines = list(view.nearest(query, Filter(), 10).values())
            best = np.sort(np.vstack([vectors, few]) @ query)[::-1][:10]
            assert cosines == sorted(cosines, reverse=True)
            assert max(cosines) <= best[0] + 1e-6  # exact, though not all may be found
            shares.append(np.mean([cosine >= best[-1] - 1e-6 for cosine in cosines]))
            within = view.nearest(query, Filter(document_ids=("few",)), 10)
            assert list(within.values()) == pytest.approx(np.sort(few @ query)[::-1][:10].tolist(), abs=1e-6)
    assert np.mean(shares) > 0.9


def test_signs_are_a_bit_for_each_component() -> None:
    vectors = np.array([[3, -6, 0.1, -0.1, 1, 1, 1, -1, 0]], np.float32)
    # 1 0 1 0 1 1 1 0 = 174, then 1 = 128 and six bytes that fill up a word of eight
    assert blocks.signs_of(vectors).tolist() == [[174, 128, 0, 0, 0, 0, 0, 0]]
    codes = blocks.Codes.of(vectors)
    assert codes.numbers.tolist() == [[64, -127, 2, -2, 21, 21, 21, -21, 0]]  # 3 / (6 / 127) = 63.5, to the even 64
    assert codes.scales == pytest.approx([6 / 127])
