"""Each collection has a language, which its documents are stored and searched in."""

from dataclasses import replace

import numpy as np
import pytest
from store_support import SIGNATURE
from toy_language import add_toy_language

from contract.support import AnyStore, X, named, put_whole
from index.chunking import Chunk
from index.documents import Document
from index.errors import MismatchError
from index.storage.base import Filter, Store, View
from index.storage.principals import SEES_ALL, of_groups
from index.stores import create_store, open_store

TWO = replace(SIGNATURE, languages=(("toys", "toy"),))  # all but that collection are in English


def found(view: View, word: str, collection: str) -> list[str]:
    """The documents with a word, as all three searches have it."""
    where = Filter(collection)
    keys = [chunk.key for one in view.summaries(collection) for chunk in view.chunks_of(one.id, collection)]
    names = sorted(named(view, list(view.matching([word], where, 9))))
    assert sorted(named(view, view.with_phrase([word], where, 9))) == names
    assert sorted(named(view, list(view.word_scores([word], where, keys)))) == names
    return names


class LanguagesContract(AnyStore):
    """One collection in English, whose words have stems, and one in a language without a stemmer."""

    @pytest.fixture(autouse=True)
    def toy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        add_toy_language(monkeypatch)

    def check_words(self, store: Store) -> None:
        for principal in (SEES_ALL, of_groups(["crew"])):
            with store.view(principal) as view:
                assert found(view, "sail", "default") == ["a"]
                assert found(view, "sailing", "default") == ["a"]
                assert found(view, "sail", "toys") == []
                assert found(view, "sailing", "toys") == ["a"]

    def test_a_collection_is_searched_by_the_words_of_its_language(self, url: str) -> None:
        store = create_store(url, TWO)
        for collection in ("default", "toys"):
            put_whole(store, "a", "the ferry is sailing", collection=collection)
            put_whole(store, "b", "what others may not see of sailing", collection=collection, readers=("office",))
            with store.view(of_groups(["crew"])) as view:
                assert view.count(collection) == 1
            store.delete("b", collection)
            put_whole(store, "b", "no other word of it", collection=collection, readers=("office",))
        self.check_words(store)
        text = "the ferry is sailing"
        bare = [("default", Document("a", "a", text)), ("toys", Document("a", "a", text))]
        store.rebuild(TWO, iter([(name, one, [Chunk(0, len(text))], np.array([X])) for name, one in bare]))
        self.check_words(store)
        store.close()
        again = open_store(url)  # what it was made with is kept with it
        self.check_words(again)
        with again.view(SEES_ALL) as view:
            assert view.signature == TWO
        put_whole(again, "c", "boats sailing", collection="toys")
        with again.view(SEES_ALL) as view:
            assert (found(view, "sail", "toys"), found(view, "sailing", "toys")) == ([], ["a", "c"])
        again.close()

    def test_another_language_of_a_collection_is_refused_by_name_with_its_cure(self, url: str) -> None:
        store = create_store(url, TWO)
        put_whole(store, "a", "sailing", collection="toys")
        for opening in (open_store, create_store):
            with pytest.raises(MismatchError, match=r"language 'toy' for the collection 'toys' \(here 'en'\)") as error:
                opening(url, SIGNATURE)
            assert "`quoth rebuild`" in str(error.value)
            assert "toys" not in error.value.public  # who asks over HTTP may not know that it is there
            assert "language 'toy' for one collection (here 'en')" in error.value.public
        rebuilding = open_store(url, older=True)
        rebuilding.rebuild(SIGNATURE, iter([]))
        rebuilding.close()
        with pytest.raises(MismatchError, match=r"language 'en' for the collection 'toys' \(here 'toy'\)"):
            put_whole(store, "b", "sailing")  # also while it is open
        store.close()
        create_store(url, SIGNATURE).close()

    def test_a_collection_gets_its_language_with_its_first_document(self, url: str) -> None:
        english, toy = create_store(url, SIGNATURE), create_store(url, TWO)
        put_whole(english, "a", "sailing")
        put_whole(toy, "b", "sailing")  # to the same collection, which both have in English
        put_whole(toy, "a", "sailing", collection="toys")
        with pytest.raises(MismatchError, match="language 'toy' for the collection 'toys'"), english.view(SEES_ALL):
            pass
        toy.delete("a", "toys")  # nor is there such a collection then
        put_whole(english, "a", "sailing", collection="toys")
        with english.view(SEES_ALL) as view:
            assert found(view, "sail", "toys") == ["a"]
            assert view.signature == SIGNATURE
        with pytest.raises(MismatchError, match="language 'en' for the collection 'toys'"), toy.view(SEES_ALL):
            pass
        english.close()
        toy.close()
