"""What a stage of retrieval is, and what stages hand on.

The first stages bring candidates, the later ones reorder, score or leave some out. `retriever.py` runs them one after
the other, keeps the best, and asks each stage once more for the signals that these still lack.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from index.embedding import Embedder, Vectors
from index.language.base import Language
from index.storage.base import ChunkKey, Filter, View

CANDIDATES = 50  # brought by each stage that searches, or as many as are wanted if that is more

Signal = Mapping[ChunkKey, float]
"""Chunk key → value, best first: a ranking, and what it is made by."""


@dataclass(frozen=True)
class Search:
    """One question, as stages see it: `where` is what may be searched, `top_k` ≥ 1 how many passages are wanted.

    `stages` are all that it goes through, in their order.
    """

    view: View
    embedder: Embedder
    language: Language
    question: str
    where: Filter
    top_k: int
    stages: "tuple[Stage, ...]" = ()

    def completed(self, name: str, signal: Signal, keys: Sequence[ChunkKey]) -> Signal:
        """The signal also for those of the keys that another stage has brought, where it can be made."""
        lacking = [key for key in keys if key not in signal]
        if not lacking:
            return signal
        made = [stage.complete(self, name, lacking) for stage in self.stages]
        return {**signal, **{key: value for one in made for key, value in one.items()}}

    @property
    def limit(self) -> int:
        """How many candidates a stage that searches brings."""
        return max(CANDIDATES, self.top_k)

    @cached_property
    def vector(self) -> Vectors:
        """(dimension,) the question's vector, made when it is first asked for."""
        return self.embedder.embed_query(self.question)

    def texts(self, keys: Sequence[ChunkKey]) -> dict[ChunkKey, str]:
        """Chunk key → its text."""
        return {key: chunk.text for key, chunk in self.view.chunks(keys).items()}


@dataclass(frozen=True, slots=True)
class Candidates:
    """Chunks by their keys, best first, and what is known about them, by the name of the signal."""

    keys: tuple[ChunkKey, ...] = ()
    signals: Mapping[str, Signal] = field(default_factory=dict)

    def signal(self, name: str) -> Signal:
        """One signal; empty where no stage has added it."""
        return self.signals.get(name, {})

    def with_signal(self, name: str, signal: Signal) -> "Candidates":
        """With one more signal; chunks that weren't candidates come behind those that were, in the signal's order."""
        there = set(self.keys)
        new = [key for key in signal if key not in there]
        return Candidates((*self.keys, *new), {**self.signals, name: signal})

    def ranked_by(self, name: str, signal: Signal) -> "Candidates":
        """With one more signal and in its order, without the candidates that it lacks."""
        return Candidates(tuple(signal), {**self.signals, name: signal})


class Stage(Protocol):
    """One step from a question to its passages. Holds no state of a question, so that threads can share it."""

    def describe(self) -> str:
        """Its name and parameters, the same for the same: a calibration is fitted for stages described like this."""

    def apply(self, search: Search, candidates: Candidates) -> Candidates:
        """The candidates after this stage."""

    def complete(self, search: Search, name: str, keys: Sequence[ChunkKey]) -> Signal:
        """The signal of this name for these chunks, if it is this stage's and can be made for any chunk; else empty."""
