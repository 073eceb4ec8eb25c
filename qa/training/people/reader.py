"""Rounds of windows for the reader: each has all user questions, and one part of the other sources in turn."""

import random
from collections.abc import Callable, Sequence

from qa.training.examples import Group, Window
from qa.training.people.corpus import USER, AskedQuestion, Corpus
from qa.training.people.near import Near, Place
from qa.training.people.noise import noisy

PARTS = 3  # so many rounds go once through the other sources
OTHERS_PER_USER_QUESTION = 0.75
# Probabilities
WITH_PREFIX = 0.85
FIRST_ANSWER = 0.8  # the label is a user question's best answer, else any of its answers
WITH_OTHER = 0.5  # a user question also gets a negative from another document
WITH_NEGATIVE = 0.55  # a question of the other sources gets a negative
WITH_EARLIER = 0.6  # a follow-up is read with the question before it


def rounds(corpus: Corpus, near: Sequence[Near], seed: int) -> Callable[[int], list[Group]]:
    """Number of a round → its groups, shuffled."""
    questions = list(zip(corpus.asked, near, strict=True))
    user = [item for item in questions if corpus.texts[item[0].text].source == USER]
    others = [item for item in questions if corpus.texts[item[0].text].source != USER]
    random.Random(seed).shuffle(others)  # noqa: S311  # not for secrets

    def draw(number: int) -> list[Group]:
        rng = random.Random(f"{seed}/{number}")  # noqa: S311
        part = others[number % PARTS :: PARTS]
        part = rng.sample(part, min(len(part), round(OTHERS_PER_USER_QUESTION * len(user))))
        groups = [group for asked, beside in (*user, *part) for group in _groups(corpus, asked, beside, rng)]
        rng.shuffle(groups)
        return groups

    return draw


def _groups(corpus: Corpus, asked: AskedQuestion, near: Near, rng: random.Random) -> list[Group]:
    """One group, its first window with the answer; for a question without answers a group for each negative.

    None if no piece holds an answer whole.
    """
    of_user = corpus.texts[asked.text].source == USER
    question = noisy(asked.question, rng, 0.4 if of_user else 1.0)
    if asked.earlier and rng.random() < WITH_EARLIER:
        question = f"{asked.earlier} {question}"
    if not asked.answers:
        shown = rng.sample(near.own[:3], min(len(near.own[:3]), 2 if of_user else 1))
        return [(_window(corpus, question, place, None, rng),) for place in shown]
    golds = [(piece, answer) for answer in asked.answers for piece in corpus.holding(asked, answer)]
    if not golds:
        return []
    best = [gold for gold in golds if gold[1] == asked.answers[0]] or golds
    piece, answer = rng.choice(best if rng.random() < (FIRST_ANSWER if of_user else 0.4) else golds)
    windows = [_window(corpus, question, (asked.text, piece), answer, rng)]
    windows += [_window(corpus, question, place, None, rng) for place in _sample_negatives(near, rng, of_user=of_user)]
    return [tuple(windows)]


def _sample_negatives(near: Near, rng: random.Random, *, of_user: bool) -> list[Place]:
    """Hard negatives for one group: 2 or 3 for a user question, 0 or 1 for another."""
    if not of_user:
        pool = [*near.own[:2], *near.other]
        return [rng.choice(pool)] if pool and rng.random() < WITH_NEGATIVE else []
    places = rng.sample(near.own, min(len(near.own), 2))
    return [*places, rng.choice(near.other)] if near.other and rng.random() < WITH_OTHER else places


def _window(
    corpus: Corpus,
    question: str,
    place: Place,
    answer: tuple[int, int] | None,
    rng: random.Random,
) -> Window:
    text, piece = corpus.texts[place[0]], corpus.texts[place[0]].pieces[place[1]]
    prefix = piece.prefix if rng.random() < WITH_PREFIX else ""
    within = None if answer is None else (answer[0] - piece.start, answer[1] - piece.start)
    return Window(question, text.words(place[1]), within, prefix)
