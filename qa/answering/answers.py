"""The result of asking, an `Answer` with its citations, and the events that a stream yields on the way to it."""

from dataclasses import dataclass
from enum import StrEnum

from qa.answering.forms.form import Form, Part, Verdict
from qa.citing import Citation


class Status(StrEnum):
    """Whether there is an answer."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"


class Reason(StrEnum):
    """Why there is no answer.

    No passage was retrieved; the reader scores no answer higher than its best span, and nothing else makes that likely;
    the best answer's confidence is too low; or the message was a greeting, not a question.
    """

    NOTHING_RETRIEVED = "nothing_retrieved"
    READER_NULL = "reader_null"
    BELOW_THRESHOLD = "below_threshold"
    GREETING = "greeting"


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer copied from the documents, with a citation for every place that says the same in any words.

    `text` is the slice that the first citation names. `confidence` in [0, 1] estimates P(the answer is right); None
    without a calibration for the present models. `support` ≥ 1 counts the different documents cited.

    `form` says how to show it: as a span, a sentence, a list or steps (`parts` are slices of the first citation's
    document), as a `verdict` yes or no with the clause that decides it, or as a table cell with the heads of its `row`
    and `column`, each None if the table has none; a unit in a column of its own stands behind the row's: "Weight (kg)".
    `contradicts`: it can't be right if the first answer is.
    """

    text: str
    confidence: float | None
    support: int
    citations: tuple[Citation, ...]
    form: Form = Form.SPAN
    parts: tuple[Part, ...] = ()
    verdict: Verdict | None = None
    row: str | None = None
    column: str | None = None
    contradicts: bool = False


@dataclass(frozen=True, slots=True)
class Nearest:
    """The passage that comes nearest to a question without an answer.

    `text` is the slice `[start, end)` of the document; it begins with the section of its best sentence, or the question
    that an FAQ has there, if that isn't far before the passage. `sentence` is that sentence, the slice
    `[sentence_start, sentence_end)` of the document, and `section` the heading above it. `likely`: it may hold the
    answer, with a confidence too low to return it; if not, nothing about the question was found.
    """

    document_id: str
    title: str
    section: str | None
    start: int
    end: int
    text: str
    sentence_start: int
    sentence_end: int
    sentence: str
    likely: bool


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage that was retrieved: `text` is the slice `[start, end)` of its document.

    `score` is what passages are ranked by, made of `dense` (cosine, in [-1, 1]) and `bm25` (≥ 0; 0 if no word of the
    question occurs). `read`: whether the reader reads it. A search reads none; for a question those stay unread that
    come so far behind the first that the answer can't be theirs.
    """

    document_id: str
    start: int
    end: int
    text: str
    score: float
    dense: float
    bm25: float
    read: bool = True


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent in each stage; reading includes what is read together."""

    retrieve: float
    read: float
    total: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a question: answers, best first, or the reason why there is none; and the passages retrieved.

    `id` is the same for the same answers to the same question on the same version, and differs for any others.
    `asked_as` is the search text if it isn't the question itself: with the earlier questions it refers to, or with
    mistyped words corrected; else None.
    `conflict`: texts disagree; the answers that contradict the first one come right after it. The first may be less
    confident than they are: it is the one that replaces another by what a newer text says.
    `nearest` is None if there are answers, or no passages. `message` is one sentence to show if there are no answers.
    """

    id: str
    asked_as: str | None
    status: Status
    reason: Reason | None
    conflict: bool
    answers: tuple[GivenAnswer, ...]
    passages: tuple[ReadPassage, ...]
    index_version: int
    timings_ms: Timings
    nearest: Nearest | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a search: passages, best first, that no reader has read."""

    passages: tuple[ReadPassage, ...]
    index_version: int


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The first event of a stream: the passages, best first; the other fields are those of `Answer`."""

    passages: tuple[ReadPassage, ...]
    index_version: int
    asked_as: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far reading has come: the number of passages `read`, of `passages` that are to be read."""

    read: int
    passages: int


Event = Retrieved | Progress | GivenAnswer | Answer
"""What a stream yields: Retrieved; after each batch but the last Progress, and a GivenAnswer if it is the best so far;
last the Answer."""
