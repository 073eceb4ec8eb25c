"""Feedback as questions: what becomes of each kind, what is left out and why, and that evaluation reads it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.chunking import Chunk
from index.documents import Document
from index.feedback import Feedback, NoAnswer, Span, SubmittedFeedback, Words
from index.signature import Signature
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from qa.evaluation.datasets import load_dataset
from qa.evaluation.datasets.dataset import Gold
from qa.evaluation.results import save
from qa.feedback.checking import check
from qa.feedback.squad import Export, export

FERRY = "The ferry to Orm 🐝 sails at noon.\r\nIn winter it sails at ten."
BUS = "The bus to Orm leaves at half past eight. The driver is Ada Kestrel."
TEXTS = {"ferry": FERRY, "bus": BUS}
Say = Callable[..., None]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    store = SQLiteStore.create(tmp_path / "data" / FILE_NAME, Signature("toy", "0" * 64, 3, 100, 10))
    for name, text in TEXTS.items():
        put(store, name, text)
    yield store
    store.close()


def put(store: SQLiteStore, name: str, text: str, title: str = "") -> None:
    document = Document(name, title or name.title(), text)
    store.put(document, [Chunk(0, len(text))], np.ones((1, 3), np.float32), "default")


def span(words: str) -> Span:
    (name,) = [name for name, text in TEXTS.items() if words in text]
    start = TEXTS[name].index(words)
    return Span(name, start, start + len(words))


@pytest.fixture
def say(store: SQLiteStore) -> Say:
    def say(
        question: str, verdict: Any, answer: str | None = None, correction: Any = None, answer_id: str = ""
    ) -> None:
        said = SubmittedFeedback(
            "default", question, (answer_id or question).encode().hex()[:16].ljust(16, "0"), verdict,
            span(answer) if answer else None, span(correction) if isinstance(correction, str) else correction,
        )  # fmt: skip
        with store.view(SEES_ALL) as snapshot:
            checked = check(snapshot, said)
        store.keep_feedback(checked)

    return say


def exported(store: SQLiteStore, **options: Any) -> Export:
    with store.view(SEES_ALL) as snapshot:
        return export(snapshot, "default", **options)


def read(store: SQLiteStore, tmp_path: Path, **options: Any) -> dict[str, tuple[Gold, ...]]:
    """Each question → its right answers, as the evaluation reads the file, which it finds nothing odd about."""
    save(exported(store, **options).content, tmp_path / "feedback.json")
    dataset = load_dataset(tmp_path / "feedback.json")
    assert dataset.problems == ()
    contexts = {document.id: document.text for document in dataset.documents}
    for question in dataset.questions:
        for gold in question.golds:
            assert contexts[gold.document_id][gold.start : gold.end] == gold.text
    return {question.text: question.golds for question in dataset.questions}


def test_what_was_right_is_a_question_with_its_place(store: SQLiteStore, say: Say, tmp_path: Path) -> None:
    say("When does the ferry sail?", "right", "noon")
    say("When does the bus leave?", "wrong", "noon", "half past eight")
    say("Who drives the bus?", "wrong", None, Words("ada kestrel"))
    say("Where is Orm?", "wrong", "noon", NoAnswer())
    say("Who wrote this?", "right", None)
    assert read(store, tmp_path) == {
        "When does the ferry sail?": (Gold("noon", "Ferry/0", 28, 32),),
        "When does the bus leave?": (Gold("half past eight", "Bus/0", 25, 40),),
        "Who drives the bus?": (Gold("Ada Kestrel", "Bus/0", 56, 67),),
        "Where is Orm?": (),
        "Who wrote this?": (),
    }
    content = exported(store).content
    assert content["version"] == "v2.0"
    paragraphs = {p["document_id"]: p for article in content["data"] for p in article["paragraphs"]}
    assert paragraphs["ferry"]["context"] == FERRY
    assert [(q["id"], q["is_impossible"]) for q in paragraphs["ferry"]["qas"]] == [("1", False), ("4", True)]
    assert exported(store).left_out == {}


def test_what_says_nothing_is_left_out_and_counted(store: SQLiteStore, say: Say) -> None:
    say("When?", "wrong", "noon")
    say("When not?", "wrong", "noon", Words("at midnight"))
    say("What sails?", "wrong", None, Words("sails"))  # in two places
    assert exported(store) == Export(
        {"version": "v2.0", "data": []},
        0,
        {
            "wrong, and nobody said what is right": 1,
            "corrected in words that stand in no document, or in several places": 2,
        },
    )


def test_words_of_a_document_that_came_later_are_found(store: SQLiteStore, say: Say, tmp_path: Path) -> None:
    say("When is the last ferry?", "wrong", None, Words("at midnight"))
    put(store, "late", "In summer the last ferry sails at midnight.")
    assert read(store, tmp_path) == {"When is the last ferry?": (Gold("at midnight", "Late/0", 31, 42),)}


def test_spans_are_found_again_in_changed_documents_or_left_out(store: SQLiteStore, say: Say, tmp_path: Path) -> None:
    say("When does the ferry sail?", "right", "noon")
    say("When in winter?", "right", "ten")
    say("When does the bus leave?", "right", "half past eight")
    put(store, "ferry", "New timetable.\n" + FERRY.replace("at ten", "at eleven"))
    assert read(store, tmp_path) == {
        "When does the ferry sail?": (Gold("noon", "Ferry/0", 43, 47),),
        "When does the bus leave?": (Gold("half past eight", "Bus/0", 25, 40),),
    }
    assert exported(store).left_out == {"about words that no longer stand in their document, or not in one place": 1}


def test_what_was_said_last_counts(store: SQLiteStore, say: Say, tmp_path: Path) -> None:
    question = "When does it sail?"
    say(question, "right", "noon")
    say(question, "wrong", "noon", "ten")
    assert read(store, tmp_path) == {question: (Gold("ten", "Ferry/0", 57, 60),)}
    say(question, "right", "noon")
    assert read(store, tmp_path) == {question: (Gold("noon", "Ferry/0", 28, 32),)}
    assert exported(store).left_out == {"taken back by what was said later": 1}


def test_of_several_answers_to_a_question_all_are_right_and_none_twice(
    store: SQLiteStore, say: Say, tmp_path: Path
) -> None:
    question = "When does it leave?"
    say(question, "right", "noon", answer_id="a")
    say(question, "right", "noon", answer_id="b")
    say(question, "right", "ten", answer_id="c")
    say(question, "right", "half past eight", answer_id="d")
    result = exported(store)
    assert (result.questions, result.left_out) == (2, {"said before": 1})  # one of each document
    read(store, tmp_path)
    golds = [question.golds for question in load_dataset(tmp_path / "feedback.json").questions]
    assert sorted([gold.text for gold in each] for each in golds) == [["half past eight"], ["noon", "ten"]]


def test_a_question_has_an_answer_or_none_as_was_said_last(store: SQLiteStore, say: Say, tmp_path: Path) -> None:
    say("When?", "right", None, answer_id="a")
    say("When?", "right", None, answer_id="b")
    assert (read(store, tmp_path), exported(store).left_out) == ({"When?": ()}, {"said before": 1})
    say("When?", "right", "noon", answer_id="c")
    assert read(store, tmp_path) == {"When?": (Gold("noon", "Ferry/0", 28, 32),)}
    assert exported(store).left_out == {"said before": 1, "taken back by what was said later": 1}


def test_the_rest_of_the_documents_come_if_wanted(store: SQLiteStore, say: Say) -> None:
    say("When does the ferry sail?", "right", "noon")
    assert [article["title"] for article in exported(store).content["data"]] == ["Ferry"]
    everything = exported(store, all_documents=True)
    assert [article["title"] for article in everything.content["data"]] == ["Bus", "Ferry"]
    assert everything.questions == 1


def test_titles_that_are_equal_or_odd_are_read_without_complaint(store: SQLiteStore, say: Say, tmp_path: Path) -> None:
    put(store, "ferry", FERRY, "Times\n\u200b of\tOrm" + "x" * 1000)
    put(store, "bus", BUS, "Times\n\u200b of\tOrm" + "x" * 1000)
    say("When does the ferry sail?", "right", "noon")
    say("When does the bus leave?", "right", "half past eight")
    assert len(read(store, tmp_path)) == 2
    (article,) = exported(store).content["data"]
    assert article["title"].startswith("Times of Ormxxx")
    assert [paragraph["document_id"] for paragraph in article["paragraphs"]] == ["bus", "ferry"]


def test_there_is_no_document_to_put_a_question_under(tmp_path: Path, store: SQLiteStore, say: Say) -> None:
    say("Who wrote this?", "right", None)
    for name in TEXTS:
        store.delete(name, "default")
    assert exported(store).left_out == {"about a document that is gone": 1}


def test_feedback_of_other_collections_stays_out(store: SQLiteStore) -> None:
    store.keep_feedback(Feedback("other", "When?", "0" * 16, "right", None, None))
    assert (exported(store).questions, exported(store).left_out) == (0, {})
