"""Whether silence is kept where it should be, and how much could be answered at a wanted precision."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from qa.evaluation.scoring import RIGHT_F1

Row = dict[str, Any]
PRECISIONS = ("0.80", "0.90", "0.95")


def abstention_metrics(rows: Sequence[Row]) -> dict[str, Any]:
    """Shares, 0 to 1: of silences and of answers those that are right, of unanswerable questions those left silent."""
    given, silent = [row for row in rows if row["answer"]], [row for row in rows if not row["answer"]]
    return {
        "no_answer_precision": _share(silent, [not row["answerable"] for row in silent]),
        "no_answer_recall": _share(none := [r for r in rows if not r["answerable"]], [not r["answer"] for r in none]),
        "answer_precision": _share(given, [row["answerable"] and row["f1"] >= RIGHT_F1 for row in given]),
        "coverage": _share(rows, [bool(row["answer"]) for row in rows]),
        "coverage_at": {precision: coverage_at(rows, float(precision)) for precision in PRECISIONS},
    }


def coverage_at(rows: Sequence[Row], precision: float) -> float:
    """The largest share of the questions that a threshold answers with at least `precision`, 0.0 if none does.

    Rows of one confidence are answered together or not at all.
    """
    answers = sorted((row for row in rows if row["candidates"]), key=lambda row: -row["confidence"])
    best = count = right = 0
    for _, equal in groupby(answers, key=lambda row: row["confidence"]):
        for row in equal:
            count += 1
            right += row["answerable"] and row["best_f1"] >= RIGHT_F1
        if right >= precision * count - 1e-9:  # so that 9 of 10 reach 0.9
            best = count
    return round(best / len(rows), 6)


def _share(rows: Sequence[Row], right: Sequence[bool]) -> float | None:
    return round(sum(right) / len(rows), 6) if rows else None
