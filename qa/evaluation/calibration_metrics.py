"""Whether the confidence of the best candidate is the share of such that are right, and whether it sorts them."""

from typing import Any

import numpy as np

from qa.evaluation.rows import Floats

BINS = 10
MAX_POINTS = 200


def calibration_metrics(confidence: Floats, right: Floats) -> dict[str, Any] | None:
    """Of best candidates: how sure each is, (n,), and whether it is right (1) or not (0), (n,). None of none.

    `ece` is the expected calibration error over BINS bins of equal count (Naeini et al. 2015), `brier` the mean squared
    error (Brier 1950), `aurc` the area under the risk-coverage curve (Geifman and El-Yaniv 2017); all 0 to 1, lower
    is better.
    """
    from sklearn.metrics import brier_score_loss

    if not len(confidence):
        return None
    order = np.argsort(confidence, kind="stable")
    bins = [one for one in np.array_split(order, BINS) if len(one)]
    gaps = sum(len(one) * abs(confidence[one].mean() - right[one].mean()) for one in bins)
    risk = risk_by_coverage(confidence, right)
    return {
        "ece": _rounded(gaps / len(confidence)),
        "brier": _rounded(brier_score_loss(right, confidence, pos_label=1)),
        "aurc": _rounded(risk.mean()),
        "bins": [
            {"confidence": _rounded(confidence[one].mean()), "right": _rounded(right[one].mean()), "count": len(one)}
            for one in bins
        ],
        "risk_coverage": [[_rounded((i + 1) / len(risk)), _rounded(risk[i])] for i in _points(len(risk))],
    }


def risk_by_coverage(confidence: Floats, right: Floats) -> Floats:
    """The share that is wrong among the 1, 2, … n surest, (n,).

    Of equally sure ones, whose order means nothing, each counts as their mean.
    """
    values, group = np.unique(-confidence, return_inverse=True)
    mean = np.bincount(group, weights=1 - right) / np.bincount(group)
    wrong: Floats = np.repeat(mean, np.bincount(group, minlength=len(values)))
    return np.cumsum(wrong) / np.arange(1, len(wrong) + 1)


def _points(count: int) -> list[int]:
    return sorted({round(i) for i in np.linspace(0, count - 1, min(count, MAX_POINTS))})


def _rounded(value: float) -> float:
    return round(float(value), 6)
