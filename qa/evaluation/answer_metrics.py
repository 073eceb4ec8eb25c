"""EM and F1, whether silence is kept where it should be, and what other thresholds of confidence would give.

EM and F1 are in percent, and the thresholds with the best of them as SQuAD's official script for 2.0 has them.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Literal

import numpy as np

from qa.evaluation.rows import Floats, Row, column

PRECISIONS = ("0.70", "0.80", "0.90", "0.95")

Score = Literal["best_em", "best_f1"]


def answer_metrics(rows: Sequence[Row]) -> dict[str, Any]:
    """EM and F1 of all rows, of those with and of those without an answer; and the best over all thresholds.

    `first_f1` is the F1 of the first candidates of those with an answer, given or not, and `first_f1_where_read` that
    of those where a passage that was read holds it. There is no best where an answer has no confidence.
    """
    best_em, em_threshold = _best(rows, "best_em")
    best_f1, f1_threshold = _best(rows, "best_f1")
    with_answer = [row for row in rows if row.answerable]
    return {
        "em": percent(rows, "em"),
        "f1": percent(rows, "f1"),
        "has_ans": _part(with_answer),
        "no_ans": _part([row for row in rows if not row.answerable]),
        "first_f1": percent(with_answer, "best_f1"),
        "first_f1_where_read": percent([row for row in with_answer if row.gold_rank], "best_f1"),
        "best_f1": best_f1,
        "best_f1_threshold": f1_threshold,
        "best_em": best_em,
        "best_em_threshold": em_threshold,
    }


def are_calibrated(rows: Sequence[Row]) -> bool:
    """Whether all answers have a confidence, so that there is something to set a threshold on."""
    return all(row.confidence is not None for row in rows)


def best_by_threshold(
    score: Floats, confidence: Floats, answerable: Sequence[bool], proposed: Sequence[bool]
) -> tuple[float, float]:
    """(highest mean of `score` in percent, lowest confidence that is given then), as `find_best_thresh` finds it.

    All have the shape (questions,): `score` in [0, 1] is the best candidate's, `proposed` whether there is one. The
    script's probability of no answer is 1 - confidence here. As there, answers are given one after the other, the
    surest first and equals in their order, each adding its score or, without an answer, taking one away; the first of
    equal sums wins; and if none is better than silence throughout, the threshold is 1.0.
    """
    order = np.argsort(-confidence, kind="stable")
    gains = np.where(answerable, score, -np.asarray(proposed, dtype=float))[order]
    totals = np.cumsum([len(answerable) - sum(answerable), *gains])  # silence throughout, the surest given, ...
    best = int(np.argmax(totals))
    threshold = float(confidence[order][best - 1]) if best else 1.0
    return round(float(100 * totals[best] / len(order)), 4), threshold


def _best(rows: Sequence[Row], score: Score) -> tuple[float | None, float | None]:
    """What `best_by_threshold` finds for these rows; nothing where one has no confidence."""
    if not are_calibrated(rows):
        return None, None
    answerable, proposed = [row.answerable for row in rows], [bool(row.candidates) for row in rows]
    return best_by_threshold(column(rows, score), column(rows, "confidence"), answerable, proposed)


def abstention_metrics(rows: Sequence[Row]) -> dict[str, Any]:
    """Shares, 0 to 1: of silences and of answers those that are right, of unanswerable questions those left silent.

    `coverage_at`: precision → the largest share of all questions that could be answered with it, None where an answer
    has no confidence.
    """
    given, silent = [row for row in rows if row.answer], [row for row in rows if not row.answer]
    unanswerable = [row for row in rows if not row.answerable]
    return {
        "no_answer_precision": mean([not row.answerable for row in silent]),
        "no_answer_recall": mean([not row.answer for row in unanswerable]),
        "answer_precision": mean([row.answerable and row.is_right for row in given]),
        "coverage": mean([bool(row.answer) for row in rows]),
        "coverage_at": {
            precision: coverage_at(rows, float(precision)) if are_calibrated(rows) else None for precision in PRECISIONS
        },
    }


def coverage_at(rows: Sequence[Row], precision: float) -> float:
    """The largest share of the questions that a threshold answers with at least `precision`, 0.0 if none does.

    Rows of one confidence are answered together or not at all.
    """
    proposed = [row for row in rows if row.candidates]
    ranked = zip(column(proposed, "confidence"), [row.first_is_right for row in proposed], strict=True)
    best = count = right = 0
    for _, equal in groupby(sorted(ranked, key=lambda one: -one[0]), key=lambda one: one[0]):
        for _, is_right in equal:
            count += 1
            right += is_right
        if right >= precision * count - 1e-9:  # so that 9 of 10 reach 0.9
            best = count
    return round(best / len(rows), 6)


def scores_at(rows: Sequence[Row], score: Score, thresholds: Sequence[float]) -> Floats:
    """Scores in [0, 1] of shape (thresholds, rows): the best candidate's where its confidence reaches the threshold;
    in silence an unanswerable question is right (1), any other wrong (0).
    """
    silence = np.array([not row.answerable for row in rows], dtype=float)
    given = column(rows, "confidence") >= np.asarray(thresholds, dtype=float)[:, None]
    return np.where(given, column(rows, score), silence)


def best_threshold(rows: Sequence[Row], score: Score) -> float:
    """The lowest threshold with the highest mean of `score`: a confidence that occurs, or one above them all."""
    order = np.argsort(-column(rows, "confidence"), kind="stable")  # the surest first
    confidences = column(rows, "confidence")[order]
    gains = (column(rows, score) - np.array([not row.answerable for row in rows]))[order]
    totals = np.concatenate([[0.0], np.cumsum(gains)])  # answered: none, the surest, the two surest, ...
    cuts = np.concatenate([[np.inf], confidences])
    reached = np.append(confidences[:-1] != confidences[1:], True)  # rows of one confidence are answered together
    possible = np.concatenate([[True], reached])
    best = np.flatnonzero(possible)[::-1][np.argmax(totals[possible][::-1])]
    return float(cuts[best])


def percent(rows: Sequence[Row], score: str) -> float | None:
    """The mean of one of the rows' scores in percent; None of no rows."""
    return round(float(100 * column(rows, score).mean()), 4) if rows else None


def mean(values: Sequence[float]) -> float | None:
    """The mean of values from 0 to 1, which is the share of what is true; None of none."""
    return round(sum(values) / len(values), 6) if values else None


def _part(rows: Sequence[Row]) -> dict[str, Any]:
    return {"count": len(rows), "em": percent(rows, "em"), "f1": percent(rows, "f1")}
