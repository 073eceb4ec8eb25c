"""One question of the results: what was asked, the right answers, what came back, and its scores.

A results file holds a row as a JSON object with these field names. `scoring.py` computes the scores.
"""

from collections.abc import Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from qa.evaluation.datasets.dataset import Gold

Floats = npt.NDArray[np.float64]

RIGHT_F1 = 0.5
"""An answer with at least this F1 counts as right, in every metric that asks for right or wrong."""


@dataclass(frozen=True, slots=True)
class Place:
    """The slice `[start, end)` of a document."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer that the reader found, with its citations, best first.

    `confidence` is in [0, 1], None without a calibration. `support` counts the documents that give this answer.
    `verdict` is the "yes" or "no" of a yes/no answer, `parts` are the items of a list answer.
    """

    text: str
    confidence: float | None
    support: int | None = None
    citations: tuple[Place, ...] = ()
    verdict: str | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that was retrieved: `text` is the slice `[start, end)` of its document, `score` its retrieval score.

    `read`: whether the reader read it; those that come too far behind the first aren't read.
    """

    document_id: str
    start: int
    end: int
    text: str
    score: float | None = None
    read: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """What a system returned for a question, best first. `refused`: the system didn't accept the question."""

    candidates: tuple[Candidate, ...] = ()
    passages: tuple[Passage, ...] = ()
    timings_ms: dict[str, float] | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A question with its outcome.

    `answer` is the answer shown to the user, "" if none was shown. `em` and `f1` in [0, 1] are its scores; `best_em`
    and `best_f1` are those of the first candidate, even if its confidence is below the threshold. All four are None
    where the dataset knows only the relevant documents. `confidence` is the first candidate's: 0 without a candidate,
    None without a calibration.

    `gold_rank` is the rank, from 1, of the first passage that holds a gold answer (or, if only documents are known,
    that comes from a gold document); None if no passage does. `missed` is the stage that lost the answer, None if it is
    right. `type` and `form` are the kinds of question and of answer that the dataset names. `verdict_right` and
    `parts_f1` score the first candidate of a yes/no question and of a list question.
    """

    id: str
    question: str
    answerable: bool
    golds: tuple[Gold, ...]
    gold_documents: tuple[str, ...]
    status: str
    reason: str | None
    answer: str
    candidates: tuple[Candidate, ...]
    passages: tuple[Passage, ...]
    em: float | None
    f1: float | None
    best_em: float | None
    best_f1: float | None
    confidence: float | None
    gold_rank: int | None
    missed: str | None
    latency_ms: float
    timings_ms: dict[str, float] | None
    gold_relevances: tuple[int, ...] = ()
    type: str | None = None
    form: str | None = None
    verdict_right: bool | None = None
    parts_f1: float | None = None

    @property
    def gold_read(self) -> bool:
        """Whether a passage that was read holds a gold answer; those that are read come before those that aren't."""
        return self.gold_rank is not None and all(each.read for each in self.passages[: self.gold_rank][-1:])

    @property
    def judged(self) -> bool:
        """Whether the dataset knows the answer, not only the relevant documents."""
        return self.f1 is not None

    @property
    def is_right(self) -> bool:
        """Whether the answer shown is right; showing none is right if the question has no answer."""
        return self.f1 is not None and self.f1 >= RIGHT_F1

    @property
    def first_is_right(self) -> bool:
        """Whether the first candidate is right, shown or not."""
        return self.answerable and self.best_f1 is not None and self.best_f1 >= RIGHT_F1

    @property
    def gold_absent(self) -> bool:
        """Whether no gold answer occurs in its document, so that no system could find it."""
        return bool(self.golds) and all(gold.absent for gold in self.golds)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The row from its object in a results file. Raises KeyError for a missing field, TypeError for a wrong one."""
        for field in fields(cls):
            if field.default is MISSING and field.name not in values:
                raise KeyError(field.name)
        candidates = [
            {**one, "citations": _all(Place, one["citations"]), "parts": tuple(one.get("parts", ()))}
            for one in values["candidates"]
        ]
        relevances = values.get("gold_relevances", [1] * len(values["gold_documents"]))
        return cls(
            **{
                **values,
                "golds": _all(Gold, values["golds"]),
                "gold_documents": tuple(values["gold_documents"]),
                "gold_relevances": tuple(relevances),
                "candidates": _all(Candidate, candidates),
                "passages": _all(Passage, values["passages"]),
            }
        )


def _all(kind: Any, values: Sequence[dict[str, Any]]) -> tuple[Any, ...]:  # noqa: ANN401  # any dataclass
    return tuple(kind(**value) for value in values)


def column(rows: Sequence[Row], name: str) -> Floats:
    """The numeric field `name` of all rows, shape (rows,); NaN where it is None."""
    return np.array([getattr(row, name) for row in rows], dtype=float)
