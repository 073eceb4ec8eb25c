"""One question of the results: what was asked, what is right, what came back, and how that was judged.

A row stands in a results file as an object with these names; judging is left to `scoring.py`.
"""

from collections.abc import Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from qa.evaluation.datasets.dataset import Gold

Floats = npt.NDArray[np.float64]

RIGHT_F1 = 0.5
"""From this F1 on an answer counts as right, wherever right or wrong is asked."""


@dataclass(frozen=True, slots=True)
class Place:
    """The slice `[start, end)` of a document."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer that was read, with the places that give it, best first.

    `confidence` is in [0, 1], None without a calibration. `verdict` is "yes" or "no" and `parts` are a list's items,
    where the answer says them.
    """

    text: str
    confidence: float | None
    support: int | None = None
    citations: tuple[Place, ...] = ()
    verdict: str | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that was read: the slice `[start, end)` of a document, which is `text`, with its retrieval score."""

    document_id: str
    start: int
    end: int
    text: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for a question, best first; `refused` where it can't be asked at all."""

    candidates: tuple[Candidate, ...] = ()
    passages: tuple[Passage, ...] = ()
    timings_ms: dict[str, float] | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A question with its outcome.

    `answer` is what was given, "" for silence; `em` and `f1` in [0, 1] are its scores, `best_em` and `best_f1` those of
    the first candidate, whatever its `confidence` (0 if there is no candidate, None if it has none); all four are None
    where only the relevant documents are known.
    `gold_rank` is the rank, from 1, of the first passage that holds a gold answer (of a gold document, where no answer
    is known), `missed` the stage that lost the answer. `type` and `form` are the dataset's kind of question and of
    answer. `verdict_right` and `parts_f1` judge the first candidate of a yes/no and of a list question.
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
    def judged(self) -> bool:
        """Whether it is known what the answer is, and not only where."""
        return self.f1 is not None

    @property
    def is_right(self) -> bool:
        """Whether what was given, or silence, is right."""
        return self.f1 is not None and self.f1 >= RIGHT_F1

    @property
    def first_is_right(self) -> bool:
        """Whether the first candidate answers the question, whether it was given or not."""
        return self.answerable and self.best_f1 is not None and self.best_f1 >= RIGHT_F1

    @property
    def gold_absent(self) -> bool:
        """Whether no gold answer stands in its document, so that nothing could find it."""
        return bool(self.golds) and all(gold.absent for gold in self.golds)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The row that a results file has as an object. Raises KeyError or TypeError for what is none."""
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


def _all(kind: Any, values: Sequence[dict[str, Any]]) -> tuple[Any, ...]:  # noqa: ANN401  # a dataclass
    return tuple(kind(**value) for value in values)


def column(rows: Sequence[Row], name: str) -> Floats:
    """One of the rows' numbers, (n,); NaN where a row has none."""
    return np.array([getattr(row, name) for row in rows], dtype=float)
