"""How evidence becomes confidence: fitted numbers, shipped with the reader or kept with an index by `quoth calibrate`.

confidence = sigmoid(intercept + span · span + margin · margin + retrieval · retrieval + lead · lead
                     + agreement · agreement), a logistic regression over the evidence for one answer.
"""

import json
import math
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from index.errors import MismatchError

SHIPPED_CALIBRATION = Path(__file__).parents[1] / "weights" / "reader" / "calibration.json"
MANIFEST_NAME = "calibration"

MAX_LEAD = 10.0
MAX_AGREEMENT = 2


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer: the reader's `span` score in logits, its `margin` over the passage's null score, the
    fused `retrieval` score of the passage, by how much it leads the best different answer (at most MAX_LEAD either
    way), and in how many further documents it was read too (`agreement`, at most MAX_AGREEMENT).
    """

    span: float
    margin: float
    retrieval: float
    lead: float
    agreement: int

    def __post_init__(self) -> None:
        """Keep lead and agreement within what the numbers were fitted on."""
        object.__setattr__(self, "lead", max(-MAX_LEAD, min(MAX_LEAD, self.lead)))
        object.__setattr__(self, "agreement", min(MAX_AGREEMENT, self.agreement))


NAMES = tuple(field.name for field in fields(Evidence))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Numbers fitted for the reader whose weights have the SHA-256 `reader`, on `questions` questions.

    `retrieval_weight`: how many logits one unit of the fused score is worth when spans of different passages are
    compared. `coefficients`: by the names of Evidence's fields. `lone_lead`: the lead of an answer with no other beside
    it, which is the median one. `threshold` in [0, 1]: below that confidence it is better to give no answer.
    """

    reader: str
    questions: int
    retrieval_weight: float
    intercept: float
    coefficients: dict[str, float]
    lone_lead: float
    threshold: float

    def confidence(self, evidence: Evidence) -> float:
        """P(the answer is right), in [0, 1]."""
        logit = self.intercept + sum(self.coefficients[name] * getattr(evidence, name) for name in NAMES)
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
        if set(calibration.coefficients) != set(NAMES):
            raise ValueError("other coefficients than this version has")
    except (TypeError, ValueError) as error:
        raise MismatchError(
            f"The calibration kept with the index can't be used ({error}): `quoth calibrate --reset` removes it."
        ) from error
    return calibration


@cache
def shipped() -> Calibration:
    """The one fitted for the reader that ships with Quoth. Other readers' logits mean something else: fit your own."""
    return from_json(SHIPPED_CALIBRATION.read_text())
