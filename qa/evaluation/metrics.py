"""Rows → figures: one place that says which there are. Each is None where the rows have nothing to take it from."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from qa.evaluation.answer_metrics import abstention_metrics, answer_metrics
from qa.evaluation.calibration_metrics import calibration_metrics
from qa.evaluation.citation_metrics import citation_metrics

Row = dict[str, Any]
CUTOFFS = (1, 3, 5, 7, 10)


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


def retrieval_metrics(rows: Sequence[Row], lost_gold: int = 0) -> dict[str, Any] | None:
    """Recall at CUTOFFS, mean reciprocal rank and nDCG at 10, 0 to 1, over the rows that have a gold document.

    Documents are ranked by the first passage of theirs; no more are ranked than passages were read. Relevance is
    graded where the dataset grades it. `lost_gold` counts gold documents that aren't in the corpus: they are missed.
    None where no row has a gold document.
    """
    from ir_measures import RR, Qrel, R, ScoredDoc, calc_aggregate, nDCG

    judged = [row for row in rows if row["gold_documents"]]
    if not judged:
        return None
    qrels, run = [], []
    for number, row in enumerate(judged):
        for document_id, relevance in zip(row["gold_documents"], row["gold_relevances"], strict=True):
            qrels.append(Qrel(str(number), document_id, relevance))
        for rank, document_id in enumerate(dict.fromkeys(p["document_id"] for p in row["passages"]), start=1):
            run.append(ScoredDoc(str(number), document_id, 1 / rank))
    wanted = {**{f"recall@{cutoff}": R @ cutoff for cutoff in CUTOFFS}, "mrr": RR, "ndcg@10": nDCG @ 10}
    found = calc_aggregate(wanted.values(), qrels, run)
    figures = {name: round(float(found[measure]), 6) for name, measure in wanted.items()}
    return {**figures, "counted": len(judged), "lost_gold": lost_gold}


def _latency(rows: Sequence[Row], seconds: float) -> dict[str, float | None]:
    """Percentiles in milliseconds, with linear interpolation between the two nearest questions."""
    p50, p95, p99 = np.percentile([row["latency_ms"] for row in rows], [50, 95, 99])
    told = {"p50": round(float(p50), 2), "p95": round(float(p95), 2), "p99": round(float(p99), 2)}
    return {**told, "questions_per_second": round(len(rows) / seconds, 3) if seconds else None}
