"""What each question would score at other thresholds of confidence, from the best candidate's own scores."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def scores_at(rows: Sequence[dict[str, Any]], key: str, thresholds: Sequence[float]) -> Floats:
    """Scores in [0, 1] of shape (thresholds, rows): `best_em` or `best_f1` (as `key`) where the best candidate's
    confidence reaches the threshold; in silence an unanswerable question is right (1), any other wrong (0).
    """
    best = np.array([row[key] for row in rows], dtype=float)
    silence = np.array([not row["answerable"] for row in rows], dtype=float)
    confidence = np.array([row["confidence"] for row in rows], dtype=float)
    given = confidence >= np.asarray(thresholds, dtype=float)[:, None]
    return np.where(given, best, silence)


def best_threshold(rows: Sequence[dict[str, Any]], key: str) -> float:
    """The lowest threshold with the highest mean of `key`: a confidence that occurs, or one above them all."""
    best_first = sorted(rows, key=lambda row: -row["confidence"])
    confidences = np.array([row["confidence"] for row in best_first])
    gains = np.array([row[key] - (not row["answerable"]) for row in best_first])
    totals = np.concatenate([[0.0], np.cumsum(gains)])  # answered: none, the surest, the two surest, ...
    cuts = np.concatenate([[np.inf], confidences])
    reached = np.append(confidences[:-1] != confidences[1:], True)  # rows of one confidence are answered together
    possible = np.concatenate([[True], reached])
    best = np.flatnonzero(possible)[::-1][np.argmax(totals[possible][::-1])]
    return float(cuts[best])
