"""A question → an `Answer`: retrieve, read, rank, cite, all on one view of the index."""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from index.errors import MismatchError
from index.language.base import Language
from index.language.english import ENGLISH
from index.retrieval.dense import DENSE
from index.retrieval.fusion import FUSED
from index.retrieval.lexical import BM25
from index.retrieval.passages import Passage
from index.retrieval.retriever import Retriever
from index.retrieval.spelling import spelled
from index.storage.base import Filter, Store, View
from index.storage.principals import Principal
from qa.answering.answers import (
    Answer,
    Event,
    Found,
    GivenAnswer,
    Progress,
    ReadPassage,
    Reason,
    Retrieved,
    Status,
    Timings,
)
from qa.answering.calibration import MANIFEST_NAME, Calibration, FittedWith, chosen
from qa.answering.conflicts import disagreeing
from qa.answering.follow_up import rewrite
from qa.answering.giving import Giver, contradicts, without_repeats
from qa.answering.manners import reply_to
from qa.answering.nearest import nearest_of, said_of
from qa.answering.questions import Turn, checked, require_unicode
from qa.answering.ranking import MIN_FURTHER_CONFIDENCE, RankedAnswer, rank
from qa.reading.reader import Reader
from qa.reading.spans import Reading

log = logging.getLogger(__name__)


class Answerer:
    """Answers questions from one data file. Safe to share between threads.

    `min_confidence` in [0, 1]: if the best answer is below it, there is none; None is what the calibration says. The
    calibration is the one kept with the index, if there is one, else the shipped one. Where it was fitted with another
    reader, embedder, retrieval or chunking than there are, answers have no confidence, and are given where the reader
    prefers their span to there being no answer; documents are then never said to disagree. A warning is logged once.
    """

    def __init__(
        self,
        store: Store,
        retriever: Retriever,
        reader: Reader,
        *,
        min_confidence: float | None,
        language: Language = ENGLISH,
    ) -> None:
        self._store = store
        self._retriever = retriever
        self._reader = reader
        self._min_confidence = min_confidence
        self._language = language
        self._warned: set[str] = set()

    def ask(
        self,
        principal: Principal,
        question: str,
        where: Filter,
        *,
        top_k: int,
        max_answers: int,
        min_confidence: float | None = None,
        history: Sequence[Turn] = (),
        proceed: Callable[[int], None] | None = None,
    ) -> Answer:
        """Read the best `top_k` passages that `where` admits, and give up to `max_answers` answers (both ≥ 1).

        `principal` is who asks: what they may not see has no part in it.

        `history`: earlier turns of the conversation, oldest first, for a question that leans on them.
        `min_confidence` in [0, 1] holds for this question instead of the answerer's; then further answers are given
        down to it too, where it is below MIN_FURTHER_CONFIDENCE. Without a calibration it is passed over.
        Answers on which documents disagree are all given, however few were asked for.
        `proceed` is called wherever there is more to read, with the number of passages read; what it raises ends it.
        Raises QuestionError for a blank or too long question, NotFoundError for an unknown document in `where`.
        """
        with self._store.view(principal) as view:
            asked = self._asked(view, question, where, top_k, min_confidence, history)
            if proceed:
                proceed(0)
            for read in asked.batches():
                if proceed:
                    proceed(read)
            return asked.answer(max_answers)

    def stream(
        self,
        principal: Principal,
        question: str,
        where: Filter,
        *,
        top_k: int,
        max_answers: int,
        min_confidence: float | None = None,
        history: Sequence[Turn] = (),
        candidates: bool = True,
    ) -> Generator[Event, None, None]:
        """Ask, and tell what is found on the way: the passages at once, how far they are read, and last the Answer.

        With `candidates`, the best answer so far too, whenever it is sure enough to be given and surer than the one
        before; what is read later may make it less so. Closed early, it reads no further batch. Raises as `ask` does,
        at the first event.
        """
        with self._store.view(principal) as view:
            asked = self._asked(view, question, where, top_k, min_confidence, history)
            yield Retrieved(_public(asked.passages), view.version, asked.asked_as)
            surest = 0.0
            for read in asked.batches():
                yield Progress(read, len(asked.passages))
                candidate = asked.candidate() if candidates else None
                if candidate and candidate.confidence is not None and candidate.confidence > surest:
                    surest = candidate.confidence
                    yield candidate
            answer = asked.answer(max_answers)
        yield answer

    def _asked(
        self,
        view: View,
        question: str,
        where: Filter,
        top_k: int,
        min_confidence: float | None,
        history: Sequence[Turn],
    ) -> "_Asked":
        """A question with the passages that are going to be read for it."""
        began = time.perf_counter()
        question = checked(question)
        calibration = self._calibration(view)
        reply = reply_to(question)
        meant = _Meant(question, question) if reply else self._meant(view, question, where, history)
        passages = [] if reply else self._retriever.retrieve(view, meant.searched, where, top_k)
        least = self._least(calibration, min_confidence)
        further = MIN_FURTHER_CONFIDENCE if min_confidence is None else min_confidence
        documents = _Documents(view, where.collection)
        giver = Giver(meant.read, where.collection, self._language, least, documents.get, documents.has_original)
        judge = _Judge(giver, where, calibration, further)
        asked_as = None if meant.searched == question else meant.searched
        return _Asked(judge, self._reader, passages, asked_as, view.version, reply, began, time.perf_counter())

    def _meant(self, view: View, question: str, where: Filter, history: Sequence[Turn]) -> "_Meant":
        """With the earlier questions that it leans on, and without mistyped words."""
        searched = rewrite(question, history, self._language) or question
        require_unicode(searched, "An earlier question")
        right = self._retriever.spellings(view, searched, where)
        return _Meant(spelled(searched, right), spelled(question, right))

    def consider(
        self, principal: Principal, question: str, where: Filter, *, top_k: int, history: Sequence[Turn] = ()
    ) -> tuple[list[Passage], list[Reading]]:
        """The best `top_k` passages and what the reader makes of each, unranked. Raises as `ask` does."""
        question = checked(question)
        with self._store.view(principal) as view:
            meant = self._meant(view, question, where, history)
            passages = self._retriever.retrieve(view, meant.searched, where, top_k)
        texts, contexts = [passage.text for passage in passages], [passage.context for passage in passages]
        return passages, self._reader.read(meant.read, texts, contexts)

    def fitted_with(self, view: View) -> FittedWith:
        """What a calibration of the answers from this version of the index is fitted with."""
        signature = view.signature
        return FittedWith(
            reader=self._reader.sha256,
            embedder=signature.embedder_sha256,
            retrieval=self._retriever.describe(),
            chunking=signature.chunking,
        )

    def _calibration(self, view: View) -> Calibration | None:
        """The one that holds for this index and these models; None, with a warning the first time, if none does."""
        kept = view.manifest(MANIFEST_NAME)
        try:
            return chosen(None if kept is None else str(kept), self.fitted_with(view))
        except MismatchError as error:
            if str(error) not in self._warned:
                self._warned.add(str(error))
                log.warning("Answers have no confidence. %s Fit one with `quoth calibrate FILE`.", error)
            return None

    def _least(self, calibration: Calibration | None, for_this_question: float | None) -> float:
        """The confidence from which an answer is given: this question's, else as set, else as fitted."""
        if for_this_question is not None:
            return for_this_question
        if self._min_confidence is not None:
            return self._min_confidence
        return 0.0 if calibration is None else calibration.threshold

    def search(self, principal: Principal, question: str, where: Filter, *, top_k: int) -> Found:
        """The best `top_k` passages, unread. Raises as `ask` does."""
        with self._store.view(principal) as view:
            meant = self._meant(view, checked(question), where, ())
            passages = self._retriever.retrieve(view, meant.searched, where, top_k)
            return Found(_public(passages), view.version)


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a question is taken for: `searched` may begin with earlier questions, `read` is the question alone."""

    searched: str
    read: str


class _Documents:
    """The documents of a collection, each read once: several answers often stand in one."""

    def __init__(self, view: View, collection: str) -> None:
        self.get = cache(lambda document_id: view.document(document_id, collection))
        self.has_original = cache(lambda document_id: view.original_sha256(document_id, collection) is not None)


@dataclass(slots=True)
class _Asked:
    """One question while it is answered. `readings` are by the number of the passage; `began` and `retrieved` are
    times by `time.perf_counter`. `reply` is what is said to a greeting, which is no question.
    """

    judge: "_Judge"
    reader: Reader
    passages: Sequence[Passage]
    asked_as: str | None
    index_version: int
    reply: str | None
    began: float
    retrieved: float
    readings: dict[int, Reading] = field(default_factory=dict)

    def batches(self) -> Iterator[int]:
        """Read all passages; tells after each batch but the last how many have been read."""
        texts, contexts = [passage.text for passage in self.passages], [passage.context for passage in self.passages]
        for batch in self.reader.read_in_batches(self.judge.giver.question, texts, contexts):
            self.readings |= batch
            if len(self.readings) < len(self.passages):
                yield len(self.readings)

    def candidate(self) -> GivenAnswer | None:
        """What would be given first if nothing but what is read so far had been found."""
        return self.judge.candidate(self.passages, self.readings)

    def answer(self, max_answers: int) -> Answer:
        """The answer, once all passages have been read."""
        read = time.perf_counter()
        judge, passages = self.judge, self.passages
        giver = judge.giver
        ranked = rank(passages, [self.readings[i] for i in range(len(passages))], judge.calibration, giver.language)
        given, conflict = judge.answers(ranked, max_answers)
        nearest = None if given else nearest_of(giver.question, passages, ranked, giver.least, giver.document)
        no_reason = Reason.GREETING if self.reply else _why_not(passages, ranked)
        return Answer(
            id=_identity(self.asked_as or giver.question, judge.where, given, self.index_version),
            asked_as=self.asked_as,
            status=Status.ANSWERED if given else Status.NO_ANSWER,
            reason=None if given else no_reason,
            conflict=conflict,
            answers=given,
            passages=_public(passages),
            index_version=self.index_version,
            timings_ms=Timings(
                retrieve=_milliseconds(self.began, self.retrieved),
                read=_milliseconds(self.retrieved, read),
                total=_milliseconds(self.began, time.perf_counter()),
            ),
            nearest=nearest,
            message=None if given else self.reply or said_of(nearest),
        )


@dataclass(frozen=True, slots=True)
class _Judge:
    """Which of the ranked answers to one question are given: the best from what `giver` calls enough, others from
    `further` on.
    """

    giver: Giver
    where: Filter
    calibration: Calibration | None
    further: float

    def answers(self, ranked: Sequence[RankedAnswer], max_answers: int) -> tuple[tuple[GivenAnswer, ...], bool]:
        """What is given, and whether documents disagree on it."""
        sure = _sure(ranked, self.giver.least, self.further)
        if not sure:
            return (), False
        first = self.giver.give(sure[0])
        rivals = [rival for rival in self._rivals(ranked) if contradicts(first, self.giver.give(rival))]
        others = [answer for answer in sure[1:] if answer not in rivals]
        most = max(max_answers, 1 + len(rivals))
        wanted = [*rivals, *(others if most > 1 + len(rivals) else [])]
        given = without_repeats([first, *map(self.giver.give, wanted)])
        return tuple(given[:most]), bool(rivals) and len(given) > 1

    def _rivals(self, ranked: Sequence[RankedAnswer]) -> list[RankedAnswer]:
        giver = self.giver
        return disagreeing(giver.question, ranked, giver.least, lambda name: giver.document(name).title, giver.language)

    def candidate(self, passages: Sequence[Passage], readings: Mapping[int, Reading]) -> GivenAnswer | None:
        """What would be given first if nothing but the passages of these numbers had been found."""
        read = sorted(readings)
        ranked = rank([passages[i] for i in read], [readings[i] for i in read], self.calibration, self.giver.language)
        return next(map(self.giver.give, _sure(ranked, self.giver.least, self.further)), None)


def _sure(ranked: Sequence[RankedAnswer], least: float, further: float) -> list[RankedAnswer]:
    """The best answer if it is sure enough, and the further ones that aren't negligible beside it."""
    if not ranked or not ranked[0].is_sure(least):
        return []
    return [ranked[0], *(answer for answer in ranked[1:] if answer.is_sure(min(MIN_FURTHER_CONFIDENCE, further)))]


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
        ReadPassage(
            passage.document_id,
            passage.start,
            passage.end,
            passage.text,
            score=round(passage.signal(FUSED), 6),
            dense=round(passage.signal(DENSE), 6),
            bm25=round(passage.signal(BM25), 6),
        )
        for passage in passages
    )


def _milliseconds(since: float, until: float) -> float:
    return round(1000 * (until - since), 2)
