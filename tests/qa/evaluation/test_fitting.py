"""Fitting on evidence made to a known rule, thresholds by hand, and `quoth calibrate` on a small real index."""

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from support import CALIBRATION

from index.errors import DatasetError
from index.retrieval.passages import Passage
from index.stores import url_of_folder
from qa.assembly import Engine
from qa.cli.main import main
from qa.evaluation.calibrate_command import _with_share
from qa.evaluation.datasets.dataset import Dataset, Gold, Question
from qa.evaluation.fitting import Considered, _threshold, fit
from qa.reading.spans import Comparison, Reading, Span
from qa.settings import load_settings

pytestmark = pytest.mark.slow

TEXT = "Ada wrote it in Lisbon."


def considered(number: int, span: float, *, right: bool) -> Considered:
    """A question whose only reading is "Ada", at `span` logits; gold is "Ada" or, if it shall be wrong, nothing."""
    golds = (Gold("Ada", "d", 0, 3),) if right else ()
    question = Question(f"q{number}", "Who wrote it?", golds, {}, f"d{number}")
    passage = Passage("d", 0, len(TEXT), TEXT, 1, {"fused": 0.1, "dense": 0.5, "bm25": 1.0})
    return Considered(question, [passage], [Reading((Span(0, 3, span),), 0.0)])


def drawn(count: int) -> list[Considered]:
    """Right with probability sigmoid(span), span from -4 to 4: a logistic that the fit must find."""
    rng = random.Random(3)  # noqa: S311
    spans = [rng.uniform(-4, 4) for _ in range(count)]
    return [considered(i, span, right=rng.random() < 1 / (1 + np.exp(-span))) for i, span in enumerate(spans)]


def test_the_fit_finds_the_rule_and_is_calibrated() -> None:
    fitted = fit(drawn(3000), CALIBRATION, CALIBRATION.fitted_with, None)
    for span in (-3.0, -1.0, 0.0, 2.0):
        told = fitted.calibration.confidence(
            {"span": span, "margin": span, "dense": 0.5, "lead": fitted.calibration.lone_lead}
        )
        assert told == pytest.approx(1 / (1 + np.exp(-span)), abs=0.04)
    assert fitted.after.metrics["ece"] < 0.03 < fitted.before.metrics["ece"]
    assert (fitted.calibration.fitted_with, fitted.calibration.questions) == (CALIBRATION.fitted_with, 3000)


def test_confidence_alone_can_be_fitted() -> None:
    before = replace(CALIBRATION, signal_weights={"fused": 7.0}, reach=2.5, together_weight=0.25)
    fitted = fit(drawn(300), before, before.fitted_with, None, confidence_only=True).calibration
    assert (fitted.signal_weights, fitted.reach, fitted.together_weight) == ({"fused": 7.0}, 2.5, 0.25)
    assert fitted.coefficients != before.coefficients


def compared(number: int, *, right: bool) -> Considered:
    """ "Ada" leads by 3 logits; the gold is "Lisbon", by 4 better read together, or nothing and all are worse than none."""
    golds = (Gold("Lisbon", "d", 16, 22),) if right else ()
    question = Question(f"q{number}", "Where did she write it?", golds, {}, f"d{number}")
    passage = Passage("d", 0, len(TEXT), TEXT, 1, {"fused": 0.1, "dense": 0.5})
    reading = Reading((Span(0, 3, 5.0), Span(16, 22, 2.0)), 0.0)
    scores = {"Ada": 1.0, "Lisbon": 5.0} if right else {"Ada": -6.0, "Lisbon": -7.0}
    return Considered(
        question, [passage], [reading], compare=lambda some: Comparison(tuple(scores[one.text] for one in some), 0.0)
    )


def test_what_reading_together_weighs_is_fitted() -> None:
    some = [compared(i, right=i % 3 > 0) for i in range(90)]
    fitted = fit(some, None, CALIBRATION.fitted_with, None)
    # "Lisbon" is 3 behind and 4 better: from a weight of 3/4 on it comes first, at 3/4 both are equal
    assert fitted.calibration.together_weight == 1.0
    assert fitted.calibration.coefficients["together"] > 0
    assert some[1].best(fitted.calibration).candidates[0].text == "Lisbon"
    assert fitted.precision == 1.0


def test_with_a_reader_that_cannot_compare_nothing_is_weighed() -> None:
    assert fit(drawn(300), None, CALIBRATION.fitted_with, None).calibration.together_weight == 0.0


def test_the_threshold_keeps_the_precision_asked_for() -> None:
    fitted = fit(drawn(3000), CALIBRATION, CALIBRATION.fitted_with, 0.9)
    assert fitted.precision == pytest.approx(0.9, abs=0.01)
    # span s is right with probability p = sigmoid(s); given from s0 up to 4 the mean of p is 0.9 at s0 = 0.72:
    # (softplus(4) - softplus(0.72)) / (4 - 0.72) = (4.018 - 1.117) / 3.28 = 0.885, and at 0.95 0.898; so near 0.95,
    # which is (4 - 0.95) / 8 = 38 % of the questions
    assert fitted.coverage == pytest.approx(0.38, abs=0.04)


def test_thresholds_by_hand() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([True, True, False, True, False])
    # precision from the surest on: 1, 1, 2/3, 3/4, 3/5
    assert _threshold(confidence, right, 0.95) == 0.8
    assert _threshold(confidence, right, 0.75) == 0.6
    # an answer right with probability p is worth p - 0.6 · (1 - p), which is 0 at p = 0.375
    assert _threshold(confidence, right, None) == 0.37
    assert _threshold(confidence, ~right & False, 0.5) == 1.0


def test_too_few_of_a_kind_is_told() -> None:
    with pytest.raises(
        DatasetError, match=r"Of 30 questions the best answer found is right for 30 and wrong for 0; 20 of"
    ):
        fit([considered(i, 1.0, right=True) for i in range(30)], CALIBRATION, CALIBRATION.fitted_with, None)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """60 answerable and 40 unanswerable questions on twenty little documents."""
    names = ["Ada", "Bela", "Cora", "Dora", "Emil", "Finn", "Gert", "Hans", "Ines", "Jana"] * 2
    lines = []
    for i, name in enumerate(names):
        context = f"The mill number {i} was built by {name} Tarrow in {1700 + i} and stands in the village of Orm {i}."
        asked = [
            (f"Who built mill number {i}?", [f"{name} Tarrow"]), (f"When was mill number {i} built?", [str(1700 + i)]),
            (f"In which village does mill number {i} stand?", [f"Orm {i}"]), (f"Who burnt down the school of {i}?", []),
            (f"What did the king say to the miller's cat number {i}?", []),
        ]  # fmt: skip
        lines += [
            json.dumps({"question": q, "answers": a, "document": f"mill-{i}", "context": context}) for q, a in asked
        ]
    path = tmp_path / "mills.jsonl"
    path.write_text("\n".join(lines))
    return path


def test_calibrate_keeps_its_numbers_with_the_index_and_resets_them(
    questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, (document,) = tmp_path / "data", [tmp_path / "mill.txt"]
    monkeypatch.setenv("QUOTH_STORE", url_of_folder(data))  # nothing of the questions' own documents gets there
    document.write_text("The mill was built by Ada Tarrow in 1734.")
    run = CliRunner().invoke
    assert run(main, ["--data", str(data), "index", str(document)]).exit_code == 0
    page = tmp_path / "page.html"
    result = run(main, ["--data", str(data), "calibrate", str(questions), "--report", str(page)])
    assert result.exit_code == 0, result.output
    # 60 with an answer, and of the 40 without as many as make a third: 60 · 0.33 / 0.67 = 29.6
    assert "questions          90" in result.output
    # retrieval weighs so little here that no passage comes a logit behind the first
    reach = "reach              5 logits → 1 logit: reads 100.0% of the passages, makes 0 of 60 first answers worse"
    assert reach in result.output
    assert "kept       with the index  (index version 2)" in result.output
    assert page.read_text().count("<svg") == 2
    ask = ["--data", str(data), "ask", "Who built the mill?", "--json", "--min-confidence", "0"]
    fitted = json.loads(run(main, ask).output)
    reset = run(main, ["--data", str(data), "calibrate", "--reset"])
    assert reset.output == "reset      the shipped calibration holds  (index version 3)\n"
    shipped = json.loads(run(main, ask).output)
    assert fitted["answers"][0]["text"] == shipped["answers"][0]["text"] == "Ada Tarrow"
    assert fitted["answers"][0]["confidence"] != shipped["answers"][0]["confidence"]


def test_calibrate_asks_the_index_or_the_documents_that_are_named(questions: Path, tmp_path: Path) -> None:
    mills, bare = tmp_path / "mills", tmp_path / "bare.jsonl"
    mills.mkdir()
    records = [json.loads(line) for line in questions.read_text().splitlines()]
    for record in records:
        (mills / f"{record.pop('document')}.txt").write_text(record.pop("context"))
    bare.write_text("\n".join(map(json.dumps, records)))  # neither documents nor their names
    data, fits = tmp_path / "data", [tmp_path / "index.json", tmp_path / "documents.json"]
    run = CliRunner().invoke
    assert run(main, ["--data", str(data), "index", str(mills)]).exit_code == 0
    calibrate = ["--data", str(data), "calibrate", str(bare), "--output"]
    for fit_file, arguments in zip(fits, ([], ["--documents", str(mills)]), strict=True):
        result = run(main, [*calibrate, str(fit_file), *arguments])
        assert result.exit_code == 0, result.output
        assert "questions          90" in result.output
    # the same documents, so the same evidence
    assert json.loads(fits[0].read_text()) == json.loads(fits[1].read_text())


def test_calibrate_asks_each_file_of_the_documents_that_it_brings(questions: Path, tmp_path: Path) -> None:
    (tmp_path / "mill.txt").write_text("The mill was built by Ada Tarrow in 1734.")
    bare, squad = tmp_path / "bare.jsonl", tmp_path / "squad.json"
    bare.write_text(json.dumps({"question": "Who built the mill?", "answer": "Ada Tarrow"}))
    paragraphs = [
        {
            "context": record["context"],
            "qas": [
                {
                    "id": str(number),
                    "question": record["question"],
                    "answers": [{"text": a, "answer_start": record["context"].index(a)} for a in record["answers"]],
                }
            ],
        }
        for number, record in enumerate(map(json.loads, questions.read_text().splitlines()))
    ]
    squad.write_text(json.dumps({"data": [{"title": "mills", "paragraphs": paragraphs}]}))
    both = ["calibrate", str(bare), str(squad), "--documents", str(tmp_path / "mill.txt"), "--output"]
    result = CliRunner().invoke(main, [*both, str(tmp_path / "fit.json")])
    assert result.exit_code == 0, result.output
    # 61 with an answer, and of the 40 without as many as make a third: 61 · 0.33 / 0.67 = 30.04
    assert "questions          91" in result.output
    alone = ["calibrate", str(squad), "--documents", str(tmp_path / "mill.txt")]
    refused = CliRunner().invoke(main, alone)
    assert refused.exit_code == 1
    assert refused.output == f"Error: {squad} is squad, which brings its documents: leave --documents out.\n"


def test_numbers_for_other_settings_are_refused_before_any_question_is_read(
    questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Engine, "consider", lambda _, __, question, *___: asked.append(question))
    monkeypatch.setenv("QUOTH_CHUNK_TOKENS", "64")
    out = tmp_path / "fit.json"
    refused = CliRunner().invoke(main, ["calibrate", str(questions), "--confidence-only", "--output", str(out)])
    assert refused.exit_code == 1
    message = "Error: The shipped numbers are for other models or settings: leave --confidence-only out.\n"
    assert refused.output.endswith(message)
    assert asked == []
    assert not out.exists()


def test_unanswerable_questions_beyond_a_share_are_left_out() -> None:
    answered = tuple(Question(f"a{i}", "Who?", (Gold("Ada", "d"),), {}, "d") for i in range(6))
    silent = tuple(Question(f"u{i}", "Who?", (), {}, "d") for i in range(10))
    dataset = Dataset("n", "p", "squad", "0" * 64, (), (*answered, *silent), (), 16)
    # 12 answerable in all, so 12 · 0.25 / 0.75 = 4 of the 20 unanswerable
    kept = _with_share([dataset, dataset], 0.25)
    assert [sum(q.answerable for q in one.questions) for one in kept] == [6, 6]
    assert sum(not q.answerable for one in kept for q in one.questions) == 4
    assert _with_share([dataset], 0.9) == [dataset]


def test_calibrate_wants_files_or_reset() -> None:
    for arguments in (["calibrate"], ["calibrate", "x.json", "--reset"]):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 1
        assert result.output == "Error: Name files of labelled questions to fit to, or --reset.\n"


def test_a_calibration_for_something_else_is_never_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from index.storage.sqlite.store import FILE_NAME, SQLiteStore
    from qa.answering.calibration import MANIFEST_NAME

    (tmp_path / "mill.txt").write_text("The mill was built by Ada Tarrow in 1734.")
    data = str(tmp_path / "data")
    assert CliRunner().invoke(main, ["--data", data, "index", str(tmp_path / "mill.txt")]).exit_code == 0
    store = SQLiteStore(tmp_path / "data" / FILE_NAME)
    store.keep(MANIFEST_NAME, CALIBRATION.to_json())
    store.close()
    result = CliRunner().invoke(main, ["--data", data, "ask", "Who built the mill?"])
    assert result.exit_code == 0
    assert "Ada Tarrow   (no confidence)" in result.output
    (record,) = [record for record in caplog.records if record.levelname == "WARNING"]
    engine = Engine(load_settings(data=tmp_path / "data"), writing=False)
    present = engine.fitted_with("default")
    engine.close()
    assert record.getMessage() == (
        "Answers have no confidence. The calibration was fitted with "
        f"reader 000000000000…, not {present.reader[:12]}…; embedder 111111111111…, not {present.embedder[:12]}…; "
        f"retrieval fusion, not {present.retrieval}; chunking 128 tokens, not {present.chunking}. "
        "Fit one with `quoth calibrate FILE`."
    )
