"""The stage that fuses several rankings into one, by reciprocal rank.

Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning methods",
SIGIR 2009, with a weight for each ranking: score = Σ weight / (k + rank). Theirs has k = 60 and all weights 1. The
values here are the best for 1,200 questions on SQuAD articles that the reader was trained on: k = 5, so that the top
ranks count for more, and a larger weight for BM25. `tests/benchmarks/retrieval.py` measures others.
"""

import math
from collections.abc import Mapping, Sequence

from index.retrieval.dense import DENSE
from index.retrieval.lexical import BM25
from index.retrieval.stage import Candidates, Search, Signal
from index.storage.base import ChunkKey

FUSED = "fused"
WEIGHTS = {DENSE: 1.0, BM25: 1.5}


class Fusion:
    """Adds `fused`, in (0, `best_score`], and ranks the candidates by it.

    `k` ≥ 0: the smaller it is, the more the top ranks count. `weights`: name of a signal → the weight ≥ 0 of its
    ranking, one of them more than 0; a candidate in none of these rankings is dropped. Raises ValueError for others.
    """

    def __init__(self, weights: Mapping[str, float] = WEIGHTS, k: float = 5) -> None:
        if not all(math.isfinite(value) and value >= 0 for value in (k, *weights.values())) or not any(
            weights.values()
        ):
            raise ValueError(f"k = {k} and weights {dict(weights)}: all must be 0 or more and finite, one weight more.")
        self.k = k
        self.weights = {name: weight for name, weight in weights.items() if weight}

    def describe(self) -> str:
        """The name and parameters, as "fusion(k=5, bm25=1.5, dense=1)"."""
        weights = ", ".join(f"{name}={weight:g}" for name, weight in sorted(self.weights.items()))
        return f"fusion(k={self.k:g}, {weights})"

    @property
    def best_score(self) -> float:
        """The score of a chunk that is first in all rankings; 2.5 / 6 with the defaults."""
        return sum(self.weights.values()) / (self.k + 1)

    def apply(self, search: Search, candidates: Candidates) -> Candidates:  # noqa: ARG002  # ranks are all it takes
        """The candidates ranked by `fused`."""
        return candidates.ranked_by(FUSED, self.fuse({name: list(candidates.signal(name)) for name in self.weights}))

    def complete(self, search: Search, name: str, keys: Sequence[ChunkKey]) -> Signal:  # noqa: ARG002
        """Empty: all candidates have the signal already."""
        return {}

    def fuse(self, rankings: Mapping[str, Sequence[ChunkKey]]) -> dict[ChunkKey, float]:
        """Key → Σ weight / (k + rank), with ranks from 1; best first, equal scores in the order in which they came.

        With the defaults a chunk that is second in `dense` and first in `bm25` has 1 / 7 + 1.5 / 6 = 0.39.
        """
        scores: dict[ChunkKey, float] = {}
        for name, weight in self.weights.items():
            for rank, key in enumerate(rankings.get(name, ()), start=1):
                scores[key] = scores.get(key, 0.0) + weight / (self.k + rank)
        return dict(sorted(scores.items(), key=lambda item: -item[1]))
