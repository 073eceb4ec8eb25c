"""The stage that finds chunks by meaning: those nearest to the question's vector."""

from collections.abc import Sequence

from index.retrieval.stage import Candidates, Search, Signal
from index.storage.base import ChunkKey

DENSE = "dense"


class Dense:
    """Adds `dense`: the cosine of a chunk and the question, in [-1, 1]."""

    def describe(self) -> str:
        """As `Stage.describe`."""
        return DENSE

    def apply(self, search: Search, candidates: Candidates) -> Candidates:
        """With the chunks nearest to the question."""
        return candidates.with_signal(DENSE, search.view.nearest(search.vector, search.where, search.limit))

    def complete(self, search: Search, name: str, keys: Sequence[ChunkKey]) -> Signal:
        """The cosine of any chunk."""
        return search.view.cosines(search.vector, search.where, keys) if name == DENSE else {}
