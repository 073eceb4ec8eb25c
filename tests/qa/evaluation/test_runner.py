"""Running on real models: the same rows however they are asked, and a stopped run that goes on."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from evaluation_support import FERRY, squad_file

from index.errors import DatasetError, ResultsError, SettingsError
from index.storage.base import StoredChunk
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from qa.evaluation.datasets import load_dataset
from qa.evaluation.datasets.dataset import Dataset, DatasetProblem, Question
from qa.evaluation.results import to_json
from qa.evaluation.rows import Reply
from qa.evaluation.runner import evaluate
from qa.evaluation.systems import WHOLE_DOCUMENT, Library, ReadingOnly, commit, default_collection


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return load_dataset(squad_file(tmp_path_factory.mktemp("dataset")))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


def asked(dataset: Dataset, system: Any, folder: Path, **options: Any) -> dict[str, Any]:
    """The results as their file has them."""
    plain = {"mode": "open", "min_confidence": 0.4, "concurrency": 1, "restart": False}
    try:
        results = evaluate(dataset, system, checkpoint=folder / "r.partial.jsonl", **{**plain, **options})
        told: dict[str, Any] = json.loads(to_json(results))
        return told
    finally:
        system.close()


def timeless(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "latency_ms": None, "timings_ms": None} for row in rows]


@pytest.fixture(scope="module")
def results(dataset: Dataset, data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return asked(dataset, Library(data, default_collection(dataset)), tmp_path_factory.mktemp("run"))


def test_the_library_over_all_documents(results: dict[str, Any], dataset: Dataset) -> None:
    rows = {row["id"]: row for row in results["rows"]}
    assert list(rows) == ["q1", "q2", "q3", "q4", "q5"]
    ferry = rows["q1"]
    assert (ferry["answer"], ferry["em"], ferry["f1"], ferry["missed"], ferry["status"]) == (
        "at noon",
        1.0,
        1.0,
        None,
        "answered",
    )
    assert ferry["golds"][0] == {"text": "noon", "document_id": "Orm/0", "start": 26, "end": 30, "absent": False}
    assert ferry["candidates"][0]["citations"][0] == {"document_id": "Orm/0", "start": 23, "end": 30}
    assert (ferry["passages"][0]["document_id"], ferry["gold_rank"]) == ("Orm/0", 1)
    assert [passage["read"] for passage in ferry["passages"]] == [True] * 3
    treaty = rows["q4"]
    assert (treaty["answerable"], treaty["answer"], treaty["f1"], treaty["best_f1"]) == (False, "", 1.0, 0.0)
    assert treaty["candidates"]
    assert treaty["reason"] == "below_threshold"
    told = results["dataset"]
    assert (told["documents"], told["questions"], told["answerable"], told["of"]) == (3, 5, 4, 5)
    subject = results["subject"]
    assert (subject["kind"], subject["settings"]["top_k"], subject["min_confidence"]) == ("library", 10, 0.4)
    assert subject["models"]["embedder"]["name"] == "quoth-embedder"
    assert subject["settings"]["arithmetic"] == "float32"
    assert results["metrics"]["retrieval"]["counted"] == 4
    assert sum(results["misses"].values()) == sum(row["missed"] is not None for row in rows.values())
    assert round(results["seconds"], 2) >= round(sum(row["latency_ms"] for row in rows.values()) / 1000, 2) > 0


def test_several_at_a_time_give_the_same_rows_and_unchanged_documents_are_kept(
    results: dict[str, Any], dataset: Dataset, data: Path, tmp_path: Path
) -> None:
    again = asked(dataset, Library(data, default_collection(dataset)), tmp_path, concurrency=4)
    assert timeless(again["rows"]) == timeless(results["rows"])
    with SQLiteStore(data / FILE_NAME).view(SEES_ALL) as snapshot:
        assert (snapshot.version, snapshot.collections()) == (3, {default_collection(dataset): 3})
        (chunk,) = snapshot.chunks_of("Orm/0", default_collection(dataset))
        assert (chunk.start, chunk.end, chunk.text) == (0, len(FERRY), FERRY)
        assert snapshot.chunks_of("none", default_collection(dataset)) == []


def test_the_threshold_changes_what_is_given_and_no_candidate(
    results: dict[str, Any], dataset: Dataset, data: Path, tmp_path: Path
) -> None:
    strict = asked(dataset, Library(data, default_collection(dataset)), tmp_path, min_confidence=1.0)
    assert [row["candidates"] for row in strict["rows"]] == [row["candidates"] for row in results["rows"]]
    assert {row["status"] for row in strict["rows"]} == {"no_answer"}
    lost = {row["id"]: row["missed"] for row in strict["rows"]}
    assert (lost["q1"], lost["q4"]) == ("threshold", None)
    assert strict["metrics"]["abstention"]["coverage"] == 0.0


def test_a_collection_with_other_documents_is_refused(dataset: Dataset, data: Path, tmp_path: Path) -> None:
    other = tmp_path / "q.jsonl"
    other.write_text(json.dumps({"question": "When?", "answers": ["noon"], "context": FERRY}))
    with pytest.raises(SettingsError, match="holds 3 documents that aren't the dataset's, such as 'Bees/0'"):
        asked(load_dataset(other), Library(data, default_collection(dataset)), tmp_path)


def test_reading_gives_the_document_to_the_reader(dataset: Dataset, tmp_path: Path) -> None:
    results = asked(dataset, ReadingOnly(), tmp_path, mode="reading", concurrency=2)
    ferry = results["rows"][0]
    (read,) = ferry["passages"]
    assert (read["document_id"], read["start"], read["end"], read["text"]) == ("Orm/0", 0, len(FERRY), FERRY)
    assert read["score"] == WHOLE_DOCUMENT["fused"]
    assert (ferry["answer"], ferry["gold_rank"], ferry["missed"]) == ("at noon", 1, None)
    assert results["rows"][3]["passages"][0]["document_id"] == "Orm/1"  # also where there is no answer
    assert (results["metrics"]["retrieval"], results["subject"]["models"]["embedder"]) == (None, None)
    orphan = tmp_path / "q.jsonl"
    orphan.write_text(
        '{"question": "Who?", "answers": [], "document": ""}\n{"question": "?", "answers": [], "context": "x"}'
    )
    with pytest.raises(DatasetError, match="The question '1' comes without its document"):
        asked(load_dataset(orphan), ReadingOnly(), tmp_path, mode="reading")


def test_questions_that_cant_be_asked_are_counted_and_the_rest_go_on(tmp_path: Path) -> None:
    questions = [
        {"question": "x" * 2000, "answers": ["noon"], "context": FERRY},
        {"question": "When?", "answers": ["noon"], "context": FERRY},
    ]
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(map(json.dumps, questions)))
    results = asked(load_dataset(path), ReadingOnly(), tmp_path, mode="reading")
    first = results["rows"][0]
    assert (first["reason"], first["candidates"], first["confidence"], first["f1"]) == (
        "invalid-question",
        [],
        0.0,
        0.0,
    )
    assert results["dataset"]["problems"] == {"unaskable_questions": 1}
    assert results["dataset"]["problem_examples"][0]["where"] == "1"


class StopsAfter:
    """A system that a person stops while it is asked a question."""

    def __init__(self, stops_at: str | None, name: str = "made") -> None:
        self.stops_at = stops_at
        self.name = name
        self.asked: list[str] = []

    def describe(self) -> dict[str, Any]:
        return {"kind": self.name}

    def prepare(self, dataset: Dataset) -> list[DatasetProblem]:
        return []

    def ask(self, question: Question) -> Reply:
        if question.id == self.stops_at:
            raise KeyboardInterrupt
        self.asked.append(question.id)
        return Reply()

    def chunks(self, document_id: str) -> list[StoredChunk] | None:
        return None

    def close(self) -> None:
        pass


def test_a_stopped_run_goes_on_where_it_was(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        asked(dataset, StopsAfter("q3"), tmp_path)
    partial = tmp_path / "r.partial.jsonl"
    lines = partial.read_text().splitlines()
    assert [json.loads(line)["row"]["id"] for line in lines[1:]] == ["q1", "q2"]
    with partial.open("a") as file:
        file.write('{"seconds": 1, "row": {"id": "q3", ')  # as a machine that went off may leave it
    going_on = StopsAfter(None)
    results = asked(dataset, going_on, tmp_path)
    assert going_on.asked == ["q3", "q4", "q5"]
    assert [row["id"] for row in results["rows"]] == ["q1", "q2", "q3", "q4", "q5"]
    assert results["started"] == json.loads(lines[0])["started"]
    assert results["seconds"] >= round(json.loads(lines[-1])["seconds"], 3)  # as results round it


def test_another_runs_rows_are_kept_unless_it_is_begun_anew(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        asked(dataset, StopsAfter("q3"), tmp_path)
    before = (tmp_path / "r.partial.jsonl").read_bytes()
    for changed in ({"mode": "reading"}, {"min_confidence": 0.5}):
        with pytest.raises(ResultsError, match=re.escape("r.partial.jsonl has 2 rows of another run")):
            asked(dataset, StopsAfter(None), tmp_path, **changed)
    with pytest.raises(ResultsError, match="add --restart to begin anew"):
        asked(dataset.sample(3, 11), StopsAfter(None), tmp_path)
    assert (tmp_path / "r.partial.jsonl").read_bytes() == before
    anew = StopsAfter(None, "another")
    assert len(asked(dataset, anew, tmp_path, restart=True)["rows"]) == 5
    assert anew.asked == ["q1", "q2", "q3", "q4", "q5"]


def test_a_run_that_asked_nothing_leaves_nothing(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        asked(dataset, StopsAfter("q1"), tmp_path)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "r.partial.jsonl").write_text('{"run": {"mode": "other"}, "started": "then"}\n')
    assert len(asked(dataset, StopsAfter(None), tmp_path)["rows"]) == 5


def test_a_damaged_partial_is_told(dataset: Dataset, tmp_path: Path) -> None:
    (tmp_path / "r.partial.jsonl").write_text("not ours\n")
    with pytest.raises(ResultsError, match="is damaged: add --restart to begin anew"):
        asked(dataset, StopsAfter(None), tmp_path)


def test_an_error_among_several_at_a_time_keeps_what_was_asked(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        asked(dataset, StopsAfter("q5"), tmp_path, concurrency=2)
    results = asked(dataset, StopsAfter(None), tmp_path, concurrency=2)
    assert [row["id"] for row in results["rows"]] == ["q1", "q2", "q3", "q4", "q5"]


def test_the_commit_is_the_checkouts_own() -> None:
    found = commit()
    assert found is None or re.fullmatch("[0-9a-f]{40}", found)
