"""The dense stage: retrieves chunks by meaning, those with vectors nearest to the question's."""

from collections.abc import Sequence

from index.retrieval.stage import Candidates, Search, Signal
from index.storage.base import ChunkKey

DENSE = "dense"


class Dense:
    """Adds `dense`: the cosine of a chunk's vector and the question's, in [-1, 1]."""

    def describe(self) -> str:
        """The name; the stage has no parameters."""
        return DENSE

    def apply(self, search: Search, candidates: Candidates) -> Candidates:
        """The candidates with the `search.limit` chunks nearest to the question."""
        return candidates.with_signal(DENSE, search.view.nearest(search.vector, search.where, search.limit))

    def complete(self, search: Search, name: str, keys: Sequence[ChunkKey]) -> Signal:
        """The cosines of these chunks, if `name` is `dense`."""
        return search.view.cosines(search.vector, search.where, keys) if name == DENSE else {}
