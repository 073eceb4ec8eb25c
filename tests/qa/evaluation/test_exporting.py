"""Rows as RAGAS reads them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_results import made_results

from index.errors import ResultsError
from qa.cli import main
from qa.evaluation.exporting import export
from qa.evaluation.results import save


def test_each_row_is_one_line(tmp_path: Path) -> None:
    results = made_results(60)
    first, silent = results["rows"][0], next(row for row in results["rows"] if row["status"] == "no_answer")
    unanswerable = next(row for row in results["rows"] if not row["answerable"])
    first["golds"] = [{"text": text, "document_id": "d", "start": None, "end": None} for text in ("noon", "12", "noon")]
    first["question"] = "When?\u2028\ud800"  # a line separator is no end of line, and half a pair no reason to fail
    save(results, tmp_path / "results.json")
    arguments = ["export", str(tmp_path / "results.json"), "--output", str(tmp_path / "rows.jsonl")]
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.output) == (0, f"exported   60 rows to {tmp_path / 'rows.jsonl'}\n")
    rows = {row["id"]: row for row in map(json.loads, (tmp_path / "rows.jsonl").read_bytes().splitlines())}
    assert list(rows) == [row["id"] for row in results["rows"]]
    assert rows[first["id"]] == {
        "id": "q-0",
        "question": "When?\u2028\ud800",
        "answer": first["answer"],
        "contexts": [passage["text"] for passage in first["passages"]],
        "ground_truth": "noon",
        "ground_truths": ["noon", "12"],
    }
    assert rows[silent["id"]]["answer"] == ""
    assert (rows[unanswerable["id"]]["ground_truth"], rows[unanswerable["id"]]["ground_truths"]) == ("", [])


def test_a_place_that_takes_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"can't be written \(Is a directory\)"):
        export(made_results(1), tmp_path)
