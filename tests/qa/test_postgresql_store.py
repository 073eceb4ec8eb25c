"""Quoth over PostgreSQL answers as it does over the data file, and an index goes from one to the other and back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from postgresql_server import PostgreSQLServer
from support import SEEDS

from index.documents import DEFAULT_COLLECTION
from index.embedding import SentenceTransformerEmbedder
from index.feedback import Feedback
from index.storage.principals import SEES_ALL
from qa import assembly
from qa.answering.answers import Answer
from qa.assembly import Engine, filter_of
from qa.cli.main import main
from qa.reading.reader import TransformersReader
from qa.settings import load_settings

pytestmark = pytest.mark.slow

FILES = ("sourdough.md", "cartel-directive.md")
QUESTIONS = (
    "At what temperature is the bread baked?",
    "How big is the reward for Maduro now?",
    "Who painted the oven?",
)


@pytest.fixture(scope="module", autouse=True)
def models(embedder: SentenceTransformerEmbedder, reader: TransformersReader) -> Iterator[None]:
    """Loaded once for all engines."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "embedder_of", lambda _: embedder)
        patch.setattr(assembly, "reader_of", lambda _: reader)
        yield


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = indexed(Engine(load_settings(data=tmp_path_factory.mktemp("data")), writing=True))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def database(postgresql: PostgreSQLServer) -> Iterator[Engine]:
    engine = indexed(Engine(load_settings(store=f"{postgresql.url}?schema=engine"), writing=True))
    yield engine
    engine.close()


def indexed(engine: Engine) -> Engine:
    outcomes = list(engine.indexer.add_paths([SEEDS / name for name in FILES], DEFAULT_COLLECTION))
    assert [outcome.status for outcome in outcomes] == ["added"] * len(FILES)
    return engine


def places(answer: Answer) -> list[Any]:
    """What is answered, why not, and every place that is cited."""
    return [answer.reason, answer.nearest and (answer.nearest.document_id, answer.nearest.start)] + [
        (one.text, [(c.document_id, c.start, c.end) for c in one.citations]) for one in answer.answers
    ]


def found(engine: Engine, question: str) -> list[tuple[Any, ...]]:
    passages = engine.search(SEES_ALL, question, filter_of(), top_k=20).passages
    return [(one.document_id, one.start, one.end, round(one.dense, 5), round(one.bm25, 5)) for one in passages]


def same(one: Engine, other: Engine) -> None:
    """Passages with their signals, and an answer with its confidence."""
    for question in QUESTIONS:
        assert found(one, question) == found(other, question)
    answers = [each.ask(SEES_ALL, QUESTIONS[0], filter_of(), max_answers=3) for each in (one, other)]
    assert places(answers[0]) == places(answers[1])
    confidences = [[given.confidence for given in answer.answers] for answer in answers]
    assert confidences[0] == pytest.approx(confidences[1], abs=2e-4)  # distances differ in their last digits


def quoth(store: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env={"QUOTH_STORE": store})


def test_it_finds_and_answers_the_same(file: Engine, database: Engine) -> None:
    same(file, database)


@pytest.mark.parametrize("kind", ["sqlite → postgresql", "postgresql → sqlite"])
def test_a_copy_answers_the_same_in_either_direction(
    file: Engine, database: Engine, kind: str, postgresql_url: str, tmp_path: Path
) -> None:
    source, target = (file, postgresql_url) if kind.startswith("sqlite") else (database, f"sqlite:///{tmp_path}/copy")
    feedback = Feedback(DEFAULT_COLLECTION, "Who?", "0" * 16, "wrong", None, None)
    source.store.keep_feedback(feedback)
    source.store.add_key("site", ["ask"])
    source.store.keep("calibration", None)  # which makes a version, and no other answer
    copied = CliRunner().invoke(main, ["copy", source.store.url, target])
    assert copied.exit_code == 0, copied.output
    assert copied.output.startswith(f"copied     2 documents, 0 were there, 1 feedback  ({target}, index version 3)\n")
    assert "Keys weren't copied: make those that are needed there with `quoth keys add`." in copied.output
    again = CliRunner().invoke(main, ["copy", source.store.url, target])
    assert again.output.startswith("copied     0 documents, 2 were there, 0 feedback")
    copy = Engine(load_settings(store=target), writing=True)
    same(source, copy)
    assert copy.store.service_keys() == []
    with copy.store.view(SEES_ALL) as view, source.store.view(SEES_ALL) as before:
        assert [one.feedback for one in view.feedback()] == [feedback]
        assert list(view.documents()) == list(before.documents())
    copy.close()
    assert quoth(target, "verify").output.startswith("whole      2 documents, ")
    source.store.revoke_key("site")


def test_a_copy_replaces_nothing_that_the_source_lacks(file: Engine, postgresql_url: str, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("Another document.")
    assert quoth(postgresql_url, "index", str(tmp_path / "other.md")).exit_code == 0
    refused = CliRunner().invoke(main, ["copy", file.store.url, postgresql_url])
    assert refused.exit_code == 1
    assert "which what is to be copied lacks: name a place without an index, or delete it there." in refused.output


def test_the_command_line_over_a_database(postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "ferry.md").write_text("# Ferries\n\nThe ferry to Orm sails at noon.")
    (notes / "mill.md").write_text("# Mills\n\nThe mill stands by the sea.")

    def run(*arguments: str) -> str:
        return quoth(postgresql_url, *arguments).output

    assert "there is no index at" in run("documents").lower()
    assert run("sync", "notes").endswith(f"2 added  ({postgresql_url})\n")
    assert run("index", "notes").endswith(f"2 unchanged  ({postgresql_url})\n")
    assert "default  notes/ferry.md  “Ferries”  1 chunk" in run("documents")
    answer = json.loads(run("ask", "When does the ferry to Orm sail?", "--json"))
    assert answer["answers"][0]["text"] == "at noon"
    assert run("verify").startswith("whole      2 documents, 2 chunks, 0 originals, index version 2")
    assert run("repair").startswith("Nothing to repair: 2 documents")
    assert "Error: " in run("backup", "copy.sqlite3")
    assert "is PostgreSQL's to back up: use pg_dump --schema=" in run("backup", "copy.sqlite3")
    assert "rebuilt 2 documents" in run("rebuild")
    (notes / "mill.md").unlink()
    assert "1 removed" in run("sync", "notes")
    assert run("delete", "notes/ferry.md") == "deleted    notes/ferry.md  (index version 5)\n"
    key = run("keys", "add", "me").splitlines()[0]
    assert key.startswith("quoth_")
    assert run("keys", "list").startswith("me  ask  ")
    # what files looked like is kept once they are some seconds old, and nothing else
    assert {*tmp_path.iterdir()} - {tmp_path / ".quoth"} == {notes}
    assert not list(tmp_path.rglob("*.sqlite3*"))
