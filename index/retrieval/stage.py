"""A stage of retrieval, and the candidates that stages pass on.

The first stages add candidates; later ones score, reorder or drop them. `retriever.py` runs them in turn, keeps the
best, and then asks the stages to complete the signals of these.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from index.embedding import Embedder, Vectors
from index.language.base import Language
from index.storage.base import ChunkKey, Filter, View

CANDIDATES = 50  # the least number of candidates that a searching stage retrieves; `top_k` if that is more

Signal = Mapping[ChunkKey, float]
"""Chunk key → value, best first: a ranking with its scores."""


@dataclass(frozen=True)
class Search:
    """One question, as stages see it: `where` limits the search, and `top_k` ≥ 1 passages are wanted.

    `stages` are all stages that it passes, in order.
    """

    view: View
    embedder: Embedder
    language: Language
    question: str
    where: Filter
    top_k: int
    stages: "tuple[Stage, ...]" = ()

    def completed(self, name: str, signal: Signal, keys: Sequence[ChunkKey]) -> Signal:
        """The signal with values for those of the keys that lack one, as far as a stage can compute them.

        A chunk that only the lexical stage retrieved gets its cosine here, and one of the dense stage its BM25.
        """
        lacking = [key for key in keys if key not in signal]
        if not lacking:
            return signal
        completed = dict(signal)
        for stage in self.stages:
            completed |= stage.complete(self, name, lacking)
        return completed

    @property
    def limit(self) -> int:
        """The number of candidates that a searching stage retrieves."""
        return max(CANDIDATES, self.top_k)

    @cached_property
    def vector(self) -> Vectors:
        """The question's vector, (dimension,), embedded at its first use."""
        return self.embedder.embed_query(self.question)

    def texts(self, keys: Sequence[ChunkKey]) -> dict[ChunkKey, str]:
        """Chunk key → its text."""
        return {key: chunk.text for key, chunk in self.view.chunks(keys).items()}


@dataclass(frozen=True, slots=True)
class Candidates:
    """The keys of the candidate chunks, best first, and their signals by name."""

    keys: tuple[ChunkKey, ...] = ()
    signals: Mapping[str, Signal] = field(default_factory=dict)

    def signal(self, name: str) -> Signal:
        """One signal; empty if no stage has added it."""
        return self.signals.get(name, {})

    def with_signal(self, name: str, signal: Signal) -> "Candidates":
        """A copy with this signal; its chunks that are new come after the present candidates, in its order."""
        there = set(self.keys)
        new = [key for key in signal if key not in there]
        return Candidates((*self.keys, *new), {**self.signals, name: signal})

    def ranked_by(self, name: str, signal: Signal) -> "Candidates":
        """A copy with this signal, ranked by it; candidates without it are dropped."""
        return Candidates(tuple(signal), {**self.signals, name: signal})


class Stage(Protocol):
    """One step from a question to its passages. It has no state of a question, so threads can share it."""

    def describe(self) -> str:
        """Its name and parameters; a calibration holds for stages with the same descriptions."""

    def apply(self, search: Search, candidates: Candidates) -> Candidates:
        """The candidates after this stage."""

    def complete(self, search: Search, name: str, keys: Sequence[ChunkKey]) -> Signal:
        """The signal `name` of these chunks, if it is this stage's and it can compute it for any chunk; else empty."""
