"""Fit a calibration to labelled questions, so that confidence is P(right), and choose the threshold to answer from.

Every question is retrieved and read for once; ranking is then tried with several retrieval weights. A logistic
regression is fitted to the evidence for each question's best answer. The metrics reported, and the confidences that the
threshold is chosen on, come from cross-validation: each from a model that wasn't fitted to any question of the same
document.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

import numpy as np

from index.errors import DatasetError
from index.language.base import Language
from index.language.english import ENGLISH
from index.retrieval.fusion import FUSED
from index.retrieval.passages import Passage
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from qa.answering.calibration import FITTED_EVIDENCE, Calibration, FittedWith
from qa.answering.ranking import Comparer, RankedAnswer, candidates_of, rank
from qa.answering.reach import within_reach
from qa.assembly import Engine
from qa.evaluation.datasets.dataset import Question
from qa.evaluation.metrics import calibration_metrics
from qa.evaluation.rows import RIGHT_F1, Floats
from qa.evaluation.scoring import f1_of
from qa.reading.spans import Reading

FOLDS = 5
MIN_EACH = 20  # fewest right and fewest wrong answers that numbers can be fitted to
RETRIEVAL_WEIGHTS = (0.0, 3.0, 6.0, 9.0, 12.0, 16.0, 20.0, 25.0, 30.0, 40.0, 60.0)
TOGETHER_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
REACHES = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0)
MAX_WORSE = 0.005  # share of the answerable questions
WRONG_COSTS = 0.6  # less than 1: the citation lets a reader notice a wrong answer, and no answer helps nobody
_C = 10.0  # inverse strength of regularisation in scikit-learn: 10 is weak


@dataclass(frozen=True, slots=True)
class Considered:
    """A question with the passages retrieved and the readings made for it."""

    question: Question
    passages: list[Passage]
    readings: list[Reading]
    language: Language = ENGLISH
    compare: Comparer | None = None

    def best(self, calibration: Calibration) -> RankedAnswer | None:
        """The best answer under `calibration`, None if there is none."""
        read = self.read(calibration)
        # With what a follow-up leans on, if it was read so
        question = self.compare.question if isinstance(self.compare, Comparer) else self.question.text
        ranked = rank(*read, calibration, self.language, question, self.compare)
        return ranked[0] if ranked else None

    def first(self, calibration: Calibration) -> str:
        """The text of the best candidate with its signal weights and reach, "" if there is none."""
        candidates = candidates_of(*self.read(calibration), calibration.signal_weights)
        best = max(candidates, key=lambda candidate: candidate.score, default=None)
        return best.text if best else ""

    def read(self, calibration: Calibration) -> tuple[list[Passage], list[Reading]]:
        """The passages that would be read, and their readings."""
        is_read = within_reach(self.passages, calibration)
        return list(compress(self.passages, is_read)), list(compress(self.readings, is_read))

    def f1(self, text: str) -> float:
        """F1 of `text` with the gold answers, in [0, 1]; 0 if there are none."""
        return f1_of(text, self.question.golds) if self.question.golds else 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """The calibration metrics of best answers, and the confidence of each, shape (n,)."""

    metrics: dict[str, Any]
    confidence: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """The new calibration, with metrics of the previous one (`before`) and of itself (`after`, by cross-validation).

    `before` has no metrics if there was no calibration. `coverage` is the share of questions answered at the threshold,
    `precision` the share of those answers that is right (None of no answers), both on the questions it was chosen on.
    `read` is the share of the passages that the reach has read, `worse` how many of the `answerable` questions get a
    first answer with a lower F1 than with all of them read.
    """

    calibration: Calibration
    before: Measured
    after: Measured
    precision: float | None
    coverage: float
    read: float
    worse: int
    answerable: int


def consider(engine: Engine, collection: str, questions: Iterable[Question]) -> list[Considered]:
    """Retrieve and read for each question. Raises DatasetError for one with gold documents but no gold answer."""
    considered = []
    for question in questions:
        if question.gold_documents and not question.golds:
            raise DatasetError(
                f"The question {question.id!r} has documents but no answer: nothing can be fitted to it."
            )
        passages, readings, compare = engine.consider(
            SEES_ALL, question.text, Filter(collection), history=question.history
        )
        considered.append(Considered(question, passages, readings, engine.language_in(collection), compare))
    return considered


def fit(
    considered: Sequence[Considered],
    before: Calibration | None,
    fitted_with: FittedWith,
    precision: float | None,
    *,
    confidence_only: bool = False,
) -> Fit:
    """Fit a calibration to all of `considered` and choose its threshold.

    `before` is the calibration used until now, if any. `fitted_with` names the models and settings that retrieved and
    read. `precision` in (0, 1) is the wanted share of right answers among those shown; with None the threshold is the
    one that makes the answers most useful (see `_threshold`). With `confidence_only` the weights and the reach of
    `before` are kept, which several values suit about as well. Raises DatasetError if fewer than MIN_EACH best
    answers are right, or fewer are wrong.
    """
    base = Calibration(fitted_with, len(considered), {}, 0.0, {}, lone_lead=0.0, threshold=1.0)
    if before and confidence_only:
        base = replace(
            base,
            signal_weights=before.signal_weights,
            reach=before.reach,
            together_weight=before.together_weight,
        )
    else:
        base = _with_reach(considered, _with_retrieval_weight(considered, base))
        base = _with_together_weight(considered, base)
    answers = [(one, one.best(base)) for one in considered]
    answered = [(one, answer) for one, answer in answers if answer]
    right = np.array([one.f1(_text(answer)) >= RIGHT_F1 for one, answer in answered])
    if min(right.sum(), (~right).sum()) < MIN_EACH:
        raise DatasetError(
            f"Of {len(considered)} questions the best answer found is right for {right.sum()} and wrong for "
            f"{(~right).sum()}; {MIN_EACH} of each are needed: add questions, also such that have no answer."
        )
    leads = [answer.lead for _, answer in answered if answer.lead is not None]
    base = replace(base, lone_lead=round(float(np.median(leads)), 2) if leads else base.lone_lead)
    evidence = np.array([_evidence(answer, base) for _, answer in answered])
    held_out = _held_out(evidence, right, [one.question for one, _ in answered])
    calibration = _fitted(evidence, right, base)
    threshold = _threshold(held_out, right, precision)
    shown = held_out >= threshold
    return Fit(
        calibration=replace(calibration, threshold=threshold),
        before=_before(considered, before),
        after=_measured(held_out, right),
        precision=round(float(right[shown].mean()), 4) if shown.any() else None,
        coverage=round(float(shown.sum() / len(considered)), 4),
        read=_share_read(considered, calibration),
        worse=_worse(considered, calibration),
        answerable=_answerable(considered),
    )


def _with_retrieval_weight(considered: Sequence[Considered], base: Calibration) -> Calibration:
    """With the one of RETRIEVAL_WEIGHTS whose best candidates have the highest F1 over the answerable questions."""
    choices = [replace(base, signal_weights={FUSED: weight}) for weight in RETRIEVAL_WEIGHTS]
    return max(choices, key=lambda choice: sum(_first_f1s(considered, choice)))


def _with_together_weight(considered: Sequence[Considered], base: Calibration) -> Calibration:
    """With the one of TOGETHER_WEIGHTS whose first answers have the highest F1 over the answerable questions."""
    answerable = [one for one in considered if one.question.answerable]
    choices = [replace(base, together_weight=weight) for weight in TOGETHER_WEIGHTS]
    return max(choices, key=lambda choice: sum(one.f1(_text(one.best(choice))) for one in answerable))


def _with_reach(considered: Sequence[Considered], calibration: Calibration) -> Calibration:
    """With the smallest of REACHES that makes at most MAX_WORSE of the first answers worse; without one if none does.

    Worse is a lower F1 than with all passages read.
    """
    most = MAX_WORSE * _answerable(considered)
    choices = (replace(calibration, reach=reach) for reach in REACHES)
    return next((choice for choice in choices if _worse(considered, choice) <= most), calibration)


def _worse(considered: Sequence[Considered], calibration: Calibration) -> int:
    """How many first answers have a lower F1 than if all passages were read."""
    all_read = _first_f1s(considered, replace(calibration, reach=None))
    return sum(f1 < best for f1, best in zip(_first_f1s(considered, calibration), all_read, strict=True))


def _share_read(considered: Sequence[Considered], calibration: Calibration) -> float:
    """The share of the retrieved passages that is read."""
    is_read = [each for one in considered for each in within_reach(one.passages, calibration)]
    return round(sum(is_read) / len(is_read), 4) if is_read else 1.0


def _answerable(considered: Sequence[Considered]) -> int:
    return sum(one.question.answerable for one in considered)


def _first_f1s(considered: Sequence[Considered], calibration: Calibration) -> list[float]:
    """The F1 of the best candidate of each answerable question."""
    return [one.f1(one.first(calibration)) for one in considered if one.question.answerable]


def _text(answer: RankedAnswer | None) -> str:
    return answer.candidates[0].text if answer else ""


def _evidence(answer: RankedAnswer, calibration: Calibration) -> list[float]:
    evidence = replace(answer, calibration=calibration).evidence(answer.candidates[0], answer.lead)
    return [evidence.get(name, 0.0) for name in FITTED_EVIDENCE]


def _held_out(evidence: Floats, right: Any, questions: Sequence[Question]) -> Floats:  # noqa: ANN401
    """The confidence of each answer, shape (n,), from a model that saw no question of the same document."""
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
    named = {name: round(float(value), 5) for name, value in zip(FITTED_EVIDENCE, coefficients, strict=True)}
    return replace(base, intercept=round(intercept, 5), coefficients=named)


def _model() -> Any:  # noqa: ANN401
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=_C))


def _threshold(confidence: Floats, right: Any, precision: float | None) -> float:  # noqa: ANN401
    """The lowest threshold at which a share `precision` of the answers shown is right; 1.0 if there is none.

    Without a precision, the threshold above which showing the answer is worth more than showing none. A right answer is
    worth 1, a wrong one -WRONG_COSTS, none 0. An answer that is right with probability p is then worth
    p - WRONG_COSTS · (1 - p), which is above 0 for p > WRONG_COSTS / (1 + WRONG_COSTS) = 0.37.
    """
    if precision is None:
        return round(WRONG_COSTS / (1 + WRONG_COSTS), 2)
    order = np.argsort(-confidence, kind="stable")
    hits = np.cumsum(right[order])
    shown = np.arange(1, len(order) + 1)
    reached = np.flatnonzero(hits / shown >= precision)
    return round(float(confidence[order][reached[-1]]), 4) if len(reached) else 1.0


def _before(considered: Sequence[Considered], calibration: Calibration | None) -> Measured:
    """The metrics of the previous calibration on the best answers it ranks; empty if there was none."""
    if calibration is None:
        return Measured({}, np.array([]))
    answers = [(one, answer) for one in considered if (answer := one.best(calibration))]
    right = [one.f1(_text(answer)) >= RIGHT_F1 for one, answer in answers]
    return _measured(np.array([answer.confidence for _, answer in answers]), right)


def _measured(confidence: Floats, right: Any) -> Measured:  # noqa: ANN401
    return Measured(calibration_metrics(confidence, np.asarray(right, dtype=float)) or {}, confidence)
