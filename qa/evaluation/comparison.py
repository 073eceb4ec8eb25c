"""Compare two results of the same questions: paired differences with bootstrap intervals, and the changed answers.

The interval is the percentile interval of the paired bootstrap over questions (Efron & Tibshirani 1993, "An
Introduction to the Bootstrap", chapter 13; pairing as in Koehn 2004, "Statistical Significance Tests for Machine
Translation Evaluation"): questions are drawn with replacement, each with its row of both results. A difference is
significant if its interval doesn't contain 0. With fewer than about thirty questions the intervals are too narrow.
"""

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.errors import ResultsError
from qa.evaluation.answer_metrics import are_calibrated, best_threshold, scores_at
from qa.evaluation.results import Results
from qa.evaluation.rows import Floats, Row

FEW = 30
_RECALL_RANK = 5
_BATCH_NUMBERS = 4_000_000  # drawn numbers held at once, so that memory stays small

Pair = tuple[Row, Row]
Sides = tuple[Floats, Floats]


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure in both results, in percent. `difference` is b - a, and `low` and `high` bound its interval.

    `counted` is the number of questions. `regressed`: b is significantly worse in a measure that fails a comparison.
    """

    measure: str
    counted: int
    a: float
    b: float
    difference: float
    low: float
    high: float
    significant: bool
    regressed: bool


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that is right in one result and wrong in the other, with both answers ("" if none was shown)."""

    id: str
    question: str
    golds: tuple[str, ...]
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from A to B over the questions that both have.

    `only_a` and `only_b` are the ids of the others. `broken` went from right to wrong, `mended` from wrong to right.
    """

    shared: int
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    differences: tuple[Difference, ...]
    broken: tuple[Flip, ...]
    mended: tuple[Flip, ...]

    @property
    def regressed(self) -> bool:
        """Whether EM, F1 or recall is significantly worse in B."""
        return any(difference.regressed for difference in self.differences)


@dataclass(frozen=True, slots=True)
class _Measure:
    """A weighted mean over the `counted` rows: the sum of their gains divided by the sum of their weights.

    It is left out if the metrics of either result have no such `section`. If it `fails`, a comparison in which it is
    significantly worse fails.
    """

    name: str
    gain: Callable[[Row], float]
    weight: Callable[[Row], float]
    counted: Callable[[Row], bool]
    section: str
    fails: bool


def _one(_: Row) -> float:
    return 1.0


def _of(name: str) -> Callable[[Row], float]:
    return lambda row: float(getattr(row, name))


def _is_answered(row: Row) -> float:
    return float(row.status == "answered")


def _is_judged(row: Row) -> bool:
    return row.judged


def _has_gold_passage(row: Row) -> float:
    return float(row.gold_rank is not None and row.gold_rank <= _RECALL_RANK)


def _is_findable(row: Row) -> bool:
    return bool(row.golds) and not row.gold_absent


def _document_recall(row: Row) -> float:
    """The share of the gold documents among the first documents, each ranked by its best passage."""
    first = list(dict.fromkeys(passage.document_id for passage in row.passages))[:_RECALL_RANK]
    return len(set(first) & set(row.gold_documents)) / len(row.gold_documents)


def _has_only_documents(row: Row) -> bool:
    return bool(row.gold_documents) and not row.golds


_MEASURES = (
    _Measure("EM", _of("em"), _one, _is_judged, "answers", fails=True),
    _Measure("F1", _of("f1"), _one, _is_judged, "answers", fails=True),
    _Measure(f"recall@{_RECALL_RANK}", _has_gold_passage, _one, _is_findable, "retrieval", fails=True),
    _Measure(f"documents@{_RECALL_RANK}", _document_recall, _one, _has_only_documents, "retrieval", fails=True),
    _Measure(
        "answer precision",
        lambda row: _is_answered(row) * row.is_right,
        _is_answered,
        _is_judged,
        "answers",
        fails=False,
    ),
)


def compare(
    a: Results,
    b: Results,
    *,
    alpha: float = 0.05,
    samples: int = 10_000,
    seed: int = 11,
    allow_different_datasets: bool = False,
) -> Comparison:
    """Compare `b` with `a` on the questions that both have, by id; the intervals cover 1 - `alpha`.

    `samples` is the number of bootstrap draws. The best F1 is compared at the best threshold of each result, chosen
    once, before questions are drawn.

    Raises ResultsError for different datasets, for an id that occurs twice, and if no id is in both.
    """
    if a.dataset["sha256"] != b.dataset["sha256"] and not allow_different_datasets:
        raise ResultsError(
            f"The results are of different datasets ({a.dataset['name']} and {b.dataset['name']} differ in "
            "sha256): compare two of the same, or allow it with --allow-different-datasets."
        )
    rows_a, rows_b = _by_id(a.rows, "A"), _by_id(b.rows, "B")
    pairs = [(row, rows_b[key]) for key, row in rows_a.items() if key in rows_b]
    if not pairs:
        raise ResultsError("The results share no question's id: compare two of the same dataset.")
    resample = _Resampling(alpha, samples, seed)
    sections = {name for name, values in a.metrics.items() if values and b.metrics.get(name)}
    measured = [_difference(measure, pairs, resample) for measure in _MEASURES if measure.section in sections]
    if "answers" in sections:
        measured.append(_best_f1(pairs, resample))
    return Comparison(
        shared=len(pairs),
        only_a=tuple(key for key in rows_a if key not in rows_b),
        only_b=tuple(key for key in rows_b if key not in rows_a),
        differences=tuple(difference for difference in measured if difference is not None),
        broken=_flips(pairs, was_right=True),
        mended=_flips(pairs, was_right=False),
    )


@dataclass(frozen=True, slots=True)
class _Resampling:
    alpha: float
    samples: int
    seed: int

    def interval(self, gains: Sides, weights: Sides) -> tuple[float, float]:
        """The percentile interval of share b - share a, each a sum of gains divided by a sum of weights."""
        from scipy.stats import DegenerateDataWarning, bootstrap

        if len(gains[0]) == 1:  # every draw is that row
            only = float(_share_difference(*gains, *weights))
            return only, only
        with warnings.catch_warnings():
            # In a draw without any answer, answer precision is 0 / 0: such draws are left out below
            warnings.simplefilter("ignore", DegenerateDataWarning)
            drawn = bootstrap(
                (*gains, *weights),
                _share_difference,
                paired=True,
                vectorized=True,
                n_resamples=self.samples,
                batch=max(1, _BATCH_NUMBERS // len(gains[0])),
                method="percentile",
                rng=np.random.default_rng(self.seed),
            ).bootstrap_distribution
        defined = drawn[~np.isnan(drawn)]
        low, high = np.quantile(defined, [self.alpha / 2, 1 - self.alpha / 2])
        return float(low), float(high)


def _share_difference(gain_a: Floats, gain_b: Floats, weight_a: Floats, weight_b: Floats, axis: int = -1) -> Any:  # noqa: ANN401
    with np.errstate(invalid="ignore"):
        return gain_b.sum(axis) / weight_b.sum(axis) - gain_a.sum(axis) / weight_a.sum(axis)


def _difference(measure: _Measure, pairs: Sequence[Pair], resample: _Resampling) -> Difference | None:
    counted = [pair for pair in pairs if measure.counted(pair[0]) and measure.counted(pair[1])]
    gains, weights = _values(counted, measure.gain), _values(counted, measure.weight)
    return _measured(measure.name, gains, weights, resample, fails=measure.fails)


def _best_f1(pairs: Sequence[Pair], resample: _Resampling) -> Difference | None:
    counted = [pair for pair in pairs if all(row.judged for row in pair)]
    if not counted or not all(map(are_calibrated, counted)):
        return None
    sides = [a for a, _ in counted], [b for _, b in counted]
    a, b = (scores_at(side, "best_f1", [best_threshold(side, "best_f1")])[0] for side in sides)
    return _measured("best F1", (a, b), (np.ones_like(a), np.ones_like(b)), resample, fails=False)


def _values(pairs: Sequence[Pair], value: Callable[[Row], float]) -> Sides:
    a, b = ([value(pair[side]) for pair in pairs] for side in (0, 1))
    return np.array(a, dtype=float), np.array(b, dtype=float)


def _measured(name: str, gains: Sides, weights: Sides, resample: _Resampling, *, fails: bool) -> Difference | None:
    """None if a side has weight 0: without any answer, for example, there is no answer precision."""
    if not all(weight.sum() for weight in weights):
        return None
    a, b = (float(gain.sum() / weight.sum()) for gain, weight in zip(gains, weights, strict=True))
    low, high = (0.0 if math.isclose(bound, 0, abs_tol=1e-12) else bound for bound in resample.interval(gains, weights))
    return Difference(
        measure=name,
        counted=len(gains[0]),
        a=100 * a,
        b=100 * b,
        difference=100 * (b - a),
        low=100 * low,
        high=100 * high,
        significant=low > 0 or high < 0,
        regressed=fails and high < 0,
    )


def _flips(pairs: Sequence[Pair], *, was_right: bool) -> tuple[Flip, ...]:
    return tuple(
        Flip(a.id, a.question, tuple(dict.fromkeys(gold.text for gold in a.golds)), a.answer, b.answer)
        for a, b in pairs
        if a.judged and b.judged and a.is_right == was_right and b.is_right != was_right
    )


def _by_id(rows: Sequence[Row], side: str) -> dict[str, Row]:
    by_id: dict[str, Row] = {}
    for row in rows:
        if row.id in by_id:
            raise ResultsError(f"The id {row.id!r} occurs twice in {side}: give each question an id of its own.")
        by_id[row.id] = row
    return by_id
