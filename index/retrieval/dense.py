"""The stage that finds chunks by meaning: those nearest to the question's vector."""

from collections.abc import Sequence
from threading import Lock

from index.retrieval.stage import Candidates, Search, Signal
from index.storage.sqlite.vectors import VectorIndex

DENSE = "dense"


class Dense:
    """Adds `dense`: the cosine of a chunk and the question, in [-1, 1]."""

    def __init__(self) -> None:
        self._vectors: VectorIndex | None = None
        self._making = Lock()

    def describe(self) -> str:
        """As `Stage.describe`."""
        return DENSE

    def apply(self, search: Search, candidates: Candidates) -> Candidates:
        """With the chunks nearest to the question."""
        nearest = self._index(search).search(search.view, search.vector, search.where, search.limit)
        return candidates.with_signal(DENSE, nearest)

    def complete(self, search: Search, name: str, keys: Sequence[int]) -> Signal:
        """The cosine of any chunk."""
        if name != DENSE:
            return {}
        return self._index(search).scores(search.view, search.vector, search.where.collection, list(keys))

    def _index(self, search: Search) -> VectorIndex:
        with self._making:
            if self._vectors is None:
                self._vectors = VectorIndex(search.embedder.dimension)
            return self._vectors
