"""The stage that ranks candidates by a weighted sum of several signals.

Reciprocal rank fusion ignores how near a chunk is, so many chunks with a common word can outrank the one that means
what was asked. The cosine plus a small share of BM25 uses both; README has the measurement, on questions in people's
own words and documents that no model had seen.
"""

import math
from collections.abc import Mapping, Sequence

from index.retrieval.dense import DENSE
from index.retrieval.fusion import FUSED
from index.retrieval.lexical import BM25
from index.retrieval.stage import Candidates, Search, Signal
from index.storage.base import ChunkKey

WEIGHTS = {DENSE: 1.0, BM25: 0.01}


class WeightedSum:
    """Adds `fused`, Σ weight · signal, and ranks the candidates by it; equal scores stay in order.

    `weights`: name of a signal → its finite weight, one of them not 0. Candidates that lack one of these signals get it
    first, see `Search.completed`. Raises ValueError for other weights.
    """

    def __init__(self, weights: Mapping[str, float] = WEIGHTS) -> None:
        if not all(map(math.isfinite, weights.values())) or not any(weights.values()):
            raise ValueError(f"The weights {dict(weights)} must be finite, and one of them not 0.")
        self.weights = {name: weight for name, weight in weights.items() if weight}

    def describe(self) -> str:
        """The name and weights, as "sum(bm25=0.01, dense=1)"."""
        return f"sum({', '.join(f'{name}={weight:g}' for name, weight in sorted(self.weights.items()))})"

    def apply(self, search: Search, candidates: Candidates) -> Candidates:
        """The candidates ranked by `fused`; a cosine of 0.6 and a BM25 of 8 make 1 · 0.6 + 0.01 · 8 = 0.68."""
        signals = {name: search.completed(name, candidates.signal(name), candidates.keys) for name in self.weights}
        scores = {
            key: sum(weight * signals[name].get(key, 0.0) for name, weight in self.weights.items())
            for key in candidates.keys
        }
        ranked = dict(sorted(scores.items(), key=lambda item: -item[1]))
        return Candidates(candidates.keys, {**candidates.signals, **signals}).ranked_by(FUSED, ranked)

    def complete(self, search: Search, name: str, keys: Sequence[ChunkKey]) -> Signal:  # noqa: ARG002
        """Empty: all candidates have the signal already."""
        return {}
