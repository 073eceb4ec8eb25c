"""What the routes work with: threads, and a queue in front of them, each for questions, for parsing and for writing, so
that the event loop is always free.
"""

import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from threading import Event as Flag
from typing import TypedDict

from index.errors import BusyError
from index.storage.base import Filter
from index.storage.principals import Principal
from qa.answering.answers import Answer, Event, Progress
from qa.answering.questions import Turn
from qa.assembly import Engine
from qa.insights.keeping import QuestionKeeper
from qa.insights.suggesting import Suggester
from qa.service.observability import request_log
from qa.service.observability.metrics import Metrics
from qa.service.work.admission import AbandonedError, AdmissionQueue, Slot, queue_of_questions


class Options(TypedDict, total=False):
    """Options of a question, as `Engine.ask` takes them."""

    top_k: int | None
    max_answers: int
    min_confidence: float | None
    history: Sequence[Turn]


@dataclass(frozen=True, slots=True)
class Services:
    """A thread asks for each reader, one where there is no pool of them, so that a question has all cores; another
    writes, and a third waits for the process that parses.

    In front of each is a queue. Questions that wait aren't read together in one batch, for one alone keeps the cores
    busy: two together take as long as one after the other.
    """

    engine: Engine
    asking: AdmissionQueue
    parsing: AdmissionQueue
    writing: AdmissionQueue
    metrics: Metrics
    keeper: QuestionKeeper | None = None  # of questions that were asked, if the settings keep them
    suggester: Suggester | None = None  # of questions that were asked, if the settings allow it
    started: int = field(default_factory=lambda: int(time.time()))
    stopping: Flag = field(default_factory=Flag)  # set when the server begins to stop

    @classmethod
    def over(cls, engine: Engine, metrics: Metrics) -> "Services":
        """The services of an engine, with queues of the sizes in its settings."""
        settings = engine.settings
        seconds = settings.deadline_seconds
        asking = queue_of_questions(settings, metrics, settings.workers)
        parsing = AdmissionQueue("files", "QUOTH_MAX_WRITES", settings.max_writes, seconds, metrics)
        writing = AdmissionQueue("writes", "QUOTH_MAX_WRITES", settings.max_writes, seconds, metrics)
        return cls(engine, asking, parsing, writing, metrics, _keeper_of(engine, metrics), _suggester_of(engine))

    def answer(self, slot: Slot, principal: Principal, question: str, where: Filter, options: Options) -> Answer:
        """Answer a question in the thread that reads, and count it.

        While there is more to read, raises BusyError if the deadline has passed, and AbandonedError if nobody waits for
        the answer any more.
        """
        read = 0

        def proceed(passages: int) -> None:
            nonlocal read
            read = passages
            slot.require_wanted()

        try:
            answer = self.engine.ask(principal, question, where, **options, proceed=proceed)
        except (AbandonedError, BusyError):
            self.metrics.left(read)
            raise
        self._asked(question, where.collection, answer)
        return answer

    def stream(
        self,
        slot: Slot,
        principal: Principal,
        question: str,
        where: Filter,
        options: Options,
        *,
        candidates: bool = True,
    ) -> Generator[Event, None, None]:
        """Like `answer`, but yield the events on the way, and last the Answer.

        Raises BusyError also if the service is being stopped while there is more to read. It is closed when nobody
        waits any more.
        """
        read = 0
        with closing(self.engine.stream(principal, question, where, **options, candidates=candidates)) as events:
            try:
                for each in events:
                    if isinstance(each, Answer):
                        self._asked(question, where.collection, each)
                    else:
                        slot.require_time()
                        self._require_running()
                    if isinstance(each, Progress):
                        read = each.read
                    yield each
            except (GeneratorExit, BusyError):
                self.metrics.left(read)
                raise

    def _asked(self, question: str, collection: str, answer: Answer) -> None:
        """Count one question, add it to the log line, and keep it if the settings do."""
        self.metrics.asked(answer)
        request_log.answered(question, answer)
        if self.keeper:
            self.keeper.keep(question, collection, answer)

    def _require_running(self) -> None:
        if self.stopping.is_set():
            raise BusyError("The service is being stopped, and hadn't read everything yet: ask again.")

    def close(self) -> None:
        """Finish the work in the queues, write the questions to keep, then close the store."""
        self.asking.close()
        self.parsing.close()
        self.writing.close()
        if self.keeper:
            self.keeper.close()
        self.engine.close()


def _keeper_of(engine: Engine, metrics: Metrics) -> QuestionKeeper | None:
    days, word_days = engine.settings.keep_questions, engine.settings.keep_question_text
    if days is None:
        return None
    return QuestionKeeper(engine.store, engine.embed_questions, days, word_days, metrics.questions_kept)


def _suggester_of(engine: Engine) -> Suggester | None:
    least = engine.settings.suggest_questions
    return None if least is None else Suggester(engine.store, least)
