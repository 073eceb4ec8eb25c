"""EM and F1 in percent, and the thresholds that would give the best, as SQuAD's official script for 2.0 has them."""

from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]


def answer_metrics(rows: Sequence[Row]) -> dict[str, Any]:
    """EM and F1 of all rows, of those with and of those without an answer; and the best over all thresholds."""
    best_em, em_threshold = best_by_threshold(rows, "best_em")
    best_f1, f1_threshold = best_by_threshold(rows, "best_f1")
    return {
        "em": _percent(rows, "em"),
        "f1": _percent(rows, "f1"),
        "has_ans": _part([row for row in rows if row["answerable"]]),
        "no_ans": _part([row for row in rows if not row["answerable"]]),
        "best_f1": best_f1,
        "best_f1_threshold": f1_threshold,
        "best_em": best_em,
        "best_em_threshold": em_threshold,
    }


def best_by_threshold(rows: Sequence[Row], key: str) -> tuple[float, float]:
    """(highest mean of `key` in percent, lowest confidence that is given then), as `find_best_thresh` finds it.

    Its probability of no answer is 1 - confidence here. As there, rows are given one after the other, the surest first
    and equals in the rows' order, each adding its score or, without an answer, taking one away; the first of equal
    sums wins; and if none is better than silence throughout, the threshold is 1.0.
    """
    score = best = float(sum(not row["answerable"] for row in rows))
    threshold = 1.0
    for row in sorted(rows, key=lambda row: -row["confidence"]):
        if row["answerable"]:
            score += row[key]
        elif row["candidates"]:
            score -= 1
        if score > best:
            best, threshold = score, row["confidence"]
    return round(100 * best / len(rows), 4), threshold


def _part(rows: Sequence[Row]) -> dict[str, Any]:
    return {"count": len(rows), "em": _percent(rows, "em"), "f1": _percent(rows, "f1")}


def _percent(rows: Sequence[Row], key: str) -> float | None:
    return round(100 * sum(row[key] for row in rows) / len(rows), 4) if rows else None
