"""How evidence becomes confidence: fitted numbers, shipped with the reader or kept with an index by `quoth calibrate`.

confidence = sigmoid(intercept + Σ coefficient · evidence), a logistic regression over the evidence for one answer, by
name: what the reader says (`span`, `margin`), how it stands beside other answers (`lead`, `agreement`), and the signals
of retrieval.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
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


def evidence_of(*, span: float, margin: float, lead: float, agreement: int, signals: Mapping[str, float]) -> Evidence:
    """The evidence for one answer at one place.

    `span` is the reader's score in logits, `margin` by how much it exceeds the passage's null score, `lead` by how much
    the answer leads the best different one (at most MAX_LEAD either way), `agreement` in how many further documents it
    was read too (at most MAX_AGREEMENT), and `signals` are the passage's.
    """
    lead = max(-MAX_LEAD, min(MAX_LEAD, lead))
    return {**signals, "span": span, "margin": margin, "lead": lead, "agreement": min(MAX_AGREEMENT, agreement)}


@dataclass(frozen=True, slots=True)
class Calibration:
    """Numbers fitted for the reader whose weights have the SHA-256 `reader`, on `questions` questions.

    `signal_weights`: how many logits one unit of a passage's signal is worth when spans of different passages are
    compared. `coefficients`: by the names of the evidence; evidence that none is for counts for nothing, and evidence
    that there isn't is 0. `lone_lead`: the lead of an answer with no other beside it, which is the median one.
    `threshold` in [0, 1]: below that confidence it is better to give no answer.
    """

    reader: str
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

    def require(self, reader: str) -> None:
        """Raise MismatchError if it was fitted for other weights than those with the SHA-256 `reader`."""
        if self.reader != reader:
            raise MismatchError(
                f"The index keeps a calibration for the reader {self.reader[:12]}…, but the reader is {reader[:12]}…: "
                "run `quoth calibrate FILE` again, or `quoth calibrate --reset`."
            )


@cache
def from_json(text: str) -> Calibration:
    """What `to_json` wrote. Raises MismatchError for anything else."""
    try:
        values: dict[str, Any] = json.loads(text)
        calibration = Calibration(**values)
        numbers = [*calibration.signal_weights.values(), *calibration.coefficients.values()]
        if not all(map(math.isfinite, [*numbers, calibration.intercept, calibration.lone_lead, calibration.threshold])):
            raise ValueError("a number isn't finite")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise MismatchError(
            f"The calibration kept with the index can't be used ({error}): `quoth calibrate --reset` removes it."
        ) from error
    return calibration


@cache
def shipped() -> Calibration:
    """The one fitted with the models that ship with Quoth and the default settings."""
    return from_json(SHIPPED_CALIBRATION.read_text(encoding="utf-8"))
