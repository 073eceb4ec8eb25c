"""Rows → figures: one place that says which there are. Each is None where the rows have nothing to take it from."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from qa.evaluation.answer_metrics import abstention_metrics, answer_metrics, percent, share
from qa.evaluation.calibration_metrics import calibration_metrics
from qa.evaluation.citation_metrics import citation_metrics
from qa.evaluation.retrieval_metrics import retrieval_metrics
from qa.evaluation.rows import Row, column


def metrics(rows: Sequence[Row], *, mode: str, lost_gold: int, seconds: float) -> dict[str, Any]:
    """All figures of an evaluation in `mode` open or reading that took `seconds`.

    `lost_gold` counts the gold documents that the corpus doesn't have. Rows of which only the relevant documents are
    known, not the answer, count for retrieval and latency alone. `by_type` and `by_form` are None where the dataset
    says neither.
    """
    judged = [row for row in rows if row.judged]
    sure = [row for row in judged if row.candidates and row.confidence is not None]
    return {
        "answers": answer_metrics(judged) if judged else None,
        "retrieval": retrieval_metrics(rows, lost_gold) if mode == "open" else None,
        "citations": citation_metrics(judged) if judged else None,
        "abstention": abstention_metrics(judged) if judged else None,
        "calibration": calibration_metrics(column(sure, "confidence"), column(sure, "first_is_right")),
        "by_type": _by(judged, lambda row: row.type),
        "by_form": _by(judged, lambda row: row.form),
        "latency": _latency(rows, seconds),
    }


def group_metrics(rows: Sequence[Row]) -> dict[str, Any]:
    """The figures of one kind of question.

    `read`: the share of those with an answer for which a passage that was read holds it. `first_f1`: the mean F1 of
    their first candidates, given or not, in percent; `f1` that of what was given, over all rows. `answered`: the share
    of all that was answered; `silent`: of those without an answer, the share left. `verdicts_right` and `parts_f1`: of
    yes/no questions the share of right verdicts, of lists the mean F1 over their items, both of the first candidates.
    """
    with_answer = [row for row in rows if row.answerable]
    verdicts = [row.verdict_right for row in rows if row.verdict_right is not None]
    lists = [row for row in rows if row.parts_f1 is not None]
    return {
        "count": len(rows),
        "answerable": len(with_answer),
        "read": share([row.gold_rank is not None for row in with_answer if not row.gold_absent]),
        "first_f1": percent(with_answer, "best_f1"),
        "f1": percent(rows, "f1"),
        "answered": share([bool(row.answer) for row in rows]),
        "silent": share([not row.answer for row in rows if not row.answerable]),
        "verdicts_right": share(verdicts),
        "parts_f1": percent(lists, "parts_f1"),
    }


def _by(rows: Sequence[Row], kind: Callable[[Row], str | None]) -> dict[str, Any] | None:
    """Kind → figures, the most frequent first."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if name := kind(row):
            groups.setdefault(name, []).append(row)
    frequent_first = sorted(groups.items(), key=lambda item: -len(item[1]))
    return {name: group_metrics(group) for name, group in frequent_first} or None


def _latency(rows: Sequence[Row], seconds: float) -> dict[str, float | None]:
    """Percentiles in milliseconds, with linear interpolation between the two nearest questions."""
    names = ("p50", "p95", "p99")
    values = np.percentile(column(rows, "latency_ms"), [50, 95, 99])
    figures = {name: round(float(value), 2) for name, value in zip(names, values, strict=True)}
    return {**figures, "questions_per_second": round(len(rows) / seconds, 3) if seconds else None}
