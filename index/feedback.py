"""What people said of answers, kept beside the documents and never derived from them.

A span is kept with its words and those around it, so that it can be found again in a document that has changed.
Checking what is said against the documents is left to `qa/feedback/`.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Generic, Literal, TypeVar

Verdict = Literal["right", "wrong"]


@dataclass(frozen=True, slots=True)
class Span:
    """The slice `[start, end)` of a document and, to be sure that it is the version meant, the words there."""

    document_id: str
    start: int
    end: int
    exact: str | None = None


@dataclass(frozen=True, slots=True)
class KeptSpan:
    """The slice `[start, end)` of a document as it was, `sha256` naming that version, with the words around it."""

    document_id: str
    sha256: str
    start: int
    end: int
    prefix: str
    exact: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Words:
    """The right answer in somebody's own words, which stand in no document or in several."""

    text: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """There is no answer, and none should have been given."""

    no_answer: Literal[True] = True


Place = TypeVar("Place", Span, KeptSpan)


@dataclass(frozen=True, slots=True)
class Judgement(Generic[Place]):
    """A verdict on one answer. `answer` is None where none was given, `correction` where none is known."""

    collection: str
    question: str
    answer_id: str
    verdict: Verdict
    answer: Place | None
    correction: Place | Words | NoAnswer | None


@dataclass(frozen=True, slots=True)
class Said(Judgement[Span]):
    """A judgement as somebody gives it; of a correction in words nobody knows yet where they stand."""


@dataclass(frozen=True, slots=True)
class Feedback(Judgement[KeptSpan]):
    """A judgement as it is kept."""

    @property
    def sha256(self) -> str:
        """The digest of all that was said: the same, said again, has the same."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class KeptFeedback:
    """Feedback with its number and when it was given, in ISO 8601."""

    id: int
    given: str
    feedback: Feedback
