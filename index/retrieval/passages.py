"""A passage: a chunk retrieved for a question, and the named signals by which it was."""

from collections.abc import Mapping
from dataclasses import dataclass

MISSING = 0.0
"""The value of a signal that a passage lacks: it speaks for nothing."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk retrieved for a question: the slice `[start, end)` of a document, which is `text`.

    `context` is what it stands under, title and headings, one a line. `rank` counts from 1. `signals` are what the
    stages of retrieval have found out about it, by name: each stage's docstring says which it adds, and in what range.
    """

    document_id: str
    start: int
    end: int
    text: str
    rank: int
    signals: Mapping[str, float]
    context: str = ""

    def signal(self, name: str) -> float:
        """One of its signals; MISSING where no stage has added it."""
        return self.signals.get(name, MISSING)
