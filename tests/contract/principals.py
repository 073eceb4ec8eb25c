"""What somebody may not see leaves no trace."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from store_support import SIGNATURE

from contract.support import AnyStore, X, asked, everything, named, opinion, put_whole
from index.errors import NotFoundError
from index.questions import ALL_QUESTIONS
from index.storage.base import DocumentSummary, Filter, Store, View
from index.storage.principals import SEES_ALL, SEES_NOTHING, Principal, Rule, of_collection, of_groups
from index.stores import create_store

PRINCIPALS = [
    SEES_ALL,
    SEES_NOTHING,
    of_collection("default"),
    of_collection("secret"),
    Principal((Rule(frozenset({"default", "open"})),)),
    Principal((Rule(metadata={"draft": (False, None)}),)),
    Principal((Rule(metadata={"draft": (True,)}),)),
    Principal((Rule(frozenset({"default"})), Rule(metadata={"draft": (False, None), "year": (2024, 1)}))),
    of_groups(()),
    of_groups({"crew"}),
    of_groups({"crew", "Crew, who aren't"}),
    of_groups({"board", "crew", "pilots"}),
    Principal((Rule(frozenset({"default", "secret"}), groups=frozenset({"board"})),)),
    Principal((Rule(groups=frozenset({"board"})), Rule(groups=frozenset({"crew", "pilots"})))),
    Principal((Rule(metadata={"draft": (False, None)}, groups=frozenset({"crew"})),)),
]
# Documents that aren't for everybody → the groups that may read them
READERS = {
    ("default", "draft"): ("crew",),
    ("default", "memo"): ("board", "crew"),
    ("default", "rules"): ("board", "pilots"),
    ("open", "plan"): ("Crew",),
    ("secret", "plan"): ("board",),
    ("secret", "timetable"): ("board", "crew"),
}
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
        "named": [one.id for one in view.summaries(named="a")],
        "count": [view.count(), view.count("secret"), view.count(named="plan")],
        "documents": sorted((collection, document.id) for collection, document in view.documents()),
        "feedback": [one.feedback for one in view.feedback()],
        "feedback of": {collection: len(view.feedback(collection)) for collection in ("default", "open", "secret")},
        "counts": view.feedback_counts(),
        "questions": [replace(one, id=0) for one in view.questions(ALL_QUESTIONS)],
        "figures": view.question_figures(ALL_QUESTIONS),
        "wordings": [view.answered_wordings(name) for name in view.collections()],
        "uses": view.document_uses(ALL_QUESTIONS, 9),
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
            told[f"vectors of {name} of {collection}"] = view.vectors_of(name, collection).tolist()
    return told


def outcome(read: Callable[..., Any], *arguments: Any) -> Any:
    """What is read, or the error's words."""
    try:
        value = read(*arguments)
    except NotFoundError as error:
        return str(error)
    return replace(value, added="") if isinstance(value, DocumentSummary) else value


class PrincipalsContract(AnyStore):
    """Views of others than who sees all."""

    # --- principals

    @pytest.mark.parametrize("principal", PRINCIPALS, ids=range(len(PRINCIPALS)))
    def test_what_is_hidden_leaves_no_trace(self, store: Store, url: str, principal: Principal) -> None:
        """What somebody sees of a store is all that there is in one which never had the rest."""
        other = create_store(f"{url}-of-theirs", SIGNATURE)
        for collection, name, text, vector, metadata in LIBRARY:
            readers = READERS.get((collection, name), ())
            admitted = [other] if principal.admits(collection, metadata, readers) else []
            for each in [store, *admitted]:
                put_whole(each, name, text, vector, collection, metadata=metadata, readers=readers)
                each.keep_feedback(opinion(name, collection=collection, answer_id=f"{name:0>16}"))
                each.keep_questions([asked(name, collection=collection, answer_id=f"{name:0>16}", text=f"On {name}?")])
        with other.view(SEES_ALL) as theirs:
            sees_default = "default" in theirs.collections()
        quoting_nothing = opinion(None, collection="default", answer_id="1" * 16)
        quoting_what_is_gone = opinion("gone", collection="default", answer_id="2" * 16)
        for feedback, admitted in [(quoting_nothing, sees_default), (quoting_what_is_gone, principal.sees_all)]:
            store.keep_feedback(feedback)
            if admitted:
                other.keep_feedback(feedback)
        # A question without an answer is its collection's; one with a hidden or vanished document is nobody else's
        several = [one for one in LIBRARY if one[:2] in {("default", name) for name in ("timetable", "draft", "rules")}]
        sees_several = all(
            principal.admits(collection, metadata, READERS.get((collection, name), ()))
            for collection, name, *_, metadata in several
        )
        for question, admitted in [
            (asked(), sees_default),
            (asked("timetable", "draft", "rules"), sees_several),
            (asked("timetable", "gone"), principal.sees_all),
        ]:
            store.keep_questions([question])
            if admitted:
                other.keep_questions([question])
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

    def test_words_are_weighed_as_if_there_were_no_others(self, store: Store, url: str) -> None:
        """With parts of words, words in titles and headings, frequent and repeated words, and filters."""
        other = create_store(f"{url}-of-theirs", SIGNATURE)
        random = Random(7)  # noqa: S311
        vocabulary = [
            "ferry",
            "ferries",
            "Orm",
            "harbour",
            "10.4.0.12",
            "noon",
            "the",
            "Ωμέγα",
            "a-b",
            "a b a b",
            "x" * 40,
        ]
        for number in range(30):
            text = " ".join(random.choices(vocabulary, k=random.randint(1, 60)))
            title = " ".join(random.choices(vocabulary, k=random.randint(1, 9)))
            readers = random.choice([(), ("board",), ("crew", "board"), ("crew",)])
            metadata = {"year": random.randint(2023, 2024)}
            for each in (store, other) if not readers or "crew" in readers else (store,):
                put_whole(each, f"{number}", text, title=title, readers=readers, metadata=metadata)
        questions = [
            ["ferry"],
            ["orm", "noon", "orm"],
            ["10.4.0.12", "the"],
            ["a b", "b", "*", "b a"],
            ["never"],
            vocabulary,
        ]
        filters = [Filter(), Filter(metadata={"year": 2024}), Filter(document_ids=("3", "5", "7", "11", "13"))]
        with store.view(of_groups({"crew"})) as view, other.view(SEES_ALL) as theirs:
            assert 0 < view.count() < 30
            for words in questions:
                for where in filters:
                    for context in (0.3, 0.7, 0):
                        found = [one.matching(words, where, 12, context=context) for one in (view, theirs)]
                        assert list(found[0].values()) == list(found[1].values())
                        names = [sorted(zip(one.values(), named(each, list(one)), strict=True))
                                 for one, each in zip(found, (view, theirs), strict=True)]  # fmt: skip
                        assert names[0] == names[1]
                        scores = view.word_scores(words, where, [*found[0]], context=context)
                        assert scores == found[0]
                    assert named(view, view.with_phrase(words[:2], where, 30)) == named(
                        theirs, theirs.with_phrase(words[:2], where, 30)
                    )
        other.close()

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
