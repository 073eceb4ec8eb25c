"""The examples of each training round: groups of windows. A window is a question, a text, and its answer if any.

All windows of a group have the same question, so that their scores can be compared: the first holds the answer, the
others are hard negatives. A round depends on a seed and its number alone, so that a stopped training continues exactly.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.training.data import Labelled

# Probabilities
WHOLE_PARAGRAPHS = 0.3  # else the window is the chunk that holds the answer
WITH_NEGATIVE = 0.6  # for a question that has hard negatives
NO_QUESTION_MARK = 0.1
TYPO = 0.05

MAX_WHOLE_CHARS = 1400  # longer paragraphs are always cut to a chunk

# Not at the start of a sentence, where any word has a capital
_NAME_OR_NUMBER = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w'’-]+(?:\s+(?:of\s+|the\s+)?[A-Z][\w'’-]+)*|\d[\d,.]*\d|\d)")


@dataclass(frozen=True, slots=True)
class Window:
    """A text to read for a question; `answer` is a slice of the text in characters, None if there is none.

    `context` is read in front of the text, and never holds the answer.
    """

    question: str
    text: str
    answer: tuple[int, int] | None
    context: str = ""


Group = tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """All that rounds are drawn from.

    A round has all questions of `answerable` and `unanswerable`, and of each part of `further` the given share.
    `negatives`: question id → texts close to it that don't answer it; with probability WITH_NEGATIVE one to
    `most_negatives` of them join its group. `swapped` is the share of answerable questions that are shown once more,
    with a name or number swapped so that the text has no answer.
    """

    answerable: Sequence[Labelled]
    unanswerable: Sequence[Labelled]
    further: Sequence[tuple[Sequence[Labelled], float]]
    negatives: Mapping[str, Sequence[str]]
    swapped: float
    most_negatives: int = 1


def draw(pool: Pool, seed: int, number: int) -> list[Group]:
    """The groups of round `number`, shuffled."""
    rng = random.Random(f"{seed}/{number}")  # noqa: S311  # not for secrets
    groups = [_group(item, pool, rng) for item in pool.answerable]
    groups += [(Window(_noisy(item.question, rng), _some_text(item, rng), None),) for item in pool.unanswerable]
    for items, share in pool.further:
        groups += [_group(item, pool, rng) for item in rng.sample(list(items), round(share * len(items)))]
    swapped = (
        _swap(item, rng) for item in rng.sample(list(pool.answerable), round(pool.swapped * len(pool.answerable)))
    )
    groups += [(window,) for window in swapped if window]
    rng.shuffle(groups)
    return groups


def _group(item: Labelled, pool: Pool, rng: random.Random) -> Group:
    """A window with one of the question's answers, and sometimes hard negatives."""
    question, (start, end) = _noisy(item.question, rng), rng.choice(item.answers)
    first, text = _text_with(item, start, end, rng)
    windows = [Window(question, text, (start - first, end - first))]
    if (near := pool.negatives.get(item.id)) and rng.random() < WITH_NEGATIVE:
        beside = min(rng.randint(1, pool.most_negatives), len(near))
        windows += [Window(question, text, None) for text in rng.sample(near, beside)]
    return tuple(windows)


def _text_with(item: Labelled, start: int, end: int, rng: random.Random) -> tuple[int, str]:
    """(Offset of the text in the paragraph, text): the whole paragraph, or a chunk that holds the answer."""
    text = item.context.text
    holding = [chunk for chunk in item.context.chunks if chunk.start <= start and end <= chunk.end]
    if not holding or (len(text) <= MAX_WHOLE_CHARS and rng.random() < WHOLE_PARAGRAPHS):
        return 0, text
    chunk = rng.choice(holding)
    return chunk.start, text[chunk.start : chunk.end]


def _some_text(item: Labelled, rng: random.Random) -> str:
    """The paragraph or one of its chunks, for a question without an answer there."""
    text = item.context.text
    if not item.context.chunks or (len(text) <= MAX_WHOLE_CHARS and rng.random() < WHOLE_PARAGRAPHS):
        return text
    chunk = rng.choice(item.context.chunks)
    return text[chunk.start : chunk.end]


def _swap(item: Labelled, rng: random.Random) -> Window | None:
    """The question with one name or number replaced by another of its paragraph, so that it has no answer there.

    "Who founded Halden in 1912?" may become "Who founded Halden in 1934?". None if nothing can be swapped. Rajpurkar et
    al. 2018 call this an entity swap, one of the kinds of unanswerable questions in SQuAD 2.0.
    """
    context = item.context.text
    asked = [match for match in _NAME_OR_NUMBER.finditer(item.question) if match.group() in context]
    if not asked:
        return None
    old = rng.choice(asked)
    answers = " ".join(item.texts)
    others = {
        name
        for name in _NAME_OR_NUMBER.findall(context)
        if name[0].isdigit() == old.group()[0].isdigit() and name not in item.question and name not in answers
        and old.group() not in name
    }  # fmt: skip
    if not others:
        return None
    question = item.question[: old.start()] + rng.choice(sorted(others)) + item.question[old.end() :]
    return Window(_noisy(question, rng), _some_text(item, rng), None)


def _noisy(question: str, rng: random.Random) -> str:
    """The question, sometimes as hurried people type it: without a question mark, or with two letters swapped."""
    if rng.random() < NO_QUESTION_MARK:
        question = question.rstrip("? ")
    words = question.split(" ")
    long_words = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if long_words and rng.random() < TYPO:
        i = rng.choice(long_words)
        at = rng.randrange(1, len(words[i]) - 1)
        word = words[i]
        words[i] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        question = " ".join(words)
    return question
