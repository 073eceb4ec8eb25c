"""What insights cost: the data of the page over many kept questions, and noting a question while it is answered.

    python tests/benchmarks/insights.py                      100,000 questions of thirty days, with their words
    python tests/benchmarks/insights.py --questions 10000 --url postgresql://…?schema=bench

Questions are made of words of a fixed list, so that some come again, and are embedded as random vectors around a few
hundred topics. `page` is what /insights asks for, one after the other: figures, and the groups of what wasn't answered;
it is timed in the process, without HTTP; `cpu_ms` is the processor's time, which a machine that others use changes less.
`suggesting` is what is suggested for a word's first letters: looked up anew, and once it is looked up.
`noting` is `QuestionKeeper.keep`, while the keeper writes to the same store.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from common import milliseconds, report, seconds
from numpy.typing import NDArray

from index.chunking import Chunk
from index.documents import Document
from index.questions import AskedQuestion
from index.signature import Signature
from index.storage.base import Store
from index.storage.principals import SEES_ALL
from index.stores import create_store, url_of_folder
from qa.answering.answers import Answer, Reason, Status, Timings
from qa.insights.keeping import QuestionKeeper
from qa.insights.report import groups_of, insights_of, period_of
from qa.insights.suggesting import Suggester
from qa.service.routes.insights import Keeping, _figures, _groups

DIMENSION, DOCUMENTS, TOPICS, DAYS = 384, 1000, 300, 30
SIGNATURE = Signature("bench", "0" * 64, DIMENSION, 128, 32)
WORDS = [
    "how",
    "when",
    "where",
    "who",
    "what",
    "ferry",
    "office",
    "leave",
    "pay",
    "boiler",
    "honey",
    "bread",
    "rules",
    "night",
    "key",
    "door",
    "ticket",
    "fine",
]


def fill(store: Store, count: int) -> None:
    """Documents, and questions of the last thirty days about them; two in five have no answer."""
    pick = random.Random(1)  # noqa: S311  # questions, not secrets
    noise = np.random.default_rng(1)
    vectors = noise.standard_normal((TOPICS, DIMENSION)).astype(np.float32)
    one = np.eye(1, DIMENSION, dtype=np.float32)
    for number in range(DOCUMENTS):
        text = f"Document {number} is about nothing."
        store.put(Document(f"d{number}", f"Document {number}", text), [Chunk(0, len(text))], one, "default")
    began = datetime.now(UTC) - timedelta(days=DAYS - 1)
    for first in range(0, count, 1000):
        batch = []
        for number in range(first, min(count, first + 1000)):
            topic = pick.randrange(TOPICS)
            vector = vectors[topic] + noise.standard_normal(DIMENSION).astype(np.float32) / 2
            answered = pick.random() < 0.6
            batch.append(
                AskedQuestion(
                    asked=(began + timedelta(days=(DAYS - 1) * number / count)).isoformat(timespec="minutes"),
                    collection="default",
                    outcome=("answered" if pick.random() < 0.7 else "unsure") if answered else "unanswered",
                    reason=None if answered else "reader_null",
                    confidence=0.6 if answered else None,
                    document_ids=(f"d{int(pick.paretovariate(0.6)) % DOCUMENTS}",) if answered else (),
                    index_version=DOCUMENTS,
                    milliseconds=10 * pick.randrange(8, 60),
                    answer_id=f"{number:016x}",
                    text=" ".join([*pick.choices(WORDS, k=7), str(topic)]),
                    vector=vector / np.linalg.norm(vector),
                )
            )
        store.keep_questions(batch)


def page(store: Store) -> Callable[[], tuple[bytes, bytes]]:
    """What the page asks for, as the routes answer it."""

    def asked() -> tuple[bytes, bytes]:
        period = period_of(None, None)
        with store.view(SEES_ALL) as view:
            figures = _figures(insights_of(view, period), Keeping(days=30, word_days=30))
        with store.view(SEES_ALL) as view:
            groups = _groups(groups_of(view, period.which(outcome="unanswered"), 50))
        return figures.model_dump_json().encode(), groups.model_dump_json().encode()

    return asked


def suggesting(store: Store, rounds: int) -> dict[str, Any]:
    """What it takes to suggest questions for somebody who types; each first look-up is of a suggester of its own."""

    def suggested(suggester: Suggester) -> float:
        return seconds(lambda: suggester.suggest(SEES_ALL, "default", "when fer"))

    suggester = Suggester(store, least=3)
    suggested(suggester)
    return {
        "looked_up": milliseconds([suggested(Suggester(store, least=3)) for _ in range(rounds)]),
        "again": milliseconds([suggested(suggester) for _ in range(rounds)]),
    }


def noting(store: Store, rounds: int) -> list[float]:
    """Seconds of each call that notes a question."""

    def embed(questions: Sequence[str]) -> NDArray[np.float32]:
        return np.tile(np.eye(1, DIMENSION, dtype=np.float32), (len(questions), 1))

    answer = Answer("0" * 16, None, Status.NO_ANSWER, Reason.READER_NULL, False, (), (), 1, Timings(1, 2, 3))
    keeper = QuestionKeeper(store, embed, 30, 30, lambda *_: None)
    try:
        return [seconds(lambda: keeper.keep("How far is it?", "default", answer)) for _ in range(rounds)]
    finally:
        keeper.close()


def main() -> None:
    """Measure, and print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--url", help="store to fill, one that isn't there yet [default: a data file]")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = create_store(options.url or url_of_folder(Path(folder)), SIGNATURE)
        try:
            fill(store, options.questions)
            ask = page(store)
            ask()
            cpu = time.process_time()
            times = [seconds(ask) for _ in range(options.rounds)]
            cpu = time.process_time() - cpu
            figures = {
                "questions": options.questions,
                "page": {**milliseconds(times), "cpu_ms": round(1000 * cpu / options.rounds, 2)},
                "page_kb": round(sum(map(len, ask())) / 1000),
                "suggesting": suggesting(store, options.rounds),
                "noting": milliseconds(noting(store, 5_000)),
                "data_mb": {name: round(size / 1e6) for name, size in store.sizes_on_disk().items()},
            }
            report(figures)
        finally:
            store.close()


if __name__ == "__main__":
    main()
