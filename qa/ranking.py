"""Readings of all passages → answers, best first: merged, grouped, weighed, and each with a confidence.

Which span wins weighs reading and retrieval. Whether it is given at all is decided on the evidence of its own passage
alone, its margin over that passage's null score: passages that say nothing can't vote it down.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.retriever import Passage
from qa.matching import normalize
from qa.spans import Reading

# How many logits one unit of the fused retrieval score is worth when spans of different passages are compared
RETRIEVAL_WEIGHT = 60.0
# Spans that the reader prefers to "no answer" by fewer logits than this are not given at all
NULL_MARGIN = 0.0
# confidence = sigmoid(intercept + weights · (margin, fused score))
CONFIDENCE_INTERCEPT = -1.0
CONFIDENCE_MARGIN = 0.3
CONFIDENCE_RETRIEVAL = 5.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span as an answer: the slice `[start, end)` of its passage's document, which is `text`.

    `margin` is its score less its passage's null score, in logits; `score` is what candidates are compared by.
    """

    passage: Passage
    start: int
    end: int
    text: str
    margin: float
    score: float

    def overlaps(self, other: "Candidate") -> bool:
        """Whether both cover a character of the same document."""
        same = self.passage.document_key == other.passage.document_key
        return same and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class RankedAnswer:
    """One answer and every place that gives it, best first; `confidence` estimates P(it is right), in [0, 1]."""

    candidates: tuple[Candidate, ...]
    confidence: float


def rank(passages: Sequence[Passage], readings: Sequence[Reading]) -> list[RankedAnswer]:
    """Every answer that some passage's reader prefers to silence, best first; none if all prefer silence."""
    found = [candidate for candidate in _candidates(passages, readings) if candidate.margin > NULL_MARGIN]
    groups: dict[str, list[Candidate]] = {}
    for candidate in _without_overlaps(sorted(found, key=lambda candidate: -candidate.score)):
        groups.setdefault(normalize(candidate.text) or candidate.text, []).append(candidate)
    return [RankedAnswer(tuple(group), confidence(group[0])) for group in groups.values()]


def confidence(candidate: Candidate) -> float:
    """P(the candidate is right), from its margin and its passage's retrieval score."""
    evidence = CONFIDENCE_MARGIN * candidate.margin + CONFIDENCE_RETRIEVAL * candidate.passage.score
    return 1 / (1 + math.exp(-(CONFIDENCE_INTERCEPT + evidence)))


def _candidates(passages: Sequence[Passage], readings: Sequence[Reading]) -> Iterable[Candidate]:
    for passage, reading in zip(passages, readings, strict=True):
        for span in reading.spans:
            yield Candidate(
                passage,
                passage.start + span.start,
                passage.start + span.end,
                passage.text[span.start : span.end],
                span.score - reading.null_score,
                span.score + RETRIEVAL_WEIGHT * passage.score,
            )


def _without_overlaps(best_first: Iterable[Candidate]) -> list[Candidate]:
    """Overlapping chunks find the same words twice, and one passage several readings of them: keep the best."""
    kept: list[Candidate] = []
    for candidate in best_first:
        if not any(candidate.overlaps(other) for other in kept):
            kept.append(candidate)
    return kept
