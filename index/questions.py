"""Questions that people asked, kept beside the documents if the settings ask for it, and what is counted of them.

Nothing says who asked: no address, key or token. The words of a question are kept apart from the rest, so that they can
be left out, or be forgotten sooner. `qa/insights/` decides what is kept, and for how long.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from index.feedback import Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Outcome = Literal["answered", "unsure", "unanswered", "greeting"]
OUTCOMES: tuple[Outcome, ...] = ("answered", "unsure", "unanswered", "greeting")


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it was asked, and what became of it.

    `asked` is the time in UTC, in ISO 8601 to the minute; `milliseconds` is how long it took. `document_ids` are the
    documents that the first answer cites, `answer_id` is what feedback names. `text` and `vector`, its
    embedding (dimension,), are None if its words aren't kept; a vector has length 1 and is stored in half precision.
    """

    asked: str
    collection: str
    outcome: Outcome
    reason: str | None
    confidence: float | None
    document_ids: tuple[str, ...]
    index_version: int
    milliseconds: int
    answer_id: str
    text: str | None = None
    vector: "NDArray[np.float32] | None" = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class KeptQuestion:
    """A stored question with its number, and the last verdict on its answer; None if nobody gave one."""

    id: int
    verdict: Verdict | None
    question: AskedQuestion


@dataclass(frozen=True, slots=True)
class WhichQuestions:
    """Which stored questions are meant: those that meet every condition that isn't None.

    `since` ≤ asked < `until`, both a date or a time in ISO 8601 and UTC: "2026-11-28" is the beginning of that day.
    """

    since: str | None = None
    until: str | None = None
    collection: str | None = None
    outcome: Outcome | None = None
    verdict: Verdict | None = None


ALL_QUESTIONS = WhichQuestions()


@dataclass(frozen=True, slots=True)
class AnsweredWording:
    """The words of questions that were answered: how many `times`, and how many of these answers were judged wrong."""

    text: str
    times: int
    wrong: int


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """What stored questions add up to.

    `days`: date → outcome → questions. `reasons`: why there was no answer → questions. `milliseconds`: how long
    they took → questions, ascending. `verdicts`: verdict → feedback given in the same time on the same collection.
    """

    days: Mapping[str, Mapping[Outcome, int]] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    milliseconds: Mapping[int, int] = field(default_factory=dict)
    verdicts: Mapping[Verdict, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentUse:
    """A document, and the number of stored questions whose first answer cites it."""

    collection: str
    document_id: str
    title: str
    questions: int


@dataclass(frozen=True, slots=True)
class DocumentUses:
    """Which documents answer: `most`, beginning with the one that answered most questions, of `answering` in all; and
    some that answered none, `never`, by collection and id, of `silent` in all.
    """

    most: tuple[DocumentUse, ...]
    answering: int
    never: tuple[DocumentUse, ...]
    silent: int


def added_up(
    parts: Iterable[tuple[str, Outcome, str | None, int, int]], verdicts: Mapping[Verdict, int]
) -> QuestionFigures:
    """The figures of `parts`: (day, outcome, reason, milliseconds, number of questions), each once or several times."""
    days: dict[str, dict[Outcome, int]] = {}
    reasons: Counter[str] = Counter()
    times: Counter[int] = Counter()
    for day, outcome, reason, milliseconds, count in parts:
        days.setdefault(day, dict.fromkeys(OUTCOMES, 0))[outcome] += count
        times[milliseconds] += count
        if reason is not None:
            reasons[reason] += count
    return QuestionFigures(
        dict(sorted(days.items())), dict(reasons.most_common()), dict(sorted(times.items())), verdicts
    )


def contains(text: str, words: str) -> bool:
    """Whether `words` occur in `text`, ignoring case and the amount of white space."""
    return " ".join(words.casefold().split()) in " ".join(text.casefold().split())
