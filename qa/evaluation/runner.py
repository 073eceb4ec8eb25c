"""Ask a system every question of a dataset and collect the results; a stopped run continues from its checkpoint."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from tqdm import tqdm

from index.errors import DatasetError, ResultsError
from qa.evaluation.datasets.dataset import Dataset, DatasetProblem, Question, problem_counts
from qa.evaluation.metrics import metrics
from qa.evaluation.results import FORMAT, Results, to_json
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
    """The results of asking `system` all questions, `concurrency` at a time, in `mode` "open" or "reading".

    Each row is written to the file `checkpoint` when it is done, and a stopped run continues from there. Raises
    ResultsError if the file holds rows of another run, unless `restart`, and DatasetError if a question can't be asked
    in this mode.
    """
    if mode == "reading":
        _require_documents(dataset)
    subject = {**system.describe(), "min_confidence": min_confidence}
    identity = {
        "dataset": dataset.sha256,
        "questions": [len(dataset.questions), dataset.of, dataset.seed],
        "mode": mode,
        "subject": subject,
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
            dataset=_dataset_summary(dataset, mode, problems),
            subject=subject,
            started=kept.started,
            seconds=round(kept.seconds, 3),
            concurrency=concurrency,
            metrics=metrics(rows, mode=mode, lost_gold=dataset.lost_gold, seconds=kept.seconds),
            misses={stage: sum(row.missed == stage for row in rows) for stage in STAGES},
            rows=tuple(rows),
        )


def _each(work: Callable[[Question], Row], questions: Sequence[Question], concurrency: int) -> Iterator[Row]:
    """The rows in the order they finish. After an error, questions under way are finished and no others begun."""
    if concurrency == 1:
        yield from map(work, questions)
        return
    waiting = iter(questions)
    with ThreadPoolExecutor(concurrency, "evaluating") as pool:
        under_way: set[Future[Row]] = {pool.submit(work, question) for question in islice(waiting, concurrency)}
        while under_way:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            under_way |= {pool.submit(work, question) for question in islice(waiting, len(done))}
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


def _unaskable(rows: Sequence[Row]) -> list[DatasetProblem]:
    message = (
        "The question can't be asked as it is, for it is too long or not valid Unicode: it counts as not answered."
    )
    return [DatasetProblem("unaskable_questions", row.id, message) for row in rows if row.reason == UNASKABLE]


def _dataset_summary(dataset: Dataset, mode: str, problems: Sequence[DatasetProblem]) -> dict[str, Any]:
    return {
        "name": dataset.name,
        "path": dataset.path,
        "sha256": dataset.sha256,
        "format": dataset.format,
        "mode": mode,
        "documents": None if dataset.served else len(dataset.documents),
        "questions": len(dataset.questions),
        "answerable": sum(question.answerable for question in dataset.questions),
        "of": dataset.of,
        "seed": dataset.seed,
        "problems": problem_counts(problems),
        "problem_examples": [asdict(problem) for problem in problems[:MAX_EXAMPLES]],
    }


class Checkpoint:
    """The finished `rows` of the run that `identity` describes, by question id, kept in a file of JSON lines.

    The first line holds the identity, each further one a row. Raises ResultsError if the file is another run's, unless
    `restart`, or if it can't be written.
    """

    def __init__(self, path: Path, identity: dict[str, Any], *, restart: bool) -> None:
        self._path = path
        self._identity = identity
        self.started = datetime.now(UTC).isoformat(timespec="seconds")
        self.rows: dict[str, Row] = {}
        self._before = 0.0
        self.begin()
        self._file = self._open(restart=restart)

    def __enter__(self) -> Self:
        """The checkpoint itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file, and delete it if it holds no rows. The caller deletes it once the results are written."""
        self._file.close()
        if not self.rows:
            self._path.unlink(missing_ok=True)

    def begin(self) -> None:
        """Start to count `seconds`, so that preparing isn't counted."""
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds that asking took, summed over all parts of the run."""
        return self._before + time.perf_counter() - self._began

    def add(self, row: Row) -> None:
        """Add a row and write it to the file at once."""
        self.rows[row.id] = row
        self._write({"seconds": self.seconds, "row": row})

    def _open(self, *, restart: bool) -> TextIO:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            lines = [] if restart or not self._path.exists() else self._whole_lines()
            if lines and self._restore(lines):
                return self._path.open("a", encoding="utf-8")
            file = self._path.open("w", encoding="utf-8")
        except OSError as error:
            raise ResultsError(f"{self._path} can't be written ({error.strerror}): name another --output.") from error
        self._file = file
        self._write({"run": self._identity, "started": self.started})
        return file

    def _whole_lines(self) -> list[str]:
        """The file's complete lines; a last line that was cut short is removed from the file."""
        data = self._path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) < len(data):
            with self._path.open("r+b") as file:
                file.truncate(len(whole))
        return whole.decode().split("\n")[:-1]

    def _restore(self, lines: list[str]) -> bool:
        """Read the rows of an earlier part of this run from `lines`; False if there are none."""
        try:
            header, *rows = map(json.loads, lines)
            if header["run"] and not rows:
                return False
            if header["run"] != json.loads(json.dumps(self._identity)):
                raise ResultsError(
                    f"{self._path} has {len(rows)} rows of another run (another dataset, system, mode or settings): "
                    "add --restart to begin anew, or name another --output."
                )
            self.started = header["started"]
            self.rows = {row.id: row for row in (Row.from_json(line["row"]) for line in rows)}
            self._before = rows[-1]["seconds"]
        except (ValueError, KeyError, TypeError) as error:
            raise ResultsError(f"{self._path} is damaged: add --restart to begin anew.") from error
        return True

    def _write(self, line: dict[str, Any]) -> None:
        try:
            self._file.write(to_json(line) + "\n")
            self._file.flush()
        except OSError as error:
            raise ResultsError(
                f"{self._path} can't be written ({error.strerror}): free some room, and go on."
            ) from error
