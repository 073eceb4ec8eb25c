"""What was deleted or replaced is gone from the bytes of all files of the data folder, looked at while it is in use."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from store_support import SIGNATURE, put
from support import ROOT

from index.errors import NotFoundError
from index.feedback import Feedback, KeptSpan, NoAnswer, Words
from index.questions import ALL_QUESTIONS, AskedQuestion
from index.storage.principals import SEES_ALL
from index.storage.sqlite import idle
from index.storage.sqlite import store as store_module
from index.storage.sqlite.store import SQLiteStore

SECRET = "Xyzzyplugh is the code word of the vault. " * 40
MORE = {"title": "Xyzzytitle", "uri": "https://xyzzyuri.example", "metadata": {"k": "xyzzymeta"}}
HARMLESS = "Nothing of it is left here, and all of it is harmless. " * 40


@pytest.fixture(autouse=True)
def soon_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "IDLE_SECONDS", 0.1)
    monkeypatch.setattr(store_module, "BUSY_SECONDS", 0.2)


def traces(path: Path) -> dict[str, int]:
    """File → how often its bytes have the word, or the token that FTS5 keeps of it."""
    found = {file.name: file.read_bytes().lower().count(b"xyzzy") for file in path.parent.iterdir()}
    return {name: count for name, count in found.items() if count}


def wait_for_no_traces(path: Path) -> None:
    """They go when the data file is idle; a test that never sees it fails by pytest's patience alone."""
    for _ in range(1200):
        if not traces(path):
            return
        time.sleep(0.05)
    raise AssertionError(traces(path))


def test_a_deleted_document_is_gone_at_once(store: SQLiteStore, path: Path) -> None:
    put(store, "secret", SECRET, **MORE)
    put(store, "other", HARMLESS)
    assert sum(traces(path).values()) >= 40
    store.delete("secret", "default")
    assert traces(path) == {}


def test_a_replaced_document_is_gone_when_the_file_is_idle(store: SQLiteStore, path: Path) -> None:
    put(store, "secret", SECRET, **MORE)
    assert put(store, "secret", HARMLESS) == 2
    assert traces(path)
    wait_for_no_traces(path)
    with store.view(SEES_ALL) as view:
        assert view.version == 2
    assert store.verify().faults == ()


def test_a_replaced_document_is_gone_when_the_store_is_closed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "IDLE_SECONDS", 1000.0)
    store = SQLiteStore.create(path, SIGNATURE)
    put(store, "secret", SECRET, **MORE)
    put(store, "secret", HARMLESS)
    assert traces(path)
    store.close()
    assert traces(path) == {}


def test_a_document_deleted_while_somebody_reads_is_gone_after_that(store: SQLiteStore, path: Path) -> None:
    put(store, "secret", SECRET, **MORE)
    with store.view(SEES_ALL) as view:
        store.delete("secret", "default")
        assert view.document("secret", "default").text == SECRET  # of its version
        assert traces(path)
    wait_for_no_traces(path)


def test_what_a_killed_process_replaced_is_gone_after_the_next_opening(path: Path) -> None:
    script = f"""
import os, signal, sys
sys.path.insert(0, {str(ROOT / "tests")!r})
from pathlib import Path
from store_support import SIGNATURE, put
from index.storage.sqlite.store import SQLiteStore
store = SQLiteStore.create(Path({str(path)!r}), SIGNATURE)
put(store, "secret", {SECRET!r})
put(store, "secret", {HARMLESS!r})
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=os.environ, check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert traces(path)
    store = SQLiteStore(path, SIGNATURE)
    wait_for_no_traces(path)
    store.close()


def test_what_a_restore_replaced_is_gone_when_the_file_is_idle(store: SQLiteStore, path: Path, tmp_path: Path) -> None:
    put(store, "other", HARMLESS)
    store.back_up(tmp_path / "copy.sqlite3")
    put(store, "secret", SECRET, **MORE)
    store.restore(tmp_path / "copy.sqlite3")
    wait_for_no_traces(path)


def said(number: int, answer: KeptSpan | None, correction: KeptSpan | Words | NoAnswer | None) -> Feedback:
    return Feedback("default", f"Question {number}?", f"{number}" * 16, "wrong", answer, correction)


def span(document_id: str, exact: str) -> KeptSpan:
    return KeptSpan(document_id, "0" * 64, 0, len(exact), "", exact, "")


def test_feedback_that_quotes_a_deleted_document_is_gone_with_it(store: SQLiteStore, path: Path) -> None:
    put(store, "secret", SECRET, **MORE)
    put(store, "other", HARMLESS + "The vault is red.")
    for feedback in (
        said(1, span("secret", "Xyzzyplugh"), None),
        said(2, None, span("secret", "Xyzzyplugh")),
        said(3, None, Words("Xyzzyplugh is the code word")),  # its words, without its name
        said(4, None, Words("vault")),  # which the other has too
        said(5, None, Words("in words of my own")),
        said(6, span("other", "harmless"), NoAnswer()),
    ):
        store.keep_feedback(feedback)
    assert traces(path)
    with pytest.raises(NotFoundError):
        store.delete("nothing", "default")
    store.delete("secret", "default")
    with store.view(SEES_ALL) as view:
        assert [kept.feedback.question for kept in view.feedback()] == ["Question 4?", "Question 5?", "Question 6?"]
    assert traces(path) == {}


def asked(text: str | None, *document_ids: str) -> AskedQuestion:
    at = "2026-11-28T09:30+00:00"
    return AskedQuestion(at, "default", "answered", None, 0.8, document_ids, 1, 170, "0" * 16, text)


def test_what_a_purge_removes_is_gone(store: SQLiteStore, path: Path) -> None:
    store.keep_questions([asked("Is Xyzzyplugh the code word?"), asked("Where is Xyzzyplugh?"), asked("Who?")])
    assert traces(path)
    assert store.forget_questions(ALL_QUESTIONS, "code word") == 1
    assert store.forget_questions(ALL_QUESTIONS, only_words=True) == 2
    assert traces(path) == {}
    store.keep_questions([asked("Xyzzyplugh")])
    assert store.forget_questions(ALL_QUESTIONS) == 3
    assert traces(path) == {}


def test_a_backup_has_no_questions_and_a_restore_leaves_them(store: SQLiteStore, path: Path, tmp_path: Path) -> None:
    put(store, "other", HARMLESS)
    store.back_up(tmp_path / "copy.sqlite3")
    put(store, "secret", SECRET)
    store.keep_questions([asked("Where is Xyzzyplugh?", "secret", "other")])
    store.back_up(tmp_path / "with.sqlite3")
    store.delete("secret", "default")
    assert list(traces(path)) != []  # the question has the word
    store.forget_questions(ALL_QUESTIONS, only_words=True)
    assert traces(path) == {}
    (tmp_path / "backup").mkdir()
    copy = SQLiteStore((tmp_path / "with.sqlite3").rename(tmp_path / "backup" / "quoth.sqlite3"), read_only=True)
    with copy.view(SEES_ALL) as view:
        assert view.questions(ALL_QUESTIONS) == []
    copy.close()
    put(store, "secret", HARMLESS)
    store.keep_questions([asked(None, "secret")])
    store.restore(tmp_path / "copy.sqlite3")
    with store.view(SEES_ALL) as view:
        assert [one.question.document_ids for one in view.questions(ALL_QUESTIONS)] == [(), ("other",)]
    wait_for_no_traces(path)
