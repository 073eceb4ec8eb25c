"""Whether the gold documents were among those read, and how high, through ir-measures."""

from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]
CUTOFFS = (1, 3, 5, 7, 10)


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
