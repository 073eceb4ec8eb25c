"""People's feedback on answers, stored beside the documents.

A span is stored with its text and the text around it, so that it can be found again in a document that has changed.
`qa/feedback/` checks feedback against the documents.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Generic, Literal, TypeVar

Verdict = Literal["right", "wrong"]
Fault = Literal["incomplete", "outdated"]  # what is wrong with an answer, if not that it is just wrong
MAX_COMMENT_CHARS = 1000


@dataclass(frozen=True, slots=True)
class Span:
    """The slice `[start, end)` of a document; `exact` is its text, which proves that the same version is meant."""

    document_id: str
    start: int
    end: int
    exact: str | None = None


@dataclass(frozen=True, slots=True)
class KeptSpan:
    """The slice `[start, end)` of the version of a document with digest `sha256`: its text and that around it."""

    document_id: str
    sha256: str
    start: int
    end: int
    prefix: str
    exact: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Words:
    """The right answer in a person's own words, with no place in a document, or several."""

    text: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The right result is that there is no answer."""

    no_answer: Literal[True] = True


Place = TypeVar("Place", Span, KeptSpan)


@dataclass(frozen=True, slots=True)
class Judgement(Generic[Place]):
    """A verdict on the result of one question. `answer` is None if there was none, `correction` if none is known.

    `reason` says more about a wrong answer, and `comment` is what a person adds in words, up to MAX_COMMENT_CHARS.
    """

    collection: str
    question: str
    answer_id: str
    verdict: Verdict
    answer: Place | None
    correction: Place | Words | NoAnswer | None
    reason: Fault | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class SubmittedFeedback(Judgement[Span]):
    """A judgement as a person submits it, not yet checked against the documents."""


@dataclass(frozen=True, slots=True)
class Feedback(Judgement[KeptSpan]):
    """A judgement as stored."""

    @property
    def sha256(self) -> str:
        """A digest of all of it; the same feedback has the same digest."""
        fields = asdict(self)
        for name in ("reason", "comment"):  # without them it is what it was before there were any
            if fields[name] is None:
                del fields[name]
        return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class KeptFeedback:
    """Feedback with its number and the time it was `given`, in ISO 8601."""

    id: int
    given: str
    feedback: Feedback
