"""What other tools read of the results: RAGAS's columns, and TREC's files with the same figures as the results have."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from evaluation_support import FERRY, gold, passage, row
from ir_measures import RR, R, calc_aggregate, read_trec_qrels, read_trec_run
from made_results import made_results

from index.errors import ResultsError
from qa.cli.main import main
from qa.evaluation.datasets import load_dataset
from qa.evaluation.exports import FORMATS, export
from qa.evaluation.metrics import retrieval_metrics
from qa.evaluation.report_commands import export as command
from qa.evaluation.results import Results, from_json, save
from qa.evaluation.rows import Row


def results_of(*rows: Row) -> Results:
    made = from_json(made_results(1), Path("made.json"))
    return Results(**{**{name: getattr(made, name) for name in made.__slots__}, "rows": rows})


def exported(folder: Path, results: Results, kind: str) -> tuple[Result, Path]:
    save(results, folder / "results.json")
    path = folder / kind
    arguments = ["export", str(folder / "results.json"), "--format", kind, "--output", str(path)]
    return CliRunner().invoke(main, arguments), path


NOON = (
    row(
        id="q1",
        question="When?\u2028\ud800",  # a line separator is no end of line, and half a pair no reason to fail
        answer="at noon",
        golds=(gold("noon", "ferry"), gold("at noon", "ferry"), gold("noon", "bus")),
        passages=(passage("ferry", 0, FERRY), passage("bus", 9, "The bus waits.")),
    ),
    row(id="q2", question="Who signed it?", answerable=False, status="no_answer"),
)


def test_each_row_is_a_line_with_the_columns_of_ragas(tmp_path: Path) -> None:
    result, path = exported(tmp_path, results_of(*NOON), "ragas")
    assert (result.exit_code, result.output) == (0, f"exported   2 lines to {path}\n")
    assert [json.loads(line) for line in path.read_bytes().splitlines()] == [
        {
            "id": "q1",
            "user_input": "When?\u2028\ud800",
            "response": "at noon",
            "retrieved_contexts": [FERRY, "The bus waits."],
            "reference": "noon",
            "answers": ["noon", "at noon"],
        },
        {
            "id": "q2",
            "user_input": "Who signed it?",
            "response": "",
            "retrieved_contexts": [],
            "reference": "",
            "answers": [],
        },
    ]


def test_what_is_written_for_ragas_is_a_dataset_again(tmp_path: Path) -> None:
    (silent,) = NOON[1:]
    _, path = exported(
        tmp_path, results_of(row(id="q1", question="When?", golds=(gold("noon", "ferry"),)), silent), "ragas"
    )
    questions = load_dataset(path, "jsonl", indexed=True).questions
    assert [(one.id, one.text, [right.text for right in one.golds]) for one in questions] == [
        ("q1", "When?", ["noon"]),
        ("q2", "Who signed it?", []),
    ]


RANKED = (
    row(
        id="q1",
        gold_documents=("a", "b"),
        gold_relevances=(1, 2),
        passages=(
            passage("a", 0, "One."),
            passage("c", 0, "Two."),
            passage("a", 9, "Three."),
            passage("b", 0, "Four."),
        ),
    ),
    row(
        id="100 %",
        gold_documents=("my notes.md",),
        gold_relevances=(1,),
        passages=(passage("c", 0, "Two."), passage("my notes.md", 0, "Five.")),
    ),
    row(id="q3", answerable=False, passages=(passage("c", 0, "Two."),)),
    row(id="q4", gold_documents=("a",), gold_relevances=(1,)),  # nothing was retrieved for it
)


def test_trecs_run_ranks_documents_by_their_first_passage(tmp_path: Path) -> None:
    result, path = exported(tmp_path, results_of(*RANKED), "trec-run")
    assert (result.exit_code, result.output) == (0, f"exported   6 lines to {path}\n")
    assert path.read_text().splitlines() == [
        "q1 Q0 a 1 1.000000 quoth",
        "q1 Q0 c 2 0.500000 quoth",
        "q1 Q0 b 3 0.333333 quoth",
        "100%20%25 Q0 c 1 1.000000 quoth",  # white space would end the column
        "100%20%25 Q0 my%20notes.md 2 0.500000 quoth",
        "q3 Q0 c 1 1.000000 quoth",
    ]


def test_trecs_judgements_are_the_documents_that_have_the_answer(tmp_path: Path) -> None:
    _, path = exported(tmp_path, results_of(*RANKED), "trec-qrels")
    assert path.read_text() == "q1 0 a 1\nq1 0 b 2\n100%20%25 0 my%20notes.md 1\nq4 0 a 1\n"


def test_other_tools_find_the_figures_of_the_results_in_trecs_files(tmp_path: Path) -> None:
    results = results_of(*RANKED)
    (_, run), (_, qrels) = (exported(tmp_path, results, kind) for kind in ("trec-run", "trec-qrels"))
    found = calc_aggregate([R @ 1, R @ 3, RR], list(read_trec_qrels(str(qrels))), list(read_trec_run(str(run))))
    # q1 has a, one of its two, first and b third; "100 %" has its one second; q4 has none
    assert found[R @ 1] == pytest.approx((1 / 2 + 0 + 0) / 3)
    assert found[R @ 3] == pytest.approx((1 + 1 + 0) / 3)
    assert found[RR] == pytest.approx((1 + 1 / 2 + 0) / 3)
    documents = (retrieval_metrics(results.rows) or {})["documents"]
    assert [documents[name] for name in ("recall@1", "recall@3", "mrr")] == [
        round(found[measure], 6) for measure in (R @ 1, R @ 3, RR)
    ]


def test_the_command_offers_every_format() -> None:
    (offered,) = [option.type.choices for option in command.params if option.name == "kind"]  # type: ignore[attr-defined]
    assert list(offered) == list(FORMATS)


def test_an_export_to_a_place_that_takes_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"can't be written \(Is a directory\)"):
        export(results_of(*NOON), tmp_path)
