"""A passage: a chunk retrieved for a question, with the signals that retrieval gave it."""

from collections.abc import Mapping
from dataclasses import dataclass

MISSING = 0.0
"""The value of a signal that a passage doesn't have."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk retrieved for a question: `text` is the slice `[start, end)` of the document.

    `context` holds the title and the headings above it, each on a line. `rank` counts from 1. `signals`: name → value;
    the docstring of each stage says which signal it adds, and its range.
    """

    document_id: str
    start: int
    end: int
    text: str
    rank: int
    signals: Mapping[str, float]
    context: str = ""

    def signal(self, name: str) -> float:
        """The value of a signal, MISSING if it doesn't have it."""
        return self.signals.get(name, MISSING)
