"""How evidence becomes confidence: fitted numbers, shipped with the reader or kept with an index by `quoth calibrate`.

confidence = sigmoid(intercept + Σ coefficient · evidence), a logistic regression over the evidence for one answer, by
name: what the reader says (`span`, `margin`), how it stands beside other answers (`lead`, `agreement`), and the signals
of retrieval. Numbers hold for what they were fitted with, and are never used with anything else: then there is no
confidence.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from index.errors import MismatchError
from index.retrieval.fusion import FUSED

SHIPPED_CALIBRATION = Path(__file__).parents[1] / "weights" / "reader" / "calibration.json"
MANIFEST_NAME = "calibration"

MAX_LEAD = 10.0
MAX_AGREEMENT = 2

Evidence = Mapping[str, float]
"""What speaks for an answer, by name."""

WEIGHED = ("span", "margin", FUSED, "lead", "agreement")
"""The evidence that `quoth calibrate` fits to."""

UNCALIBRATED_WEIGHTS: Mapping[str, float] = {FUSED: 40.0}
"""`Calibration.signal_weights` where there is no calibration: what is best for the shipped reader."""


def evidence_of(*, span: float, margin: float, lead: float, agreement: int, signals: Mapping[str, float]) -> Evidence:
    """The evidence for one answer at one place.

    `span` is the reader's score in logits, `margin` by how much it exceeds the passage's null score, `lead` by how much
    the answer leads the best different one (at most MAX_LEAD either way), `agreement` in how many further documents it
    was read too (at most MAX_AGREEMENT), and `signals` are the passage's.
    """
    lead = max(-MAX_LEAD, min(MAX_LEAD, lead))
    return {**signals, "span": span, "margin": margin, "lead": lead, "agreement": min(MAX_AGREEMENT, agreement)}


@dataclass(frozen=True, slots=True)
class FittedWith:
    """What decides what evidence looks like: changed in any part, numbers fitted before say nothing any more.

    `reader` and `embedder` are digests of all files that count, `retrieval` the stages with their parameters, and
    `chunking` the size, overlap and context of chunks.
    """

    reader: str
    embedder: str
    retrieval: str
    chunking: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """Numbers fitted on `questions` questions, with what `fitted_with` names.

    `signal_weights`: how many logits one unit of a passage's signal is worth when spans of different passages are
    compared. `coefficients`: by the names of the evidence; evidence that none is for counts for nothing, and evidence
    that there isn't is 0. `lone_lead`: the lead of an answer with no other beside it, which is the median one.
    `threshold` in [0, 1]: below that confidence it is better to give no answer.
    """

    fitted_with: FittedWith
    questions: int
    signal_weights: dict[str, float]
    intercept: float
    coefficients: dict[str, float]
    lone_lead: float
    threshold: float

    def confidence(self, evidence: Evidence) -> float:
        """P(the answer is right), in [0, 1]."""
        logit = self.intercept + sum(weight * evidence.get(name, 0.0) for name, weight in self.coefficients.items())
        if math.isnan(logit):  # evidence that is no number speaks for nothing
            return 0.0
        # no further than a float's own precision, where the exponential of a large logit would overflow
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def to_json(self) -> str:
        """As it is stored."""
        return json.dumps(asdict(self), indent=2)

    def require(self, present: FittedWith) -> None:
        """Raise MismatchError if it was fitted with anything else than what is `present`."""
        differences = [
            f"{field.name} {_short(fitted)}, not {_short(here)}"
            for field in fields(FittedWith)
            if (fitted := getattr(self.fitted_with, field.name)) != (here := getattr(present, field.name))
        ]
        if differences:
            raise MismatchError(f"The calibration was fitted with {'; '.join(differences)}.")


def chosen(kept: str | None, present: FittedWith) -> Calibration:
    """The calibration `kept` with the index, or else the shipped one. Raises MismatchError where it doesn't hold."""
    calibration = shipped() if kept is None else from_json(kept)
    calibration.require(present)
    return calibration


@cache
def from_json(text: str) -> Calibration:
    """What `to_json` wrote. Raises MismatchError for anything else."""
    try:
        values: dict[str, Any] = json.loads(text)
        calibration = Calibration(**{**values, "fitted_with": FittedWith(**values["fitted_with"])})
        numbers = [*calibration.signal_weights.values(), *calibration.coefficients.values()]
        if not all(map(math.isfinite, [*numbers, calibration.intercept, calibration.lone_lead, calibration.threshold])):
            raise ValueError("a number isn't finite")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise MismatchError(
            "The calibration kept with the index is damaged, or of a Quoth that didn't record what it was fitted with "
            "(`quoth calibrate --reset` removes it)."
        ) from error
    return calibration


@cache
def shipped() -> Calibration:
    """The one fitted with the models that ship with Quoth and the default settings."""
    return from_json(SHIPPED_CALIBRATION.read_text(encoding="utf-8"))


def _short(value: str) -> str:
    """A digest by its first digits, anything else whole."""
    return f"{value[:12]}…" if len(value) == 64 and " " not in value else value  # SHA-256 in hexadecimal
