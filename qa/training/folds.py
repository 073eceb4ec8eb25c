"""Cross-fitting: a teacher learns from the questions on all articles but a fold's, and is then asked that fold's alone.

Of what a model was trained on it is too sure to be worth learning from. After Dao et al. 2021, "Knowledge Distillation
as Semiparametric Inference".
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import replace

from qa.training.data import Labelled
from qa.training.examples import Pool


def folds(questions: Iterable[Labelled], number: int) -> list[frozenset[str]]:
    """The questions' articles in `number` parts, of each source about as many in one as in another.

    They are in the order of the SHA-256 of their titles, so that nobody picked them.
    """
    source = {question.context.article: question.context.name.split("/")[0] for question in questions}
    ordered = sorted(source, key=lambda title: (source[title], hashlib.sha256(title.encode()).hexdigest()))
    return [frozenset(ordered[first::number]) for first in range(number)]


def within(pool: Pool, articles: Collection[str]) -> Pool:
    """The pool with the questions on these articles alone."""
    return replace(
        pool,
        answerable=on_articles(pool.answerable, articles),
        unanswerable=on_articles(pool.unanswerable, articles),
        further=[(on_articles(questions, articles), share) for questions, share in pool.further],
    )


def on_articles(questions: Iterable[Labelled], articles: Collection[str]) -> list[Labelled]:
    """The questions on these articles."""
    return [question for question in questions if question.context.article in articles]
