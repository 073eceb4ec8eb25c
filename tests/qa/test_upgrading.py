"""Data files that older Quoths made, stored as they left them, at each step of being brought up to date.

`tests/data/older/schema-1.sqlite3.gz` was made by `quoth index docs` at commit bce9ccb, `schema-2.sqlite3.gz` at 1d6d7f6,
`schema-3.sqlite3.gz` at df79ec1. All hold three documents, one of which was replaced once; the third also has one of them
in the collection "other", and a key. The fourth is the third brought up to date at ecdeb5f, with feedback on an answer; the
fifth is the fourth brought up to date at 9b97900, the sixth the fifth at 3df248f, and
the seventh the sixth when documents had readers, the eighth the seventh at 6057929, the ninth the eighth at b9ada6b,
the tenth the ninth at b15a2d0.
"""

import gzip
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support import ROOT

from index.chunking import Chunk
from index.embedding import SentenceTransformerEmbedder
from index.questions import ALL_QUESTIONS, AskedQuestion
from index.retrieval.retriever import Retriever
from index.storage.base import Filter
from index.storage.principals import SEES_ALL, of_groups
from index.storage.sqlite import schema
from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from index.sync_runs import SyncRun
from qa.answering.answerer import Answerer
from qa.cli.main import main
from qa.reading.reader import TransformersReader

OLDER = ROOT / "tests" / "data" / "older"
QUESTIONS = {
    "How long is lost property kept?": ("docs/notice.html", 157, "ninety days", "Lost property"),
    "Who built the lighthouse?": ("docs/lighthouse.txt", 47, "Ingrid Halloran", None),
    "When does the ferry to Orm sail?": ("docs/ferry.md", 64, "at noon from the west quay", "To Orm"),
}


def unpacked(number: int, folder: Path) -> Path:
    folder.mkdir()
    path = folder / FILE_NAME
    path.write_bytes(gzip.decompress((OLDER / f"schema-{number}.sqlite3.gz").read_bytes()))
    return path


def quoth(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--data", str(path.parent), *arguments])


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """What stands in the file, read without Quoth."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    found = connection.execute(query).fetchall()
    connection.close()
    return found


DOCUMENTS = "SELECT key, collection, id, title, text, media_type, pages, headings, sha256, added FROM documents"


@pytest.fixture(scope="session")
def answers_as_it_did(embedder: SentenceTransformerEmbedder, reader: TransformersReader) -> Callable[[Path], None]:
    """A check: the questions are answered of a file with the words and places they were, which slice its texts."""

    def check(path: Path) -> None:
        texts = {row[2]: row[4] for row in rows(path, DOCUMENTS)}
        store = SQLiteStore(path, read_only=True)
        answerer = Answerer(store, Retriever(embedder), reader, min_confidence=None)
        for question, (document, start, words, section) in QUESTIONS.items():
            (answer,) = answerer.ask(SEES_ALL, question, Filter(), top_k=7, max_answers=1, min_confidence=None).answers
            (citation,) = answer.citations
            told = (citation.document_id, citation.start, answer.text, citation.section)
            assert told == (document, start, words, section)
            assert texts[document][start : citation.end] == words
        store.close()

    return check


def test_the_stored_files_are_what_they_are_called() -> None:
    names = {f"schema-{number}.sqlite3.gz" for number in range(1, schema.VERSION)}
    assert {file.name for file in OLDER.iterdir()} == names


def test_schema_1_is_refused_then_rebuilt_and_answers_as_it_did(
    tmp_path: Path, answers_as_it_did: Callable[[Path], None]
) -> None:
    path = unpacked(1, tmp_path / "data")
    before, content = rows(path, DOCUMENTS), path.read_bytes()
    assert rows(path, "PRAGMA user_version") == [(1,)]
    for command in (["ask", "When?"], ["documents"], ["verify"], ["delete", "docs/ferry.md"], ["backup", "b.sqlite3"]):
        refused = quoth(path, *command)
        assert refused.exit_code == 1
        assert "has schema 1, made by an older Quoth" in refused.output
        assert "Run `quoth rebuild`" in refused.output
    assert path.read_bytes() == content
    assert quoth(path, "rebuild").output == "rebuilt 3 documents\n"
    assert rows(path, DOCUMENTS) == before
    assert rows(path, "SELECT min(key), count(*) FROM chunks") == [(5, 3)]  # 1 to 4 were used
    assert rows(path, "PRAGMA user_version") == [(schema.VERSION,)]
    assert quoth(path, "verify").output == "whole      3 documents, 3 chunks, 0 originals, index version 5\n"
    answers_as_it_did(path)


def test_schema_2_is_read_as_it_is_and_added_to_when_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers_as_it_did: Callable[[Path], None]
) -> None:
    path = unpacked(2, tmp_path / "data")
    before, content = rows(path, DOCUMENTS), path.read_bytes()
    assert quoth(path, "verify").output == "whole      3 documents, 3 chunks, 0 originals, index version 4\n"
    answers_as_it_did(path)
    assert quoth(path, "documents").output.count("\n") == 3
    assert path.read_bytes() == content
    assert rows(path, "PRAGMA user_version") == [(2,)]
    assert quoth(path, "keys", "add", "site").exit_code == 0
    assert rows(path, "PRAGMA user_version") == [(schema.VERSION,)]
    assert rows(path, DOCUMENTS) == before
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUOTH_EMBEDDER", "all-MiniLM-L6-v2")  # what it was made with, and is added to with
    monkeypatch.setenv("QUOTH_CHUNK_CONTEXT", "none")
    page = Path("page.html")
    page.write_text("<html><body><main><p>Seals sleep on the skerries of Tarn until dusk.</p></main></body></html>")
    assert quoth(path, "index", str(page)).output.startswith("added ")
    assert quoth(path, "delete", str(page)).exit_code == 0
    assert quoth(path, "verify").output.startswith("whole      3 documents, 3 chunks, 0 originals, ")
    answers_as_it_did(path)


def test_schema_3_is_read_as_it_is_and_has_an_index_a_collection_when_written(
    tmp_path: Path, answers_as_it_did: Callable[[Path], None]
) -> None:
    path = unpacked(3, tmp_path / "data")
    before, content = rows(path, DOCUMENTS), path.read_bytes()
    assert quoth(path, "verify").output == "whole      4 documents, 4 chunks, 1 original, index version 5\n"
    store = SQLiteStore(path, read_only=True)
    with store.view(SEES_ALL) as view:
        for collection, found in {
            "default": {"docs/ferry.md", "docs/lighthouse.txt"},
            "other": {"docs/ferry.md"},
        }.items():
            keys = list(view.matching(["ferry", "lighthouses"], Filter(collection), 9))
            assert {chunk.document_id for chunk in view.chunks(keys).values()} == found
        assert view.matching(["ferry"], Filter("none"), 9) == {}
        assert view.original("docs/notice.html", "default").data.startswith(b"<html>")
    assert [key.name for key in store.service_keys()] == ["site"]
    store.close()
    assert path.read_bytes() == content
    copy = tmp_path / "restored" / FILE_NAME
    assert "restored   4 documents" in quoth(copy, "restore", str(path)).output
    assert quoth(path, "keys", "revoke", "site").exit_code == 0
    tables = "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%' ORDER BY name"
    for file in (copy, path):
        assert rows(file, "PRAGMA user_version") == [(schema.VERSION,)]
        assert rows(file, tables) == [("words_1",), ("words_2",)]
        assert rows(file, "SELECT number, collection FROM word_indexes") == [(1, "default"), (2, "other")]
        assert quoth(file, "verify").output.startswith("whole      4 documents, 4 chunks, 1 original, ")
    assert rows(path, DOCUMENTS) == before
    answers_as_it_did(path)


@pytest.mark.parametrize("number", [1, 2])
def test_a_backup_of_an_older_quoths_is_restored_once_this_one_reads_it(
    number: int, tmp_path: Path, answers_as_it_did: Callable[[Path], None]
) -> None:
    backup, data = unpacked(number, tmp_path / "backup"), tmp_path / "data" / FILE_NAME
    before = rows(backup, DOCUMENTS)
    if number < schema.ADDED_TO:
        assert "Run `quoth rebuild`" in quoth(data, "restore", str(backup)).output
        assert not data.exists()
        assert quoth(backup, "rebuild").exit_code == 0
    assert "restored   3 documents" in quoth(data, "restore", str(backup)).output
    assert [row[1:] for row in rows(data, DOCUMENTS)] == [row[1:] for row in before]
    assert quoth(data, "verify").output.startswith("whole      3 documents, 3 chunks")
    answers_as_it_did(data)


def test_schema_4_keeps_what_people_said_while_there_is_nowhere_to_keep_questions(tmp_path: Path) -> None:
    path = unpacked(4, tmp_path / "data")
    content = path.read_bytes()
    asked = AskedQuestion(
        "2026-11-28T09:30+00:00", "default", "answered", None, 0.8, ("docs/ferry.md",), 5, 170, "0" * 16
    )

    def judged(store: SQLiteStore) -> list[str]:
        with store.view(SEES_ALL) as view:
            return [one.feedback.question for one in view.feedback()]

    store = SQLiteStore(path, read_only=True)
    assert judged(store) == ["When does the ferry to Orm sail?"]
    with store.view(SEES_ALL) as view:
        assert view.questions(ALL_QUESTIONS) == []
        assert (view.question_figures(ALL_QUESTIONS).days, view.document_uses(ALL_QUESTIONS, 9).silent) == ({}, 4)
    store.close()
    assert quoth(path, "verify").output.startswith("whole      4 documents")
    assert path.read_bytes() == content
    store = SQLiteStore(path)
    store.keep_questions([asked])
    assert judged(store) == ["When does the ferry to Orm sail?"]
    with store.view(SEES_ALL) as view:
        assert [one.question for one in view.questions(ALL_QUESTIONS)] == [asked]
    store.close()
    assert rows(path, "PRAGMA user_version") == [(schema.VERSION,)]
    assert quoth(path, "verify").output.startswith("whole      4 documents")


def test_schema_5_keeps_what_people_said_while_there_is_nowhere_to_keep_their_comments(tmp_path: Path) -> None:
    path = unpacked(5, tmp_path / "data")
    content = path.read_bytes()
    store = SQLiteStore(path, read_only=True)
    with store.view(SEES_ALL) as view:
        (before,) = view.feedback()
    assert (before.feedback.reason, before.feedback.comment) == (None, None)
    store.close()
    assert quoth(path, "verify").output.startswith("whole      4 documents")
    assert path.read_bytes() == content
    store = SQLiteStore(path)
    assert store.keep_feedback(before.feedback) == (before.id, False)  # the same as it was before there were comments
    said = replace(before.feedback, verdict="wrong", correction=None, reason="outdated", comment="It sails at ten now.")
    store.keep_feedback(said)
    with store.view(SEES_ALL) as view:
        assert [one.feedback for one in view.feedback()] == [before.feedback, said]
    store.close()
    copy = tmp_path / "restored" / FILE_NAME
    assert quoth(path, "backup", str(tmp_path / "backup.sqlite3")).exit_code == 0
    assert "restored   4 documents" in quoth(copy, "restore", str(tmp_path / "backup.sqlite3")).output
    store = SQLiteStore(copy, read_only=True)
    with store.view(SEES_ALL) as view:
        assert [one.feedback for one in view.feedback()] == [before.feedback, said]
    store.close()
    assert quoth(copy, "verify").output.startswith("whole      4 documents")


def test_schema_6_is_for_everybody_until_a_document_has_readers(tmp_path: Path) -> None:
    path = unpacked(6, tmp_path / "data")
    content = path.read_bytes()
    reader = SQLiteStore(path, read_only=True)
    nobody = of_groups(())
    with reader.view(SEES_ALL) as view:
        everything = view.summaries()
        document = view.document("docs/ferry.md", "default")
        chunks = [Chunk(one.start, one.end) for one in view.chunks_of(document.id, "default")]
        vectors = view.vectors_of(document.id, "default")
    with reader.view(nobody) as view:
        assert view.summaries() == everything
        assert {one.readers for one in everything} == {()}
    assert [(key.name, key.groups) for key in reader.service_keys()] == [("site", frozenset())]
    assert quoth(path, "verify").output.startswith("whole      4 documents")
    assert path.read_bytes() == content
    store = SQLiteStore(path)
    store.put(replace(document, readers=("crew",)), chunks, vectors, "default")
    store.add_key("crew", ["ask"], ["crew"])
    for each in (store, reader):  # which was opened before, and must not go on showing it to everybody
        for groups, seen in (((), False), (("crew",), True)):
            with each.view(of_groups(groups)) as view:
                assert (view.sha256("docs/ferry.md", "default") is not None) is seen
                assert view.count() == len(everything) - 1 + seen
        assert [sorted(key.groups) for key in each.service_keys()] == [[], ["crew"]]
    reader.close()
    store.close()
    assert rows(path, "PRAGMA user_version") == [(schema.VERSION,)]
    copy = tmp_path / "restored" / FILE_NAME
    assert quoth(path, "backup", str(tmp_path / "backup.sqlite3")).exit_code == 0
    assert "restored   4 documents" in quoth(copy, "restore", str(tmp_path / "backup.sqlite3")).output
    assert quoth(path, "copy", f"sqlite:///{path}", f"sqlite:///{tmp_path / 'copied.sqlite3'}").exit_code == 0
    for file in (copy, tmp_path / "copied.sqlite3"):
        store = SQLiteStore(file, read_only=True)
        with store.view(nobody) as view:
            assert view.count() == len(everything) - 1
        store.close()
        assert rows(file, "SELECT reader FROM document_readers") == [("crew",)]
    assert quoth(copy, "verify").output.startswith("whole      4 documents")


def test_schema_7_has_no_audit_log_until_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = unpacked(7, tmp_path / "data")
    content = path.read_bytes()
    assert quoth(path, "audit").output == ""
    assert quoth(path, "verify").output.startswith("whole      4 documents")
    assert path.read_bytes() == content
    monkeypatch.setenv("QUOTH_AUDIT_DAYS", "7")
    assert quoth(path, "keys", "revoke", "site").exit_code == 0
    assert quoth(path, "audit").output.endswith(" on the command line  key revoked  site\n")
    assert quoth(path, "verify").output.startswith("whole      4 documents")
    assert quoth(tmp_path / "restored" / FILE_NAME, "restore", str(path)).exit_code == 0
    assert quoth(tmp_path / "restored" / FILE_NAME, "audit").output.endswith(" on the command line  index restored\n")


def test_schema_8_has_no_runs_of_sync_until_there_is_one(tmp_path: Path) -> None:
    path = unpacked(8, tmp_path / "data")
    content = path.read_bytes()
    reader = SQLiteStore(path, read_only=True)
    assert reader.sync_runs() == []
    assert quoth(path, "verify").output.startswith("whole      4 documents")
    assert path.read_bytes() == content
    writer = SQLiteStore(path)
    writer.keep_sync_run(SyncRun("default", "docs", "folder", "2026-11-28T09:30:00+00:00", "2026-11-28T09:31:00+00:00"))
    for store in (writer, reader):
        assert [run.source for run in store.sync_runs()] == ["docs"]
        store.close()
    assert quoth(path, "verify").output.startswith("whole      4 documents")


def test_schema_9_is_searched_as_it_is_and_gets_parts_of_collections_when_written(
    tmp_path: Path, answers_as_it_did: Callable[[Path], None]
) -> None:
    path = unpacked(9, tmp_path / "data")
    content = path.read_bytes()
    answers_as_it_did(path)
    assert quoth(path, "verify").output.startswith("whole      4 documents")
    assert path.read_bytes() == content
    assert quoth(path, "keys", "add", "page").exit_code == 0
    assert rows(path, "PRAGMA user_version") == [(schema.VERSION,)]
    parts = rows(path, "SELECT number, collection, first FROM word_indexes")
    assert parts == [(1, "default", 0), (2, "other", 0)]
    assert rows(path, "SELECT count(*) FROM compressed") == [(0,)]  # for large collections only
    answers_as_it_did(path)
    assert quoth(path, "delete", "docs/lighthouse.txt").exit_code == 0
    assert quoth(path, "verify").output.startswith("whole      3 documents")


def test_schema_10_is_searched_as_it_is_and_lists_words_and_metadata_when_written(
    tmp_path: Path, answers_as_it_did: Callable[[Path], None]
) -> None:
    path = unpacked(10, tmp_path / "data")
    content = path.read_bytes()
    answers_as_it_did(path)
    assert quoth(path, "verify").output.startswith("whole      4 documents")
    assert path.read_bytes() == content
    assert quoth(path, "keys", "add", "page").exit_code == 0
    assert rows(path, "PRAGMA user_version") == [(schema.VERSION,)]
    assert rows(path, "SELECT count(*) FROM lexicons") == [(0,)]  # for large collections only
    plan = rows(path, "EXPLAIN QUERY PLAN SELECT key FROM documents WHERE collection = 'other' AND metadata > ''")
    assert "USING COVERING INDEX documents_by_metadata" in plan[0][3]
    answers_as_it_did(path)
    assert quoth(path, "delete", "docs/lighthouse.txt").exit_code == 0
    assert quoth(path, "verify").output.startswith("whole      3 documents")
