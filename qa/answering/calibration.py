"""Evidence → confidence, with fitted numbers: shipped with the reader, or kept with an index by `quoth calibrate`.

confidence = sigmoid(intercept + Σ coefficient · evidence) is a logistic regression over the named evidence for one
answer: the reader's scores of it in its passage (`span`, `margin`) and beside other answers (`together`), how far it
leads those (`lead`), how like the question the heading above it is (`heading`), and of its passage the cosine (`dense`)
and the share of the question's stems that is there (`overlap`). None of them grows with the collection, as BM25 does.
The numbers are only used with the models and settings they were fitted with; with any others there is no confidence.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from index.arithmetic import Arithmetic
from index.errors import MismatchError
from index.retrieval.dense import DENSE
from index.retrieval.fusion import FUSED

SHIPPED_CALIBRATION = Path(__file__).parents[1] / "weights" / "reader" / "calibration.json"
MANIFEST_NAME = "calibration"

MAX_LEAD = 10.0

Evidence = Mapping[str, float]
"""Name → value of what speaks for an answer."""

OVERLAP = "overlap"

FITTED_EVIDENCE = ("span", "margin", "together", DENSE, OVERLAP, "lead", "heading")
"""The names of the evidence that `quoth calibrate` fits coefficients for."""

UNCALIBRATED_WEIGHTS: Mapping[str, float] = {FUSED: 40.0}
"""`Calibration.signal_weights` to use without a calibration: the best ones for the shipped reader."""


def evidence_of(
    *,
    span: float,
    margin: float,
    together: float,
    lead: float,
    signals: Mapping[str, float],
    heading: float = 0.0,
) -> Evidence:
    """The evidence for one answer at one of its candidates.

    `span` is the reader's score and `margin` that score less the passage's null score; `together` is the same margin
    among the best candidates. `lead` is the answer's score less that of the best different one, cut to ±MAX_LEAD. All
    four are logits. `heading`, in [0, 1], says how like the question the heading above it is. `signals` are the
    passage's, by name.
    """
    lead = max(-MAX_LEAD, min(MAX_LEAD, lead))
    scores = {"span": span, "margin": margin, "together": together, "lead": lead}
    return {**signals, **scores, "heading": heading}


@dataclass(frozen=True, slots=True)
class FittedWith:
    """The models and settings that evidence depends on. If any of them changes, a calibration no longer holds.

    `reader` and `embedder` are digests of the models' files, `retrieval` names the stages with their parameters, and
    `chunking` the size, overlap and context of chunks.
    """

    reader: str
    embedder: str
    retrieval: str
    chunking: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """Numbers fitted on `questions` questions, with the models and settings in `fitted_with`.

    - `signal_weights`: name of a passage's signal → logits that one unit of it adds to a span's score.
    - `coefficients`: name of the evidence → its coefficient. Evidence without one is ignored; missing evidence is 0.
    - `lone_lead`: the lead to assume for an answer without any other beside it; the median lead.
    - `threshold` in [0, 1]: below this confidence it is better to return no answer.
    - `reach`: a passage to whose spans retrieval adds this many logits less than to the first one's isn't read (see
      `reach.py`); with None all are.
    - `together_weight`: logits that one logit of the margin among the best candidates adds to a span's score; with 0
      they aren't read together.
    - `arithmetic`: what the models multiplied in. Recorded, but no part of `fitted_with`: numbers fitted in one hold in
      the other.
    """

    fitted_with: FittedWith
    questions: int
    signal_weights: dict[str, float]
    intercept: float
    coefficients: dict[str, float]
    lone_lead: float
    threshold: float
    reach: float | None = None
    together_weight: float = 0.0
    arithmetic: Arithmetic = "float32"

    def confidence(self, evidence: Evidence) -> float:
        """P(the answer is right), in [0, 1]."""
        logit = self.intercept + sum(weight * evidence.get(name, 0.0) for name, weight in self.coefficients.items())
        if math.isnan(logit):  # some evidence is NaN
            return 0.0
        # beyond ±30 the result no longer changes noticeably, and the exponential would overflow at 710
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def to_json(self) -> str:
        """As stored; `from_json` reads it back."""
        return json.dumps(asdict(self), indent=2)

    def require(self, present: FittedWith) -> None:
        """Raise MismatchError, which names the differences, unless it was fitted with what is `present`."""
        differences = [
            f"{field.name} {_short(fitted)}, not {_short(here)}"
            for field in fields(FittedWith)
            if (fitted := getattr(self.fitted_with, field.name)) != (here := getattr(present, field.name))
        ]
        if differences:
            raise MismatchError(f"The calibration was fitted with {'; '.join(differences)}.")


def calibration_for(present: FittedWith, kept: str | None) -> Calibration:
    """The calibration `kept` with the index (as JSON), or the shipped one if that is None.

    Raises MismatchError if it was fitted with other models or settings than those `present`.
    """
    calibration = shipped() if kept is None else from_json(kept)
    calibration.require(present)
    return calibration


@cache
def from_json(text: str) -> Calibration:
    """The calibration that `to_json` wrote. Raises MismatchError for anything else."""
    try:
        values: dict[str, Any] = json.loads(text)
        calibration = Calibration(**{**values, "fitted_with": FittedWith(**values["fitted_with"])})
        c = calibration
        numbers = [*c.signal_weights.values(), *c.coefficients.values(), c.intercept, c.lone_lead, c.threshold]
        if not all(map(math.isfinite, [*numbers, c.together_weight, c.reach or 0.0])):
            raise ValueError("a number isn't finite")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise MismatchError(
            "The calibration kept with the index is damaged, or of a Quoth that didn't record what it was fitted with "
            "(`quoth calibrate --reset` removes it)."
        ) from error
    return calibration


@cache
def shipped() -> Calibration:
    """The calibration for the shipped models and the default settings."""
    return from_json(SHIPPED_CALIBRATION.read_text(encoding="utf-8"))


def _short(value: str) -> str:
    """A digest cut to its first digits, anything else whole."""
    return f"{value[:12]}…" if len(value) == 64 and " " not in value else value  # SHA-256 in hexadecimal
