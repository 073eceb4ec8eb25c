"""Rows → figures: one place that says which there are. Each is None where the rows have nothing to take it from."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from qa.evaluation.abstention_metrics import abstention_metrics
from qa.evaluation.answer_metrics import answer_metrics
from qa.evaluation.calibration_metrics import calibration_metrics
from qa.evaluation.citation_metrics import citation_metrics
from qa.evaluation.retrieval_metrics import retrieval_metrics

Row = dict[str, Any]


def metrics(rows: Sequence[Row], *, mode: str, lost_gold: int, seconds: float) -> dict[str, Any]:
    """All figures of an evaluation in `mode` open or reading that took `seconds`.

    `lost_gold` counts the gold documents that the corpus doesn't have. Rows of which only the relevant documents are
    known, not the answer, count for retrieval and latency alone.
    """
    scored = [row for row in rows if row["f1"] is not None]
    return {
        "answers": answer_metrics(scored) if scored else None,
        "retrieval": retrieval_metrics(rows, lost_gold) if mode == "open" else None,
        "citations": citation_metrics(scored) if scored else None,
        "abstention": abstention_metrics(scored) if scored else None,
        "calibration": calibration_metrics(scored) if scored else None,
        "latency": _latency(rows, seconds),
    }


def _latency(rows: Sequence[Row], seconds: float) -> dict[str, float | None]:
    """Percentiles in milliseconds, with linear interpolation between the two nearest questions."""
    p50, p95, p99 = np.percentile([row["latency_ms"] for row in rows], [50, 95, 99])
    told = {"p50": round(float(p50), 2), "p95": round(float(p95), 2), "p99": round(float(p99), 2)}
    return {**told, "questions_per_second": round(len(rows) / seconds, 3) if seconds else None}
