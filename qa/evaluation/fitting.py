"""`quoth calibrate`: labelled questions → the numbers that make confidence P(right), and the threshold to answer from.

Every question is asked once; what was retrieved and read is kept, so that ranking can be tried with other weights. Then
a logistic regression is fitted to the evidence for each question's best answer. What is reported of it, and what the
threshold is chosen on, are confidences of folds that it wasn't fitted on, a document's questions in one fold.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from index.errors import DatasetError
from index.language.base import Language
from index.language.english import ENGLISH
from index.retrieval.fusion import FUSED
from index.retrieval.passages import Passage
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from qa.answering.calibration import WEIGHED, Calibration, FittedWith
from qa.answering.ranking import RankedAnswer, candidates_of, rank
from qa.assembly import Engine
from qa.evaluation.datasets.dataset import Question
from qa.evaluation.metrics import calibration_metrics
from qa.evaluation.rows import RIGHT_F1, Floats
from qa.evaluation.scoring import f1_of
from qa.reading.spans import Reading

FOLDS = 5
MIN_EACH = 20  # fewest right and fewest wrong answers that numbers can be fitted to
RETRIEVAL_WEIGHTS = (0.0, 3.0, 6.0, 9.0, 12.0, 16.0, 20.0, 25.0, 30.0, 40.0, 60.0)
WRONG_COSTS = 2 / 3  # a wrong answer that is cited can be seen through; silence helps nobody
_C = 10.0  # scikit-learn's inverse strength of regularisation: hardly any


@dataclass(frozen=True, slots=True)
class Considered:
    """A question and what was retrieved and read for it."""

    question: Question
    passages: list[Passage]
    readings: list[Reading]
    language: Language = ENGLISH

    def best(self, calibration: Calibration) -> RankedAnswer | None:
        """The first answer."""
        return next(iter(rank(self.passages, self.readings, calibration, self.language)), None)

    def first(self, signal_weights: Mapping[str, float]) -> str:
        """The text of the first answer with such weights, "" if there is none."""
        candidates = candidates_of(self.passages, self.readings, signal_weights)
        best = max(candidates, key=lambda candidate: candidate.score, default=None)
        return best.text if best else ""

    def f1(self, text: str) -> float:
        """The answer's F1 with the gold ones, 0 where there are none."""
        return f1_of(text, self.question.golds) if self.question.golds else 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """The calibration metrics of best answers, and how sure each was, (n,)."""

    metrics: dict[str, Any]
    confidence: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """A calibration, and the calibration metrics of the one before it and of itself (held out).

    `before` has no metrics where there was none. `coverage` and `precision` are what the threshold gives on the
    questions it was chosen on.
    """

    calibration: Calibration
    before: Measured
    after: Measured
    precision: float | None
    coverage: float


def consider(engine: Engine, collection: str, questions: Iterable[Question]) -> list[Considered]:
    """Retrieve and read for each question. Raises DatasetError for one judged by documents alone, without an answer."""
    considered = []
    for question in questions:
        if question.gold_documents and not question.golds:
            raise DatasetError(
                f"The question {question.id!r} has documents but no answer: nothing can be fitted to it."
            )
        passages, readings = engine.consider(SEES_ALL, question.text, Filter(collection), history=question.history)
        considered.append(Considered(question, passages, readings, engine.language))
    return considered


def fit(
    considered: Sequence[Considered], before: Calibration | None, fitted_with: FittedWith, precision: float | None
) -> Fit:
    """Fit to all of `considered`; `precision` in (0, 1) is the share of given answers that shall be right, None for the
    threshold at which the answers given are of most use (see `_threshold`).

    `fitted_with` is what they were retrieved and read with; `before` is the calibration that holds for it now, if any
    does. Raises DatasetError where fewer than MIN_EACH answers are right, or wrong.
    """
    weights = {FUSED: _retrieval_weight(considered)}
    base = Calibration(fitted_with, len(considered), weights, 0.0, {}, lone_lead=0.0, threshold=1.0)
    answers = [(one, one.best(base)) for one in considered]
    found = [(one, answer) for one, answer in answers if answer]
    right = np.array([one.f1(_text(answer)) >= RIGHT_F1 for one, answer in found])
    if min(right.sum(), (~right).sum()) < MIN_EACH:
        raise DatasetError(
            f"Of {len(considered)} questions the best answer found is right for {right.sum()} and wrong for "
            f"{(~right).sum()}; {MIN_EACH} of each are needed: add questions, also such that have no answer."
        )
    leads = [answer.lead for _, answer in found if answer.lead is not None]
    base = replace(base, lone_lead=round(float(np.median(leads)), 2) if leads else base.lone_lead)
    evidence = np.array([_evidence(answer, base) for _, answer in found])
    held_out = _held_out(evidence, right, [one.question for one, _ in found])
    calibration = _fitted(evidence, right, base)
    threshold = _threshold(held_out, right, precision)
    given = held_out >= threshold
    return Fit(
        calibration=replace(calibration, threshold=threshold),
        before=_before(considered, before),
        after=_measured(held_out, right),
        precision=round(float(right[given].mean()), 4) if given.any() else None,
        coverage=round(float(given.sum() / len(considered)), 4),
    )


def _retrieval_weight(considered: Sequence[Considered]) -> float:
    """The one of RETRIEVAL_WEIGHTS that gives the best first answers to the answerable questions."""
    answerable = [one for one in considered if one.question.answerable]

    def mean_f1(weight: float) -> float:
        return sum(one.f1(one.first({FUSED: weight})) for one in answerable)

    return max(RETRIEVAL_WEIGHTS, key=mean_f1)


def _text(answer: RankedAnswer | None) -> str:
    return answer.candidates[0].text if answer else ""


def _evidence(answer: RankedAnswer, calibration: Calibration) -> list[float]:
    evidence = replace(answer, calibration=calibration).evidence(answer.candidates[0], answer.lead)
    return [evidence.get(name, 0.0) for name in WEIGHED]


def _held_out(evidence: Floats, right: Any, questions: Sequence[Question]) -> Floats:  # noqa: ANN401
    """Each one's confidence by a model that saw none of its document's questions."""
    from sklearn.model_selection import GroupKFold, cross_val_predict

    names = [question.document_id or question.id for question in questions]
    folds = GroupKFold(min(FOLDS, len(set(names))))
    predicted: Floats = cross_val_predict(_model(), evidence, right, groups=names, cv=folds, method="predict_proba")
    return predicted[:, 1]


def _fitted(evidence: Floats, right: Any, base: Calibration) -> Calibration:  # noqa: ANN401
    model = _model().fit(evidence, right)
    scaler, regression = model[0], model[1]
    coefficients = regression.coef_[0] / scaler.scale_
    intercept = float(regression.intercept_[0] - (coefficients * scaler.mean_).sum())
    named = {name: round(float(value), 5) for name, value in zip(WEIGHED, coefficients, strict=True)}
    return replace(base, intercept=round(intercept, 5), coefficients=named)


def _model() -> Any:  # noqa: ANN401
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=_C))


def _threshold(confidence: Floats, right: Any, precision: float | None) -> float:  # noqa: ANN401
    """The lowest confidence from which as many answers as asked for are right; where that can't be had, 1.

    Without a precision: from where an answer is of use, a right one counting 1, a wrong one -WRONG_COSTS, silence 0.
    With the probability p of being right that is p - WRONG_COSTS · (1 - p) > 0, so p > WRONG_COSTS / (1 + WRONG_COSTS).
    """
    if precision is None:
        return round(WRONG_COSTS / (1 + WRONG_COSTS), 4)
    order = np.argsort(-confidence, kind="stable")
    hits = np.cumsum(right[order])
    given = np.arange(1, len(order) + 1)
    reached = np.flatnonzero(hits / given >= precision)
    return round(float(confidence[order][reached[-1]]), 4) if len(reached) else 1.0


def _before(considered: Sequence[Considered], calibration: Calibration | None) -> Measured:
    """What another calibration says of its own best answers; nothing if there is none."""
    if calibration is None:
        return Measured({}, np.array([]))
    answers = [(one, answer) for one in considered if (answer := one.best(calibration))]
    right = [one.f1(_text(answer)) >= RIGHT_F1 for one, answer in answers]
    return _measured(np.array([answer.confidence for _, answer in answers]), right)


def _measured(confidence: Floats, right: Any) -> Measured:  # noqa: ANN401
    return Measured(calibration_metrics(confidence, np.asarray(right, dtype=float)) or {}, confidence)
