"""Rows → figures: which there are, each None where the rows have nothing to take it from.

Figures of answers and of citations have files of their own. Recall at k is everywhere the share of questions for which
one of the first k passages holds a gold answer; documents have figures apart, those of the BEIR benchmark, through
ir-measures.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from qa.evaluation.answer_metrics import abstention_metrics, answer_metrics, mean, percent
from qa.evaluation.citation_metrics import citation_metrics
from qa.evaluation.rows import Floats, Row, column


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
        "read": mean([row.gold_rank is not None for row in with_answer if not row.gold_absent]),
        "first_f1": percent(with_answer, "best_f1"),
        "f1": percent(rows, "f1"),
        "answered": mean([bool(row.answer) for row in rows]),
        "silent": mean([not row.answer for row in rows if not row.answerable]),
        "verdicts_right": mean(verdicts),
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


CUTOFFS = (1, 3, 5, 7, 10)


def retrieval_metrics(rows: Sequence[Row], lost_gold: int = 0) -> dict[str, Any] | None:
    """Recall at CUTOFFS and mean reciprocal rank of the passages, 0 to 1, and the same with nDCG for `documents`.

    Passages are counted over the rows with a gold answer, less the `absent` ones: those whose documents hold none, so
    that nothing could find it. `documents` counts the rows that have a gold document. None where there are neither.
    """
    passages, documents = _passages(rows), _documents(rows, lost_gold)
    return {**passages, "documents": documents} if passages["counted"] or documents else None


def _passages(rows: Sequence[Row]) -> dict[str, Any]:
    with_gold = [row for row in rows if row.golds]
    ranks = [row.gold_rank for row in with_gold if not row.gold_absent]
    figures: dict[str, Any] = {
        f"recall@{cutoff}": mean([rank is not None and rank <= cutoff for rank in ranks]) for cutoff in CUTOFFS
    }
    figures["mrr"] = mean([1 / rank if rank else 0.0 for rank in ranks])
    return {**figures, "counted": len(ranks), "absent": len(with_gold) - len(ranks)}


def _documents(rows: Sequence[Row], lost_gold: int) -> dict[str, Any] | None:
    """Ranked by the first passage of theirs; no more are ranked than passages were read.

    Recall is of all gold documents of a question. Relevance is graded where the dataset grades it. `lost_gold` counts
    gold documents that aren't in the corpus: they are missed.
    """
    from ir_measures import RR, Qrel, R, ScoredDoc, calc_aggregate, nDCG

    judged = [row for row in rows if row.gold_documents]
    if not judged:
        return None
    qrels, run = [], []
    for number, row in enumerate(judged):
        for document_id, relevance in zip(row.gold_documents, row.gold_relevances, strict=True):
            qrels.append(Qrel(str(number), document_id, relevance))
        for rank, document_id in enumerate(dict.fromkeys(p.document_id for p in row.passages), start=1):
            run.append(ScoredDoc(str(number), document_id, 1 / rank))
    wanted = {**{f"recall@{cutoff}": R @ cutoff for cutoff in CUTOFFS}, "mrr": RR, "ndcg@10": nDCG @ 10}
    found = calc_aggregate(wanted.values(), qrels, run)
    figures = {name: round(float(found[measure]), 6) for name, measure in wanted.items()}
    return {**figures, "counted": len(judged), "lost_gold": lost_gold}


BINS = 10
MAX_POINTS = 200


def calibration_metrics(confidence: Floats, right: Floats) -> dict[str, Any] | None:
    """Of best candidates: how sure each is, (n,), and whether it is right (1) or not (0), (n,). None of none.

    `ece` is the expected calibration error over BINS bins of equal count (Naeini et al. 2015), `brier` the mean squared
    error (Brier 1950), `aurc` the area under the risk-coverage curve (Geifman and El-Yaniv 2017); all 0 to 1, lower
    is better.
    """
    from sklearn.metrics import brier_score_loss

    if not len(confidence):
        return None
    order = np.argsort(confidence, kind="stable")
    bins = [one for one in np.array_split(order, BINS) if len(one)]
    gaps = sum(len(one) * abs(confidence[one].mean() - right[one].mean()) for one in bins)
    risk = risk_by_coverage(confidence, right)
    return {
        "ece": _rounded(gaps / len(confidence)),
        "brier": _rounded(brier_score_loss(right, confidence, pos_label=1)),
        "aurc": _rounded(risk.mean()),
        "bins": [
            {"confidence": _rounded(confidence[one].mean()), "right": _rounded(right[one].mean()), "count": len(one)}
            for one in bins
        ],
        "risk_coverage": [[_rounded((i + 1) / len(risk)), _rounded(risk[i])] for i in _points(len(risk))],
    }


def risk_by_coverage(confidence: Floats, right: Floats) -> Floats:
    """The share that is wrong among the 1, 2, … n surest, (n,).

    Of equally sure ones, whose order means nothing, each counts as their mean.
    """
    values, group = np.unique(-confidence, return_inverse=True)
    of_group = np.bincount(group, weights=1 - right) / np.bincount(group)
    wrong: Floats = np.repeat(of_group, np.bincount(group, minlength=len(values)))
    return np.cumsum(wrong) / np.arange(1, len(wrong) + 1)


def _points(count: int) -> list[int]:
    return sorted({round(i) for i in np.linspace(0, count - 1, min(count, MAX_POINTS))})


def _rounded(value: float) -> float:
    return round(float(value), 6)
