"""EM and F1, whether silence is kept where it should be, and what other thresholds of confidence would give.

EM and F1 are in percent, and the thresholds with the best of them as SQuAD's official script for 2.0 has them.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.evaluation.scoring import RIGHT_F1

Row = dict[str, Any]
Floats = npt.NDArray[np.float64]
PRECISIONS = ("0.80", "0.90", "0.95")


def answer_metrics(rows: Sequence[Row]) -> dict[str, Any]:
    """EM and F1 of all rows, of those with and of those without an answer; and the best over all thresholds."""
    best_em, em_threshold = best_by_threshold(rows, "best_em") if are_calibrated(rows) else (None, None)
    best_f1, f1_threshold = best_by_threshold(rows, "best_f1") if are_calibrated(rows) else (None, None)
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


def are_calibrated(rows: Sequence[Row]) -> bool:
    """Whether all answers have a confidence, so that there is something to set a threshold on."""
    return all(row["confidence"] is not None for row in rows)


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


def abstention_metrics(rows: Sequence[Row]) -> dict[str, Any]:
    """Shares, 0 to 1: of silences and of answers those that are right, of unanswerable questions those left silent."""
    given, silent = [row for row in rows if row["answer"]], [row for row in rows if not row["answer"]]
    return {
        "no_answer_precision": _share(silent, [not row["answerable"] for row in silent]),
        "no_answer_recall": _share(none := [r for r in rows if not r["answerable"]], [not r["answer"] for r in none]),
        "answer_precision": _share(given, [row["answerable"] and row["f1"] >= RIGHT_F1 for row in given]),
        "coverage": _share(rows, [bool(row["answer"]) for row in rows]),
        "coverage_at": {
            precision: coverage_at(rows, float(precision)) if are_calibrated(rows) else None for precision in PRECISIONS
        },
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


def scores_at(rows: Sequence[dict[str, Any]], key: str, thresholds: Sequence[float]) -> Floats:
    """Scores in [0, 1] of shape (thresholds, rows): `best_em` or `best_f1` (as `key`) where the best candidate's
    confidence reaches the threshold; in silence an unanswerable question is right (1), any other wrong (0).
    """
    best = np.array([row[key] for row in rows], dtype=float)
    silence = np.array([not row["answerable"] for row in rows], dtype=float)
    confidence = np.array([row["confidence"] for row in rows], dtype=float)
    given = confidence >= np.asarray(thresholds, dtype=float)[:, None]
    return np.where(given, best, silence)


def best_threshold(rows: Sequence[dict[str, Any]], key: str) -> float:
    """The lowest threshold with the highest mean of `key`: a confidence that occurs, or one above them all."""
    best_first = sorted(rows, key=lambda row: -row["confidence"])
    confidences = np.array([row["confidence"] for row in best_first])
    gains = np.array([row[key] - (not row["answerable"]) for row in best_first])
    totals = np.concatenate([[0.0], np.cumsum(gains)])  # answered: none, the surest, the two surest, ...
    cuts = np.concatenate([[np.inf], confidences])
    reached = np.append(confidences[:-1] != confidences[1:], True)  # rows of one confidence are answered together
    possible = np.concatenate([[True], reached])
    best = np.flatnonzero(possible)[::-1][np.argmax(totals[possible][::-1])]
    return float(cuts[best])


def _part(rows: Sequence[Row]) -> dict[str, Any]:
    return {"count": len(rows), "em": _percent(rows, "em"), "f1": _percent(rows, "f1")}


def _percent(rows: Sequence[Row], key: str) -> float | None:
    return round(100 * sum(row[key] for row in rows) / len(rows), 4) if rows else None


def _share(rows: Sequence[Row], right: Sequence[bool]) -> float | None:
    return round(sum(right) / len(rows), 6) if rows else None
