"""What `index/storage/base.py` promises, as tests that any store inherits.

    class TestAnotherStore(StorageContract):
        @pytest.fixture
        def url(self) -> str:
            return "another:///place"  # where there is none yet

All goes through the URL and the protocols, so a store that passes can take SQLite's place.
"""

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from threading import Thread
from typing import Any

import numpy as np
import pytest
from store_support import SIGNATURE, contextual, put, texts

from index import keys
from index.chunking import Chunk
from index.documents import Document, Heading
from index.errors import KeyNameError, MismatchError, NotFoundError, StorageError
from index.feedback import Feedback, KeptSpan, NoAnswer, Words
from index.signature import Signature
from index.storage.base import DocumentSummary, Filter, Store, View
from index.storage.principals import SEES_ALL, SEES_NOTHING, Principal, Rule, of_collection
from index.stores import create_store, open_store, store_exists

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
    }  # fmt: skip


PRINCIPALS = [
    SEES_ALL,
    SEES_NOTHING,
    of_collection("default"),
    of_collection("secret"),
    Principal((Rule(frozenset({"default", "open"})),)),
    Principal((Rule(metadata={"draft": (False, None)}),)),
    Principal((Rule(metadata={"draft": (True,)}),)),
    Principal((Rule(frozenset({"default"})), Rule(metadata={"draft": (False, None), "year": (2024, 1)}))),
]
# (collection, id, text, vector, metadata): what is hidden has words and vectors that would move what isn't
LIBRARY: list[tuple[str, str, str, Any, dict[str, Any]]] = [
    ("default", "timetable", "the ferry of Orm sails at noon", (1, 0, 0), {"draft": False, "year": 2024}),
    ("default", "harbour", "a harbour for the ferry", (0.8, 0.6, 0), {"year": 2024}),
    ("default", "draft", "ferry, ferry, ferry and harbour", (0.96, 0.28, 0), {"draft": True, "year": 2024}),
    ("default", "memo", "harbour dues, harbour rules", (0.6, 0.8, 0), {"draft": 1, "year": 1}),
    ("default", "rules", "Orm has rules for all", (0, 1, 0), {"draft": False, "year": True}),
    ("open", "notice", "the ferry is late", (0.28, 0.96, 0), {}),
    ("open", "plan", "harbour plans for Orm", (0, 0.6, 0.8), {"draft": True}),
    ("secret", "plan", "the ferry is sold with the harbour", (0, 0, 1), {"draft": False}),
    ("secret", "timetable", "Orm ferry harbour " * 9, (0, 0.8, 0.6), {}),
]


def seen(view: View) -> dict[str, Any]:
    """All that a view tells, by names instead of keys, also in its errors."""
    told: dict[str, Any] = {
        "collections": view.collections(),
        "sizes": view.sizes(),
        "summaries": [replace(one, added="") for one in view.summaries()],
        "documents": sorted((collection, document.id) for collection, document in view.documents()),
        "feedback": [one.feedback for one in view.feedback()],
        "feedback of": {collection: len(view.feedback(collection)) for collection in ("default", "open", "secret")},
        "counts": view.feedback_counts(),
    }
    for collection in ("default", "open", "secret"):
        wheres = [
            Filter(collection),
            Filter(collection, ("draft", "plan", "harbour")),
            Filter(collection, None, {"year": 2024}),
        ]
        for where in wheres:
            rankings = [
                view.nearest(X, where, 9),
                view.matching(["ferry", "orm", "harbour"], where, 9),
                view.matching(["ferry", "plan"], where, 2, context=0),
            ]
            told[f"rankings {where}"] = [
                list(zip(named(view, list(one)), one.values(), strict=True)) for one in rankings
            ]
            told[f"phrase {where}"] = named(view, view.with_phrase(["the", "ferry"], where, 9))
            told[f"require {where}"] = outcome(view.require, where)
        for name in ("timetable", "draft", "plan", "never"):
            reads = (view.document, view.summary, view.original, view.sha256, view.original_sha256)
            told[f"{name} of {collection}"] = [outcome(read, name, collection) for read in reads]
            told[f"chunks of {name} of {collection}"] = [chunk.text for chunk in view.chunks_of(name, collection)]
    return told


def outcome(read: Callable[..., Any], *arguments: Any) -> Any:
    """What is read, or the error's words."""
    try:
        value = read(*arguments)
    except NotFoundError as error:
        return str(error)
    return replace(value, added="") if isinstance(value, DocumentSummary) else value


class StorageContract:
    """The tests. A subclass has a fixture `url`, which names a store of its kind that isn't there yet."""

    @pytest.fixture
    def store(self, url: str) -> Iterator[Store]:
        store = create_store(url, SIGNATURE)
        yield store
        store.close()

    # --- opening

    def test_there_is_none_until_it_is_made(self, url: str) -> None:
        assert not store_exists(url)
        with pytest.raises(NotFoundError, match="no index at .*: make one with `quoth index PATH`"):
            open_store(url)
        assert not store_exists(url)
        store = create_store(url, SIGNATURE)
        assert store_exists(url)
        assert store.url == url
        with store.view(SEES_ALL) as view:
            assert (view.version, view.signature, view.manifest("calibration")) == (0, SIGNATURE, None)
            assert (view.collections(), view.summaries(), view.feedback(), store.service_keys()) == ({}, [], [], [])
        store.close()

    def test_what_was_written_is_there_when_it_is_opened_again(self, url: str) -> None:
        store = create_store(url, SIGNATURE)
        put(store, "a", "some words")
        store.keep("calibration", "fitted")
        store.keep_feedback(opinion("a"))
        key = store.add_key("site", ["ask"])
        with store.view(SEES_ALL) as view:
            before = everything(view)
        store.close()
        for again in (open_store(url, SIGNATURE, read_only=True), open_store(url), create_store(url, SIGNATURE)):
            with again.view(SEES_ALL) as view:
                assert everything(view) == before
            assert keys.matching(again.service_keys(), key)
            again.close()

    def test_opened_for_reading_it_refuses_every_change(self, store: Store, url: str) -> None:
        put(store, "a", "some words")
        reader = open_store(url, SIGNATURE, read_only=True)
        changes: list[Callable[[], Any]] = [
            lambda: put(reader, "b", "some words"),
            lambda: reader.delete("a", "default"),
            lambda: reader.rebuild(SIGNATURE, iter([])),
            lambda: reader.keep("calibration", "fitted"),
            lambda: reader.keep_feedback(opinion("a")),
            lambda: reader.add_key("site", ["ask"]),
            lambda: reader.revoke_key("site"),
        ]
        for change in changes:
            with pytest.raises(StorageError, match="opened for reading only"):
                change()
        with reader.view(SEES_ALL) as view:
            assert (view.version, view.collections(), reader.service_keys()) == (1, {"default": 1}, [])
        reader.close()

    def test_another_signature_is_refused_by_its_differences_and_their_cure(self, store: Store, url: str) -> None:
        put(store, "a", "some words")
        for opening in (open_store, create_store):
            with pytest.raises(MismatchError, match=r"embedder 'toy' \(here 'other'\), .*`quoth rebuild`"):
                opening(url, OTHER)
        rebuilding = open_store(url, older=True)
        rebuilding.rebuild(OTHER, iter([]))
        rebuilding.close()
        with pytest.raises(MismatchError, match="quoth rebuild"), store.view(SEES_ALL):  # also while it is open
            pass
        with pytest.raises(MismatchError, match="quoth rebuild"):
            put(store, "b", "some words")
        assert store.service_keys() == []  # which open the door whatever the index was made with
        with open_store(url).view(SEES_ALL) as view:
            assert (view.version, view.collections()) == (2, {"default": 1})

    # --- documents

    def test_a_document_comes_back_as_it_went_in(self, store: Store) -> None:
        document = Document(
            "a/b", "Title", "Ünï 👩‍👧 text\r\nend", "https://x.test/", "application/pdf", {"n": 1, "ok": True}, (0, 5),
            (Heading(3, 2, "H"),),
        )  # fmt: skip
        written = store.put(document, [Chunk(4, 14), Chunk(0, 7)], np.array([X, Y]), "default", b"%PDF")
        with store.view(SEES_ALL) as view:
            assert view.document("a/b", "default") == document
            assert list(view.documents()) == [("default", document)]
            assert view.sha256("a/b", "default") == document.sha256
            summary = view.summary("a/b", "default")
            assert written.summary == summary
            assert (written.version, written.replaced) == (1, False)
            assert (summary.id, summary.collection, summary.title) == ("a/b", "default", "Title")
            assert summary.uri == document.uri
            assert (summary.media_type, summary.metadata) == ("application/pdf", {"n": 1, "ok": True})
            assert (summary.characters, summary.chunks, summary.sha256) == (len(document.text), 2, document.sha256)
            assert summary.original_bytes == 4
            first, second = view.chunks_of("a/b", "default")
            assert (first.start, first.end, first.text, first.context) == (0, 7, document.text[:7], "Title")
            assert (second.start, second.end, second.text, second.context) == (4, 14, document.text[4:14], "Title\nH")
            assert view.chunks([second.key, first.key]) == {first.key: first, second.key: second}
            assert view.nearest(X, Filter(), 1) == {second.key: pytest.approx(1)}

    def test_the_same_id_replaces_the_document_and_all_that_was_made_of_it(self, store: Store) -> None:
        put(store, "a", "old words")
        put(store, "b", "other")
        with store.view(SEES_ALL) as view:
            old = [chunk.key for chunk in view.chunks_of("a", "default")]
        written = store.put(Document("a", "A", "new words"), [Chunk(0, 9)], np.array([Z]), "default")
        assert (written.version, written.replaced) == (3, True)
        with store.view(SEES_ALL) as view:
            assert view.sizes() == {"default": (2, 3)}
            assert view.document("a", "default").text == "new words"
            assert view.matching(["old"], Filter(), 5) == {}
            assert [chunk.text for chunk in view.chunks_of("a", "default")] == ["new words"]
            assert view.chunks(old) == {}  # a key is never used twice
            assert view.cosines(X, Filter(), old) == {}
            assert view.word_scores(["words"], Filter(), old) == {}
            assert [document.id for _, document in view.documents()] == ["b", "a"]

    def test_collections_hold_the_same_id_apart(self, store: Store) -> None:
        put(store, "a", "first text", "one")
        put(store, "a", "second text", "two")
        store.delete("a", "one")
        with store.view(SEES_ALL) as view:
            assert view.collections() == {"two": 1}
            assert view.document("a", "two").text == "second text"
            assert view.sha256("a", "one") is None
            assert view.original_sha256("a", "one") is None
            assert view.chunks_of("a", "one") == []
            for read in (view.document, view.summary, view.original):
                with pytest.raises(NotFoundError, match="no document 'a' in the collection 'one'"):
                    read("a", "one")

    def test_listings_are_in_the_order_of_collection_and_id(self, store: Store) -> None:
        for collection, name in [("two", "a"), ("one", "b"), ("one", "B"), ("one", "a"), ("one", "ä")]:
            put(store, name, "some words", collection)
        with store.view(SEES_ALL) as view:
            names = [("one", "B"), ("one", "a"), ("one", "b"), ("one", "ä"), ("two", "a")]
            assert [(one.collection, one.id) for one in view.summaries()] == names
            assert [one.id for one in view.summaries("one")] == ["B", "a", "b", "ä"]
            assert [one.id for one in view.summaries("one", limit=2, offset=1)] == ["a", "b"]
            assert [one.id for one in view.summaries(limit=0)] == []
            assert [one.id for one in view.summaries("none")] == []
            assert list(view.collections().items()) == [("one", 4), ("two", 1)]
            assert view.sizes() == {"one": (4, 8), "two": (1, 2)}

    def test_what_a_search_names_must_be_there(self, store: Store) -> None:
        put(store, "a", "some words", "one")
        with store.view(SEES_ALL) as view:
            view.require(Filter("default"))  # which always is
            view.require(Filter("one", ("a",)))
            with pytest.raises(NotFoundError, match="no collection 'two': known are one"):
                view.require(Filter("two"))
            with pytest.raises(NotFoundError, match="no document 'b' in the collection 'one'"):
                view.require(Filter("one", ("a", "b")))
            assert view.nearest(X, Filter("two"), 5) == {}
            assert view.matching(["words"], Filter("two"), 5) == {}

    def test_an_original_is_kept_with_its_document_and_goes_with_it(self, store: Store) -> None:
        document, data = Document("a.pdf", "A", "some words", media_type="application/pdf"), b"%PDF-\0\xff"
        store.put(document, [Chunk(0, 10)], np.array([X]), "default", data)
        put(store, "b", "other words")
        with store.view(SEES_ALL) as view:
            kept = view.original("a.pdf", "default")
            assert (kept.media_type, kept.data) == ("application/pdf", data)
            assert kept.sha256 == view.original_sha256("a.pdf", "default") == hashlib.sha256(data).hexdigest()
            assert [summary.original_bytes for summary in view.summaries()] == [len(data), None]
            assert view.original_sha256("b", "default") is None
            with pytest.raises(NotFoundError, match="No original is kept of 'b'"):
                view.original("b", "default")
        store.put(document, [Chunk(0, 10)], np.array([X]), "default")  # replaced by one without
        with store.view(SEES_ALL) as view:
            assert view.summary("a.pdf", "default").original_bytes is None

    def test_deleting_leaves_nothing_of_a_document(self, store: Store) -> None:
        put(store, "secret", "xylophonist quagmires", title="Gossamers")
        put(store, "kept", "harmless words")
        store.keep_feedback(opinion("secret"))
        store.keep_feedback(opinion(None, answer_id="1" * 16, correction=opinion("secret").answer))
        store.keep_feedback(opinion("kept", answer_id="2" * 16))
        assert store.delete("secret", "default") == 3
        with store.view(SEES_ALL) as view:
            assert view.sizes() == {"default": (1, 2)}
            assert view.matching(["xylophonist", "quagmires", "gossamers"], Filter(), 5) == {}
            assert set(named(view, list(view.nearest(X, Filter(), 9)))) == {"kept"}
            assert [one.feedback.answer_id for one in view.feedback()] == ["2" * 16]
        with pytest.raises(NotFoundError, match="no document 'secret' in the collection 'default'"):
            store.delete("secret", "default")
        store.delete("kept", "default")
        with store.view(SEES_ALL) as view:
            assert (view.version, view.collections(), view.feedback()) == (4, {}, [])

    # --- changes

    def test_a_change_that_fails_leaves_everything_as_it_was(self, store: Store) -> None:
        put(store, "a", "old words")
        store.put(Document("b", "B", "more words"), [Chunk(0, 10)], np.array([Y]), "default", b"<p>more words")
        store.keep_feedback(opinion("a"))
        with store.view(SEES_ALL) as view:
            before = everything(view)

        def remade() -> Iterator[Any]:
            yield "default", Document("a", "a", "old words"), [Chunk(0, 3)], np.array([Z])
            raise RuntimeError("stopped")

        two, one = [Chunk(0, 1), Chunk(1, 3)], np.array([X])
        failing: list[Callable[[], Any]] = [
            lambda: store.put(Document("a", "A", "new"), two, one, "default"),
            lambda: store.put(Document("b", "B", "new"), two, one, "default", b"<p>new"),
            lambda: store.put(Document("c", "C", "new"), two, one, "other"),
            lambda: store.delete("c", "default"),
            lambda: store.rebuild(OTHER, remade()),
        ]
        for change in failing:
            with pytest.raises((ValueError, NotFoundError, RuntimeError)):
                change()
            with store.view(SEES_ALL) as view:
                assert everything(view) == before
        assert put(store, "c", "next") == 3  # and the store goes on

    def test_a_version_is_one_higher_after_each_change_of_documents_or_what_is_kept(self, store: Store) -> None:
        versions = [
            put(store, "a", "some words"),
            put(store, "a", "some words", "other"),
            put(store, "a", "new words"),
            store.keep("calibration", "fitted"),
            store.keep("calibration", None),
            store.delete("a", "other"),
            store.rebuild(SIGNATURE, iter([])),
        ]
        assert versions == [1, 2, 3, 4, 5, 6, 7]
        store.keep_feedback(opinion("a"))
        store.add_key("site", ["ask"])
        store.revoke_key("site")
        with store.view(SEES_ALL) as view:
            assert view.version == 7  # no answer changes by these

    def test_rebuilding_replaces_chunks_and_signs_anew(self, store: Store) -> None:
        store.put(Document("a", "A", "some words"), [Chunk(0, 4), Chunk(5, 10)], np.array([X, Y]), "default", b"<p>")
        put(store, "b", "left bare")
        store.keep_feedback(opinion("a"))
        key = store.add_key("site", ["ask"])
        with store.view(SEES_ALL) as view:
            summary, feedback, documents = view.summary("a", "default"), view.feedback(), list(view.documents())
        remade = [
            ("default", Document("a", "A", "some words"), [Chunk(0, 10)], np.array([Z])),
            ("default", Document("gone", "Gone", "since"), [Chunk(0, 5)], np.array([Z])),
        ]
        assert store.rebuild(OTHER, iter(remade)) == 3
        with store.view(SEES_ALL) as view:
            assert (view.signature, view.sizes()) == (OTHER, {"default": (2, 1)})
            assert list(view.documents()) == documents
            assert [chunk.text for chunk in view.chunks_of("a", "default")] == ["some words"]
            assert list(view.nearest(Z, Filter(), 9).values()) == [pytest.approx(1)]
            assert named(view, view.matching(["words"], Filter(), 9)) == ["a"]
            assert view.matching(["bare"], Filter(), 9) == {}  # it wasn't made anew
            after = view.summary("a", "default")
            assert (after.added, after.original_bytes) == (summary.added, 3)
            assert view.feedback() == feedback
        assert keys.matching(store.service_keys(), key)

    # --- views

    def test_a_view_keeps_what_it_saw_while_others_write(self, store: Store) -> None:
        put(store, "a", "old ferry words")
        put(store, "b", "words that stay")
        store.keep_feedback(opinion("b"))

        def write() -> None:
            put(store, "a", "new words")
            put(store, "c", "more words", "other")
            store.keep("calibration", "fitted")
            store.keep_feedback(opinion("a", "wrong"))
            store.delete("b", "default")

        with store.view(SEES_ALL) as early, store.view(SEES_ALL) as before:
            seen = everything(before)
            writer = Thread(target=write)
            writer.start()
            writer.join(60)
            assert not writer.is_alive()  # a view holds no writer up
            assert everything(before) == seen
            with store.view(SEES_ALL) as after:
                assert (before.version, after.version) == (2, 6)
                assert after.collections() == {"default": 1, "other": 1}
                assert after.document("a", "default").text == "new words"
                assert len(after.nearest(X, Filter(), 9)) == 2
            assert everything(early) == seen  # which is asked for the first time now

    def test_a_store_is_shared_between_threads(self, store: Store) -> None:
        numbers = range(12)
        failures: list[BaseException] = []

        def work(number: int) -> None:
            try:
                put(store, f"{number}", f"number {number} in words")
                with store.view(SEES_ALL) as view:
                    assert view.document(f"{number}", "default").id == f"{number}"
                    assert f"{number}" in named(view, view.nearest(X, Filter(), 99))
                    assert view.sizes()["default"] == (view.version, 2 * view.version)
            except BaseException as failure:  # noqa: BLE001  # a thread's is told to nobody
                failures.append(failure)

        threads = [Thread(target=work, args=(number,)) for number in numbers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failures == []
        with store.view(SEES_ALL) as view:
            assert view.version == len(numbers)

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

    # --- principals

    @pytest.mark.parametrize("principal", PRINCIPALS, ids=range(len(PRINCIPALS)))
    def test_what_is_hidden_leaves_no_trace(self, store: Store, url: str, principal: Principal) -> None:
        """What somebody sees of a store is all that there is in one which never had the rest."""
        other = create_store(f"{url}-of-theirs", SIGNATURE)
        for collection, name, text, vector, metadata in LIBRARY:
            admitted = [other] if principal.admits(collection, metadata) else []
            for each in [store, *admitted]:
                put_whole(each, name, text, vector, collection, metadata=metadata)
                each.keep_feedback(opinion(name, collection=collection, answer_id=f"{name:0>16}"))
        with other.view(SEES_ALL) as theirs:
            sees_default = "default" in theirs.collections()
        quoting_nothing = opinion(None, collection="default", answer_id="1" * 16)
        quoting_what_is_gone = opinion("gone", collection="default", answer_id="2" * 16)
        for feedback, admitted in [(quoting_nothing, sees_default), (quoting_what_is_gone, principal.sees_all)]:
            store.keep_feedback(feedback)
            if admitted:
                other.keep_feedback(feedback)
        with store.view(principal) as view, other.view(SEES_ALL) as theirs:
            assert seen(view) == seen(theirs)
        other.close()

    def test_a_hidden_chunks_key_opens_nothing(self, store: Store) -> None:
        for collection, name, text, vector, metadata in LIBRARY:
            put_whole(store, name, text, vector, collection, metadata=metadata)
        with store.view(SEES_ALL) as view:
            keys_of_all = {
                chunk.key: name for collection, name, *_ in LIBRARY for chunk in view.chunks_of(name, collection)
            }
        principal = Principal((Rule(metadata={"draft": (False, None)}),))
        with store.view(principal) as view:
            keys_seen = {
                key for collection, name, *_ in LIBRARY for key in (c.key for c in view.chunks_of(name, collection))
            }
            assert 0 < len(keys_seen) < len(keys_of_all)
            keys_ = list(keys_of_all)
            assert view.chunks(keys_).keys() == keys_seen
            assert view.cosines(X, Filter(), keys_).keys() <= keys_seen
            assert view.word_scores(["ferry", "harbour"], Filter(), keys_).keys() <= keys_seen
            assert "draft" not in {keys_of_all[key] for key in view.cosines(X, Filter(), keys_)}

    def test_what_is_in_another_collection_changes_neither_order_nor_score(self, store: Store) -> None:
        texts_of_a = ["the ferry of Orm", "the ferry, the ferry", "a quiet harbour", "Orm at noon", "nothing here"]
        for i, text in enumerate(texts_of_a):
            put_whole(store, f"{i}", text, collection="a")

        def ranked() -> list[tuple[str, float]]:
            with store.view(SEES_ALL) as view:
                scores = view.matching(["ferry", "orm", "harbour"], Filter("a"), 9)
                again = view.word_scores(["ferry", "orm", "harbour"], Filter("a"), list(scores))
                assert list(again.items()) == list(scores.items())
                return list(zip(named(view, list(scores)), scores.values(), strict=True))

        before = ranked()
        assert len(before) == 4
        for i in range(9):
            put_whole(store, f"{i}", "ferry ferry harbour " * i + "with many other words", collection="b")
            assert ranked() == before  # to the last digit
        for i in range(9):
            store.delete(f"{i}", "b")
        assert ranked() == before

    def test_who_sees_nothing_is_told_so_by_names_of_their_own(self, store: Store) -> None:
        put_whole(store, "plan", "some words", collection="secret")
        for principal in (of_collection("open"), SEES_NOTHING):
            with store.view(principal) as view:
                assert everything(view) == {**everything(view), "sizes": {}, "summaries": [], "documents": []}
                with pytest.raises(NotFoundError, match=r"^There is no collection 'secret': known are default\.$"):
                    view.require(Filter("secret"))
                with pytest.raises(NotFoundError) as hidden:
                    view.document("plan", "secret")
                with pytest.raises(NotFoundError) as absent:
                    view.document("never", "secret")
                assert str(hidden.value) == str(absent.value).replace("never", "plan")

    # --- what is kept

    def test_values_are_kept_under_names(self, store: Store) -> None:
        store.keep("calibration", "first")
        store.keep("other", "second")
        store.keep("calibration", "third")
        with store.view(SEES_ALL) as view:
            assert (view.manifest("calibration"), view.manifest("other")) == ("third", "second")
        store.keep("calibration", None)
        store.keep("never", None)
        with store.view(SEES_ALL) as view:
            assert (view.manifest("calibration"), view.manifest("other")) == (None, "second")

    @pytest.mark.parametrize(
        "correction", [None, Words("noon"), NoAnswer(), KeptSpan("b", "1" * 64, 3, 7, "at ", "nö🐝n", ".")]
    )
    def test_feedback_comes_back_as_it_went_in(self, store: Store, correction: Any) -> None:
        said = opinion(None, "wrong", correction=correction)
        number, new = store.keep_feedback(said)
        assert new
        with store.view(SEES_ALL) as view:
            (kept,) = view.feedback()
            assert (kept.id, kept.feedback) == (number, said)
            assert kept.given.startswith("20")

    def test_feedback_is_listed_in_its_order_and_kept_once(self, store: Store) -> None:
        first, _ = store.keep_feedback(opinion("a"))
        assert store.keep_feedback(opinion("a")) == (first, False)
        second, new = store.keep_feedback(opinion("a", "wrong"))
        assert (second > first, new) == (True, True)
        third, new = store.keep_feedback(opinion("a"))  # a mind changed back: said last, and still not kept twice
        assert (third > second, new) == (True, True)
        fourth, _ = store.keep_feedback(opinion("a", collection="other"))
        with store.view(SEES_ALL) as view:
            assert [(one.id, one.feedback.verdict) for one in view.feedback()] == [
                (second, "wrong"), (third, "right"), (fourth, "right"),
            ]  # fmt: skip
            assert [one.id for one in view.feedback("other")] == [fourth]
            assert [one.id for one in view.feedback(limit=1, offset=1)] == [third]
            assert view.feedback_counts() == {"default": 2, "other": 1}

    def test_feedback_outlives_a_document_that_is_replaced(self, store: Store) -> None:
        put(store, "a", "old words")
        store.keep_feedback(opinion("a"))
        put(store, "a", "new words")
        with store.view(SEES_ALL) as view:
            assert len(view.feedback()) == 1

    def test_keys_are_known_again_and_gone_when_revoked(self, store: Store) -> None:
        site, wiki = store.add_key("site", ["write", "ask"]), store.add_key("wiki", ["admin"])
        assert [(key.name, key.scopes) for key in store.service_keys()] == [
            ("site", {"ask", "write"}),
            ("wiki", {"admin"}),
        ]
        assert site.removeprefix("quoth_") not in repr(store.service_keys())
        with pytest.raises(KeyNameError, match="a key 'site' already"):
            store.add_key("site", ["admin"])
        with pytest.raises(KeyNameError, match="printable"):
            store.add_key("a\nb", ["ask"])
        first = keys.matching(store.service_keys(), site)
        assert first
        store.revoke_key("site")
        with pytest.raises(NotFoundError, match="no key 'site'"):
            store.revoke_key("site")
        store.add_key("site", ["ask"])
        again = store.service_keys()
        assert [key.name for key in again] == ["wiki", "site"]
        assert again[1].id > first.id  # so a token of the first never holds again
        assert again[1].secret != first.secret
        assert keys.matching(again, site) is None
        assert keys.matching(again, wiki) == again[0]

    def test_it_says_how_large_it_is_if_it_knows(self, store: Store) -> None:
        put(store, "a", "some words")
        assert all(size >= 0 for size in store.sizes_on_disk().values())
