"""Opening a store, and its documents: put, replaced, deleted, each change whole and each view one version."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from threading import Thread
from typing import Any

import numpy as np
import pytest
from store_support import SIGNATURE, put

from contract.support import OTHER, AnyStore, X, Y, Z, everything, named, opinion, put_whole
from index import keys
from index.chunking import Chunk
from index.documents import Document, Heading, Source
from index.errors import MismatchError, NotFoundError, StorageError
from index.indexing import Indexer
from index.storage.base import Filter, Store
from index.storage.principals import SEES_ALL, of_groups
from index.stores import create_store, open_store, store_exists


class Lengths:
    """An embedder of the signature: a text's vector is by its length alone."""

    name, sha256, dimension, max_tokens = "toy", "0" * 64, 3, 1000

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def embed_query(self, question: str) -> Any:
        return self.embed_passages([question])[0]

    def embed_passages(self, texts: Sequence[str]) -> Any:
        return np.stack([(X, Y, Z)[len(text) % 3] for text in texts])


class DocumentsContract(AnyStore):
    """Documents, changes and views."""

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
            assert view.vectors_of("a/b", "default").tolist() == [Y.tolist(), X.tolist()]
            assert view.vectors_of("none", "default").shape == (0, 3)

    def test_readers_come_back_and_are_replaced_with_their_document(self, store: Store) -> None:
        for readers in (("staff", "crew", "staff"), ("Ωμέγα 🐝",), ()):
            put_whole(store, "a", "some words", readers=readers)
            with store.view(SEES_ALL) as view:
                (summary,) = view.summaries()
                document = view.document("a", "default")
                assert document.readers == summary.readers == tuple(sorted(set(readers)))
                assert document.sha256 == view.sha256("a", "default") == summary.sha256
                assert [one.readers for _, one in view.documents()] == [document.readers]
                assert view.summary("a", "default").readers == document.readers
            for groups, seen in (((), not readers), (readers[:1], True)):
                with store.view(of_groups(groups)) as view:
                    assert view.count() == seen

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

    def test_a_new_version_that_names_no_readers_keeps_those_there_are(self, store: Store) -> None:
        indexer = Indexer(store, Lengths(), SIGNATURE)

        def bring(text: str, *readers: str, names: bool = False, by: Indexer = indexer, collection: str = "pay") -> Any:
            document = Document("bands", "Bands", text, readers=readers)
            outcome = by.add_source(Source(document, names_readers=names or bool(readers)), collection)
            with store.view(SEES_ALL) as view:
                return outcome.status, view.summary("bands", collection).readers

        assert bring("nine bands") == ("added", ())
        assert bring("nine bands", "staff") == ("replaced", ("staff",))
        assert bring("nine bands") == ("unchanged", ("staff",))
        assert bring("ten bands") == ("replaced", ("staff",))
        assert bring("ten bands", collection="other") == ("added", ())
        assert bring("ten bands", by=indexer.for_readers(("board",))) == ("replaced", ("board",))
        assert bring("ten bands", names=True) == ("replaced", ())  # everybody is named, too

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
            assert list(view.digests("one")) == ["B", "a", "b", "ä"]
            assert view.digests("one", "b") == {"b": view.sha256("b", "one")}
            assert (view.digests("one", "%"), view.digests("none")) == ({}, {})
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

    def test_documents_are_looked_up_by_a_part_of_their_id_or_title(self, store: Store) -> None:
        for name, title in {"a/Über_100%.md": "Ferries", "b.txt": "The 100 rules", "c.txt": "FERRY\\times"}.items():
            put_whole(store, name, "some words", title=title)
        put_whole(store, "ferry.txt", "some words", collection="other")
        with store.view(SEES_ALL) as view:

            def found(named: str, collection: str | None = "default") -> list[str]:
                ids = [one.id for one in view.summaries(collection, named=named)]
                assert view.count(collection, named=named) == len(ids)
                return ids

            assert found("ferr") == ["a/Über_100%.md", "c.txt"]
            assert found("FERRY", None) == ["c.txt", "ferry.txt"]
            assert found("100%") == ["a/Über_100%.md"]
            assert found("_") == ["a/Über_100%.md"]
            assert found("Über") == ["a/Über_100%.md"]
            assert found("\\T") == ["c.txt"]
            assert found("' OR 1 --") == []
            assert found("") == ["a/Über_100%.md", "b.txt", "c.txt"]
            assert [one.id for one in view.summaries(named="txt", limit=1, offset=1)] == ["c.txt"]
            assert (view.count(), view.count("other"), view.count("none")) == (4, 1, 0)
