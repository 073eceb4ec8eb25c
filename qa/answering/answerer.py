"""A question → an `Answer`: retrieve, read, rank and cite, all on one view of the index."""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import compress

from index.errors import MismatchError
from index.language.english import ENGLISH
from index.retrieval.dense import DENSE
from index.retrieval.fusion import FUSED
from index.retrieval.lexical import BM25
from index.retrieval.passages import Passage
from index.retrieval.retriever import Retriever, language_in
from index.storage.base import Filter, View
from index.storage.principals import Principal
from index.storage.replicas import Views
from qa.answering.answer_builder import AnswerBuilder, contradicts, without_repeats
from qa.answering.answers import (
    Answer,
    Event,
    Found,
    GivenAnswer,
    Nearest,
    Progress,
    ReadPassage,
    Reason,
    Retrieved,
    Status,
    Timings,
)
from qa.answering.calibration import MANIFEST_NAME, Calibration, FittedWith, calibration_for
from qa.answering.conflicts import disagreeing
from qa.answering.greetings import reply_to
from qa.answering.nearest import message_for, nearest_of
from qa.answering.questions import Turn, checked
from qa.answering.ranking import MIN_FURTHER_CONFIDENCE, Compare, Comparer, RankedAnswer, rank
from qa.answering.reach import within_reach
from qa.answering.read_verdicts import VerdictReader
from qa.answering.understanding import Query, passages_for, understood
from qa.reading.reader import Reader
from qa.reading.spans import Reading

log = logging.getLogger(__name__)


class Answerer:
    """Answers questions from one data file. Safe to share between threads.

    `min_confidence` in [0, 1]: if the best answer has less, the result is no answer. None means the calibration's
    threshold.

    The calibration is the one kept with the index, else the shipped one. If it was fitted with another reader,
    embedder, retrieval or chunking, it isn't used, and a warning is logged once. Answers then have no confidence: one
    is returned if the reader prefers its span to no answer, and conflicts between documents aren't reported.
    """

    def __init__(self, views: Views, retriever: Retriever, reader: Reader, *, min_confidence: float | None) -> None:
        self._views = views
        self._retriever = retriever
        self._reader = reader
        self._min_confidence = min_confidence
        self._warned: set[str] = set()

    def ask(
        self,
        principal: Principal,
        question: str,
        where: Filter,
        *,
        top_k: int,
        read_all: bool = False,
        max_answers: int,
        min_confidence: float | None = None,
        history: Sequence[Turn] = (),
        proceed: Callable[[int], None] | None = None,
    ) -> Answer:
        """Read the best of `top_k` passages that `where` admits and return up to `max_answers` answers (both ≥ 1).

        `principal` is the reader: documents they may not see don't influence the answer.
        With `read_all` even those are read that come too far behind the first to hold the answer (see `reach.py`).
        `history` holds earlier turns of the conversation, oldest first; a follow-up question is searched with them.
        `min_confidence` in [0, 1] replaces the answerer's for this question. Further answers need
        MIN_FURTHER_CONFIDENCE, or `min_confidence` if that is lower. Without a calibration it is ignored.
        Answers that contradict each other are all returned, even if there are more than `max_answers`.
        `proceed` is called before each batch of passages with the number read until then; an exception that it raises
        ends the question.
        Raises QuestionError for a blank or too long question, NotFoundError for an unknown document in `where`.
        """
        with self._views.view(principal) as view:
            prepared = self._prepare(view, question, where, top_k, read_all, min_confidence, history)
            if proceed:
                proceed(0)
            for read in prepared.batches():
                if proceed:
                    proceed(read)
            return prepared.answer(max_answers)

    def stream(
        self,
        principal: Principal,
        question: str,
        where: Filter,
        *,
        top_k: int,
        read_all: bool = False,
        max_answers: int,
        min_confidence: float | None = None,
        history: Sequence[Turn] = (),
        candidates: bool = True,
    ) -> Generator[Event, None, None]:
        """Ask, and yield events on the way: first the passages, then progress after each batch, last the Answer.

        With `candidates`, the best answer so far is yielded too, each time it is confident enough to be returned and
        more confident than the last one; passages read later may lower its confidence. If the generator is closed
        early, no further batch is read. Raises as `ask` does, at the first event.
        """
        with self._views.view(principal) as view:
            prepared = self._prepare(view, question, where, top_k, read_all, min_confidence, history)
            yield Retrieved(prepared.shown_passages(), view.version, prepared.asked_as)
            surest = 0.0
            for read in prepared.batches():
                yield Progress(read, len(prepared.to_read))
                candidate = prepared.candidate() if candidates else None
                if candidate and candidate.confidence is not None and candidate.confidence > surest:
                    surest = candidate.confidence
                    yield candidate
            answer = prepared.answer(max_answers)
        yield answer

    def _prepare(
        self,
        view: View,
        question: str,
        where: Filter,
        top_k: int,
        read_all: bool,
        min_confidence: float | None,
        history: Sequence[Turn],
    ) -> "_PreparedQuestion":
        """Understand the question, retrieve passages for it, and tell which are to be read."""
        began = time.perf_counter()
        question = checked(question)
        language = language_in(view, where)
        calibration = self._calibration(view, where.collection)
        reply = reply_to(question) if language is ENGLISH else None
        query = (
            Query(question, question)
            if reply
            else understood(self._retriever, view, question, where, history, language)
        )
        passages = [] if reply else passages_for(self._retriever, view, query, where, top_k)
        is_read = within_reach(passages, None if read_all else calibration)
        threshold = self._threshold(calibration, min_confidence)
        further = MIN_FURTHER_CONFIDENCE if min_confidence is None else min_confidence
        documents = _DocumentCache(view, where.collection)
        verdicts = VerdictReader(self._reader, query.read)
        builder = AnswerBuilder(
            query.read, where.collection, language, threshold, documents.get, documents.has_original, verdicts
        )
        selector = _Selector(builder, where, calibration, further, Comparer(self._reader, query.read))
        asked_as = None if query.searched == question else query.searched
        return _PreparedQuestion(
            selector, self._reader, passages, is_read, asked_as, view.version, reply, began, time.perf_counter()
        )

    def consider(
        self, principal: Principal, question: str, where: Filter, *, top_k: int, history: Sequence[Turn] = ()
    ) -> tuple[list[Passage], list[Reading], Comparer]:
        """The best `top_k` passages, a reading of each, and what reads candidates together. Raises as `ask` does."""
        question = checked(question)
        with self._views.view(principal) as view:
            query = understood(self._retriever, view, question, where, history, language_in(view, where))
            passages = passages_for(self._retriever, view, query, where, top_k)
        texts, contexts = [passage.text for passage in passages], [passage.context for passage in passages]
        return passages, self._reader.read(query.read, texts, contexts), Comparer(self._reader, query.read)

    def fitted_with(self, view: View, collection: str) -> FittedWith:
        """The models and settings that a calibration must have been fitted with to hold for this collection."""
        signature = view.signature
        return FittedWith(
            reader=self._reader.sha256,
            embedder=signature.embedder_sha256,
            retrieval=self._retriever.describe(),
            chunking=signature.chunking(collection),
        )

    def _calibration(self, view: View, collection: str) -> Calibration | None:
        """The calibration for this collection and these models; None, with a warning the first time, if none fits."""
        kept = view.manifest(MANIFEST_NAME)
        try:
            return calibration_for(self.fitted_with(view, collection), None if kept is None else str(kept))
        except MismatchError as error:
            if str(error) not in self._warned:
                self._warned.add(str(error))
                log.warning("Answers have no confidence. %s Fit one with `quoth calibrate FILE`.", error)
            return None

    def _threshold(self, calibration: Calibration | None, for_this_question: float | None) -> float:
        """The confidence that an answer must have: this question's, else the setting, else the calibration's."""
        if for_this_question is not None:
            return for_this_question
        if self._min_confidence is not None:
            return self._min_confidence
        return 0.0 if calibration is None else calibration.threshold

    def search(self, principal: Principal, question: str, where: Filter, *, top_k: int) -> Found:
        """The best `top_k` passages, without reading them. Raises as `ask` does."""
        with self._views.view(principal) as view:
            query = understood(self._retriever, view, checked(question), where, (), language_in(view, where))
            passages = passages_for(self._retriever, view, query, where, top_k)
            return Found(_shown(passages, [False] * len(passages)), view.version)


class _DocumentCache:
    """The documents of a collection, each loaded once: often several answers are in the same one."""

    def __init__(self, view: View, collection: str) -> None:
        self.get = cache(lambda document_id: view.document(document_id, collection))
        self.has_original = cache(lambda document_id: view.original_sha256(document_id, collection) is not None)


@dataclass(slots=True)
class _PreparedQuestion:
    """One question on its way to an answer.

    `passages` are all that were retrieved, `is_read` whether each is read, `to_read` those that are.
    `readings`: index of a passage in `to_read` → its reading. `began` and `retrieved` are times by `time.perf_counter`.
    `reply` is the message that answers a greeting; None for a real question.
    """

    selector: "_Selector"
    reader: Reader
    passages: Sequence[Passage]
    is_read: Sequence[bool]
    asked_as: str | None
    index_version: int
    reply: str | None
    began: float
    retrieved: float
    readings: dict[int, Reading] = field(default_factory=dict)
    to_read: Sequence[Passage] = field(init=False)

    def __post_init__(self) -> None:
        self.to_read = list(compress(self.passages, self.is_read))

    def shown_passages(self) -> tuple[ReadPassage, ...]:
        """All that were retrieved, as an `Answer` shows them."""
        return _shown(self.passages, self.is_read)

    def batches(self) -> Iterator[int]:
        """Read the passages to read; yields how many have been read, after each batch but the last."""
        texts, contexts = [passage.text for passage in self.to_read], [passage.context for passage in self.to_read]
        for batch in self.reader.read_in_batches(self.selector.builder.question, texts, contexts):
            self.readings |= batch
            if len(self.readings) < len(self.to_read):
                yield len(self.readings)

    def candidate(self) -> GivenAnswer | None:
        """The first answer if only the passages read so far had been retrieved."""
        return self.selector.candidate(self.to_read, self.readings)

    def answer(self, max_answers: int) -> Answer:
        """The answer; all passages to read must have been read."""
        selector, passages = self.selector, self.to_read
        builder = selector.builder
        ranked = selector.ranked(passages, self.readings)
        read = time.perf_counter()
        answers, conflict = selector.answers(ranked, self.passages, max_answers)
        nearest = (
            None if answers else nearest_of(builder.question, passages, ranked, builder.threshold, builder.document)
        )
        reason = Reason.GREETING if self.reply else _reason(passages, ranked, nearest)
        return Answer(
            id=_answer_id(self.asked_as or builder.question, selector.where, answers, self.index_version),
            asked_as=self.asked_as,
            status=Status.ANSWERED if answers else Status.NO_ANSWER,
            reason=None if answers else reason,
            conflict=conflict,
            answers=answers,
            passages=self.shown_passages(),
            index_version=self.index_version,
            timings_ms=Timings(
                retrieve=_milliseconds(self.began, self.retrieved),
                read=_milliseconds(self.retrieved, read),
                total=_milliseconds(self.began, time.perf_counter()),
            ),
            nearest=None if answers else nearest,
            message=None if answers else self.reply or message_for(nearest, builder.language.messages),
        )


@dataclass(frozen=True, slots=True)
class _Selector:
    """Selects which ranked answers are returned: the best needs the builder's threshold, the others `further`."""

    builder: AnswerBuilder
    where: Filter
    calibration: Calibration | None
    further: float
    compare: Compare

    def answers(
        self, ranked: Sequence[RankedAnswer], passages: Sequence[Passage], max_answers: int
    ) -> tuple[tuple[GivenAnswer, ...], bool]:
        """(The answers to return, best first; whether documents contradict each other in them).

        With max_answers=2 and ranked = [A, B, C, D], where D contradicts A: D comes right after A, so (A, D), True.
        With max_answers=1 it is the same: a contradiction is shown even if it exceeds the limit.
        """
        confident = _confident(ranked, self.builder.threshold, self.further)
        if not confident:
            return (), False
        best, *against = self._disagreeing(ranked, passages)
        first = self.builder.build(best)
        rivals = [each for each in map(self.builder.build, against) if contradicts(first, each)]
        limit = max(max_answers, 1 + len(rivals))
        others = [answer for answer in confident if answer not in (best, *against)]
        further = map(self.builder.build, others if limit > 1 + len(rivals) else [])
        answers = without_repeats([first, *(replace(each, contradicts=True) for each in rivals), *further])
        return tuple(answers[:limit]), bool(rivals) and len(answers) > 1

    def _disagreeing(self, ranked: Sequence[RankedAnswer], passages: Sequence[Passage]) -> list[RankedAnswer]:
        builder = self.builder
        return disagreeing(
            builder.question, ranked, passages, builder.threshold, builder.document, builder.language, self.compare
        )

    def candidate(self, passages: Sequence[Passage], readings: Mapping[int, Reading]) -> GivenAnswer | None:
        """The first answer if only the passages that `readings` names had been retrieved."""
        ranked = self.ranked(passages, readings)
        return next(map(self.builder.build, _confident(ranked, self.builder.threshold, self.further)), None)

    def ranked(self, passages: Sequence[Passage], readings: Mapping[int, Reading]) -> list[RankedAnswer]:
        """All answers in the passages that `readings` names by their indices."""
        read, builder = sorted(readings), self.builder
        return rank(
            [passages[i] for i in read],
            [readings[i] for i in read],
            self.calibration,
            builder.language,
            builder.question,
            self.compare,
        )


def _confident(ranked: Sequence[RankedAnswer], threshold: float, further: float) -> list[RankedAnswer]:
    """The best answer if it reaches `threshold`, with the others that reach their own, lower one; else nothing."""
    if not ranked or not ranked[0].is_sure(threshold):
        return []
    return [ranked[0], *(answer for answer in ranked[1:] if answer.is_sure(min(MIN_FURTHER_CONFIDENCE, further)))]


def _answer_id(question: str, where: Filter, answers: Sequence[GivenAnswer], index_version: int) -> str:
    """A digest of question, filter, citations and version, cut to 16 hexadecimal digits.

    That is enough to tell apart all answers that people give feedback on.
    """
    places = [[(c.document_id, c.start, c.end) for c in answer.citations] for answer in answers]
    parts = [question, where.collection, where.document_ids, sorted(where.metadata.items()), index_version, places]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _reason(passages: Sequence[Passage], ranked: Sequence[RankedAnswer], nearest: Nearest | None) -> Reason:
    """Why a question has no answer. What is likely, or preferred to no answer by the reader, is only too unsure."""
    if not passages:
        return Reason.NOTHING_RETRIEVED
    found = bool(ranked) and ranked[0].candidates[0].margin > 0
    return Reason.BELOW_THRESHOLD if found or (nearest and nearest.likely) else Reason.READER_NULL


def _shown(passages: Sequence[Passage], is_read: Sequence[bool]) -> tuple[ReadPassage, ...]:
    """The passages as an `Answer` shows them, with rounded scores."""
    return tuple(
        ReadPassage(
            passage.document_id,
            passage.start,
            passage.end,
            passage.text,
            score=round(passage.signal(FUSED), 6),
            dense=round(passage.signal(DENSE), 6),
            bm25=round(passage.signal(BM25), 6),
            read=read,
        )
        for passage, read in zip(passages, is_read, strict=True)
    )


def _milliseconds(since: float, until: float) -> float:
    return round(1000 * (until - since), 2)
