"""Keeping questions: what is kept of them, what isn't, and when it is gone."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from contract.support import X, asked
from store_support import SIGNATURE

from index.questions import ALL_QUESTIONS, AskedQuestion
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import SQLiteStore
from qa.answering.answers import Answer, GivenAnswer, Reason, Status, Timings
from qa.citing import Citation, Quote
from qa.insights import keeping
from qa.insights.keeping import QuestionKeeper, asked_question, purge


def answer(*document_ids: str, confidence: float | None = 0.8, reason: Reason | None = None) -> Answer:
    quote = Quote("", "noon", "")
    citations = tuple(Citation(name, name, None, 0, 4, quote, "noon", None, None, "/", None) for name in document_ids)
    given = (GivenAnswer("noon", confidence, len(citations), citations),) if citations else ()
    status = Status.ANSWERED if given else Status.NO_ANSWER
    return Answer("0" * 16, None, status, reason, False, given, (), 3, Timings(1.2, 168.3, 173.4))


def embed(questions: Sequence[str]) -> Any:
    return np.stack([X] * len(questions))


def kept(path: Path) -> list[AskedQuestion]:
    store = SQLiteStore(path, read_only=True)
    with store.view(SEES_ALL) as view:
        questions = [one.question for one in view.questions(ALL_QUESTIONS)]
    store.close()
    return questions


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "quoth.sqlite3"


@pytest.fixture
def store(path: Path) -> SQLiteStore:
    return SQLiteStore.create(path, SIGNATURE)


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (answer("a"), "answered"),
        (answer("a", confidence=None), "answered"),
        (answer("a", confidence=0.5), "answered"),
        (answer("a", confidence=0.49), "unsure"),
        (answer(reason=Reason.BELOW_THRESHOLD), "unanswered"),
        (answer(reason=Reason.GREETING), "greeting"),
    ],
)
def test_what_became_of_a_question(given: Answer, outcome: str) -> None:
    assert asked_question("When?", "default", given, with_words=False).outcome == outcome


def test_what_is_kept_of_a_question() -> None:
    before = datetime.now(UTC)
    one = asked_question("When?", "shelf", answer("b", "a", "b"), with_words=True)
    assert before - timedelta(minutes=1) < datetime.fromisoformat(one.asked) <= datetime.now(UTC)
    assert len(one.asked) == len("2026-11-28T09:30+00:00")
    assert (one.collection, one.reason, one.confidence, one.index_version) == ("shelf", None, 0.8, 3)
    assert (one.document_ids, one.milliseconds, one.text, one.vector) == (("b", "a"), 170, "When?", None)
    without = asked_question("When?", "shelf", answer(reason=Reason.READER_NULL), with_words=False)
    assert (without.reason, without.confidence, without.document_ids, without.text) == ("reader_null", None, (), None)


def test_questions_are_written_when_it_ends_and_words_only_if_allowed(store: SQLiteStore, path: Path) -> None:
    counts: Counter[str] = Counter()
    keeper = QuestionKeeper(store, embed, 30, None, lambda outcome, count: counts.update({outcome: count}))
    keeper.keep("Who is Xyzzy?", "default", answer())
    keeper.close()
    assert [(one.text, one.vector) for one in kept(path)] == [(None, None)]
    keeper = QuestionKeeper(store, embed, 30, 30, lambda outcome, count: counts.update({outcome: count}))
    keeper.keep("Who is she?", "default", answer())
    keeper.keep("Hello", "default", answer(reason=Reason.GREETING))
    keeper.close()
    store.close()
    hello, she, _ = kept(path)
    assert ((hello.text, hello.vector), she.text) == (("Hello", None), "Who is she?")
    assert she.vector is not None
    assert she.vector.tolist() == X.tolist()
    assert counts == {"kept": 3}
    assert b"Xyzzy" not in path.read_bytes()


def test_a_question_is_written_a_moment_later(store: SQLiteStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "FLUSH_SECONDS", 0.01)
    written = []
    keeper = QuestionKeeper(store, embed, 30, None, lambda outcome, count: written.append((outcome, count)))
    keeper.keep("When?", "default", answer("a"))
    while not written:
        pass
    assert written == [("kept", 1)]
    assert len(kept(path)) == 1
    keeper.close()
    store.close()


def test_those_above_the_limit_are_lost_and_counted(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MAX_NOTED", 2)
    monkeypatch.setattr(keeping, "FLUSH_SECONDS", 60.0)
    counts: Counter[str] = Counter()
    keeper = QuestionKeeper(store, embed, 30, None, lambda outcome, count: counts.update({outcome: count}))
    while not keeper._stopping.is_set() and keeper._noted:
        pass
    for _ in range(5):
        keeper.keep("When?", "default", answer())
    keeper.close()
    store.close()
    assert counts == {"kept": 2, "lost": 3}


def test_a_store_that_cant_be_written_loses_questions_and_goes_on(
    store: SQLiteStore, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    counts: Counter[str] = Counter()
    other = sqlite3.connect(path)
    other.execute("DROP TABLE question_documents")
    other.close()
    keeper = QuestionKeeper(store, embed, 30, None, lambda outcome, count: counts.update({outcome: count}))
    keeper.keep("Who is Xyzzy?", "default", answer("a"))
    keeper.close()
    assert counts == {"lost": 1}
    assert "1 question could not be kept (storage)." in caplog.text
    assert "Xyzzy" not in caplog.text


def test_old_questions_and_older_words_are_removed(store: SQLiteStore, path: Path) -> None:
    def ago(days: int) -> str:
        return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="minutes")

    store.keep_questions([asked(asked=ago(days), text=f"{days} days ago") for days in (31, 30, 8, 7, 0)])
    assert purge(store, 30, 7) == 1
    assert [one.text for one in kept(path)] == ["0 days ago", "7 days ago", None, None]
    QuestionKeeper(store, embed, 7, None, lambda *_: None).close()  # it may end before it begins to remove
    assert purge(store, 7, None) in (0, 2)
    assert [one.text for one in kept(path)] == [None, None]
    store.close()
