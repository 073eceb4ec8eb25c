"""`quoth evaluate` as a person meets it: against the library, and against a server in another process."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from evaluation_support import BEES, FERRY, squad_file
from support import Served

from qa.cli.main import main

pytestmark = pytest.mark.slow


def quoth(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [{**row, "latency_ms": None, "timings_ms": None} for row in json.loads(path.read_text())["rows"]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("served"))
    try:
        yield served
    finally:
        assert served.stop() == 0


def test_a_server_gives_the_rows_of_the_library_and_is_left_as_it_was(served: Served, tmp_path: Path) -> None:
    file, here, there = squad_file(tmp_path), tmp_path / "here.json", tmp_path / "there.json"
    result = quoth("--data", tmp_path / "index", "evaluate", file, "--output", here)
    assert result.exit_code == 0, result.output
    url = str(served.client.base_url)
    result = quoth("evaluate", file, "--url", url, "--output", there, "--concurrency", "3")
    assert result.exit_code == 0, result.output
    assert served.client.get("/v1/documents").json()["total"] == 0
    kept = quoth("evaluate", file, "--url", url, "--mode", "reading", "--collection", "orm", "--keep", "--output",
                 tmp_path / "reading.json")  # fmt: skip
    assert kept.exit_code == 0, kept.output
    assert served.client.get("/readyz").json()["collections"] == {"orm": 3}
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps({"question": "When?", "answers": ["noon"], "context": FERRY}))
    refused = quoth("evaluate", other, "--url", url, "--collection", "orm", "--output", tmp_path / "o.json")
    assert (refused.exit_code, "'orm' holds 3 documents that aren't the dataset's" in refused.output) == (1, True)
    assert served.client.get("/readyz").json()["collections"] == {"orm": 3}
    lost = quoth("evaluate", file, "--url", f"{url}/nowhere", "--output", tmp_path / "o.json")
    assert (lost.exit_code, "/nowhere/openapi.json gave 404" in lost.output) == (1, True)
    assert rows_of(there) == rows_of(here)
    told = json.loads(there.read_text())["subject"]
    assert (told["kind"], told["url"], told["version"], told["settings"]) == ("server", url.rstrip("/"), "0.1.0", None)
    reading = json.loads((tmp_path / "reading.json").read_text())
    assert [{p["document_id"] for p in row["passages"]} for row in reading["rows"]] == [
        {"Orm/0"}, {"Orm/0"}, {"Orm/1"}, {"Orm/1"}, {"Bees/0"},
    ]  # fmt: skip
    assert reading["metrics"]["retrieval"] is None
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    gone = quoth("evaluate", file, "--url", f"http://127.0.0.1:{port}", "--output", tmp_path / "o.json")
    assert (gone.exit_code, "is `quoth serve` running there?" in gone.output) == (1, True)


def test_a_server_is_asked_of_what_it_serves_where_no_documents_are_brought(served: Served, tmp_path: Path) -> None:
    for name, text in (("ferry", FERRY), ("bees", BEES)):
        put = served.client.put(f"/v1/documents/{name}", json={"text": text, "collection": "guide"})
        assert put.status_code == 201
    before = served.client.get("/v1/documents?collection=guide").json()
    asks = [
        {"question": "When does the ferry to Orm sail?", "answers": ["noon", "at noon"], "document": "ferry"},
        {"question": "How many passengers does the ferry carry?", "answers": ["ninety"], "document": "ferry"},
        {"question": "What do bees collect in summer?", "answers": ["nectar and pollen"]},
    ]
    questions, output = tmp_path / "q.jsonl", tmp_path / "r.json"
    questions.write_text("\n".join(map(json.dumps, asks)))
    url = str(served.client.base_url)
    result = quoth("evaluate", questions, "--url", url, "--collection", "guide", "--output", output)
    assert result.exit_code == 0, result.output
    told = json.loads(output.read_text())
    assert told["rows"][0]["golds"][0] == {
        "text": "noon", "document_id": "ferry", "start": 26, "end": 30, "absent": False,
    }  # fmt: skip
    assert [row["gold_rank"] for row in told["rows"]] == [1, None, 1]
    # "ninety" stands nowhere in the document that is served, which is no miss of retrieval: 2 of 2 are found
    retrieval = told["metrics"]["retrieval"]
    assert (retrieval["recall@1"], retrieval["counted"], retrieval["absent"]) == (1.0, 2, 1)
    assert (told["misses"]["dataset"], told["misses"]["retrieval"]) == (1, 0)
    assert (told["dataset"]["documents"], retrieval["documents"]["lost_gold"]) == (None, 0)
    assert served.client.get("/v1/documents?collection=guide").json() == before
    none = quoth("evaluate", questions, "--url", url, "--collection", "nothing", "--output", output)
    assert none.exit_code == 1
    assert "has no documents in the collection 'nothing': name another with --collection" in none.output
    for name in ("ferry", "bees"):
        assert served.client.delete(f"/v1/documents/{name}?collection=guide").status_code == 200


def test_the_summary_says_first_where_answers_were_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = tmp_path / "theirs.sqlite3"
    monkeypatch.setenv("QUOTH_STORE", f"sqlite:///{theirs}")  # which a temporary index has nothing to do with
    questions = tmp_path / "q.csv"
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "ferry.txt").write_text(FERRY)
    (tmp_path / "docs" / "bees.txt").write_text(BEES)
    ferry = (tmp_path / "docs" / "ferry.txt").as_posix().lstrip("/")
    questions.write_text(
        f"question,answers,document\nWhen does the ferry to Orm sail?,noon|at noon,{ferry}\n"
        f"How many passengers does the ferry carry?,ninety,{ferry}\nWho signed the treaty of Lisbon?,,\n"
    )
    output = tmp_path / "out" / "r.json"
    result = quoth("evaluate", questions, "--documents", tmp_path / "docs", "--output", output)
    assert result.exit_code == 0, result.output
    assert not theirs.exists()
    lines = result.output.splitlines()
    # “ninety” isn't in its document, which is no miss of retrieval
    assert lines[:4] == [
        "questions          3 of 3 (2 answerable)",
        "missed             1: dataset 1",
        "EM, F1             66.7, 66.7",
        "… with an answer   50.0, 50.0  (2)",
    ]
    assert (
        lines[4:9]
        == [
            "… without          100.0, 100.0  (1)",
            "first answer's F1  50.0; 100.0 where a passage that was read holds it",
            "recall@1, 5, 7     1.000, 1.000, 1.000",
            "answers given      66.7% of questions, 50.0% right",
            "could be given     33.3% with 70% right, 33.3% with 80% right, of all questions",  # the surer of the two is right
        ]
    )
    page = output.with_suffix(".html")
    assert lines[-2:] == ["problems           1 answers not in their document", f"{output}, {page}"]
    assert "Where the misses were lost" in page.read_text()
    assert sorted(file.name for file in output.parent.iterdir()) == ["r.html", "r.json"]


def test_answers_without_confidence_are_measured_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_CHUNK_TOKENS", "100")  # the shipped calibration is for 128
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "ferry.txt").write_text(FERRY)
    ferry = (tmp_path / "docs" / "ferry.txt").as_posix().lstrip("/")
    (tmp_path / "q.csv").write_text(
        f"question,answers,document\nWhen does the ferry to Orm sail?,noon|at noon,{ferry}\n"
    )
    output = tmp_path / "r.json"
    result = quoth("evaluate", tmp_path / "q.csv", "--documents", tmp_path / "docs", "--output", output)
    assert result.exit_code == 0, result.output
    assert "answers given      100.0% of questions, 100.0% right" in result.output.splitlines()
    assert "could be given" not in result.output  # nothing says which answers are surer
    at = json.loads(output.read_text())["metrics"]["abstention"]["coverage_at"]
    assert at == {"0.70": None, "0.80": None, "0.90": None, "0.95": None}
    assert "Problems in the dataset" in output.with_suffix(".html").read_text()  # the page's last part


def test_kinds_of_questions_are_reported_and_history_is_asked_with(tmp_path: Path) -> None:
    ask = [
        {"question": "When does the ferry to Orm sail?", "answers": ["noon"], "type": "when"},
        {"question": "How many does it carry?", "answers": ["forty"], "type": "number",
         "history": [{"question": "When does the ferry to Orm sail?", "answer": "noon"}]},
        {"question": "Does the ferry to Orm sail at noon?", "answers": ["noon"], "type": "yesno", "yesno": "yes"},
        {"question": "Which things do bees collect?", "answers": ["nectar and pollen"], "spans": ["nectar", "pollen"]},
    ]  # fmt: skip
    (tmp_path / "q.jsonl").write_text("\n".join(json.dumps(one) for one in ask))
    for name, text in (("ferry.txt", FERRY), ("bees.txt", BEES)):
        (tmp_path / name).write_text(text)
    output = tmp_path / "r.json"
    files = [word for name in ("ferry.txt", "bees.txt") for word in ("--documents", tmp_path / name)]
    result = quoth("evaluate", tmp_path / "q.jsonl", *files, "--output", output)
    assert result.exit_code == 0, result.output
    told = json.loads(output.read_text())
    assert {name: of["count"] for name, of in told["metrics"]["by_type"].items()} == {
        "when": 1,
        "number": 1,
        "yesno": 1,
    }
    assert {name: of["count"] for name, of in told["metrics"]["by_form"].items()} == {"span": 2, "yes_no": 1, "list": 1}
    rows = told["rows"]
    assert [row["gold_rank"] for row in rows] == [1, 1, 1, 1]  # no document is named: whichever has the words
    assert [row["verdict_right"] for row in rows] == [None, None, True, None]
    # "nectar and pollen" is told off as its two items, which are the two that are wanted: F1 1 for each, both ways
    assert rows[3]["parts_f1"] == 1.0
    assert "yes_no               1" in result.output
    assert "By type of question" in output.with_suffix(".html").read_text()


def test_beir_is_measured_by_retrieval_alone(tmp_path: Path) -> None:
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(
        "\n".join(json.dumps({"_id": name, "title": "", "text": text}) for name, text in (("f", FERRY), ("b", BEES)))
    )
    asks = {"1": "When does the ferry sail?", "2": "What do bees collect?"}
    (folder / "queries.jsonl").write_text("\n".join(json.dumps({"_id": k, "text": v}) for k, v in asks.items()))
    (folder / "qrels" / "dev.tsv").write_text("query-id\tcorpus-id\tscore\n1\tf\t1\n2\tgone\t1\n")
    output = tmp_path / "r.json"
    result = quoth("evaluate", folder, "--split", "dev", "--output", output, "--limit", "2")
    assert result.exit_code == 0, result.output
    told = json.loads(output.read_text())
    assert told["metrics"]["answers"] is None
    documents = told["metrics"]["retrieval"]["documents"]
    assert (documents["recall@1"], documents["lost_gold"], told["metrics"]["retrieval"]["recall@1"]) == (0.5, 1, None)
    assert "documents' recall  0.500 at 5" in result.output.splitlines()
    assert [row["missed"] for row in told["rows"]] == [None, "retrieval"]
    assert told["dataset"]["problems"] == {"missing_gold": 1}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.json"], "Error: There is no file or folder none.json: check the spelling."),
        (
            ["orm.json", "--documents", "."],
            "Error: orm.json is squad, which brings its documents: leave --documents out.",
        ),
        (["orm.json", "--format", "jsonl"], "Error: orm.json, line 1: the field 'question' is missing"),
        (["orm.json", "--min-confidence", "2"], "2.0 is not in the range 0<=x<=1"),
    ],
)
def test_errors_are_one_line_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    squad_file(tmp_path)
    result = quoth("evaluate", *arguments)
    assert result.exit_code in (1, 2)
    assert message in result.output
    assert [file.name for file in tmp_path.iterdir()] == ["orm.json"]
