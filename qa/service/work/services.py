"""What the routes work with: a thread, and a queue in front of it, each for questions, for parsing and for writing, so
that the event loop is always free.
"""

import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from threading import Event as Flag
from typing import TypeVar

from fastapi import Request

from index.errors import BusyError
from qa.answering.answers import Answer, Event, Progress
from qa.assembly import Engine
from qa.service.observability import request_log
from qa.service.observability.metrics import Metrics
from qa.service.work.admission import AdmissionQueue, Slot
from qa.service.work.disconnect import unless_disconnected
from qa.service.work.streaming import from_thread, last_of

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Services:
    """One thread asks, so that torch has all cores for a question; another writes, and a third waits
    for the process that parses.

    In front of each is a queue. Questions that wait aren't read together in one batch, for one alone keeps the cores
    busy: two together take as long as one after the other.
    """

    engine: Engine
    asking: AdmissionQueue
    parsing: AdmissionQueue
    writing: AdmissionQueue
    metrics: Metrics
    started: int = field(default_factory=lambda: int(time.time()))
    stopping: Flag = field(default_factory=Flag)  # set when the server is told to end

    @classmethod
    def over(cls, engine: Engine, metrics: Metrics) -> "Services":
        """With queues as the settings have them."""
        settings = engine.settings
        seconds = settings.deadline_seconds
        asking = AdmissionQueue("questions", "QUOTH_MAX_WAITING", settings.max_waiting, seconds, metrics)
        parsing = AdmissionQueue("files", "QUOTH_MAX_WRITES", settings.max_writes, seconds, metrics)
        writing = AdmissionQueue("writes", "QUOTH_MAX_WRITES", settings.max_writes, seconds, metrics)
        return cls(engine, asking, parsing, writing, metrics)

    async def answer(
        self, request: Request, work: Callable[[Slot], Generator[object, None, None]], kind: type[_Result]
    ) -> _Result:
        """What is asked for, the one of this kind that `work` yields; given up when it is late or the client leaves."""
        return await unless_disconnected(request, last_of(from_thread(self.asking.enter, work), kind))

    def asked(self, question: str, answer: Answer) -> None:
        """Have one question counted, and told in the log."""
        self.metrics.asked(answer)
        request_log.answered(question, answer)

    def watched(
        self, question: str, events: Generator[Event, None, None], slot: Slot, *, whole: bool = False
    ) -> Generator[Event, None, None]:
        """A question's events, counted. Raises BusyError where there is more to read and its time has run out or,
        unless it is `whole`, the service is being stopped.
        """
        read = 0
        with closing(events):
            try:
                for each in events:
                    if isinstance(each, Answer):
                        self.asked(question, each)
                    else:
                        self._require_more(slot, whole=whole)
                    if isinstance(each, Progress):
                        read = each.read
                    yield each
            except (GeneratorExit, BusyError):
                self.metrics.left(read)
                raise

    def _require_more(self, slot: Slot, *, whole: bool) -> None:
        slot.require_time()
        if self.stopping.is_set() and not whole:
            raise BusyError("The service is being stopped, and hadn't read everything yet: ask again.")

    def close(self) -> None:
        """Finish what was let in, then close the data file."""
        self.asking.close()
        self.parsing.close()
        self.writing.close()
        self.engine.close()
