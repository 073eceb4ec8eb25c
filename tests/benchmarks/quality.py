"""Quality on the questions in `tests/data/seed-questions.json`, asked over all seeds at once.

    python tests/benchmarks/quality.py > quality.json

EM and F1 are SQuAD's; a question asked of two documents that answer it differently accepts either's answer.
"""

import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common import ROOT, report

from index.storage.principals import SEES_ALL
from qa.answering.answers import Answer
from qa.assembly import Engine, filter_of
from qa.evaluation.scoring import exact_match, f1
from qa.settings import load_settings

LEAST = (0.0, 0.2, 0.3, 0.4, 0.6)


@dataclass
class Gold:
    """A question, every answer that counts as right (none: it has no answer), and the documents that have one."""

    question: str
    answers: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)


def gold_questions() -> list[Gold]:
    """The questions, each once."""
    found: dict[str, Gold] = {}
    data = json.loads((ROOT / "tests" / "data" / "seed-questions.json").read_text())
    for article in data["data"]:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                gold = found.setdefault(qa["question"], Gold(qa["question"]))
                gold.answers += [answer["text"] for answer in qa["answers"]]
                gold.documents.append(article["title"])
    return list(found.values())


def main() -> None:
    """Index the seeds, ask everything, report."""
    os.chdir(ROOT)
    questions = gold_questions()
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(load_settings(data=Path(folder)), writing=True)
        list(engine.indexer.add_paths([Path("seeds")], "default"))
        answers = [engine.ask(SEES_ALL, gold.question, filter_of()) for gold in questions]
        ungated = [engine.ask(SEES_ALL, gold.question, filter_of(), min_confidence=0.0) for gold in questions]
        engine.close()
    rows = [row(gold, answer) for gold, answer in zip(questions, answers, strict=True)]
    firsts = [row(gold, answer) for gold, answer in zip(questions, ungated, strict=True)]
    answerable, impossible = [r for r in rows if r["gold"]], [r for r in rows if not r["gold"]]
    given = [r for r in rows if r["given"]]
    silent = [r for r in rows if not r["given"]]
    report(
        {
            "questions": len(rows),
            "all": scores(rows),
            "answerable": scores(answerable),
            "unanswerable": scores(impossible),
            "given": {
                "answers": len(given),
                "right_f1_at_least_0.5": share(given, lambda r: r["f1"] >= 0.5),
                "mean_confidence": mean(given, "confidence"),
            },
            "no_answer": {
                "precision": share(silent, lambda r: not r["gold"]),
                "recall": share(impossible, lambda r: not r["given"]),
            },
            "with_other_min_confidence": [given_from(firsts, least) for least in LEAST],
            "a_passage_of_a_right_document_was_read": share(answerable, lambda r: r["retrieved"]),
            "rows": rows,
        }
    )


def row(gold: Gold, answer: Answer) -> dict[str, Any]:
    """One question's outcome."""
    best = answer.answers[0] if answer.answers else None
    text = best.text if best else ""
    return {
        "question": gold.question,
        "gold": sorted(set(gold.answers)),
        "given": text,
        "reason": answer.reason,
        "confidence": best.confidence if best else None,
        "em": exact_match(text, gold.answers),
        "f1": round(f1(text, gold.answers), 3),
        "retrieved": any(passage.document_id in gold.documents for passage in answer.passages),
    }


def given_from(firsts: list[dict[str, Any]], least: float) -> dict[str, Any]:
    """What comes of answering from a confidence of `least` on."""
    given = [r for r in firsts if r["given"] and r["confidence"] >= least]
    answerable, impossible = [r for r in firsts if r["gold"]], [r for r in firsts if not r["gold"]]
    return {
        "min_confidence": least,
        "answers": len(given),
        "right_f1_at_least_0.5": share(given, lambda r: r["f1"] >= 0.5),
        "answerable_f1": round(100 * sum(r["f1"] for r in given if r["gold"]) / len(answerable), 1),
        "unanswerable_silent": share(impossible, lambda r: r not in given),
    }


def scores(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """EM and F1 in percent."""
    return {"questions": len(rows), "em": round(100 * mean(rows, "em"), 1), "f1": round(100 * mean(rows, "f1"), 1)}


def mean(rows: list[dict[str, Any]], name: str) -> float:
    """Of one column."""
    return round(sum(r[name] for r in rows) / len(rows), 3)


def share(rows: list[dict[str, Any]], test: Any) -> float:
    """Of the rows that pass."""
    return round(sum(bool(test(r)) for r in rows) / len(rows), 3)


if __name__ == "__main__":
    main()
