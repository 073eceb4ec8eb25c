"""Cross-fitting: a teacher is trained on all articles but one fold's, and then scores only the windows of that fold.

A model is too confident on its own training data for others to learn from. After Dao et al. 2021, "Knowledge
Distillation as Semiparametric Inference".
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import replace

from qa.training.data import Labelled
from qa.training.examples import Pool


def folds(questions: Iterable[Labelled], number: int) -> list[frozenset[str]]:
    """The titles of the questions' articles in `number` parts, each with about the same number from every source.

    They are dealt out in order of the SHA-256 of their titles, so that nobody could pick them.
    """
    source = {question.context.article: question.context.name.split("/")[0] for question in questions}
    ordered = sorted(source, key=lambda title: (source[title], hashlib.sha256(title.encode()).hexdigest()))
    return [frozenset(ordered[first::number]) for first in range(number)]


def restricted_to(pool: Pool, articles: Collection[str]) -> Pool:
    """The pool with only the questions on these articles."""
    return replace(
        pool,
        answerable=on_articles(pool.answerable, articles),
        unanswerable=on_articles(pool.unanswerable, articles),
        further=[(on_articles(questions, articles), share) for questions, share in pool.further],
    )


def on_articles(questions: Iterable[Labelled], articles: Collection[str]) -> list[Labelled]:
    """The questions on these articles."""
    return [question for question in questions if question.context.article in articles]
