"""The results file: what is written is read back, and what isn't whole is refused by name."""

import json
from pathlib import Path
from typing import Any

import pytest
from made_results import made_results

from index.errors import ResultsError
from qa.evaluation.results import Results, from_json, load, save


def read(values: dict[str, Any]) -> Results:
    return from_json(values, Path("made.json"))


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    results = made_results(5)
    results["rows"][0]["question"] = "half a pair: \ud800, quotes: “”"
    save(read(results), tmp_path / "new" / "results.json")
    assert load(tmp_path / "new" / "results.json") == read(results)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["results.json"]


def test_a_failed_save_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    save(read(made_results(5)), path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="Out of range float"):  # NaN isn't JSON
        save(read(made_results(5) | {"seconds": float("nan")}), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_takes_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultsError, match=r"file/results\.json can't be written \(.+\): name another place"):
        save(read(made_results(1)), tmp_path / "file" / "results.json")


def without(key: str) -> dict[str, Any]:
    results = made_results(3)
    del results[key]
    return results


def a_row_without(key: str) -> dict[str, Any]:
    results = made_results(3)
    del results["rows"][2][key]
    return results


def a_candidate_with(key: str) -> dict[str, Any]:
    results = made_results(3)
    next(row for row in results["rows"] if row["candidates"])["candidates"][0][key] = "red"
    return results


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "results.json is not JSON"),
        (b"\xff\xfe{}", "results.json is not JSON"),
        ("[1]", "results.json has no key “format”"),
        ({"data": []}, "results.json has no key “format”"),
        (made_results(3) | {"format": 3}, "results.json has format 3, and this Quoth reads formats 1 and 2"),
        (a_candidate_with("colour"), r"results.json: rows\[\d+\] isn't a row \(.*colour"),
        (without("misses"), "results.json has no key “misses”"),
        (made_results(3) | {"rows": {}}, "results.json: “rows” is not a list"),
        (made_results(3) | {"metrics": None}, "results.json: “metrics” is not an object"),
        (a_row_without("gold_rank"), r"results.json: rows\[2\] has no key “gold_rank”"),
        (made_results(3) | {"rows": ["q"]}, r"results.json: rows\[0\] has no key “id”"),
    ],
)
def test_what_is_not_a_results_file_is_refused_by_name(tmp_path: Path, content: Any, complaint: str) -> None:
    path = tmp_path / "results.json"
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(ResultsError, match=complaint):
        load(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"none\.json can't be read \(No such file or directory\)"):
        load(tmp_path / "none.json")


def test_a_file_of_format_1_is_read_with_todays_figures(tmp_path: Path) -> None:
    old = made_results(60) | {"format": 1}
    old["metrics"]["retrieval"] = {"recall@5": 0.99, "mrr": 0.9, "ndcg@10": 0.9, "counted": 44, "lost_gold": 2}
    (tmp_path / "old.json").write_text(json.dumps(old))
    retrieval = load(tmp_path / "old.json").metrics["retrieval"]
    ranks = [row["gold_rank"] for row in old["rows"] if row["golds"]]
    assert retrieval["counted"] == len(ranks)
    assert retrieval["recall@5"] == pytest.approx(sum(bool(r and r <= 5) for r in ranks) / len(ranks), abs=1e-6)
    assert retrieval["documents"]["lost_gold"] == 2
