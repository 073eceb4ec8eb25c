"""The stage that makes one ranking of several signals by adding them up.

Reciprocal rank fusion forgets how near a chunk is, and lets many chunks that share a common word outvote the one that
means what was asked. A cosine and a little of BM25 keeps both: measured on questions in people's own words whose
documents no model had seen, see README.
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
    """Adds `fused`, Σ weight · signal, and puts the candidates in its order; equal scores in the order first seen.

    `weights` by the names of the signals, finite, one of them not 0. What one stage brought without the other's signal
    gets it here. Raises ValueError for other weights.
    """

    def __init__(self, weights: Mapping[str, float] = WEIGHTS) -> None:
        if not all(map(math.isfinite, weights.values())) or not any(weights.values()):
            raise ValueError(f"The weights {dict(weights)} must be finite, and one of them not 0.")
        self.weights = {name: weight for name, weight in weights.items() if weight}

    def describe(self) -> str:
        """As `Stage.describe`."""
        return f"sum({', '.join(f'{name}={weight:g}' for name, weight in sorted(self.weights.items()))})"

    def apply(self, search: Search, candidates: Candidates) -> Candidates:
        """In the order of the sum. A chunk with a cosine of 0.6 and a BM25 of 8.0 has 0.6 + 0.01 · 8 = 0.68."""
        signals = {name: search.completed(name, candidates.signal(name), candidates.keys) for name in self.weights}
        scores = {
            key: sum(weight * signals[name].get(key, 0.0) for name, weight in self.weights.items())
            for key in candidates.keys
        }
        ranked = dict(sorted(scores.items(), key=lambda item: -item[1]))
        for name, signal in signals.items():
            candidates = Candidates(candidates.keys, {**candidates.signals, name: signal})
        return candidates.ranked_by(FUSED, ranked)

    def complete(self, search: Search, name: str, keys: Sequence[ChunkKey]) -> Signal:  # noqa: ARG002
        """Nothing: whatever is kept has been added up."""
        return {}
