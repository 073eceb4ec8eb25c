"""Whether the answers were among what was read, and how high.

Recall at k is everywhere the share of questions for which one of the first k passages holds a gold answer. Documents
have figures of their own, those of the BEIR benchmark, through ir-measures.
"""

from collections.abc import Sequence
from typing import Any

from qa.evaluation.rows import Row

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
        f"recall@{cutoff}": _mean([rank is not None and rank <= cutoff for rank in ranks]) for cutoff in CUTOFFS
    }
    figures["mrr"] = _mean([1 / rank if rank else 0.0 for rank in ranks])
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


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 6) if values else None
