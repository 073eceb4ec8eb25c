"""Two results compared: differences worked out by hand, what is significant, what flipped, and the exit status."""

import copy
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from evaluation_support import row
from made_results import made_metrics, made_results, score

from index.errors import ResultsError
from qa.cli.main import main
from qa.evaluation import comparison as comparing
from qa.evaluation.answer_metrics import best_threshold, scores_at
from qa.evaluation.comparison import Comparison, Difference
from qa.evaluation.results import Results, from_json, save


def read(values: dict[str, Any]) -> Results:
    return from_json(values, Path("made.json"))


def compare(a: dict[str, Any], b: dict[str, Any], **options: Any) -> Comparison:
    return comparing.compare(read(a), read(b), **options)


def of(comparison: Comparison, measure: str) -> Difference:
    (found,) = [one for one in comparison.differences if one.measure == measure]
    return found


def all_right(count: int) -> dict[str, Any]:
    """Results with every answerable question answered rightly, and no other questions."""
    results = made_results(count)
    results["rows"] = [right(row) for row in results["rows"]]
    results["metrics"] = made_metrics(results["rows"], "open")
    return results


def right(row: dict[str, Any]) -> dict[str, Any]:
    gold = {"text": "noon", "document_id": "seeds/orm.md", "start": 0, "end": 4}
    candidates = [{"text": "noon", "confidence": 0.9, "support": 1, "citations": []}]
    given = {"status": "answered", "reason": None, "answer": "noon", "candidates": candidates, "confidence": 0.9}
    return score(row | given | {"answerable": True, "golds": [gold], "gold_rank": 1})


def wrong(row: dict[str, Any]) -> dict[str, Any]:
    """Answered with a word that no gold has, from passages without the gold."""
    candidates = [{"text": "dusk", "confidence": 0.9, "support": 1, "citations": []}]
    return score(row | {"answer": "dusk", "candidates": candidates, "gold_rank": None})


def changed(results: dict[str, Any], count: int) -> dict[str, Any]:
    """The same with the first `count` rows wrong."""
    return results | {"rows": [wrong(row) if i < count else row for i, row in enumerate(results["rows"])]}


def test_identical_results_differ_in_nothing() -> None:
    results = made_results(300)
    comparison = compare(results, copy.deepcopy(results))
    assert [one.measure for one in comparison.differences] == ["EM", "F1", "recall@5", "answer precision", "best F1"]
    for one in comparison.differences:
        assert (one.difference, one.low, one.high, one.significant, one.regressed) == (0, 0, 0, False, False)
        assert one.a == one.b
    assert (comparison.broken, comparison.mended, comparison.regressed) == ((), (), False)
    answers = results["metrics"]["answers"]
    assert of(comparison, "EM").a == pytest.approx(answers["em"])
    assert of(comparison, "F1").a == pytest.approx(answers["f1"])
    assert of(comparison, "recall@5").a == pytest.approx(100 * results["metrics"]["retrieval"]["recall@5"])
    assert of(comparison, "answer precision").a == pytest.approx(
        100 * results["metrics"]["abstention"]["answer_precision"]
    )


def test_every_row_worse_is_a_regression_of_all_there_is() -> None:
    results = all_right(40)
    comparison = compare(results, changed(results, 40))
    for measure in ("EM", "F1", "recall@5", "answer precision", "best F1"):
        one = of(comparison, measure)
        assert (one.counted, one.a, one.b, one.low, one.high, one.significant) == (40, 100, 0, -100, -100, True)
        assert one.regressed == (measure in ("EM", "F1", "recall@5"))
    assert comparison.regressed
    assert len(comparison.broken) == 40
    assert compare(changed(results, 40), results).regressed is False


def test_one_row_worse_of_two_hundred_is_not_significant() -> None:
    # A draw of 200 leaves that row out with probability (1 - 1/200)^200 = 0.367: far more than 2.5 % of the
    # differences are 0, so the interval ends there. At most k rows of 200 are that one with Poisson(1) probability:
    # P(≤ 2) = 0.920, P(≤ 3) = 0.981 ≥ 0.975, so it begins at -3/200 = -1.5 %.
    results = all_right(200)
    comparison = compare(results, changed(results, 1))
    em = of(comparison, "EM")
    assert (em.difference, em.low, em.high) == (pytest.approx(-0.5), pytest.approx(-1.5), 0)
    assert (em.significant, comparison.regressed, len(comparison.broken)) == (False, False, 1)


def test_ten_rows_worse_of_two_hundred_are_significant() -> None:
    # Binomial(200, 0.05): P(0) = 0.95^200 = 0.00004, so 0 is outside of the 95 % interval; its standard deviation is
    # √9.5 = 3.08 rows, so the interval is about 10 ± 1.96 · 3.08 = 4 to 16 rows, -8 to -2 %.
    results = all_right(200)
    em = of(compare(results, changed(results, 10)), "EM")
    assert em.difference == pytest.approx(-5)
    assert em.low == pytest.approx(-8, abs=0.6)
    assert em.high == pytest.approx(-2, abs=0.6)
    assert em.regressed


def test_answer_precision_is_of_the_answers_given() -> None:
    # A: 4 given, all right. B: the second silent, the first wrong: 2 of 3
    results = all_right(4)
    b = changed(results, 1)
    b["rows"][1] = score(b["rows"][1] | {"status": "no_answer", "reason": "below_threshold", "answer": ""})
    precision = of(compare(results, b), "answer precision")
    assert (precision.counted, precision.a, precision.b) == (4, 100, pytest.approx(200 / 3))


def test_without_any_answer_given_there_is_no_precision_to_compare() -> None:
    results = all_right(3)
    silent = {"status": "no_answer", "reason": "below_threshold", "answer": ""}
    b = results | {"rows": [score(row | silent) for row in results["rows"]]}
    comparison = compare(results, b)
    assert [one.measure for one in comparison.differences] == ["EM", "F1", "recall@5", "best F1"]
    assert of(comparison, "best F1").difference == 0  # what was best is as good


def test_reading_mode_has_no_recall() -> None:
    results = made_results(30, mode="reading")
    assert "recall@5" not in [one.measure for one in compare(results, results).differences]


def test_ids_of_one_only_are_left_out_and_named() -> None:
    a, b = all_right(5), all_right(5)
    a["rows"], b["rows"] = a["rows"][:4], b["rows"][2:][::-1]
    comparison = compare(a, b)
    assert (comparison.shared, comparison.only_a, comparison.only_b) == (2, ("q-0", "q-1"), ("q-4",))


def test_what_can_not_be_compared_is_refused() -> None:
    a, b = all_right(3), all_right(3)
    b["dataset"] = b["dataset"] | {"sha256": "00" * 32, "name": "other"}
    with pytest.raises(ResultsError, match=r"different datasets \(tarn-quay-dev and other differ in sha256\)"):
        compare(a, b)
    assert compare(a, b, allow_different_datasets=True).shared == 3
    with pytest.raises(ResultsError, match="share no question's id"):
        compare(a, a | {"rows": [row | {"id": f"x{row['id']}"} for row in a["rows"]]})
    with pytest.raises(ResultsError, match="id 'q-1' occurs twice in B"):
        compare(a, a | {"rows": [*a["rows"], a["rows"][1]]})


def test_the_best_threshold_answers_rows_of_one_confidence_together() -> None:
    # Surest first: right, (wrong, right: the same confidence), wrong on an unanswerable one. Gains over silence by
    # cut: none 0, 0.9: 1, 0.5: 1 + 0 + 1 = 2, 0.2: 2 - 1 = 1. So 0.5, where all but the second row are right: 3 of 4.
    rows = [
        row(confidence=0.5, best_f1=0.0),
        row(confidence=0.9, best_f1=1.0),
        row(confidence=0.2, best_f1=0.0, answerable=False),
        row(confidence=0.5, best_f1=1.0),
    ]
    assert best_threshold(rows, "best_f1") == 0.5
    assert scores_at(rows, "best_f1", [0.5, 0.9, 0.0]).tolist() == [[0, 1, 1, 1], [0, 1, 1, 0], [0, 1, 0, 1]]
    unanswerable = [replace(one, answerable=False, best_f1=0.0) for one in rows]
    assert best_threshold(unanswerable, "best_f1") == float("inf")


def test_where_documents_alone_are_judged_they_are_compared() -> None:
    a = made_results(40)
    for one in a["rows"]:
        one |= {"golds": [], "em": None, "f1": None, "best_em": None, "best_f1": None, "answerable": True}
        one["gold_documents"] = [one["passages"][0]["document_id"], one["passages"][1]["document_id"]]
    b = copy.deepcopy(a)
    for one in b["rows"]:
        one["passages"] = one["passages"][1:]  # one of two gold documents is left
    comparison = compare(a, b)
    documents = of(comparison, "documents@5")
    assert [one.measure for one in comparison.differences] == ["documents@5"]
    assert (documents.counted, documents.a, documents.b, documents.regressed) == (40, 100, 50, True)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    results = all_right(40)
    save(read(results), tmp_path / "a.json")
    save(read(changed(results, 25)), tmp_path / "b.json")
    return tmp_path / "a.json", tmp_path / "b.json"


def quoth_compare(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["compare", *map(str, arguments)])


def test_the_command_prints_the_table_and_the_flips_and_ends_with_1(files: tuple[Path, Path]) -> None:
    result = quoth_compare(*files, "--flips", "2")
    lines = result.output.splitlines()
    assert result.exit_code == 1
    assert lines[2] == "40 questions in both"
    # 25 of 40 wrong: 37.5 % are left
    (em,) = [line for line in lines if line.startswith("EM")]
    assert em.split()[:5] == ["EM", "40", "100.00", "37.50", "-62.50"]
    assert em.endswith("worse")
    at = lines.index("right in A, wrong in B: 25")
    assert lines[at + 1] == "  Who keeps the light at Orm?  [q-0]"
    assert lines[at + 2] == "    A noon   B dusk   gold noon"
    assert lines[at + 5] == "  … and 23 more (--flips 25 prints all)"
    assert lines[at + 7] == "wrong in A, right in B: 0"
    assert lines[-1] == "Significantly worse."


def test_the_command_ends_with_0_where_nothing_is_worse(files: tuple[Path, Path]) -> None:
    same, better = quoth_compare(files[0], files[0]), quoth_compare(files[1], files[0])
    assert (same.exit_code, better.exit_code) == (0, 0)
    assert better.output.splitlines()[-1] == "Not significantly worse."
    assert "wrong in A, right in B: 25" in better.output


def test_as_json_everything_is_told(files: tuple[Path, Path]) -> None:
    result = quoth_compare(*files, "--json", "--samples", "100")
    told = json.loads(result.output)
    assert result.exit_code == 1
    assert told["regressed"] is True
    assert told["differences"][0]["difference"] == -62.5
    assert [flip["id"] for flip in told["broken"]] == [f"q-{i}" for i in range(25)]


def test_bad_input_ends_with_2(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    for arguments, complaint in (
        ((files[0], tmp_path / "broken.json"), "broken.json is not JSON"),
        ((files[0], tmp_path / "none.json"), "none.json can't be read"),
        ((*files, "--alpha", "0.7"), "Invalid value for '--alpha'"),
        ((files[0],), "Missing argument 'B'"),
    ):
        result = quoth_compare(*arguments)
        assert (result.exit_code, complaint in result.output) == (2, True), result.output


def test_a_hostile_answer_does_not_steer_the_terminal(files: tuple[Path, Path], tmp_path: Path) -> None:
    b = changed(all_right(40), 25)
    b["rows"][0]["answer"] = "dusk\x1b[2J\nSignificantly better"
    save(read(b), tmp_path / "c.json")
    result = quoth_compare(files[0], tmp_path / "c.json")
    assert "    A noon   B dusk[2J Significantly better   gold noon" in result.output.splitlines()


def test_few_questions_come_with_a_warning(files: tuple[Path, Path], tmp_path: Path) -> None:
    save(read(all_right(1)), tmp_path / "one.json")
    result = quoth_compare(tmp_path / "one.json", tmp_path / "one.json")
    assert result.exit_code == 0
    assert "Fewer than 30 questions" in result.output
    assert "Fewer than" not in quoth_compare(*files).output


def test_the_best_f1_is_left_out_where_an_answer_has_no_confidence() -> None:
    a, b = made_results(40), made_results(40)
    b["rows"][3]["confidence"] = None
    measures = [one.measure for one in compare(a, b, samples=100).differences]
    assert measures == ["EM", "F1", "recall@5", "answer precision"]


def test_the_page_has_every_difference_and_every_changed_answer(files: tuple[Path, Path], tmp_path: Path) -> None:
    output = tmp_path / "new" / "page.html"
    result = quoth_compare(*files, "--output", output)
    assert (result.exit_code, result.stderr) == (1, f"page       {output}\n")
    page = output.read_text()
    text = " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL).split())
    assert "A is a.json, B is b.json; 40 questions are in both. Significantly worse." in text
    # 25 of 40 went wrong: 37.5 % are left
    assert "EM 40 100.00 37.50 -62.50" in text
    assert "Right in A, wrong in B: 25 question gold A B Who keeps the light at Orm? q-0 noon noon dusk" in text
    assert "Wrong in A, right in B: 0" in text
    assert page.count('<th scope="row" dir="auto">') == 25
    assert 'class="text worse">worse<' in page
    assert "top_k 7 7" in text
    assert not re.search(r"https?:|<script|url\(|@import", page)


def test_the_page_obeys_no_answer(files: tuple[Path, Path], tmp_path: Path) -> None:
    b = changed(all_right(40), 25)
    b["rows"][0]["answer"] = "</style><script>alert(1)</script>{{ 7 * 7 }}"
    save(read(b), tmp_path / "c.json")
    quoth_compare(files[0], tmp_path / "c.json", "--json", "-o", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert "&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in page
    assert ("<script" in page, page.count("</style>")) == (False, 1)


def test_a_page_that_cant_be_written_ends_with_2(files: tuple[Path, Path], tmp_path: Path) -> None:
    result = quoth_compare(*files, "--output", tmp_path / "a.json" / "page.html")
    assert (result.exit_code, "page.html can't be written" in result.output) == (2, True)
