"""Retrieval's benchmark, on a file small enough to know its figures."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import ROOT

pytestmark = pytest.mark.slow


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
