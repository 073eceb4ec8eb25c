"""Keeps questions that were asked: they are noted at once, and written by a thread of its own a moment later.

Nothing of who asks is looked at: no address, key or token. Without permission to keep words, neither the question nor
its vector, from which words could be guessed, is stored. What has been noted and not written yet is lost if the process
is killed: the questions of the last FLUSH_SECONDS.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.counting import many
from index.errors import BusyError, QuothError
from index.questions import ALL_QUESTIONS, AskedQuestion, Outcome, WhichQuestions
from index.storage.base import Store
from qa.answering.answers import Answer, Reason

UNSURE_BELOW = 0.5  # the confidence below which the pages and the widget call an answer unsure
FLUSH_SECONDS = 3.0
MAX_NOTED = 10_000  # questions that wait to be written; further ones are lost
_BATCH = 500  # questions in one transaction
_PURGE_SECONDS = 3600.0

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Questions → their vectors, (questions, dimension)."""
Count = Callable[[Literal["kept", "lost"], int], None]

log = logging.getLogger(__name__)


def asked_question(question: str, collection: str, answer: Answer, *, with_words: bool) -> AskedQuestion:
    """What is kept of a question that was answered just now, as yet without a vector.

    The time is cut to the minute, and how long it took to two digits (173 ms is kept as 170), so that they identify no
    visit that another source knows of.
    """
    first = answer.answers[0] if answer.answers else None
    return AskedQuestion(
        asked=datetime.now(UTC).isoformat(timespec="minutes"),
        collection=collection,
        outcome=outcome_of(answer),
        reason=None if answer.reason is None else str(answer.reason),
        confidence=first.confidence if first else None,
        document_ids=tuple(dict.fromkeys(citation.document_id for citation in first.citations)) if first else (),
        index_version=answer.index_version,
        milliseconds=int(float(f"{answer.timings_ms.total:.1e}")),
        answer_id=answer.id,
        text=question if with_words else None,
    )


def outcome_of(answer: Answer) -> Outcome:
    """What became of a question. An answer without a confidence counts as answered."""
    if answer.reason == Reason.GREETING:
        return "greeting"
    if not answer.answers:
        return "unanswered"
    confidence = answer.answers[0].confidence
    return "unsure" if confidence is not None and confidence < UNSURE_BELOW else "answered"


class QuestionKeeper:
    """Keeps questions in a store for `days`, and their words, embedded, for `word_days`; with None it keeps no words.

    It removes older ones when it starts and every hour. `count` is called with how many were kept, or were lost
    because too many waited or they couldn't be written. `close` writes what has been noted.
    """

    def __init__(self, store: Store, embed: Embed, days: int, word_days: int | None, count: Count) -> None:
        self._store = store
        self._embed = embed
        self._days = days
        self._word_days = word_days
        self._count = count
        self._noted: deque[AskedQuestion] = deque()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="kept questions", daemon=True)
        self._thread.start()

    def keep(self, question: str, collection: str, answer: Answer) -> None:
        """Note a question; it is written a moment later."""
        if len(self._noted) >= MAX_NOTED:
            self._count("lost", 1)
            return
        self._noted.append(asked_question(question, collection, answer, with_words=self._word_days is not None))

    def close(self) -> None:
        """Write what has been noted, and stop."""
        self._stopping.set()
        self._thread.join()
        if self._noted:  # another process has been writing all the while
            self._count("lost", len(self._noted))
            log.warning("%s could not be kept: the store was busy.", many(len(self._noted), "question"))

    def _run(self) -> None:
        purged = float("-inf")
        while True:
            stopping = self._stopping.is_set()  # looked at first, so that all that was noted before is written
            if not stopping and time.monotonic() - purged >= _PURGE_SECONDS:
                self._purge()
                purged = time.monotonic()
            self._write()
            if stopping:
                return
            self._stopping.wait(FLUSH_SECONDS)

    def _write(self) -> None:
        """Write all that has been noted, in batches; what can't be written now is left for the next time."""
        while self._noted:
            batch = [self._noted.popleft() for _ in range(min(_BATCH, len(self._noted)))]
            try:
                self._store.keep_questions(self._with_vectors(batch))
            except BusyError:
                self._noted.extendleft(reversed(batch))
                return
            except QuothError as error:
                self._count("lost", len(batch))
                log.warning("%s could not be kept (%s).", many(len(batch), "question"), error.kind)
            else:
                self._count("kept", len(batch))

    def _with_vectors(self, batch: list[AskedQuestion]) -> list[AskedQuestion]:
        texts = list(dict.fromkeys(one.text for one in batch if one.text is not None and one.outcome != "greeting"))
        vectors = dict(zip(texts, self._embed(texts), strict=True)) if texts else {}
        return [replace(one, vector=vectors.get(one.text or "")) for one in batch]

    def _purge(self) -> None:
        try:
            purge(self._store, self._days, self._word_days)
        except QuothError as error:
            log.warning("Questions that are too old could not be removed (%s).", error.kind)


def purge(store: Store, days: int, word_days: int | None) -> int:
    """Remove questions asked more than `days` days ago, and words of those asked more than `word_days` days ago.

    Without `word_days` all words are removed. Returns the number of questions removed.
    """
    removed = store.forget_questions(WhichQuestions(until=_day(days)))
    words = ALL_QUESTIONS if word_days is None else WhichQuestions(until=_day(word_days))
    store.forget_questions(words, only_words=True)
    return removed


def _day(ago: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days=ago)).isoformat()
