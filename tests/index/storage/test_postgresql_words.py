"""The words of many chunks: PostgreSQL ranks as the data file does, whatever was written, by how many, and is asked."""

import random
import string
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from contract.support import named, put_whole
from store_support import SIGNATURE

from index.chunking import Chunk
from index.documents import Document
from index.storage.base import Filter, Maintained, Store
from index.storage.postgresql import search
from index.storage.principals import SEES_ALL, Principal, of_groups
from index.stores import create_store, open_store

pytestmark = pytest.mark.slow

VOCABULARY = [f"w{number}" for number in range(400)]
QUESTIONS = [
    ["w0"],
    ["w399"],
    ["w0", "w1", "w2"],
    ["w390", "w0", "w5"],
    ["w0", "w300", "w0"],
    ["w3 w0", "w200"],
    ["w1 w0", "w2 w0"],
    ["never", "w7"],
]
FILTERS = [Filter(), Filter(metadata={"part": 3}), Filter(metadata={"even": True}), Filter("default", ("2", "5"))]
LIMITS = (1, 7, 50, 5000)


def document(name: str, rng: random.Random) -> tuple[Document, list[Chunk], Any]:
    """One of 30 chunks of 12 words, as frequent as Zipf's law has it."""
    weights = [1 / (rank + 1) for rank in range(len(VOCABULARY))]
    texts = [" ".join(rng.choices(VOCABULARY, weights, k=12)) for _ in range(30)]
    ends = np.cumsum([len(text) + 1 for text in texts])
    chunks = [Chunk(int(end) - len(text) - 1, int(end) - 1) for end, text in zip(ends, texts, strict=True)]
    number = int(name)
    readers = ("staff",) if number % 7 == 0 else ()
    made = Document(
        name,
        f"w{number} w0",
        "\n".join(texts),
        metadata={"part": number % 20, "even": number % 2 == 0},
        readers=readers,
    )
    return made, chunks, np.tile(np.array([[1, 0, 0]], np.float32), (len(chunks), 1))


@pytest.fixture
def stores(postgresql_url: str, tmp_path: Path) -> Iterator[list[Store]]:
    """Both kinds, with the same documents, some of which were replaced or deleted since."""
    both = [create_store(postgresql_url, SIGNATURE), create_store(f"sqlite:///{tmp_path}/quoth.sqlite3", SIGNATURE)]
    for store in both:
        rng = random.Random(1)  # noqa: S311
        for number in [*range(60), 3, 17, 59]:
            store.put(*document(str(number), rng), "default")
        for number in (0, 8, 33):
            store.delete(str(number), "default")
    yield both
    for store in both:
        store.close()


def ranked(store: Store, principal: Principal) -> list[Any]:
    """Of each question the scores, and which of the chunks that are better than the last, for these may tie."""
    rankings = []
    with store.view(principal) as view:
        for words in QUESTIONS:
            for where in FILTERS:
                for limit in LIMITS:
                    for context in (0.3, 0):
                        scores = view.matching(words, where, limit, context=context)
                        assert view.word_scores(words, where, list(scores), context=context) == pytest.approx(scores)
                        there = view.chunks(list(scores))
                        last = min(scores.values(), default=0.0) + 1e-9
                        better = {(there[key].document_id, there[key].start) for key in scores if scores[key] > last}
                        rankings.append((list(scores.values()), better))
                phrase = view.chunks(view.with_phrase(words, where, 5000)).values()
                rankings.append(([], {(chunk.document_id, chunk.start) for chunk in phrase}))
    return rankings


@pytest.mark.parametrize("principal", [SEES_ALL, of_groups(())])
def test_both_kinds_of_store_rank_alike(stores: list[Store], principal: Principal) -> None:
    postgresql, sqlite = (ranked(store, principal) for store in stores)
    assert len(postgresql) > 200
    for (scores, better), (their_scores, theirs) in zip(postgresql, sqlite, strict=True):
        assert scores == pytest.approx(their_scores, abs=1e-12)
        assert better == theirs
    assert isinstance(stores[0], Maintained)
    assert stores[0].verify().faults == ()


def test_many_chunks_of_a_filter_are_found_as_few_are(stores: list[Store], monkeypatch: pytest.MonkeyPatch) -> None:
    with stores[0].view(SEES_ALL) as view:
        few = [view.nearest(np.array([1, 0, 0], np.float32), where, 40) for where in FILTERS]
    monkeypatch.setattr(search, "_EXACTLY", 0)
    with stores[0].view(SEES_ALL) as view:
        many = [view.nearest(np.array([1, 0, 0], np.float32), where, 40) for where in FILTERS]
    assert [len(found) for found in few] == [40] * 4
    assert few == many


def test_words_of_several_writers_are_all_counted(postgresql_url: str) -> None:
    """They write into the same rows, and into those that another has just filled."""
    create_store(postgresql_url, SIGNATURE).close()

    def write(writer: int) -> None:
        store, rng = open_store(postgresql_url, SIGNATURE), random.Random(writer)  # noqa: S311
        for number in range(writer * 100, writer * 100 + 8):
            store.put(*document(str(number), rng), "default")
        store.delete(str(writer * 100), "default")
        store.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, range(3)))
    store = open_store(postgresql_url, SIGNATURE)
    assert isinstance(store, Maintained)
    assert store.verify().faults == ()
    with store.view(SEES_ALL) as view:
        texts = [
            (chunk.text, chunk.context) for one in view.digests("default") for chunk in view.chunks_of(one, "default")
        ]
        for word in ("w0", "w1", "w50"):
            having = [text for text in texts if word in " ".join(text).split()]
            assert len(view.matching([word], Filter(), 5000)) == len(having)
    assert len(texts) == 3 * 7 * 30
    store.close()


def test_very_long_words_are_words_like_others(postgresql_url: str) -> None:
    """Longer than what PostgreSQL's indexes hold, and of no pattern, so that they can't be packed."""
    store = create_store(postgresql_url, SIGNATURE)
    rng = random.Random(1)  # noqa: S311
    first, second = ("".join(rng.choices(string.ascii_lowercase, k=9000)) for _ in range(2))
    put_whole(store, "a", f"the key is {first}")
    put_whole(store, "b", f"the key is {second}, not {first[:-1]}")
    with store.view(SEES_ALL) as view:
        assert named(view, view.matching([first], Filter(), 9)) == ["a"]
        assert named(view, view.with_phrase(["is", second], Filter(), 9)) == ["b"]
    assert isinstance(store, Maintained)
    assert store.verify().faults == ()
    store.delete("a", "default")
    with store.view(SEES_ALL) as view:
        assert view.matching([first], Filter(), 9) == {}
    store.close()


def test_a_word_that_stands_more_often_than_a_row_can_tell(postgresql_url: str) -> None:
    store = create_store(postgresql_url, SIGNATURE)
    put_whole(store, "a", "ferry " * 66_000 + "harbour")
    put_whole(store, "b", "ferry harbour")
    with store.view(SEES_ALL) as view:
        assert set(named(view, view.matching(["ferry", "harbour"], Filter(), 9))) == {"a", "b"}
    assert isinstance(store, Maintained)
    assert store.verify().faults == ()
    store.delete("a", "default")
    assert store.verify().faults == ()
    store.close()
