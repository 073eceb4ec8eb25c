"""What every format becomes: documents, questions with their gold answers, and whatever was wrong with the file."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from index.documents import Document
from qa.answering.answer_normalization import normalize
from qa.answering.questions import Turn

Find = Callable[[str], Document | None]
"""A document of an index by its id, None where it has no such document."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A right answer: the slice `[start, end)` of its document, or only its text where the place isn't known.

    `document_id` None: any document may have it. `absent`: the words stand in no document that it could be found in.
    """

    text: str
    document_id: str | None
    start: int | None = None
    end: int | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what is right: any of `golds`, and the documents judged relevant (id → relevance, from 1).

    Without either it has no answer. `document_id` is the document it was asked of, None if it was asked of all.
    `history` are the earlier turns of its conversation, oldest first. Where the dataset says them: `type`, such as
    "who", the `yes_no` that answers it, and the `parts` of an answer that is a list.
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
        """Its answer's form: yes_no, list, cell (of a table), span or none; None where the dataset says nothing."""
        if not (self.type or self.yes_no or self.parts):
            return None
        if not self.answerable:
            return "none"
        if self.yes_no:
            return "yes_no"
        return "list" if self.parts else "cell" if self.type == "table" else "span"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something odd in a dataset that was worked round: `kind` is counted, `where` names the place in the file."""

    kind: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions and the documents to ask them of. `of` counts the questions in the file, `sha256` is over its bytes.

    `served`: they are asked of what an index already has, so that nothing is brought there, and `documents` are only
    those of it that questions name.
    """

    name: str
    path: str
    format: str
    sha256: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...]
    of: int
    seed: int | None = None
    served: bool = False

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
    end = None if start is None else start + len(text)
    return Gold(text, document_id, start, end, absent=start is None and not has_words(context, text))


def has_words(text: str, words: str) -> bool:
    """Whether `words` stand in `text` one after another, case, punctuation and articles apart."""
    wanted = normalize(words)
    return f" {wanted} " in f" {normalize(text)} " if wanted else words in text
