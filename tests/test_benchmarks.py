"""Benchmarks: retrieval's on a file small enough to know its figures, and the form of what the others give."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import ROOT


def paragraph(context: str, question: str, *answers: str) -> dict[str, Any]:
    found = [{"text": answer, "answer_start": context.index(answer)} for answer in answers]
    return {
        "context": context,
        "qas": [{"id": "1", "question": question, "answers": found, "is_impossible": not found}],
    }


def run(path: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "tests" / "benchmarks" / "retrieval.py"), str(path), *arguments]
    return subprocess.run(
        command, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300, check=False
    )


def test_recall_of_paragraphs_and_of_answers_is_told_apart(tmp_path: Path) -> None:
    bees, whole = "Bees make honey from nectar.", "The ice drifts on and on. " * 60
    articles = [
        {"title": "Honey_bee", "paragraphs": [paragraph(bees, "What is honey made from?", "nectar", "from nectar")]},
        {"title": "Pole", "paragraphs": [
            paragraph("In April 1909 the pole was reached.", "When was the pole reached?", "April 1909"),
            paragraph(whole, "What does the ice do?", whole),  # 420 tokens: in no chunk of 128
            paragraph("Seals sleep.", "Who eats seals?"),
        ]},
        {"title": "Left_out", "paragraphs": [paragraph("Owls hoot.", "Who hoots?", "Owls")]},
    ]  # fmt: skip
    path = tmp_path / "questions.json.gz"
    path.write_bytes(gzip.compress(json.dumps({"data": articles}).encode()))
    told = json.loads(run(path, "--skip", "Left_out").stdout)
    assert (told["articles"], told["documents"], told["questions"]) == (["Honey_bee", "Pole"], 4, 3)
    assert told["span_in_a_chunk"] == 0.6667
    for figures in (told["dense"], told["fused"], told["bm25"][0], told["grid"][-1]):
        assert (figures["document"]["recall@1"], figures["document"]["mrr"]) == (1, 1)
        assert (figures["span"]["recall@10"], figures["span"]["mrr"]) == (0.6667, 0.6667)
    points = {(row["k"], row["dense"], row["bm25"], row["context"], row["stop_words"]) for row in told["grid"]}
    assert len(points) == len(told["grid"]) == 5 * 4 * 5 * 2
    refused = run(path, "--only", "Owl")
    assert refused.returncode == 1
    assert "has no article Owl. Its articles are: Honey_bee, Left_out, Pole." in refused.stderr


def test_what_protocols_cost_is_told_for_each_of_them() -> None:
    command = [sys.executable, str(ROOT / "tests" / "benchmarks" / "protocols.py"), "--questions", "2", "--rounds", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = json.loads(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert (told["questions"], told["rounds"]) == (2, 1)
    ways = ["search", "ask", "chat", "first_passages", "stream", "chat_stream"]
    over_ask = ["stream_over_ask", "chat_over_ask", "chat_stream_over_ask"]
    for name in [*ways, *over_ask]:
        assert set(told[name]) == {"median_ms", "p95_ms"}
    # the first event of a stream comes before its end
    assert 0 < told["first_passages"]["median_ms"] < told["stream"]["median_ms"]
    assert told["first_passages_by_search"] > 0


@pytest.mark.long
def test_what_workers_take_and_whether_versions_hold_is_told() -> None:
    command = [
        sys.executable,
        str(ROOT / "tests" / "benchmarks" / "workers.py"),
        "--workers",
        "1",
        "2",
        "--clients",
        "2",
    ]
    command += ["--questions", "4", "--rounds", "1", "--seconds", "3"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = json.loads(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert [len(told["memory_mb"][number]["ready"]) for number in ("1", "2")] == [1, 4]  # with a parent and a tracker
    for number in ("1", "2"):
        assert all(each["own"] <= each["pss"] <= each["rss"] for each in told["memory_mb"][number]["ready"])
    assert [each["connections"] for each in told["throughput"]] == ["kept", "one for each question"]
    versions = told["versions"]
    assert versions["workers"] == 2
    assert versions["versions_written"] > 1
    assert versions["answers_read"] > 1
    for wrong in ("versions_that_fell", "writes_not_seen_by_the_next_request", "places_that_dont_slice"):
        assert versions[wrong] == 0


def test_more_load_than_a_server_takes_is_refused_and_told() -> None:
    """A line of two, and four times as many questions as can be answered."""
    command = [sys.executable, str(ROOT / "tests" / "benchmarks" / "load.py"), "overload", "--seconds", "3"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QUOTH_MAX_WAITING": "2", "QUOTH_DEADLINE_SECONDS": "600"}
    told = json.loads(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert told["setting"] == {"QUOTH_MAX_WAITING": "2", "QUOTH_DEADLINE_SECONDS": "600"}
    assert set(told["statuses"]) <= {"200", "503"}
    assert told["answered_ms"]["p50"] <= told["answered_ms"]["p99"] <= told["answered_ms"]["most"]
    for path in ("/healthz", "/readyz"):
        assert set(told["health"][path]["statuses"]) == {"200"}
    assert told["memory_mb"]["before"] > 0


def test_requests_made_from_the_contract_find_nothing() -> None:
    command = [sys.executable, str(ROOT / "tests" / "benchmarks" / "fuzz.py"), "--cases", "40"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert (done.returncode, told["findings"]) == (0, []), done.stderr
    assert told["cases"] >= 40
    assert sum(told["by_phase"].values()) == sum(told["by_status"].values()) == told["cases"]
    assert {"fuzzing", "stateful"} <= set(told["by_phase"])
    assert told["by_status"]["200"] > 0
    assert told["by_status"]["422"] > 0
