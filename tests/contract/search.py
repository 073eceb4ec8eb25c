"""What a view finds by meaning and by words."""

import math

import numpy as np
import pytest
from store_support import contextual, put, texts

from contract.support import AnyStore, X, Y, named, put_whole
from index.chunking import Chunk
from index.documents import Document
from index.storage.base import Filter, Store
from index.storage.principals import SEES_ALL


class SearchContract(AnyStore):
    """Rankings and their scores."""

    # --- by meaning

    def test_nearest_are_exact_best_first_and_as_many_as_are_wanted(self, store: Store) -> None:
        rng = np.random.default_rng(3)
        vectors = rng.standard_normal((40, 3)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        assert store.put(Document("a", "A", "x" * 40), [Chunk(i, i + 1) for i in range(40)], vectors, "default")
        cosines = sorted(((float(vector @ Y), i) for i, vector in enumerate(vectors)), reverse=True)
        with store.view(SEES_ALL) as view:
            found = view.nearest(Y, Filter(), 7)
            chunks = view.chunks(list(found))
            assert [(chunks[key].start, round(cosine, 5)) for key, cosine in found.items()] == [
                (i, round(cosine, 5)) for cosine, i in cosines[:7]
            ]
            assert len(view.nearest(Y, Filter(), 99)) == 40

    def test_scores_of_named_chunks(self, store: Store) -> None:
        put(store, "a", "some words")
        put(store, "b", "in another place", "other")
        with store.view(SEES_ALL) as view:
            first, second = (chunk.key for chunk in view.chunks_of("a", "default"))
            (elsewhere, _) = (chunk.key for chunk in view.chunks_of("b", "other"))
            vector = np.array([0.6, 0.8, 0], np.float32)
            assert view.cosines(vector, Filter(), [second, first]) == pytest.approx({first: 0.6, second: 0.8})
            assert view.cosines(vector, Filter(), [elsewhere, first]) == pytest.approx({first: 0.6})
            assert view.cosines(vector, Filter(), []) == {}
            assert view.word_scores(["words", "place"], Filter(), [elsewhere, second]).keys() == {second}

    def test_filters_narrow_by_collection_id_and_metadata_inside_the_search(self, store: Store) -> None:
        for i in range(60):  # which would crowd the others out if they were left out after the search
            put_whole(store, f"near {i}", "red ferry red", X, metadata={"kind": "near"})
        put_whole(store, "a", "a red fox in a long and quiet line", Y, metadata={"year": 2024, "draft": False})
        put_whole(store, "b", "a red hen in a long and quiet line", Y, metadata={"year": 2026, "draft": True})
        put_whole(store, "c", "a red cow in a long and quiet line", Y, "other", metadata={"year": 2024})

        def found(where: Filter) -> list[str]:
            with store.view(SEES_ALL) as view:
                by_words = named(view, view.matching(["red"], where, 50))
                by_meaning = named(view, view.nearest(X, where, 50))
                by_phrase = named(view, view.with_phrase(["red"], where, 50))
            assert sorted(by_words) == sorted(by_meaning) == sorted(by_phrase)
            return sorted(by_words)

        assert len(found(Filter())) == 50
        assert found(Filter("other")) == ["c"]
        assert found(Filter("none")) == []
        assert found(Filter("default", ("b", "c"))) == ["b"]
        assert found(Filter("default", ())) == []
        assert found(Filter(metadata={"year": 2024})) == ["a"]
        assert found(Filter(metadata={"draft": True, "year": 2026})) == ["b"]
        assert found(Filter(metadata={"draft": True, "year": 2024})) == []
        assert found(Filter("default", ("a",), {"year": 2026})) == []
        assert found(Filter(metadata={"draft": 1})) == []  # true isn't 1
        assert found(Filter(metadata={"year": True})) == []
        assert found(Filter(metadata={"founded": 2024})) == []  # the value alone, under another key
        assert found(Filter(metadata={"year": 2024, "founded": 2024})) == []
        assert found(Filter(metadata={"kind": "far"})) == []  # the key alone, with another value
        assert found(Filter(metadata={"year": "2024' OR 1"})) == []
        assert found(Filter(metadata={'y"]ear': 2024})) == []

    # --- by words

    def test_words_are_weighed_by_bm25(self, store: Store) -> None:
        put_whole(store, "a", "ferry to Orm", title="-")
        put_whole(store, "b", "the slow ferry goes on", title="-")
        put_whole(store, "c", "nothing here", title="-")
        put_whole(store, "d", "here it is", title="-")
        put_whole(store, "e", "gone", title="-")
        # 5 chunks of 3, 5, 2, 3 and 1 words, 2.8 on average, and a title that adds none. Two have "ferry", one "orm":
        # idf = ln((5 - n + 0.5) / (n + 0.5)). k1 = 1.2, b = 0.75.
        ferry, orm = math.log(3.5 / 2.5), math.log(4.5 / 1.5)
        short, long = (2.2 / (1 + 1.2 * (0.25 + 0.75 * length / 2.8)) for length in (3, 5))
        with store.view(SEES_ALL) as view:
            scores = view.matching(["ferry", "orm"], Filter(), 9)
            assert named(view, scores) == ["a", "b"]
            assert list(scores.values()) == pytest.approx([(ferry + orm) * short, ferry * long])
            assert view.word_scores(["ferry", "orm"], Filter(), list(scores)) == scores
            assert list(view.matching(["ferry", "orm"], Filter(), 1)) == list(scores)[:1]
            # a filter leaves out documents, and changes no weight of those that it keeps
            assert list(view.matching(["ferry"], Filter("default", ("b",)), 9).values()) == pytest.approx(
                [ferry * long]
            )

    def test_a_word_that_most_chunks_have_still_counts_a_little(self, store: Store) -> None:
        for name in "abc":
            put_whole(store, name, f"ferry {name}")
        with store.view(SEES_ALL) as view:
            scores = view.matching(["ferry"], Filter(), 9)
            assert len(scores) == 3
            assert all(0 < score < 1e-5 for score in scores.values())

    def test_titles_and_headings_find_chunks_unless_their_weight_is_0(self, store: Store) -> None:
        contextual(store)
        first, second, own = "Boats sail at noon. ", "They return at dusk.", "A zeppelin flies over "
        assert list(texts(store, "zeppelin", 0.3)) == [own, first, second]  # a chunk's own word counts for more
        assert list(texts(store, "zeppelin", 0)) == [own]
        assert list(texts(store, "quays", 0.3)) == [second]  # the first holds the heading itself
        assert texts(store, "quays", 0) == {}
        assert texts(store, "quays boats", 0).keys() == {first, "boats and over fields."}

    def test_a_words_weight_in_the_context_is_a_part_of_bm25(self, store: Store) -> None:
        contextual(store)
        # Of 4 chunks 1 has "quays": idf = ln((4 - 1 + 0.5) / (1 + 0.5)). The chunk's words and its context's: 4 + 2 = 6;
        # all chunks': 4 + 1, 4 + 2, 4 + 1, 4 + 1 = 21 by 4 = 5.25. The word is there 0.3 times.
        length = 1.2 * (1 - 0.75 + 0.75 * 6 / 5.25)
        expected = math.log(3.5 / 1.5) * 0.3 * 2.2 / (0.3 + length)
        assert texts(store, "quays", 0.3) == {"They return at dusk.": pytest.approx(expected)}

    def test_words_are_found_in_any_case_and_inflected_form(self, store: Store) -> None:
        put_whole(store, "a", "FERRIES to Zürich were cancelled")
        put_whole(store, "b", "nothing of the kind")
        with store.view(SEES_ALL) as view:
            for word in ("ferry", "ferries", "zurich", "Zürich", "cancel", "cancels"):
                assert named(view, view.matching([word], Filter(), 9)) == ["a"]
            assert view.matching(["kin", "ferr"], Filter(), 9) == {}

    def test_what_a_store_has_a_meaning_for_is_a_word_like_others(self, store: Store) -> None:
        put_whole(store, "a", 'near "quoted" text OR star* not 100%')
        put_whole(store, "b", "something else")
        put_whole(store, "c", "altogether")
        with store.view(SEES_ALL) as view:
            for words in (
                ["NEAR", "OR"],
                ['"', "quoted"],
                ["star*"],
                ["text:"],
                ["NOT", "100%"],
                ["'", "not"],
                ["_", "or"],
            ):
                assert named(view, view.matching(words, Filter(), 9)) == ["a"], words
            assert view.matching([], Filter(), 9) == {}
            assert view.matching(["*"], Filter(), 9) == {}
            assert view.with_phrase([], Filter(), 9) == []
            assert view.word_scores([], Filter(), []) == {}

    def test_a_word_of_several_parts_is_a_phrase(self, store: Store) -> None:
        put_whole(store, "a", "Call 10.4.0.12 if E-417 is shown, says the IT department")
        put_whole(store, "b", "12 calls, 4 departments: it is 0 to 10, e.g. 417")
        put_whole(store, "c", "something else")
        with store.view(SEES_ALL) as view:
            for word in ("10.4.0.12", "e 417", "E-417", "it department", "IT departments"):
                assert named(view, view.matching([word], Filter(), 9)) == ["a"], word
                assert list(view.word_scores([word], Filter(), list(view.matching(["call"], Filter(), 9)))) != []
            assert sorted(named(view, view.matching(["10.4.0.13", "calls"], Filter(), 9))) == ["a", "b"]

    def test_phrases_are_words_that_stand_one_after_another(self, store: Store) -> None:
        put_whole(store, "a", "the ferry sails to Orm at noon")
        put_whole(store, "b", "to Orm the ferries are sailing, the ferries are sailing", title="ferry sails")
        put_whole(store, "c", "sails of a ferry", title="the ferry sails")
        with store.view(SEES_ALL) as view:
            assert named(view, view.with_phrase(["ferry", "sails"], Filter(), 9)) == ["a"]
            assert named(view, view.with_phrase(["ferry", "are", "sail"], Filter(), 9)) == ["b"]
            assert named(view, view.with_phrase(["ferry", "sails"], Filter("default", ("b", "c")), 9)) == []
            assert named(view, view.with_phrase(["the", "ferries"], Filter(), 1)) == ["b"]  # which has it twice
