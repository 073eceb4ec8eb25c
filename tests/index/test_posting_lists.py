"""Words of a large collection by its posting lists: what is ranked, and what is cut out of the lists with a document."""

import sqlite3
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from store_support import SIGNATURE, put

from index.chunking import Chunk
from index.documents import Document
from index.errors import StorageError
from index.storage.base import Fault, Filter
from index.storage.principals import SEES_ALL
from index.storage.sqlite import impacts, ranking, words
from index.storage.sqlite.store import SQLiteStore

WHERE = Filter()


pytestmark = pytest.mark.usefixtures("small_parts")


def sailings(store: SQLiteStore) -> None:
    """Twelve documents of one chunk: all have "ferry", every third "noon", and the fourth "zeppelin"."""
    for number in range(12):
        text = "ferry" + (" noon" if number % 3 == 0 else "") + (" zeppelin ferry" if number == 4 else "")
        store.put(Document(f"{number}", "-", text), [Chunk(0, len(text))], np.array([[1, 0, 0]], np.float32), "default")


def found_by(store: SQLiteStore, *asked: str, where: Filter = WHERE, limit: int = 50) -> list[str]:
    with store.view(SEES_ALL) as view:
        scores = view.matching(asked, where, limit)
        assert scores == view.word_scores(asked, where, list(scores))
        chunks = view.chunks(list(scores))
        return [chunks[key].document_id for key in scores]


def test_a_common_word_adds_candidates_only_while_one_could_be_among_the_best(
    store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sailings(store)
    assert found_by(store, "ferry", "zeppelin", "noon", limit=5) == ["4", "0", "3", "6", "9"]
    assert found_by(store, "ferry", "noon", limit=3) == ["0", "3", "6"]
    assert found_by(store, "ferry", "noon", limit=5)[:4] == ["0", "3", "6", "9"]
    assert sorted(found_by(store, "ferry", "noon"), key=int) == [str(number) for number in range(12)]
    monkeypatch.setattr(ranking, "_MOST_RANKED", 5)
    assert found_by(store, "ferry", "zeppelin", "noon") == ["4", "0", "3", "6", "9"]  # 1 + 4 chunks are ranked
    assert found_by(store, "ferry", "noon") == ["0", "3", "6", "9"]
    assert sorted(found_by(store, "ferry"), key=int) == [str(number) for number in range(12)]  # there is no rarer word


def lists(path: Path) -> dict[int, list[int]]:
    """Part → (chunks, words, how many different ones) of its posting lists."""
    connection = sqlite3.connect(path)
    query = "SELECT part, chunks, words, length(hashes) / 8 FROM lexicons ORDER BY part"
    found = {part: numbers for part, *numbers in connection.execute(query)}
    (rows,) = connection.execute("SELECT count(*) FROM posting_lists").fetchone()
    connection.close()
    assert rows == sum(different for *_, different in found.values())
    return found


def test_words_of_full_parts_are_listed_and_cut_out_with_their_chunks(store: SQLiteStore, path: Path) -> None:
    sailings(store)
    assert lists(path) == {1: [6, 10, 3], 2: [4, 6, 2]}  # part 3 isn't full yet
    store.delete("4", "default")
    assert lists(path) == {1: [5, 7, 2], 2: [4, 6, 2]}  # "zeppelin" is gone
    put(store, "3", "Nothing sails.")
    assert lists(path) == {1: [4, 5, 2], 2: [4, 6, 2]}
    assert found_by(store, "noon") == ["0", "6", "9"]
    assert store.verify().faults == ()
    for number in (0, 1, 2, 5):
        store.delete(f"{number}", "default")
    assert lists(path) == {2: [4, 6, 2]}
    assert found_by(store, "noon") == ["6", "9"]
    assert store.verify().faults == ()


def test_a_word_that_stands_in_a_chunk_oftener_than_a_list_can_say_has_its_score_nevertheless(
    store: SQLiteStore, whole: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["ferry " * (300 if number == 2 else 250 + number) + "noon" for number in range(8)] + ["harbour"] * 12
    for number, text in enumerate(texts):
        for each in (store, whole):
            with monkeypatch.context() as patch:
                patch.setattr(words, "WHOLE_CHUNKS", 6 if each is store else 1_000)
                document, chunks = Document(f"{number}", "-", text), [Chunk(0, len(text))]
                each.put(document, chunks, np.array([[1, 0, 0]], np.float32), "default")
    with store.view(SEES_ALL) as view, whole.view(SEES_ALL) as other:
        expected = other.matching(["ferry"], WHERE, 3)
        assert view.matching(["ferry"], WHERE, 3) == pytest.approx(expected, rel=1e-12)
        assert next(iter(expected)) == 3  # the third chunk, with 300


def test_scores_stay_the_same_when_what_was_kept_of_words_is_dropped(
    whole: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sailings(whole)
    expected = [found_by(whole, *asked) for asked in (("ferry", "noon"), ("noon",), ("zeppelin", "ferry"))]
    monkeypatch.setattr(impacts, "_MOST_SCORES", 100)  # two words with the twelve chunks
    monkeypatch.setattr(impacts, "_MOST_COUNTS", 1)
    for _ in range(2):
        found = [found_by(whole, *asked) for asked in (("ferry", "noon"), ("noon",), ("zeppelin", "ferry"))]
        assert found == expected
        assert 0 < whole._impacts._size <= 100


def test_words_that_no_chunk_has_do_not_fill_the_memory(whole: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    whole.put(Document("one", "-", "ferry"), [Chunk(0, 5)], np.array([[1, 0, 0]], np.float32), "default")
    monkeypatch.setattr(impacts, "_MOST_SCORES", 10 * impacts._ENTRY)
    for number in range(50):
        assert found_by(whole, f"unheard{number}") == []
    assert 0 < len(whole._impacts._found) <= 10


def test_a_view_ranks_by_the_lists_of_its_version(store: SQLiteStore) -> None:
    sailings(store)
    with store.view(SEES_ALL) as before:
        expected = list(before.matching(["zeppelin", "noon"], WHERE, 9).values())
    with store.view(SEES_ALL) as before:
        before.manifest("version")  # begins to read
        store._vectors = type(store._vectors)()
        put(store, "4", "Nothing sails.")
        assert len(found_by(store, "zeppelin")) == 0
        assert list(before.matching(["zeppelin", "noon"], WHERE, 9).values()) == expected


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE posting_lists SET list = zeroblob(length(list)) WHERE number = 2",
        "UPDATE posting_lists SET list = X'00' WHERE number = 2",
        "DELETE FROM posting_lists WHERE number = 2",
        "UPDATE lexicons SET words = 9 WHERE part = 1",
        "UPDATE lexicons SET lengths = substr(lengths, 5) WHERE part = 1",
        "UPDATE lexicons SET hashes = zeroblob(length(hashes)) WHERE part = 1",
        "UPDATE lexicons SET part = 8 WHERE part = 1",
    ],
)
def test_damaged_lists_are_told_and_hinder_no_deletion(store: SQLiteStore, path: Path, damage: str) -> None:
    sailings(store)
    with sqlite3.connect(path) as connection:
        connection.execute(damage)
    connection.close()
    (fault,) = store.verify().faults
    part = 8 if "part = 8" in damage else 1
    assert fault == Fault(f"posting lists {part}", "don't agree with the full-text index", derived=True)
    with suppress(StorageError):  # which names the cure
        found_by(store, "ferry", "zeppelin")
    store.delete("4", "default")
    with store.view(SEES_ALL) as view:
        documents = [document for _, document in view.documents()]
    store.rebuild(SIGNATURE, (("default", one, [Chunk(0, 5)], np.eye(3, dtype=np.float32)[:1]) for one in documents))
    assert store.verify().faults == ()
    assert len(found_by(store, "ferry")) == 11


def test_a_file_without_posting_lists_is_ranked_by_fts5_and_gets_them_when_it_is_opened_for_writing(
    store: SQLiteStore, path: Path
) -> None:
    sailings(store)
    expected = lists(path)
    store.close()
    with sqlite3.connect(path) as connection:  # as schema 10 had it
        connection.executescript(
            """DROP TABLE lexicons; DROP TABLE posting_lists; DROP INDEX documents_by_metadata;
            PRAGMA user_version = 10;"""
        )
    connection.close()
    reader = SQLiteStore(path, SIGNATURE, read_only=True)
    found = [found_by(reader, *asked) for asked in (("noon", "zeppelin"), ("ferry",), ("zeppelin ferry", "noon"))]
    assert found[0] == ["4", "0", "3", "6", "9"]
    writer = SQLiteStore(path, SIGNATURE)
    assert lists(path) == expected
    for opened in (reader, writer):
        assert [
            found_by(opened, *asked) for asked in (("noon", "zeppelin"), ("ferry",), ("zeppelin ferry", "noon"))
        ] == found
    assert writer.verify().faults == ()
    reader.close()
    writer.close()
