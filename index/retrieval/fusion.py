"""Two rankings → one, by reciprocal rank.

Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning methods",
SIGIR 2009, with a weight for each ranking: score = Σ weight / (k + rank). Their k is 60 and their weights are 1; with
k = 5 the top ranks count for more, and BM25 is the better of the two. `tests/benchmarks/retrieval.py` measures other
values; these are the best for 1,200 questions on SQuAD articles that the reader was trained on.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.storage.base import CONTEXT_WEIGHT


@dataclass(frozen=True, slots=True)
class Fusion:
    """How the two rankings become one, and how BM25 weighs what a chunk stands under.

    `k` ≥ 0: the smaller, the more the top ranks count. `dense` and `bm25` ≥ 0, one of them more than 0: the rankings'
    weights; one of weight 0 gives no passages. `context` ≥ 0: what a word of the title or headings counts by one of the
    chunk's own; with 0 they are not searched. Raises ValueError for other values. The confidence of answers is fitted
    to the scores that the defaults make: other ones call for another fit.
    """

    k: float = 5
    dense: float = 1.0
    bm25: float = 1.5
    context: float = CONTEXT_WEIGHT

    def __post_init__(self) -> None:
        """Refuse what makes no order."""
        values = (self.k, self.dense, self.bm25, self.context)
        if not all(math.isfinite(value) and value >= 0 for value in values) or self.dense + self.bm25 == 0:
            raise ValueError(f"{self}: all four must be 0 or more and finite, and dense or bm25 more than 0.")

    @property
    def best_score(self) -> float:
        """The score of a chunk that is first in both rankings; 2.5/6 with the defaults."""
        return (self.dense + self.bm25) / (self.k + 1)

    def fuse(self, dense: Sequence[int], bm25: Sequence[int]) -> list[tuple[int, float]]:
        """(key, Σ weight / (k + rank)) over two rankings of keys, best first; equal scores in the order first seen."""
        scores: dict[int, float] = {}
        for ranking, weight in ((dense, self.dense), (bm25, self.bm25)):
            for rank, key in enumerate(ranking if weight else (), start=1):
                scores[key] = scores.get(key, 0.0) + weight / (self.k + rank)
        return sorted(scores.items(), key=lambda item: -item[1])
