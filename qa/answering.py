"""A question → an `Answer`: retrieve, read, rank, cite, all on one snapshot of the index."""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from index.documents import Document
from index.errors import QuestionError
from index.retriever import Passage, Retriever
from index.snapshot import Filter, Snapshot
from index.store import Store
from qa.calibration import MANIFEST_NAME, Calibration, from_json, shipped
from qa.citing import Citation, cite
from qa.consolidating import disagreeing
from qa.conversation import Turn, searched
from qa.ranking import MIN_FURTHER_CONFIDENCE, RankedAnswer, rank
from qa.reader import Reader
from qa.spans import Reading

MAX_QUESTION_CHARS = 1000


class Status(StrEnum):
    """Whether there is an answer."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"


class Reason(StrEnum):
    """Why there is none: no passage found; the reader prefers silence even to its best span; or it is too unsure."""

    NOTHING_RETRIEVED = "nothing_retrieved"
    READER_NULL = "reader_null"
    BELOW_THRESHOLD = "below_threshold"


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """Words copied from the documents, and every place that says so, in these words or others.

    `confidence` estimates P(right), in [0, 1]; `support` (≥ 1) is how many different documents the places are in.
    """

    text: str
    confidence: float
    support: int
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage that was read: `text` is the slice `[start, end)` of its document.

    `score` fuses the ranks of `dense` (cosine, -1 to 1) and `bm25` (0 where no word of the question occurs).
    """

    document_id: str
    start: int
    end: int
    text: str
    score: float
    dense: float
    bm25: float


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent in each stage."""

    retrieve: float
    read: float
    total: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question got: answers, best first, or the reason why there is none; and the passages that were read.

    `id` is the same for the same answers to the same question on the same version, and another for any others.
    `asked_as` is what was searched for, where that is the question together with earlier ones that it leans on.
    `conflict`: documents disagree, and the answers that contradict the first one come next to it.
    """

    id: str
    asked_as: str | None
    status: Status
    reason: Reason | None
    conflict: bool
    answers: tuple[GivenAnswer, ...]
    passages: tuple[ReadPassage, ...]
    index_version: int
    timings_ms: Timings


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, without reading."""

    passages: tuple[ReadPassage, ...]
    index_version: int


class Answerer:
    """Answers questions from one data file. Safe to share between threads.

    `min_confidence` in [0, 1]: if the best answer is below it, there is none; None is what the calibration says. The
    calibration is the one kept with the index, if there is one, else the shipped one.
    """

    def __init__(self, store: Store, retriever: Retriever, reader: Reader, *, min_confidence: float | None) -> None:
        self._store = store
        self._retriever = retriever
        self._reader = reader
        self._min_confidence = min_confidence

    def ask(
        self,
        question: str,
        where: Filter,
        *,
        top_k: int,
        max_answers: int,
        min_confidence: float | None = None,
        history: Sequence[Turn] = (),
    ) -> Answer:
        """Read the best `top_k` passages that `where` admits, and give up to `max_answers` answers (both ≥ 1).

        `history`: earlier turns of the conversation, oldest first, for a question that leans on them.
        `min_confidence` in [0, 1] holds for this question instead of the answerer's; then further answers are given
        down to it too, where it is below MIN_FURTHER_CONFIDENCE.
        Answers on which documents disagree are all given, however few were asked for.
        Raises QuestionError for a blank or too long question, NotFoundError for an unknown document in `where`.
        """
        began = time.perf_counter()
        question = checked(question)
        with self._store.snapshot() as snapshot:
            calibration = self._calibration(snapshot)
            asked_as = searched(question, history)
            passages = self._retriever.retrieve(snapshot, asked_as or question, where, top_k)
            retrieved = time.perf_counter()
            readings = self._reader.read(question, [passage.text for passage in passages])
            read = time.perf_counter()
            ranked = rank(passages, readings, calibration)
            document = cache(snapshot.document)  # several answers often stand in one
            least = self._least(calibration, min_confidence)
            sure = _sure(ranked, least, MIN_FURTHER_CONFIDENCE if min_confidence is None else min_confidence)
            rivals = disagreeing(question, ranked, least, lambda key: document(key).title) if sure else []
            further = [answer for answer in sure[1:] if answer not in rivals]
            sure = [*sure[:1], *rivals, *further][: max(max_answers, 1 + len(rivals))]
            given = tuple(self._give(answer, snapshot, document, where.collection, least) for answer in sure)
            return Answer(
                id=_identity(asked_as or question, where, given, snapshot.version),
                asked_as=asked_as,
                status=Status.ANSWERED if sure else Status.NO_ANSWER,
                reason=None if sure else _why_not(passages, ranked),
                conflict=bool(rivals),
                answers=given,
                passages=_public(passages),
                index_version=snapshot.version,
                timings_ms=Timings(
                    retrieve=_milliseconds(began, retrieved),
                    read=_milliseconds(retrieved, read),
                    total=_milliseconds(began, time.perf_counter()),
                ),
            )

    def consider(self, question: str, where: Filter, *, top_k: int) -> tuple[list[Passage], list[Reading]]:
        """The best `top_k` passages and what the reader makes of each, unranked. Raises as `ask` does."""
        with self._store.snapshot() as snapshot:
            passages = self._retriever.retrieve(snapshot, checked(question), where, top_k)
        return passages, self._reader.read(question, [passage.text for passage in passages])

    def _calibration(self, snapshot: Snapshot) -> Calibration:
        kept = snapshot.manifest(MANIFEST_NAME)
        if kept is None:
            return shipped()
        calibration = from_json(str(kept))
        calibration.require(self._reader.sha256)
        return calibration

    def _least(self, calibration: Calibration, for_this_question: float | None) -> float:
        """The confidence from which an answer is given: this question's, else as set, else as fitted."""
        if for_this_question is not None:
            return for_this_question
        return calibration.threshold if self._min_confidence is None else self._min_confidence

    def _give(
        self,
        answer: RankedAnswer,
        snapshot: Snapshot,
        document: Callable[[int], Document],
        collection: str,
        least: float,
    ) -> GivenAnswer:
        citations = tuple(
            cite(
                document(key := place.passage.document_key),
                collection,
                place.start,
                place.end,
                place.text,
                has_original=snapshot.has_original(key),
            )
            for place in answer.places(least)
        )
        support = len({citation.document_id for citation in citations})
        return GivenAnswer(answer.candidates[0].text, round(answer.confidence, 4), support, citations)

    def search(self, question: str, where: Filter, *, top_k: int) -> Found:
        """The best `top_k` passages, unread. Raises as `ask` does."""
        with self._store.snapshot() as snapshot:
            passages = self._retriever.retrieve(snapshot, checked(question), where, top_k)
            return Found(_public(passages), snapshot.version)


def checked(question: str) -> str:
    """The question without white space around it. Raises QuestionError if it can't be asked."""
    question = question.strip()
    if not question:
        raise QuestionError("The question is blank: ask something.")
    if len(question) > MAX_QUESTION_CHARS:
        raise QuestionError(f"The question has {len(question)} characters; at most {MAX_QUESTION_CHARS} are read.")
    if any("\ud800" <= character <= "\udfff" for character in question):
        raise QuestionError("The question holds half a surrogate pair: send it as valid Unicode.")
    return question


def _sure(ranked: Sequence[RankedAnswer], least: float, further: float) -> list[RankedAnswer]:
    """The best answer if it is sure enough, and the further ones that aren't negligible beside it."""
    if not ranked or ranked[0].confidence < least:
        return []
    return [ranked[0], *(answer for answer in ranked[1:] if answer.confidence >= min(MIN_FURTHER_CONFIDENCE, further))]


def _identity(question: str, where: Filter, answers: Sequence[GivenAnswer], index_version: int) -> str:
    """16 hexadecimal digits: enough to tell apart the answers that people give feedback on."""
    places = [[(c.document_id, c.start, c.end) for c in answer.citations] for answer in answers]
    told = [question, where.collection, where.document_ids, sorted(where.metadata.items()), index_version, places]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _why_not(passages: Sequence[Passage], ranked: Sequence[RankedAnswer]) -> Reason:
    if not passages:
        return Reason.NOTHING_RETRIEVED
    prefers_silence = not ranked or ranked[0].candidates[0].margin <= 0
    return Reason.READER_NULL if prefers_silence else Reason.BELOW_THRESHOLD


def _public(passages: Sequence[Passage]) -> tuple[ReadPassage, ...]:
    return tuple(
        ReadPassage(p.document_id, p.start, p.end, p.text, round(p.score, 6), round(p.dense, 6), round(p.bm25, 6))
        for p in passages
    )


def _milliseconds(since: float, until: float) -> float:
    return round(1000 * (until - since), 2)
