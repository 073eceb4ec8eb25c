"""The results file: what is written is read back, and what isn't whole is refused by name."""

import json
from pathlib import Path
from typing import Any

import pytest
from made_results import made_results

from index.errors import ResultsError
from qa.evaluation.results import load, save


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    results = made_results(5)
    results["rows"][0]["question"] = "half a pair: \ud800, quotes: “”"
    save(results, tmp_path / "new" / "results.json")
    assert load(tmp_path / "new" / "results.json") == results
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["results.json"]


def test_a_failed_save_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    save(made_results(5), path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="Out of range float"):  # NaN isn't JSON
        save(made_results(5) | {"seconds": float("nan")}, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_takes_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultsError, match=r"file/results\.json can't be written \(.+\): name another place"):
        save(made_results(1), tmp_path / "file" / "results.json")


def without(key: str) -> dict[str, Any]:
    results = made_results(3)
    del results[key]
    return results


def a_row_without(key: str) -> dict[str, Any]:
    results = made_results(3)
    del results["rows"][2][key]
    return results


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "results.json is not JSON"),
        (b"\xff\xfe{}", "results.json is not JSON"),
        ("[1]", "results.json has no key “format”"),
        ({"data": []}, "results.json has no key “format”"),
        (made_results(3) | {"format": 2}, "results.json has format 2, and this Quoth reads format 1"),
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
