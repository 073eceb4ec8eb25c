"""A question and what came back → one row of the results."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from index.storage.base import StoredChunk
from qa.evaluation.datasets.dataset import Question
from qa.evaluation.scoring import em_of, f1_of, gold_rank, missed
from qa.evaluation.systems import Reply

UNASKABLE = "invalid-question"


def row_of(
    question: Question,
    reply: Reply,
    chunks: Callable[[str], list[StoredChunk] | None],
    *,
    min_confidence: float,
    latency_ms: float,
) -> dict[str, Any]:
    """The row, with what is given at `min_confidence`; scores are None where relevant documents are all that is known.

    `chunks` gives a document's chunks, or None where they aren't known.
    """
    first: dict[str, Any] = reply.candidates[0] if reply.candidates else {"text": "", "confidence": 0.0}
    # without a calibration only what the reader prefers to silence comes back, and is what would be given
    given = bool(reply.candidates) and (first["confidence"] is None or first["confidence"] >= min_confidence)
    golds = [asdict(gold) for gold in question.golds]
    judged = bool(golds) or not question.answerable
    answer = first["text"] if given else ""
    row = {
        "id": question.id,
        "question": question.text,
        "answerable": question.answerable,
        "golds": golds,
        "gold_documents": list(question.gold_documents),
        "gold_relevances": list(question.gold_documents.values()),
        "status": "answered" if given else "no_answer",
        "reason": None if given else _why_not(reply),
        "answer": answer,
        "candidates": reply.candidates,
        "passages": reply.passages,
        "em": em_of(answer, golds) if judged else None,
        "f1": f1_of(answer, golds) if judged else None,
        "best_em": em_of(first["text"], golds) if judged else None,
        "best_f1": f1_of(first["text"], golds) if judged else None,
        "confidence": first["confidence"],
    }
    row["gold_rank"] = gold_rank(row)
    row["missed"] = missed(row, chunks)
    return {**row, "latency_ms": round(latency_ms, 2), "timings_ms": reply.timings_ms}


def _why_not(reply: Reply) -> str:
    """Asked with min_confidence 0, a reader that prefers silence can't be told from one that is too unsure."""
    if reply.refused:
        return UNASKABLE
    if not reply.passages:
        return "nothing_retrieved"
    return "below_threshold" if reply.candidates else "reader_null"
