"""Questions that were asked: what is kept, counted and forgotten of them."""

from dataclasses import replace

import numpy as np
import pytest
from store_support import SIGNATURE, put

from contract.support import OTHER, AnyStore, X, Y, asked, opinion
from index.errors import MismatchError
from index.questions import ALL_QUESTIONS, AnsweredWording, AskedQuestion, DocumentUse, WhichQuestions
from index.storage.base import Store
from index.storage.principals import SEES_ALL, of_collection, of_groups
from index.stores import open_store


def kept(store: Store, which: WhichQuestions = ALL_QUESTIONS) -> list[AskedQuestion]:
    with store.view(SEES_ALL) as view:
        return [one.question for one in view.questions(which)]


class QuestionsContract(AnyStore):
    """Questions that were asked."""

    # --- questions

    def test_questions_come_back_newest_first_as_they_went_in(self, store: Store) -> None:
        put(store, "a", "some words")
        put(store, "b", "other words")
        first = asked("b", "a", text="Wann? 🐝 'x\"; --", vector=Y, confidence=1.0)
        second = asked(outcome="greeting", reason="greeting", text="hello")
        third = asked("a", outcome="unsure", confidence=0.25)
        store.keep_questions([first, second])
        store.keep_questions([third])
        with store.view(SEES_ALL) as view:
            questions = view.questions(ALL_QUESTIONS)
            assert [one.question for one in questions] == [third, second, replace(first, document_ids=("a", "b"))]
            assert questions[0].id > questions[1].id > questions[2].id
            vector = questions[2].question.vector
            assert vector is not None
            assert (vector.dtype, vector.tolist()) == (np.float32, Y.tolist())
            assert [one.question.vector is None for one in questions[:2]] == [True, True]
            assert [one.id for one in view.questions(ALL_QUESTIONS, limit=1, offset=1)] == [questions[1].id]

    def test_they_affect_no_version(self, store: Store) -> None:
        version = put(store, "a", "some words")
        store.keep_questions([asked("a")])
        store.forget_questions(ALL_QUESTIONS)
        with store.view(SEES_ALL) as view:
            assert view.version == version

    @pytest.mark.parametrize(
        ("which", "meant"),
        [
            (WhichQuestions(since="2026-11-27"), [2, 1]),
            (WhichQuestions(until="2026-11-27"), [0]),
            (WhichQuestions(since="2026-11-27T08:00+00:00", until="2026-11-27T08:01+00:00"), [1]),
            (WhichQuestions(collection="other"), [2]),
            (WhichQuestions(outcome="unanswered"), [2, 0]),
            (WhichQuestions(verdict="wrong"), [1]),
            (WhichQuestions(verdict="right"), []),
            (WhichQuestions(since="2026-11-28", outcome="answered"), []),
        ],
    )
    def test_those_that_meet_every_condition_are_meant(
        self, store: Store, which: WhichQuestions, meant: list[int]
    ) -> None:
        put(store, "a", "some words")
        store.keep_feedback(opinion("a", "right", answer_id="1" * 16))
        store.keep_feedback(opinion("a", "wrong", answer_id="1" * 16, question="What then?"))  # the last one counts
        store.keep_feedback(opinion("a", "wrong", answer_id="0" * 16, collection="third"))
        questions = [
            asked(asked="2026-11-26T23:59+00:00"),
            asked("a", asked="2026-11-27T08:00+00:00", answer_id="1" * 16),
            asked(asked="2026-11-28T00:00+00:00", collection="other"),
        ]
        store.keep_questions(questions)
        assert kept(store, which) == [questions[number] for number in meant]
        assert store.forget_questions(which) == len(meant)
        assert kept(store) == [questions[number] for number in (2, 1, 0) if number not in meant]

    def test_figures_add_up(self, store: Store) -> None:
        put(store, "a", "some words")
        with store.view(SEES_ALL) as view:
            nothing = view.question_figures(ALL_QUESTIONS)
            assert (nothing.days, nothing.reasons, nothing.milliseconds, nothing.verdicts) == ({}, {}, {}, {})
        store.keep_questions(
            [
                asked("a", asked="2026-11-27T23:59+00:00", milliseconds=30),
                asked(asked="2026-11-28T00:00+00:00", milliseconds=10),
                asked(asked="2026-11-28T01:00+00:00", milliseconds=20, reason="below_threshold"),
                asked(asked="2026-11-28T02:00+00:00", milliseconds=10),
                asked(asked="2026-11-28T02:00+00:00", collection="other", milliseconds=50),
            ]
        )
        store.keep_feedback(opinion("a", "right", answer_id="1" * 16))
        store.keep_feedback(opinion("a", "wrong", answer_id="2" * 16))
        store.keep_feedback(opinion("a", "wrong", answer_id="3" * 16))
        store.keep_feedback(opinion("a", "wrong", collection="other"))
        with store.view(SEES_ALL) as view:
            figures = view.question_figures(WhichQuestions(collection="default"))
            assert list(figures.days.items()) == [
                ("2026-11-27", {"answered": 1, "unsure": 0, "unanswered": 0, "greeting": 0}),
                ("2026-11-28", {"answered": 0, "unsure": 0, "unanswered": 3, "greeting": 0}),
            ]
            assert figures.reasons == {"reader_null": 2, "below_threshold": 1}
            assert list(figures.milliseconds) == [10, 20, 30]
            assert figures.milliseconds == {10: 2, 20: 1, 30: 1}
            assert figures.verdicts == {"right": 1, "wrong": 2}
            assert view.question_figures(WhichQuestions(since="2026-11-28", outcome="answered")).days == {}
            assert view.question_figures(WhichQuestions(until="2000-01-01")).verdicts == {}

    def test_documents_are_counted_by_what_they_answer(self, store: Store) -> None:
        for name in ("a", "b", "c", "d"):
            put(store, name, f"words of {name}", title=f"Title {name}")
        store.keep_questions([asked("b"), asked("b", "a"), asked(), asked("c", outcome="unsure"), asked("gone")])
        with store.view(SEES_ALL) as view:
            uses = view.document_uses(WhichQuestions(outcome="answered"), 9)
            assert uses.most == (DocumentUse("default", "b", "Title b", 2), DocumentUse("default", "a", "Title a", 1))
            assert uses.never == (DocumentUse("default", "c", "Title c", 0), DocumentUse("default", "d", "Title d", 0))
            assert (uses.answering, uses.silent) == (2, 2)
            uses = view.document_uses(ALL_QUESTIONS, 1)
            assert ([one.document_id for one in uses.most], uses.answering) == (["b"], 3)
            assert ([one.document_id for one in uses.never], uses.silent) == (["d"], 1)
            other = view.document_uses(WhichQuestions(collection="other"), 9)
            assert (other.most, other.never) == ((), ())

    def test_a_deleted_documents_id_is_gone_and_a_replaced_ones_stays(self, store: Store) -> None:
        for name in ("a", "b"):
            put(store, name, f"words of {name}")
        store.keep_questions([asked("a", "b"), asked("b"), asked("a", collection="other")])
        put(store, "a", "new words")
        assert [one.document_ids for one in kept(store)] == [(), ("b",), ("a", "b")]  # "other" has no document "a"
        store.delete("a", "default")
        put(store, "a", "words that have nothing to do with the question")
        assert [one.document_ids for one in kept(store)] == [(), ("b",), ("b",)]

    def test_words_are_forgotten_by_themselves(self, store: Store) -> None:
        store.keep_questions([asked(text="Where is it?", vector=X), asked(text="When?", vector=X), asked()])
        assert store.forget_questions(ALL_QUESTIONS, only_words=True) == 2
        assert store.forget_questions(ALL_QUESTIONS, only_words=True) == 0
        assert kept(store) == [asked()] * 3

    def test_questions_are_forgotten_by_their_words(self, store: Store) -> None:
        texts = ["Where does Ada\n Kestrel live?", "where is ADA KESTREL", "Where is Ada?", "100 %_ sure?", None]
        store.keep_questions([asked(text=text) for text in texts])
        assert store.forget_questions(WhichQuestions(collection="other"), "ada kestrel") == 0
        assert store.forget_questions(ALL_QUESTIONS, "Ada  kestrel") == 2
        assert [one.text for one in kept(store)] == [None, "100 %_ sure?", "Where is Ada?"]
        assert store.forget_questions(ALL_QUESTIONS, "%_", only_words=True) == 1
        assert [one.text for one in kept(store)] == [None, None, "Where is Ada?"]

    def test_answered_wordings_are_counted(self, store: Store) -> None:
        put(store, "a", "some words")
        put(store, "gone", "more words")
        put(store, "a", "some words", "other")
        when, why = {"text": "When?", "answer_id": "1" * 16}, {"text": "Why?", "answer_id": "2" * 16}
        store.keep_questions([asked("a", **when), asked("a", **why), asked("a", **why)])
        store.keep_questions([asked("a", **why, outcome="unsure"), asked(text="Why?"), asked("a")])
        store.keep_questions([asked("a", **when, collection="other"), asked("gone", text="Who?")])
        store.keep_questions([asked("a", text=text, answer_id="3" * 16) for text in ("where?", "Where?")])
        store.delete("gone", "default")
        store.keep_feedback(opinion("a", "wrong", answer_id="2" * 16))
        store.keep_feedback(opinion("a", "wrong", answer_id="1" * 16))
        store.keep_feedback(opinion("a", "right", answer_id="1" * 16))  # the last one counts
        store.keep_feedback(opinion("a", "wrong", answer_id="3" * 16, collection="other"))
        with store.view(SEES_ALL) as view:
            assert view.answered_wordings("default") == [
                AnsweredWording("Why?", 2, 2),
                AnsweredWording("Where?", 1, 0),
                AnsweredWording("where?", 1, 0),
                AnsweredWording("When?", 1, 0),
            ]
            assert view.answered_wordings("other") == [AnsweredWording("When?", 1, 0)]
            assert view.answered_wordings("third") == []

    def test_wordings_answered_from_hidden_documents_are_hidden(self, store: Store) -> None:
        put(store, "open", "some words")
        put(store, "secret", "other words", readers=("board",))
        store.keep_questions([asked("secret", text="How much?"), asked("open", text="How much?")])
        store.keep_questions([asked("open", "secret", text="For whom?")])
        for principal, wordings in (
            (of_groups(["board"]), [("How much?", 2), ("For whom?", 1)]),
            (of_groups([]), [("How much?", 1)]),
            (of_collection("other"), []),
        ):
            with store.view(principal) as view:
                assert [(one.text, one.times) for one in view.answered_wordings("default")] == wordings

    def test_vectors_are_of_the_indexs_embedder_or_none(self, store: Store, url: str) -> None:
        store.keep_questions([asked(text="Where?", vector=X)])
        store.rebuild(SIGNATURE, iter([]))
        assert kept(store)[0].vector is not None
        unsigned = open_store(url)
        unsigned.rebuild(OTHER, iter([]))
        unsigned.close()
        with pytest.raises(MismatchError, match="quoth rebuild"):
            store.keep_questions([asked(text="Where?", vector=X)])
        store.keep_questions([asked(text="When?")])
        other = open_store(url, OTHER, read_only=True)
        assert [(one.text, one.vector) for one in kept(other)] == [("When?", None), ("Where?", None)]
        other.close()
