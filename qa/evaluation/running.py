"""Ask a system every question, several at a time if wanted, and put the results together; a stopped run goes on."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from index.errors import DatasetError
from qa.evaluation.checkpoint import Checkpoint
from qa.evaluation.datasets.dataset import Dataset, Problem, Question
from qa.evaluation.metrics import metrics
from qa.evaluation.results import FORMAT, Results
from qa.evaluation.rows import Row
from qa.evaluation.scoring import STAGES, UNASKABLE, judge
from qa.evaluation.systems import System

MAX_EXAMPLES = 20


def evaluate(
    dataset: Dataset,
    system: System,
    *,
    mode: str,
    min_confidence: float,
    concurrency: int,
    checkpoint: Path,
    restart: bool,
) -> Results:
    """The results of asking `system` all questions, `concurrency` at a time, in `mode` open or reading.

    Rows are kept at `checkpoint` as they come, and a run that was stopped goes on from there. Raises ResultsError
    if another run's rows are there, unless `restart`, and DatasetError if a question can't be asked in this mode.
    """
    if mode == "reading":
        _require_documents(dataset)
    described = {**system.describe(), "min_confidence": min_confidence}
    identity = {
        "dataset": dataset.sha256,
        "questions": [len(dataset.questions), dataset.of, dataset.seed],
        "mode": mode,
        "subject": described,
    }
    with Checkpoint(checkpoint, identity, restart=restart) as kept:
        problems = [*dataset.problems, *system.prepare(dataset)]
        remaining = [question for question in dataset.questions if question.id not in kept.rows]

        def row(question: Question) -> Row:
            began = time.perf_counter()
            reply = system.ask(question)
            latency = 1000 * (time.perf_counter() - began)
            return judge(question, reply, system.chunks, min_confidence=min_confidence, latency_ms=latency)

        kept.begin()
        with tqdm(
            total=len(dataset.questions),
            initial=len(kept.rows),
            desc="asking",
            unit="question",
            leave=False,
            disable=None,
        ) as bar:
            for finished in _each(row, remaining, concurrency):
                kept.add(finished)
                bar.update()
        rows = [kept.rows[question.id] for question in dataset.questions]
        problems += _unaskable(rows)
        return Results(
            format=FORMAT,
            dataset=_described(dataset, mode, problems),
            subject=described,
            started=kept.started,
            seconds=round(kept.seconds, 3),
            concurrency=concurrency,
            metrics=metrics(rows, mode=mode, lost_gold=dataset.lost_gold, seconds=kept.seconds),
            misses={stage: sum(row.missed == stage for row in rows) for stage in STAGES},
            rows=tuple(rows),
        )


def _each(work: Callable[[Question], Row], questions: Sequence[Question], concurrency: int) -> Iterator[Row]:
    """The rows as they come; after an error, or a stop, what is under way is finished and nothing more begun."""
    if concurrency == 1:
        yield from map(work, questions)
        return
    coming = iter(questions)
    with ThreadPoolExecutor(concurrency, "evaluating") as pool:
        under_way: set[Future[Row]] = {pool.submit(work, question) for question in islice(coming, concurrency)}
        while under_way:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            under_way |= {pool.submit(work, question) for question in islice(coming, len(done))}
            for future in done:
                yield future.result()


def _require_documents(dataset: Dataset) -> None:
    known = {document.id for document in dataset.documents}
    for question in dataset.questions:
        if question.document_id not in known:
            raise DatasetError(
                f"The question {question.id!r} comes without its document, which --mode reading gives to the reader: "
                "use --mode open, or a dataset that names every question's document."
            )


def _unaskable(rows: Sequence[Row]) -> list[Problem]:
    message = (
        "The question can't be asked as it is, for it is too long or not valid Unicode: it counts as not answered."
    )
    return [Problem("unaskable_questions", row.id, message) for row in rows if row.reason == UNASKABLE]


def _described(dataset: Dataset, mode: str, problems: Sequence[Problem]) -> dict[str, Any]:
    return {
        "name": dataset.name,
        "path": dataset.path,
        "sha256": dataset.sha256,
        "format": dataset.format,
        "mode": mode,
        "documents": len(dataset.documents),
        "questions": len(dataset.questions),
        "answerable": sum(question.answerable for question in dataset.questions),
        "of": dataset.of,
        "seed": dataset.seed,
        "problems": dict(Counter(problem.kind for problem in problems)),
        "problem_examples": [asdict(problem) for problem in problems[:MAX_EXAMPLES]],
    }
