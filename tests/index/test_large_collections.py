"""A collection with several full-text indexes: which chunks are where, what a change touches, and what is ranked."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from store_support import SIGNATURE, put, rows

from index.chunking import Chunk
from index.storage.base import Fault, Filter
from index.storage.principals import SEES_ALL
from index.storage.sqlite import blocks, words
from index.storage.sqlite.store import SQLiteStore
from index.storage.sqlite.vector_rows import VectorRows

WHERE = Filter()


pytestmark = pytest.mark.usefixtures("small_parts")


def parts(path: Path) -> list[tuple[int, int, int]]:
    """(Number, first key, how many chunks) of each full-text index."""
    connection = sqlite3.connect(path)
    found = [
        (number, first, words.size(connection, f"words_{number}"))
        for number, first in connection.execute("SELECT number, first FROM word_indexes ORDER BY first").fetchall()
    ]
    connection.close()
    return found


def test_a_part_that_is_full_is_followed_by_another(store: SQLiteStore, path: Path) -> None:
    for number in range(7):  # of two chunks each, with keys 1 and 2, 3 and 4, …
        put(store, f"{number}", f"Boat {number} sails. It returns at dusk.")
    assert parts(path) == [(1, 0, 6), (2, 7, 4), (3, 11, 4)]
    put(store, "elsewhere", "A boat of another place.", "other")
    assert parts(path) == [(1, 0, 6), (4, 0, 2), (2, 7, 4), (3, 11, 4)]
    assert rows(path)["words"] == 16
    assert store.verify().faults == ()


def test_a_deletion_merges_only_the_part_that_it_is_in(store: SQLiteStore, path: Path) -> None:
    for number in range(8):
        put(store, f"{number}", f"Boat {number} sails at noon. It returns at dusk {number}.")

    def data() -> list[list[bytes]]:
        connection = sqlite3.connect(path)
        found = [connection.execute(f"SELECT block FROM words_{n}_data ORDER BY id").fetchall() for n in (1, 2, 3)]
        connection.close()
        return found

    before = data()
    store.delete("4", "default")  # the second document of part 2
    after = data()
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True]
    assert b"dusk" in path.read_bytes()
    assert parts(path) == [(1, 0, 6), (2, 7, 2), (3, 11, 4), (4, 15, 2)]
    put(store, "3", "Boat 3 sails once more.")  # nothing of the part is left, and its words aren't erased yet
    assert store.verify().faults == ()
    store.delete("3", "default")
    store._erase_words("words_2")  # as is done when nothing is written for a moment
    assert parts(path) == [(1, 0, 6), (3, 11, 4), (4, 15, 2)]  # an empty one is dropped
    for number in (5, 6, 7, 0, 1):
        store.delete(f"{number}", "default")
    put(store, "8", "Boat 8 sails.")
    assert parts(path) == [(1, 0, 2), (2, 19, 2)]
    assert store.verify().faults == ()
    assert rows(path)["words"] == 4


def test_a_deleted_word_is_gone_from_every_byte_at_once(store: SQLiteStore, path: Path) -> None:
    for number in range(9):
        put(store, f"{number}", f"The word of document {number} is xyzzy{number}plugh, and nobody else's. " * 9)
    for number in (0, 4, 8):
        assert f"xyzzy{number}".encode() in path.read_bytes() + Path(f"{path}-wal").read_bytes()
        store.delete(f"{number}", "default")
        assert f"xyzzy{number}".encode() not in path.read_bytes() + Path(f"{path}-wal").read_bytes()


def test_scores_are_those_of_one_index(
    store: SQLiteStore, path: Path, whole: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(4)
    texts = [" ".join(f"w{int(n)}" for n in rng.zipf(1.5, 30) if n < 200) + " end 10.4.0.12" for _ in range(40)]
    for number, text in enumerate(texts):
        put(store, f"{number}", text, title=f"w{number} w1")
    with monkeypatch.context() as patch:
        patch.setattr(words, "WHOLE_CHUNKS", 1_000)
        for number, text in enumerate(texts):
            put(whole, f"{number}", text, title=f"w{number} w1")
    assert len(parts(path)) == 20
    assert len(parts(whole.path)) == 1
    for asked in (
        ["w3"],
        ["w1", "w7", "w31"],
        ["10.4.0.12", "w2"],
        ["w1 w1", "end"],
        ["w2", "w2"],
        ["none"],
        ["*", "w5"],
    ):
        for context in (0.3, 0.0, 2.0):
            with store.view(SEES_ALL) as view, whole.view(SEES_ALL) as other:
                for where in (WHERE, Filter(document_ids=("3", "4", "17"))):
                    found = view.matching(asked, where, 100, context=context)
                    expected = other.matching(asked, where, 100, context=context)
                    assert found == pytest.approx(expected, rel=1e-12), (asked, context)
                    assert list(found.values()) == sorted(found.values(), reverse=True)
                    assert view.word_scores(asked, where, list(found), context=context) == found
                    assert other.word_scores(asked, where, list(expected), context=context) == expected
                    best = view.matching(asked, where, 3, context=context)
                    assert list(best.values()) == pytest.approx(list(expected.values())[:3], rel=1e-12)


def test_scores_of_one_index_are_those_that_fts5_sums_up_itself(whole: SQLiteStore) -> None:
    rng = np.random.default_rng(5)
    for number in range(3):
        put(whole, f"{number}", " ".join(f"w{int(n)}" for n in rng.zipf(1.5, 30) if n < 200), title=f"w{number} w1")
    connection = sqlite3.connect(whole.path)
    for asked in (["w1", "w7", "w2"], ["w2", "w1", "w2"], ["w1 w1", "w3"], ["none"]):
        query = "SELECT rowid, -rank FROM words_1 WHERE words_1 MATCH ? AND rank MATCH 'bm25(1.0, 0.3)' ORDER BY rank"
        with whole.view(SEES_ALL) as view:
            expected = dict(connection.execute(query, (" OR ".join(f'"{word}"' for word in asked),)))
            assert view.matching(asked, WHERE, 100) == expected
    connection.close()


def test_a_document_that_is_replaced_by_one_as_long_is_not_found_by_its_former_words(store: SQLiteStore) -> None:
    """What is kept of a full-text index must not be told by its numbers of chunks and words alone."""

    def found(word: str) -> list[str]:
        with store.view(SEES_ALL) as view:
            return [chunk.text for chunk in view.chunks(list(view.matching([word], WHERE, 9))).values()]

    put(store, "a", "A ferry sails.")
    assert (len(found("ferry")), found("barge")) == (1, [])
    put(store, "a", "A barge sails.")
    assert (found("ferry"), len(found("barge"))) == ([], 1)
    put(store, "a", "A ferry sails.")
    assert (len(found("ferry")), found("barge")) == (1, [])


def test_files_of_an_older_schema_are_cut_into_parts_when_they_are_opened_for_writing(
    store: SQLiteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(words, "WHOLE_CHUNKS", 1_000)
        for number in range(7):
            put(store, f"{number}", f"Boat {number} sails. It returns at dusk.")
    store.close()
    with sqlite3.connect(path) as connection:  # as schema 9 had it
        connection.executescript(
            """DROP TABLE word_indexes; DROP TABLE removals; DROP TABLE compressed; DROP VIEW chunks_of_words_1;
            DROP TABLE lexicons; DROP TABLE posting_lists; DROP INDEX documents_by_metadata;
            CREATE TABLE word_indexes (number INTEGER PRIMARY KEY, collection TEXT NOT NULL UNIQUE);
            INSERT INTO word_indexes VALUES (1, 'default');
            CREATE VIEW chunks_of_words_1 AS SELECT chunks.key, chunks.text, chunks.context
                FROM chunks JOIN documents ON documents.key = chunks.document
                WHERE documents.collection = (SELECT collection FROM word_indexes WHERE number = 1);
            PRAGMA user_version = 9;"""
        )
    connection.close()
    reader = SQLiteStore(path, SIGNATURE, read_only=True)
    before = [number for number, *_ in sqlite3.connect(path).execute("SELECT number FROM word_indexes")]
    with reader.view(SEES_ALL) as view:
        scores = view.matching(["boat", "3"], WHERE, 20)
    writer = SQLiteStore(path, SIGNATURE)
    assert before == [1]
    assert parts(path) == [(1, 0, 4), (2, 5, 4), (3, 9, 4), (4, 13, 2)]
    for opened in (reader, writer):
        with opened.view(SEES_ALL) as view:
            assert view.matching(["boat", "3"], WHERE, 20) == pytest.approx(scores, rel=1e-12)
            assert len(view.nearest(np.array([1, 0, 0], np.float32), WHERE, 20)) == 14
    put(writer, "7", "Boat 7 sails too.")
    with reader.view(SEES_ALL) as view:
        assert len(view.nearest(np.array([1, 0, 0], np.float32), WHERE, 20)) == 16
    assert writer.verify().faults == ()
    reader.close()
    writer.close()


def compressed(path: Path) -> dict[int, list[int]]:
    """Part → the bytes of the scales of its compressed vectors, 0 for those that are erased."""
    connection = sqlite3.connect(path)
    found = {
        part: np.frombuffer(scales, "<f4").astype(bool).astype(int).tolist()
        for part, scales in connection.execute("SELECT part, scales FROM compressed ORDER BY part")
    }
    connection.close()
    return found


def test_vectors_of_full_parts_are_compressed_in_the_file_and_read_from_there(
    store: SQLiteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "MOST_EXACT", 0)
    for number in range(8):
        put(store, f"{number}", f"Boat {number} sails. It returns at dusk.")
    assert compressed(path) == {1: [1] * 6, 2: [1] * 4, 3: [1] * 4}  # part 4 isn't full yet
    store.delete("3", "default")
    store.delete("7", "default")
    put(store, "0", "Boat 0 has sunk. It returns no more.")
    assert compressed(path) == {1: [0, 0, 1, 1, 1, 1], 2: [0, 0, 1, 1], 3: [1] * 4}
    store.close()
    read = []
    whole = VectorRows.vectors
    monkeypatch.setattr(VectorRows, "vectors", lambda view, keys, size: read.extend(keys) or whole(view, keys, size))
    opened = SQLiteStore(path, SIGNATURE)
    with opened.view(SEES_ALL) as view:
        nearest = view.nearest(np.array([0.6, 0.8, 0], np.float32), WHERE, 20)
        assert read[:2] == [17, 18]  # of part 4, the only one that isn't compressed; the others for their cosines
        names = [chunk.document_id for chunk in view.chunks(list(nearest)).values()]
    assert sorted(names) == sorted("012456" * 2)
    assert list(nearest.values()) == pytest.approx([0.8] * 6 + [0.6] * 6)
    assert opened.verify().faults == ()
    opened.close()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE compressed SET numbers = zeroblob(length(numbers)) WHERE part = 2",
        "UPDATE compressed SET keys = substr(keys, 9), scales = substr(scales, 5) WHERE part = 2",
        "INSERT INTO compressed SELECT 9, keys, signs, numbers, scales FROM compressed WHERE part = 2",
    ],
)
def test_compressed_vectors_that_are_damaged_are_told_and_made_anew(
    store: SQLiteStore, path: Path, damage: str
) -> None:
    for number in range(8):
        put(store, f"{number}", f"Boat {number} sails. It returns at dusk.")
    with sqlite3.connect(path) as connection:
        connection.execute(damage)
    connection.close()
    (fault,) = store.verify().faults
    part = 9 if damage.startswith("INSERT") else 2
    assert fault == Fault(f"compressed vectors {part}", "don't agree with the chunks", derived=True)
    with store.view(SEES_ALL) as view:
        documents = [document for _, document in view.documents()]
    store.rebuild(
        SIGNATURE,
        (("default", one, [Chunk(0, 5), Chunk(5, 9)], np.eye(3, dtype=np.float32)[:2]) for one in documents),
    )
    assert store.verify().faults == ()
    assert list(compressed(path)) == [1, 2, 3]
    store.delete("2", "default")
    assert store.verify().faults == ()


def test_a_deletion_from_a_damaged_part_removes_its_compressed_vectors(store: SQLiteStore, path: Path) -> None:
    for number in range(8):
        put(store, f"{number}", f"Boat {number} sails. It returns at dusk.")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE compressed SET numbers = X'00' WHERE part = 2")
    connection.close()
    store.delete("4", "default")
    assert list(compressed(path)) == [1, 3]
    assert store.verify().faults == ()
