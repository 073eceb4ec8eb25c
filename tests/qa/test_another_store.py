"""Quoth over a store in memory, which is named by its URL and answers as the data file does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from memory_store import memory_backend
from support import SEEDS

from index import stores
from index.documents import DEFAULT_COLLECTION
from index.storage.base import Maintained
from index.storage.principals import SEES_ALL
from qa.answering.answers import Answer
from qa.assembly import Engine, filter_of
from qa.cli.main import main
from qa.settings import load_settings

pytestmark = pytest.mark.slow

FILES = ("tide-mill.txt", "sourdough.md")
URL = "memory:///seeds"
QUESTIONS = (
    "At what temperature is the bread baked?",
    "Who built the tide mill?",
    "Who painted the wheel of the mill?",
)


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Engine]]:
    """One over a data file, one over memory, with the same documents."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(stores.BACKENDS, "memory", memory_backend())
        file = Engine(load_settings(data=tmp_path_factory.mktemp("data")), writing=True)
        memory = Engine(load_settings(store=URL), writing=True)
        for engine in (file, memory):
            outcomes = list(engine.indexer.add_paths([SEEDS / name for name in FILES], DEFAULT_COLLECTION))
            assert [outcome.status for outcome in outcomes] == ["added"] * len(FILES)
        yield file, memory
        file.close()
        memory.close()


def places(answer: Answer) -> list[Any]:
    """What is answered, why not, and every place that is cited."""
    return [answer.reason, answer.nearest and (answer.nearest.document_id, answer.nearest.start)] + [
        (one.text, round(one.confidence or 0, 6), [(c.document_id, c.start, c.end) for c in one.citations])
        for one in answer.answers
    ]


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_finds_and_answers_the_same(engines: tuple[Engine, Engine], question: str) -> None:
    file, memory = engines
    found, same = (engine.search(SEES_ALL, question, filter_of(), top_k=20).passages for engine in engines)
    assert [(one.document_id, one.start, one.end) for one in found] == [
        (one.document_id, one.start, one.end) for one in same
    ]
    assert len(found) == 20
    assert [one.bm25 for one in found] == pytest.approx([one.bm25 for one in same], abs=2e-6)
    assert [one.dense for one in found] == pytest.approx([one.dense for one in same], abs=2e-6)
    assert any(one.bm25 > 0 for one in found)
    assert places(file.ask(SEES_ALL, question, filter_of(), max_answers=3)) == places(
        memory.ask(SEES_ALL, question, filter_of(), max_answers=3)
    )


def test_the_command_line_reads_it_and_leaves_proof_and_copies_to_it(
    engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QUOTH_STORE", URL)
    monkeypatch.chdir(tmp_path)
    listed = CliRunner().invoke(main, ["documents"])
    assert all(name in listed.output for name in FILES)
    assert not isinstance(engines[1].store, Maintained)
    for command in (["verify"], ["repair"], ["backup", "copy"]):
        refused = CliRunner().invoke(main, command)
        assert refused.exit_code == 1
        assert f"{URL} is checked and backed up by what it is kept in: use its own tools." in refused.output
    assert list(tmp_path.iterdir()) == []
