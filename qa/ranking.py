"""Readings of all passages → answers, best first: merged, grouped, weighed, and each with a confidence.

Which span wins weighs reading and retrieval. How sure it is rests on the winner's own evidence, and on its lead over
the next different answer: passages that say nothing can't vote it down, however many are read.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.retriever import Passage
from qa.matching import same_fact
from qa.spans import Reading

# How many logits one unit of the fused retrieval score is worth when spans of different passages are compared
RETRIEVAL_WEIGHT = 60.0
_PAIRS = (("“", "”"), ("‘", "’"), ('"', '"'), ("(", ")"), ("[", "]"), ("«", "»"))


@dataclass(frozen=True, slots=True)
class Calibration:
    """confidence = sigmoid(intercept + span · span score + margin · margin + retrieval · fused score + lead · lead)

    The lead is taken to be at most MAX_LEAD either way. Fitted by logistic regression on questions and sentences of
    SQuAD's training articles, none of which the reader learned from: see `tests/benchmarks/tuning.py`, which
    prints these numbers.
    """

    intercept: float
    span: float
    margin: float
    retrieval: float
    lead: float


MAX_LEAD = 10.0
LONE_LEAD = 2.5  # of an answer with no other beside it: what answers lead by at the median
# Further answers, when they are asked for, are given down to this confidence
MIN_FURTHER_CONFIDENCE = 0.05
CALIBRATION = Calibration(intercept=-5.4666, span=0.224, margin=0.0655, retrieval=16.2975, lead=0.2387)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span as an answer: the slice `[start, end)` of its passage's document, which is `text`.

    In logits: `span_score` is the reader's, `margin` by how much it exceeds the null score of the passage, and `score`
    what candidates are compared by.
    """

    passage: Passage
    start: int
    end: int
    text: str
    span_score: float
    margin: float
    score: float

    def overlaps(self, other: "Candidate") -> bool:
        """Whether both cover a character of the same document."""
        same = self.passage.document_key == other.passage.document_key
        return same and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class RankedAnswer:
    """One answer and every place that gives it, best first; `lead` is over the best different answer, in logits."""

    candidates: tuple[Candidate, ...]
    lead: float

    @property
    def confidence(self) -> float:
        """P(the answer is right), in [0, 1]."""
        return confidence(self.candidates[0], self.lead)

    def places(self, min_confidence: float) -> list[Candidate]:
        """Where it stands: the best of the candidates, and the others that would be given by themselves."""
        least = min(min_confidence, self.confidence)
        return [place for place in self.candidates if confidence(place, self.lead) >= least]


def rank(passages: Sequence[Passage], readings: Sequence[Reading]) -> list[RankedAnswer]:
    """Every different answer that was read: the best by score, the further ones by confidence.

    Readings belong to the passages in order.
    """
    groups = _grouped(_without_overlaps(sorted(_candidates(passages, readings), key=lambda item: -item.score)))
    best = [group[0] for group in groups]
    answers = [RankedAnswer(tuple(group), _lead(i, best)) for i, group in enumerate(groups)]
    return [*answers[:1], *sorted(answers[1:], key=lambda answer: -answer.confidence)]


def confidence(candidate: Candidate, lead: float) -> float:
    """P(the candidate is right), in [0, 1]; `lead` is its score less that of the best different answer."""
    evidence = (
        CALIBRATION.intercept
        + CALIBRATION.span * candidate.span_score
        + CALIBRATION.margin * candidate.margin
        + CALIBRATION.retrieval * candidate.passage.score
        + CALIBRATION.lead * max(-MAX_LEAD, min(MAX_LEAD, lead))
    )
    return 1 / (1 + math.exp(-evidence))


def _grouped(best_first: Iterable[Candidate]) -> list[list[Candidate]]:
    """One group a fact: a candidate joins the first whose every member says the same, so that "Vask" can't bring
    "Jorun Vask" and "Erik Vask" together.
    """
    groups: list[list[Candidate]] = []
    for candidate in best_first:
        same = (group for group in groups if all(same_fact(candidate.text, member.text) for member in group))
        if group := next(same, None):
            group.append(candidate)
        else:
            groups.append([candidate])
    return groups


def _lead(i: int, best: Sequence[Candidate]) -> float:
    """By how much answer `i` of those in `best`, best first, leads the best of the others (or trails it)."""
    if len(best) == 1:
        return LONE_LEAD
    return best[i].score - best[0 if i else 1].score


def _candidates(passages: Sequence[Passage], readings: Sequence[Reading]) -> Iterable[Candidate]:
    for passage, reading in zip(passages, readings, strict=True):
        for span in reading.spans:
            start, end = _without_lone_marks(passage.text, span.start, span.end)
            yield Candidate(
                passage,
                passage.start + start,
                passage.start + end,
                passage.text[start:end],
                span.score,
                span.score - reading.null_score,
                span.score + RETRIEVAL_WEIGHT * passage.score,
            )


def _without_lone_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without a quotation mark or bracket at its edge whose partner is outside it."""
    for opening, closing in _PAIRS:
        inside = text[start + 1 : end - 1]
        if text[start] == opening and closing not in text[start + 1 : end] and inside:
            start += 1
        elif text[end - 1] == closing and opening not in text[start : end - 1] and inside:
            end -= 1
    return start, end


def _without_overlaps(best_first: Iterable[Candidate]) -> list[Candidate]:
    """Overlapping chunks find the same words twice, and one passage several readings of them: keep the best."""
    kept: list[Candidate] = []
    for candidate in best_first:
        if not any(candidate.overlaps(other) for other in kept):
            kept.append(candidate)
    return kept
