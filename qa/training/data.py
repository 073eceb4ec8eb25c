"""Labelled questions in SQuAD 2.0's format, split by article.

Each has a context, the text to read, and the offsets of its answers there. The reader learns from whole paragraphs, and
also from the chunks that Quoth would make of them, since chunks are what it reads in use.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.chunking import Chunk

VALIDATION_ARTICLES = 6
CALIBRATION_ARTICLES = 3


@dataclass(frozen=True, slots=True)
class Context:
    """A paragraph: `name` is unique, `chunks` are slices of `text`."""

    name: str
    article: str
    text: str
    chunks: tuple[Chunk, ...] = ()


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question on a context. `answers` are slices `[start, end)` of its text, empty if the context has no answer."""

    id: str
    question: str
    context: Context
    answers: tuple[tuple[int, int], ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of each answer."""
        return tuple(self.context.text[start:end] for start, end in self.answers)


def load_squad(path: Path) -> list[Labelled]:
    """All questions of a SQuAD file (gzipped or not), in order.

    Raises ValueError if an answer isn't the slice of its paragraph that its offset names.
    """
    content = path.read_bytes()
    articles = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)["data"]
    return [labelled for article in articles for labelled in _questions(path, article)]


def _questions(path: Path, article: dict) -> Iterator[Labelled]:  # type: ignore[type-arg]
    for number, paragraph in enumerate(article["paragraphs"]):
        title = article["title"]
        context = Context(f"{path.name.split('.')[0]}/{title}/{number}", title, paragraph["context"])
        for question in paragraph["qas"]:
            answers = []
            for answer in question["answers"] if not question.get("is_impossible") else []:
                start, end = answer["answer_start"], answer["answer_start"] + len(answer["text"])
                if context.text[start:end] != answer["text"]:
                    raise ValueError(f"{path}: an answer to question {question['id']} doesn't slice.")
                answers.append((start, end))
            yield Labelled(question["id"], question["question"].strip(), context, tuple(answers))


def kept_out(articles: Iterable[str]) -> tuple[list[str], list[str]]:
    """The titles of the articles for (validation, calibration), which training never sees.

    They are the first in order of the SHA-256 of their titles, so that nobody could pick them.
    """
    ordered = sorted(set(articles), key=lambda title: hashlib.sha256(title.encode()).hexdigest())
    return ordered[:VALIDATION_ARTICLES], ordered[VALIDATION_ARTICLES : VALIDATION_ARTICLES + CALIBRATION_ARTICLES]


def split(questions: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled], list[Labelled]]:
    """The questions for (training, validation, calibration), split by article."""
    validation, calibration = kept_out(question.context.article for question in questions)
    training = [q for q in questions if q.context.article not in (*validation, *calibration)]
    return (
        training,
        [question for question in questions if question.context.article in validation],
        [question for question in questions if question.context.article in calibration],
    )
