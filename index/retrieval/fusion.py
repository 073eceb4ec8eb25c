"""The stage that makes one ranking of several, by reciprocal rank.

Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning methods",
SIGIR 2009, with a weight for each ranking: score = Σ weight / (k + rank). Their k is 60 and their weights are 1; with
k = 5 the top ranks count for more, and BM25 is the better of the two. `tests/benchmarks/retrieval.py` measures other
values; these are the best for 1,200 questions on SQuAD articles that the reader was trained on.
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
    """Adds `fused`, in (0, `best_score`], and puts the candidates in its order.

    `k` ≥ 0: the smaller, the more the top ranks count. `weights` ≥ 0 of the rankings by the names of their signals, one
    of them more than 0; candidates that are in none with a weight are left out. Raises ValueError for other values.
    """

    def __init__(self, weights: Mapping[str, float] = WEIGHTS, k: float = 5) -> None:
        if not all(math.isfinite(value) and value >= 0 for value in (k, *weights.values())) or not any(
            weights.values()
        ):
            raise ValueError(f"k = {k} and weights {dict(weights)}: all must be 0 or more and finite, one weight more.")
        self.k = k
        self.weights = {name: weight for name, weight in weights.items() if weight}

    def describe(self) -> str:
        """As `Stage.describe`."""
        weights = ", ".join(f"{name}={weight:g}" for name, weight in sorted(self.weights.items()))
        return f"fusion(k={self.k:g}, {weights})"

    @property
    def best_score(self) -> float:
        """The score of a chunk that is first in all rankings; 2.5/6 with the defaults."""
        return sum(self.weights.values()) / (self.k + 1)

    def apply(self, search: Search, candidates: Candidates) -> Candidates:  # noqa: ARG002  # ranks are all it takes
        """In the order of the fused score."""
        return candidates.ranked_by(FUSED, self.fuse({name: list(candidates.signal(name)) for name in self.weights}))

    def complete(self, search: Search, name: str, keys: Sequence[ChunkKey]) -> Signal:  # noqa: ARG002
        """Nothing: whatever is kept has been ranked."""
        return {}

    def fuse(self, rankings: Mapping[str, Sequence[ChunkKey]]) -> dict[ChunkKey, float]:
        """Key → Σ weight / (k + rank), rank counting from 1, best first; equal scores in the order first seen.

        With k = 5 and weights 1 and 1.5, a chunk that is second by meaning and first by words has 1/7 + 1.5/6 = 0.39.
        """
        scores: dict[ChunkKey, float] = {}
        for name, weight in self.weights.items():
            for rank, key in enumerate(rankings.get(name, ()), start=1):
                scores[key] = scores.get(key, 0.0) + weight / (self.k + rank)
        return dict(sorted(scores.items(), key=lambda item: -item[1]))
