"""A passage: a chunk retrieved for a question, and why it is here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk retrieved for a question: the slice `[start, end)` of a document, and why it is here.

    `rank` counts from 1. `score` is the fused one, in (0, `Fusion.best_score`]; `dense` a cosine in [-1, 1]; `bm25` is
    positive (higher is better), or 0 where no word of the question occurs in the chunk or, unless that weighs nothing,
    in its context.
    """

    document_id: str
    document_key: int
    start: int
    end: int
    text: str
    rank: int
    score: float
    dense: float
    bm25: float
