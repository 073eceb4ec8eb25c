"""What asking gives: an `Answer` with its citations, and what is told on the way to it."""

from dataclasses import dataclass
from enum import StrEnum

from qa.answering.forms.form import Form, Part, Verdict
from qa.citing import Citation


class Status(StrEnum):
    """Whether there is an answer."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"


class Reason(StrEnum):
    """Why there is none: no passage found; the reader prefers silence even to its best span; it is too unsure; or
    nothing was asked, only greeted or thanked.
    """

    NOTHING_RETRIEVED = "nothing_retrieved"
    READER_NULL = "reader_null"
    BELOW_THRESHOLD = "below_threshold"
    GREETING = "greeting"


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """Words copied from the documents, and every place that says so, in these words or others.

    `confidence` estimates P(right), in [0, 1]; None where there is no calibration for what answers here. `support` ≥ 1
    is how many different documents the places are in. `text` is what stands at the first citation, `form` how it is
    meant to be shown: as a span, a sentence, a list or steps (whose `parts` are slices of that citation's document), as
    `verdict` yes or no with the clause that decides it, or as a table's cell with the heads of its `row` and `column`,
    null where it has none.
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


@dataclass(frozen=True, slots=True)
class Nearest:
    """What comes nearest where there is no answer: `text` is the slice `[start, end)` of the document, from the
    beginning of its section on where that is near.

    Its best sentence is the slice `[sentence_start, sentence_end)` of the document, `section` the heading it stands
    under. `likely`: this may be it, though it is too unsure to be given; else nothing was found on the question.
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
    """A passage that was read: `text` is the slice `[start, end)` of its document.

    `score` fuses the ranks of `dense` (cosine, -1 to 1) and `bm25` (0 where no word of the question occurs).
    """

    document_id: str
    start: int
    end: int
    text: str
    score: float
    dense: float
    bm25: float


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent in each stage."""

    retrieve: float
    read: float
    total: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question got: answers, best first, or the reason why there is none; and the passages that were read.

    `id` is the same for the same answers to the same question on the same version, and another for any others.
    `asked_as` is what was searched for, where that isn't the question as it came: together with earlier ones that it
    leans on, or without mistyped words.
    `conflict`: documents disagree, and the answers that contradict the first one come next to it. `nearest` is null
    where there are answers or no passages. `message` says in a sentence what there is in place of an answer.
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
    """What a search found, without reading."""

    passages: tuple[ReadPassage, ...]
    index_version: int


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages that are going to be read, best first; `asked_as` and `index_version` as in the `Answer`."""

    passages: tuple[ReadPassage, ...]
    index_version: int
    asked_as: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """So many (`read`) of the `passages` have been read."""

    read: int
    passages: int


# In the order of a stream: Retrieved, then a Progress after each batch but the last, with a GivenAnswer behind it where
# that is the best so far, then the Answer.
Event = Retrieved | Progress | GivenAnswer | Answer
