"""Rows → all metrics of an evaluation. A metric that the rows can't give is None.

`answer_metrics.py` has those of answers and citations; here are retrieval, calibration, latency and kinds of questions.
Recall at k is the share of questions for which one of the first k passages holds a gold answer. Documents have metrics
of their own, those of the BEIR benchmark, computed by ir-measures.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from qa.evaluation.answer_metrics import abstention_metrics, answer_metrics, citation_metrics, mean, percent
from qa.evaluation.rows import Floats, Row, column


def metrics(rows: Sequence[Row], *, mode: str, lost_gold: int, seconds: float) -> dict[str, Any]:
    """All metrics of an evaluation in `mode` "open" or "reading" that took `seconds`.

    `lost_gold` counts the gold documents that the corpus lacks. Rows of which only the relevant documents are known
    count for retrieval and latency alone. `by_type` and `by_form` are None where the dataset names no types and forms.
    """
    judged = [row for row in rows if row.judged]
    scored = [row for row in judged if row.candidates and row.confidence is not None]
    return {
        "answers": answer_metrics(judged) if judged else None,
        "retrieval": retrieval_metrics(rows, lost_gold) if mode == "open" else None,
        "citations": citation_metrics(judged) if judged else None,
        "abstention": abstention_metrics(judged) if judged else None,
        "calibration": calibration_metrics(column(scored, "confidence"), column(scored, "first_is_right")),
        "by_type": _by(judged, lambda row: row.type),
        "by_form": _by(judged, lambda row: row.form),
        "latency": _latency(rows, seconds),
    }


def group_metrics(rows: Sequence[Row]) -> dict[str, Any]:
    """The metrics of one kind of question.

    `read`: the share of the answerable ones for which a passage read holds the answer. `first_f1`: the mean F1 in
    percent of their first candidates, shown or not. `f1`: the mean F1 in percent of the answers shown, over all rows.
    `answered`: the share of all rows that was answered. `silent`: the share of the unanswerable rows that wasn't.
    `verdicts_right`: the share of yes/no questions with the right verdict. `parts_f1`: the mean F1 in percent over the
    items of list answers. The last two score first candidates.
    """
    with_answer = [row for row in rows if row.answerable]
    verdicts = [row.verdict_right for row in rows if row.verdict_right is not None]
    lists = [row for row in rows if row.parts_f1 is not None]
    return {
        "count": len(rows),
        "answerable": len(with_answer),
        "read": mean([row.gold_read for row in with_answer if not row.gold_absent]),
        "first_f1": percent(with_answer, "best_f1"),
        "f1": percent(rows, "f1"),
        "answered": mean([bool(row.answer) for row in rows]),
        "silent": mean([not row.answer for row in rows if not row.answerable]),
        "verdicts_right": mean(verdicts),
        "parts_f1": percent(lists, "parts_f1"),
    }


def _by(rows: Sequence[Row], kind: Callable[[Row], str | None]) -> dict[str, Any] | None:
    """Kind → its metrics, the most frequent kind first."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if name := kind(row):
            groups.setdefault(name, []).append(row)
    frequent_first = sorted(groups.items(), key=lambda item: -len(item[1]))
    return {name: group_metrics(group) for name, group in frequent_first} or None


def _latency(rows: Sequence[Row], seconds: float) -> dict[str, float | None]:
    """Percentiles in milliseconds, linearly interpolated, and the questions answered per second."""
    names = ("p50", "p95", "p99")
    values = np.percentile(column(rows, "latency_ms"), [50, 95, 99])
    percentiles = {name: round(float(value), 2) for name, value in zip(names, values, strict=True)}
    return {**percentiles, "questions_per_second": round(len(rows) / seconds, 3) if seconds else None}


CUTOFFS = (1, 3, 5, 7, 10)


def retrieval_metrics(rows: Sequence[Row], lost_gold: int = 0) -> dict[str, Any] | None:
    """Recall at CUTOFFS and mean reciprocal rank of passages, 0 to 1; `documents` has the same and nDCG of documents.

    Passages are measured over the `counted` rows with a gold answer. Rows whose documents don't contain it, so that no
    retrieval could find it, are left out and counted as `absent`. Documents are measured over the rows with a gold
    document. None if there are neither.
    """
    passages, documents = _passages(rows), _documents(rows, lost_gold)
    return {**passages, "documents": documents} if passages["counted"] or documents else None


def _passages(rows: Sequence[Row]) -> dict[str, Any]:
    with_gold = [row for row in rows if row.golds]
    ranks = [row.gold_rank for row in with_gold if not row.gold_absent]
    values: dict[str, Any] = {
        f"recall@{cutoff}": mean([rank is not None and rank <= cutoff for rank in ranks]) for cutoff in CUTOFFS
    }
    values["mrr"] = mean([1 / rank if rank else 0.0 for rank in ranks])
    return {**values, "counted": len(ranks), "absent": len(with_gold) - len(ranks)}


def _documents(rows: Sequence[Row], lost_gold: int) -> dict[str, Any] | None:
    """Recall, MRR and nDCG of documents, each ranked by its best passage; None if no row has a gold document.

    Recall is the share of a question's gold documents. nDCG uses the grades of relevance that the dataset has. Gold
    documents that the corpus lacks count as missed; `lost_gold` is their number.
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
    measures = {**{f"recall@{cutoff}": R @ cutoff for cutoff in CUTOFFS}, "mrr": RR, "ndcg@10": nDCG @ 10}
    aggregates = calc_aggregate(measures.values(), qrels, run)
    values = {name: round(float(aggregates[measure]), 6) for name, measure in measures.items()}
    return {**values, "counted": len(judged), "lost_gold": lost_gold}


BINS = 10
MAX_POINTS = 200


def calibration_metrics(confidence: Floats, right: Floats) -> dict[str, Any] | None:
    """How well `confidence` in [0, 1] predicts whether the first candidate is `right`, 1 or 0; both have shape (n,).

    `ece` is the expected calibration error over BINS bins of equal count (Naeini et al. 2015), `brier` the mean squared
    error (Brier 1950), `aurc` the area under the risk-coverage curve (Geifman and El-Yaniv 2017); all 0 to 1, lower
    is better. `bins` and `risk_coverage` are the points of the two plots. None if n is 0.
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
    """The share that is wrong among the 1, 2, … n most confident, shape (n,).

    The order of equal confidences means nothing, so each of them counts as their mean: of confidences 0.9, 0.9 and 0.5,
    right 1, 0 and 1, each 0.9 counts as half wrong, which gives 0.5 / 1, 1 / 2 and 1 / 3.
    """
    values, group = np.unique(-confidence, return_inverse=True)
    of_group = np.bincount(group, weights=1 - right) / np.bincount(group)
    wrong: Floats = np.repeat(of_group, np.bincount(group, minlength=len(values)))
    return np.cumsum(wrong) / np.arange(1, len(wrong) + 1)


def _points(count: int) -> list[int]:
    return sorted({round(i) for i in np.linspace(0, count - 1, min(count, MAX_POINTS))})


def _rounded(value: float) -> float:
    return round(float(value), 6)
