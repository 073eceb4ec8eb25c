"""A dataset, whatever its format: documents, questions with gold answers, and the problems in its file."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from index.documents import Document
from qa.answering.answer_normalization import normalize
from qa.answering.questions import Turn

Find = Callable[[str], Document | None]
"""Returns a document by its id, None if there is no such document."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A right answer: the slice `[start, end)` of its document; `start` and `end` are None if the place isn't known.

    `document_id` is None if any document may contain it. `absent`: no document that may contain it has its words.
    """

    text: str
    document_id: str | None
    start: int | None = None
    end: int | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its right answers, any of `golds`, and its relevant documents (id → relevance, from 1).

    Without either it is unanswerable. `document_id` is the document it asks about, None for all. `history` are the
    earlier turns of its conversation, oldest first. Datasets may also name its `type`, such as "who", the "yes" or "no"
    that answers it (`yes_no`), and the items of a list answer (`parts`).
    """

    id: str
    text: str
    golds: tuple[Gold, ...] = ()
    gold_documents: Mapping[str, int] = field(default_factory=dict)
    document_id: str | None = None
    type: str | None = None
    yes_no: str | None = None
    parts: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether there is an answer."""
        return bool(self.golds or self.gold_documents)

    @property
    def form(self) -> str | None:
        """The form of its answer: "yes_no", "list", "cell" (of a table), "span" or "none" (unanswerable).

        None if the dataset names neither type, yes_no nor parts.
        """
        if not (self.type or self.yes_no or self.parts):
            return None
        if not self.answerable:
            return "none"
        if self.yes_no:
            return "yes_no"
        return "list" if self.parts else "cell" if self.type == "table" else "span"


@dataclass(frozen=True, slots=True)
class DatasetProblem:
    """A defect of a dataset that was worked around; `kind` groups defects, `where` is the place in the file."""

    kind: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions and the documents they ask about.

    `of` is the number of questions in the file, `sha256` its digest in hex. `served`: the questions ask about the
    documents that a server already has, and `documents` are only those that questions name.
    """

    name: str
    path: str
    format: str
    sha256: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]
    problems: tuple[DatasetProblem, ...]
    of: int
    seed: int | None = None
    served: bool = False

    def sample(self, limit: int, seed: int) -> "Dataset":
        """The dataset with all documents and `limit` of its questions, drawn at random with `seed`, in their order."""
        if limit >= len(self.questions):
            return self
        kept = sorted(random.Random(seed).sample(range(len(self.questions)), limit))  # noqa: S311  # not for secrets
        return replace(self, questions=tuple(self.questions[i] for i in kept), seed=seed)

    @property
    def lost_gold(self) -> int:
        """How many (question, gold document) pairs name a document that the dataset doesn't have."""
        known = {document.id for document in self.documents}
        return sum(gold not in known for question in self.questions for gold in question.gold_documents)


def problem_counts(problems: Iterable[DatasetProblem]) -> dict[str, int]:
    """Kind → the number of problems of that kind."""
    return dict(Counter(problem.kind for problem in problems))


class Names:
    """Makes ids unique: a second `name` becomes `name#2` and is added to `problems` as one of `kind`."""

    def __init__(self, problems: list[DatasetProblem], kind: str) -> None:
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
            self._problems.append(
                DatasetProblem(self._kind, where, f"The id {name!r} was used before: it became {free!r}.")
            )
        return free


def anchored(text: str, document_id: str, context: str, start: int | None = None) -> Gold:
    """The gold answer `text` with its place in the document's text, `context`.

    It is `start` if the text occurs there, else the only place where it occurs. If it occurs nowhere, or several times,
    the place is unknown.
    """
    if start is None or start < 0 or context[start : start + len(text)] != text:
        start = context.index(text) if context.count(text) == 1 else None
    end = None if start is None else start + len(text)
    return Gold(text, document_id, start, end, absent=start is None and not has_words(context, text))


def has_words(text: str, words: str) -> bool:
    """Whether `text` contains `words` in a row, ignoring case, punctuation and articles."""
    normalized = normalize(words)
    return f" {normalized} " in f" {normalize(text)} " if normalized else words in text
