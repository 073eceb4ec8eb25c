"""What every format becomes: documents, questions with their gold answers, and whatever was wrong with the file."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from index.documents import Document


@dataclass(frozen=True, slots=True)
class Gold:
    """A right answer: the slice `[start, end)` of its document, or only its text where the place isn't known."""

    text: str
    document_id: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what is right: any of `golds`, and the documents judged relevant (id → relevance, from 1).

    Without either it has no answer. `document_id` is the document it was asked of, None if it was asked of all.
    """

    id: str
    text: str
    golds: tuple[Gold, ...] = ()
    gold_documents: Mapping[str, int] = field(default_factory=dict)
    document_id: str | None = None

    @property
    def answerable(self) -> bool:
        """Whether there is an answer."""
        return bool(self.golds or self.gold_documents)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something odd in a dataset that was worked round: `kind` is counted, `where` names the place in the file."""

    kind: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions and the documents to ask them of. `of` counts the questions in the file, `sha256` is over its bytes."""

    name: str
    path: str
    format: str
    sha256: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...]
    of: int
    seed: int | None = None

    def sample(self, limit: int, seed: int) -> "Dataset":
        """`limit` of the questions, drawn at random by `seed`, in the dataset's order; all documents stay."""
        if limit >= len(self.questions):
            return self
        kept = sorted(random.Random(seed).sample(range(len(self.questions)), limit))  # noqa: S311  # not for secrets
        return replace(self, questions=tuple(self.questions[i] for i in kept), seed=seed)

    @property
    def lost_gold(self) -> int:
        """How many (question, gold document) pairs name a document that the dataset doesn't have."""
        known = {document.id for document in self.documents}
        return sum(gold not in known for question in self.questions for gold in question.gold_documents)

    @property
    def problem_counts(self) -> dict[str, int]:
        """Kind → how often."""
        return dict(Counter(problem.kind for problem in self.problems))


class Names:
    """Hands out ids once: a second one of a name is called `name#2`, and that is a problem."""

    def __init__(self, problems: list[Problem], kind: str) -> None:
        self._taken: set[str] = set()
        self._problems = problems
        self._kind = kind

    def take(self, name: str, where: str) -> str:
        """`name`, or the first of `name#2`, `name#3`… that is free."""
        free, number = name, 1
        while free in self._taken:
            number += 1
            free = f"{name}#{number}"
        self._taken.add(free)
        if free != name:
            self._problems.append(Problem(self._kind, where, f"The id {name!r} was used before: it became {free!r}."))
        return free


def anchored(text: str, document_id: str, context: str, start: int | None = None) -> Gold:
    """The gold at `start` if it stands there, else where it occurs if that is one place, else without a place."""
    if start is None or start < 0 or context[start : start + len(text)] != text:
        start = context.index(text) if context.count(text) == 1 else None
    return Gold(text, document_id, start, None if start is None else start + len(text))
