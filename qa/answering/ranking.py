"""Readings of all passages → answers, best first: merged, grouped, weighed, and each with a confidence.

Which span wins weighs reading and retrieval. How sure it is rests on the winner's own evidence, and on its lead over
the next different answer: passages that say nothing can't vote it down, however many are read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.language.base import Language
from index.language.english import ENGLISH
from index.retrieval.passages import Passage
from qa.answering.answer_equivalence import same_fact
from qa.answering.calibration import UNCALIBRATED_WEIGHTS, Calibration, Evidence, evidence_of
from qa.reading.spans import Reading

_PAIRS = (("“", "”"), ("‘", "’"), ('"', '"'), ("(", ")"), ("[", "]"), ("«", "»"))


# Further answers, when they are asked for, are given down to this confidence
MIN_FURTHER_CONFIDENCE = 0.05


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
        same = self.passage.document_id == other.passage.document_id
        return same and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class RankedAnswer:
    """One answer and every place that gives it, best first; `lead` is over the best different answer, in logits.

    `lead` None: there is no other.
    """

    candidates: tuple[Candidate, ...]
    lead: float | None
    calibration: Calibration | None

    @property
    def confidence(self) -> float | None:
        """P(the answer is right), in [0, 1]; None without a calibration."""
        return self._confidence_of(self.candidates[0], self.lead)

    def confidence_alone(self, place: Candidate) -> float | None:
        """What the confidence would be if it were read at `place` and no other answer anywhere."""
        return self._confidence_of(place, None)

    def is_sure(self, min_confidence: float) -> bool:
        """Whether its confidence is enough; without one, whether the reader prefers the span to no answer."""
        return self._is_sure_at(self.candidates[0], min_confidence)

    def evidence(self, place: Candidate, lead: float | None) -> Evidence:
        """What speaks for it at one of its places, by the names that a calibration weighs."""
        if lead is None:
            lead = self.calibration.lone_lead if self.calibration else 0.0
        documents = len({candidate.passage.document_id for candidate in self.candidates})
        return evidence_of(
            span=place.span_score,
            margin=place.margin,
            lead=lead,
            agreement=documents - 1,
            signals=place.passage.signals,
        )

    def places(self, min_confidence: float) -> list[Candidate]:
        """Where it stands: the best of the candidates, and the others that would be given by themselves."""
        best, *others = self.candidates
        least = min_confidence if self.confidence is None else min(min_confidence, self.confidence)
        return [best, *(place for place in others if self._is_sure_at(place, least))]

    def _is_sure_at(self, place: Candidate, min_confidence: float) -> bool:
        confidence = self._confidence_of(place, self.lead)
        return place.margin > 0 if confidence is None else confidence >= min_confidence

    def _confidence_of(self, place: Candidate, lead: float | None) -> float | None:
        return self.calibration.confidence(self.evidence(place, lead)) if self.calibration else None


def rank(
    passages: Sequence[Passage],
    readings: Sequence[Reading],
    calibration: Calibration | None,
    language: Language = ENGLISH,
) -> list[RankedAnswer]:
    """Every different answer that was read: the best by score, the further ones by confidence, or by score without one.

    Readings belong to the passages in order; `calibration` None: there is none, and so no confidence.
    """
    weights = calibration.signal_weights if calibration else UNCALIBRATED_WEIGHTS
    candidates = candidates_of(passages, readings, weights)
    groups = _grouped(_without_overlaps(sorted(candidates, key=lambda item: -item.score)), language)
    best = [group[0] for group in groups]
    answers = [RankedAnswer(tuple(group), _lead(i, best), calibration) for i, group in enumerate(groups)]
    return [*answers[:1], *sorted(answers[1:], key=lambda answer: -(answer.confidence or 0.0))]


def _grouped(best_first: Iterable[Candidate], language: Language) -> list[list[Candidate]]:
    """One group a fact: a candidate joins the first whose every member says the same, so that "Vask" can't bring
    "Jorun Vask" and "Erik Vask" together.
    """
    groups: list[list[Candidate]] = []
    for candidate in best_first:
        same = (group for group in groups if _says_the_same(candidate, group, language))
        if group := next(same, None):
            group.append(candidate)
        else:
            groups.append([candidate])
    return groups


def _says_the_same(candidate: Candidate, group: Iterable[Candidate], language: Language) -> bool:
    return all(same_fact(candidate.text, member.text, language) for member in group)


def _lead(i: int, best: Sequence[Candidate]) -> float | None:
    """By how much answer `i` of those in `best`, best first, leads the best of the others (or trails it)."""
    if len(best) == 1:
        return None
    return best[i].score - best[0 if i else 1].score


def candidates_of(
    passages: Sequence[Passage], readings: Sequence[Reading], signal_weights: Mapping[str, float]
) -> Iterator[Candidate]:
    """Every span that was read, in the passages' order; `signal_weights` as `Calibration` has them."""
    for passage, reading in zip(passages, readings, strict=True):
        retrieval = sum(weight * passage.signal(name) for name, weight in signal_weights.items())
        for span in reading.spans:
            start, end = _without_lone_marks(passage.text, span.start, span.end)
            yield Candidate(
                passage,
                passage.start + start,
                passage.start + end,
                passage.text[start:end],
                span.score,
                span.score - reading.null_score,
                span.score + retrieval,
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
