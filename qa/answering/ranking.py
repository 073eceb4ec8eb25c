"""Readings of all passages → answers, best first: overlaps removed, grouped by fact, each with a confidence.

Spans compete by a score that adds up reading and retrieval. The confidence of an answer comes from its own evidence and
its lead over the best different answer. So it doesn't fall when more passages without an answer are read.
"""

import math
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from index.language.base import Language
from index.language.english import ENGLISH
from index.retrieval.passages import Passage
from qa.answering.answer_equivalence import same_fact
from qa.answering.calibration import OVERLAP, UNCALIBRATED_WEIGHTS, Calibration, Evidence, evidence_of
from qa.answering.copies import are_copies
from qa.answering.other_subjects import Place, about_others, place_of, said_of_others
from qa.answering.reach import added_by_retrieval
from qa.answering.shortlist import SHORTLISTED, heading_above, together
from qa.reading.reader import Reader
from qa.reading.spans import Comparison, Reading
from qa.reading.stems import IS_THE_QUESTION, likeness, share_of_stems

_PAIRS = (("“", "”"), ("‘", "’"), ('"', '"'), ("(", ")"), ("[", "]"), ("«", "»"))

MIN_FURTHER_CONFIDENCE = 0.05
"""The confidence that an answer after the first must have to be returned."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that may be an answer: `text` is the slice `[start, end)` of its passage's document.

    All scores are logits: `span_score` is the reader's, `margin` is `span_score` less the passage's null score, and
    `score` is `span_score` plus what retrieval and reading together add; candidates are ordered by it. `together` is
    the score among the other best candidates less the null score of them all (see `shortlist.py`), 0 if it wasn't read
    so. `heading`: how alike the question and the nearest heading above it are, in [0, 1].
    """

    passage: Passage
    start: int
    end: int
    text: str
    span_score: float
    margin: float
    score: float
    together: float = 0.0
    heading: float = 0.0

    @property
    def within(self) -> tuple[Passage, int, int]:
        """Its passage, and its start and end in that passage's text."""
        return self.passage, self.start - self.passage.start, self.end - self.passage.start

    def overlaps(self, other: "Candidate") -> bool:
        """Whether both cover a character of the same document."""
        same = self.passage.document_id == other.passage.document_id
        return same and self.start < other.end and other.start < self.end


Compare = Callable[[Sequence[Candidate]], Comparison | None]
"""The best candidates → their scores when they are read together; None from a reader that can't."""


@dataclass(frozen=True, slots=True)
class RankedAnswer:
    """One answer: all candidates that state the same fact, best first.

    `lead` is the first one's score less that of the best different answer, in logits; None if there is no other answer.
    """

    candidates: tuple[Candidate, ...]
    lead: float | None
    calibration: Calibration | None

    @property
    def confidence(self) -> float | None:
        """P(the answer is right), in [0, 1]; None without a calibration."""
        return self._confidence_of(self.candidates[0], self.lead)

    def confidence_alone(self, place: Candidate, compare: Compare | None = None) -> float | None:
        """The confidence if `place` were its best candidate and there were no other answer, read so by `compare`."""
        return self._confidence_of(self._read_alone(place, compare), None)

    def alone(self, compare: Compare | None = None) -> "RankedAnswer":
        """The answer as if there were no other one and no other place of it, read so by `compare`."""
        return RankedAnswer((self._read_alone(self.candidates[0], compare),), None, self.calibration)

    def _read_alone(self, place: Candidate, compare: Compare | None) -> Candidate:
        if compare and self.calibration and self.calibration.together_weight:
            (place,) = _compared([place], compare, self.calibration.together_weight)
        return place

    def is_sure(self, min_confidence: float) -> bool:
        """Whether its confidence is at least `min_confidence`; without a calibration, whether its margin is > 0."""
        return self._is_sure_at(self.candidates[0], min_confidence)

    def evidence(self, place: Candidate, lead: float | None) -> Evidence:
        """The evidence for it at one of its candidates, by the names that a calibration has coefficients for."""
        if lead is None:
            lead = self.calibration.lone_lead if self.calibration else 0.0
        return evidence_of(
            span=place.span_score,
            margin=place.margin,
            together=place.together,
            lead=lead,
            heading=place.heading,
            signals=place.passage.signals,
        )

    def places(self, min_confidence: float) -> list[Candidate]:
        """The candidates to cite: the best one, and the others that are confident enough by themselves."""
        best, *others = self.candidates
        threshold = min_confidence if self.confidence is None else min(min_confidence, self.confidence)
        return [best, *(place for place in others if self._is_sure_at(place, threshold))]

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
    question: str = "",
    compare: Compare | None = None,
) -> list[RankedAnswer]:
    """All different answers. The one with the best score comes first, the others follow by confidence.

    What is said of another thing than the one that the `question` names is no answer, or no further place of one; nor
    is what a copy says again. Each passage gets the signal `overlap`: the share of the question's stems that it has,
    with its title and headings, in [0, 1].

    `readings[i]` is that of `passages[i]`. The best candidates are read together with `compare`, if there is one and
    the calibration has a weight for it. Without a calibration answers have no confidence and stay in order of score.
    """
    weights = calibration.signal_weights if calibration else UNCALIBRATED_WEIGHTS
    passages = [_with_overlap(passage, question) for passage in passages]
    read = _without_others(question, passages, list(candidates_of(passages, readings, weights)))
    candidates = without_overlaps(sorted(read, key=lambda item: -item.score))
    candidates = [_with_heading(candidate, question) for candidate in candidates]
    if compare and calibration and calibration.together_weight:
        candidates = _compared(candidates, compare, calibration.together_weight)
    candidates = _without_rivals_below_the_question(candidates)
    groups = _grouped(candidates, language, about_others(question, passages))
    best = [group[0] for group in groups]
    answers = [RankedAnswer(tuple(group), _lead(i, best), calibration) for i, group in enumerate(groups)]
    return [*answers[:1], *sorted(answers[1:], key=lambda answer: -(answer.confidence or 0.0))]


def _without_others(question: str, passages: Sequence[Passage], candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those in what is said of another thing than the one that the question names."""
    others = said_of_others(question, passages)
    return [
        one
        for one in candidates
        if not any(one.start < end and start < one.end for start, end in others.get(place_of(one.passage), ()))
    ]


class Comparer:
    """A `Compare` by a reader, for one question as it is read. The same candidates are read once."""

    def __init__(self, reader: Reader, question: str) -> None:
        self.question = question
        self._count_tokens = cache(lambda words: reader.count_tokens([words]))
        self._read = cache(partial(reader.compare, question))

    def __call__(self, candidates: Sequence[Candidate]) -> Comparison | None:
        """Their scores among each other; None from a reader that can't."""
        return self._read(*together([one.within for one in candidates], self._count_tokens))


def _compared(best_first: Sequence[Candidate], compare: Compare, weight: float) -> list[Candidate]:
    """The candidates in their new order, each score with `weight` times what reading them together says.

    Those beyond the first SHORTLISTED, and those that no longer fitted in, get the lowest score of the others.
    """
    listed = best_first[:SHORTLISTED]
    comparison = compare(listed) if listed else None
    known = [score for score in comparison.scores if math.isfinite(score)] if comparison else []
    if not comparison or not known:
        return list(best_first)
    scores = [max(score, min(known)) for score in comparison.scores]
    scores += [min(known)] * (len(best_first) - len(scores))
    together = (score - comparison.null_score for score in scores)
    read = [replace(one, together=t, score=one.score + weight * t) for one, t in zip(best_first, together, strict=True)]
    return sorted(read, key=lambda item: -item.score)


def _with_heading(candidate: Candidate, question: str) -> Candidate:
    passage, start, _ = candidate.within
    return replace(candidate, heading=likeness(question, heading_above(passage, start)))


def _without_rivals_below_the_question(best_first: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, of several below one heading that is the question only the best: all of it is the answer.

    Of "Lost your card?" with "Tell us at once. A new card costs 5 euros." below it, one sentence is no rival of the
    other.
    """
    kept, known = [], set()
    for candidate in best_first:
        if candidate.heading >= IS_THE_QUESTION:
            passage, start, _ = candidate.within
            section = passage.document_id, heading_above(passage, start)
            if section in known:
                continue
            known.add(section)
        kept.append(candidate)
    return kept


def _with_overlap(passage: Passage, question: str) -> Passage:
    share = share_of_stems(question, f"{passage.context}\n{passage.text}")
    return replace(passage, signals={**passage.signals, OVERLAP: share})


def _grouped(
    best_first: Iterable[Candidate], language: Language, others: Container[Place] = ()
) -> list[list[Candidate]]:
    """Candidates of the same fact in one group, in their order. Of passages on `others` and of copies only what is new
    is kept.

    A candidate joins the first group in which it is the same fact as *every* member: "Jorun Vask", "Vask", "Erik Vask"
    become ["Jorun Vask", "Vask"] and ["Erik Vask"], although "Vask" alone would match both.
    """
    groups: list[list[Candidate]] = []
    for candidate in best_first:
        for group in groups:
            if all(same_fact(candidate.text, member.text, language) for member in group):
                is_again = any(are_copies(candidate.within, member.within) for member in group)
                if place_of(candidate.passage) not in others and not is_again:
                    group.append(candidate)
                break
        else:
            groups.append([candidate])
    return groups


def _lead(i: int, best: Sequence[Candidate]) -> float | None:
    """Score of answer `i` less that of the best other answer; None if it is the only one.

    For scores 9, 7 and 4 the leads are 9 - 7 = 2, 7 - 9 = -2 and 4 - 9 = -5.
    """
    if len(best) == 1:
        return None
    return best[i].score - best[0 if i else 1].score


def candidates_of(
    passages: Sequence[Passage], readings: Sequence[Reading], signal_weights: Mapping[str, float]
) -> Iterator[Candidate]:
    """All spans of all readings, in the passages' order, scored with a `Calibration`'s `signal_weights`."""
    for passage, reading in zip(passages, readings, strict=True):
        added = added_by_retrieval(passage, signal_weights)
        for span in reading.spans:
            start, end = _without_lone_marks(passage.text, span.start, span.end)
            yield Candidate(
                passage,
                passage.start + start,
                passage.start + end,
                passage.text[start:end],
                span.score,
                span.score - reading.null_score,
                span.score + added,
            )


def _without_lone_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without a quotation mark or bracket at its edge whose partner is outside: "(12 kg" → "12 kg"."""
    for opening, closing in _PAIRS:
        inside = text[start + 1 : end - 1]
        if text[start] == opening and closing not in text[start + 1 : end] and inside:
            start += 1
        elif text[end - 1] == closing and opening not in text[start : end - 1] and inside:
            end -= 1
    return start, end


def without_overlaps(best_first: Iterable[Candidate]) -> list[Candidate]:
    """The candidates without those that overlap a better one.

    Chunks overlap, so the same words are read twice; and one reading has several spans around the same words.
    """
    kept: list[Candidate] = []
    for candidate in best_first:
        if not any(candidate.overlaps(other) for other in kept):
            kept.append(candidate)
    return kept
