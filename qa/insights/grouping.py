"""Groups questions by meaning: those that are near to a common one, in vectors of the embedder.

This is the "fast clustering" of sentence-transformers (`util.community_detection`), in numpy so that the command line
needs no torch for it: the question with the most others near it becomes the centre of a group, with all that are near
it; then the next of those that are left. Questions in the same words count as one first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.questions import KeptQuestion

# Least cosine between a group's centre and its other questions. Of 31 pairs of paraphrases that somebody wrote, 61 %
# have it, and of 347 pairs of questions about different things none, whose highest is 0.55
NEAR = 0.65
MAX_GROUPED = 1_000  # questions that are compared with each other: a million cosines


@dataclass(frozen=True, slots=True)
class Wording:
    """Questions asked in the same words, but for case and white space: how often, and the `latest` of them."""

    text: str
    times: int
    latest: KeptQuestion


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of about the same meaning: how many, and their wordings, that of the centre first."""

    questions: int
    wordings: tuple[Wording, ...]


def grouped(questions: Sequence[KeptQuestion]) -> list[Group]:
    """The groups of questions that have words, the largest first, of equal ones that asked last.

    `questions` are at most MAX_GROUPED, newest first. Those without a vector are grouped by their words alone.
    """
    wordings = _wordings(questions)
    groups = [
        Group(sum(wordings[number].times for number in members), tuple(wordings[number] for number in members))
        for members in _near_each_other(wordings)
    ]
    return sorted(groups, key=lambda group: (-group.questions, -max(one.latest.id for one in group.wordings)))


def _wordings(questions: Sequence[KeptQuestion]) -> list[Wording]:
    same: dict[tuple[str, str], list[KeptQuestion]] = {}
    for one in questions:
        if one.question.text is not None:
            words = " ".join(one.question.text.casefold().split())
            same.setdefault((one.question.collection, words), []).append(one)
    return [Wording(str(ones[0].question.text), len(ones), ones[0]) for ones in same.values()]


def _near_each_other(wordings: Sequence[Wording]) -> list[list[int]]:
    """The numbers of the wordings of each group, its centre's first.

    Of five questions that were asked once each, A near B and C, B near A, and D near E: A has two near it, so that A, B
    and C are the first group; D and E are the second.
    """
    near = _nearness(wordings)
    weights = near.astype(np.float32) @ np.array([one.times for one in wordings], np.float32)  # whole numbers, exactly
    left = np.ones(len(wordings), bool)
    groups = []
    for centre in np.argsort(np.negative(weights), kind="stable").tolist():
        if left[centre]:
            others = np.flatnonzero(near[centre] & left)
            left[others] = False
            groups.append([centre, *(number for number in others.tolist() if number != centre)])
    return groups


def _nearness(wordings: Sequence[Wording]) -> NDArray[np.bool_]:
    """(wordings, wordings): which are near each other; each is near itself, and none to one of another collection."""
    near = np.eye(len(wordings), dtype=bool)
    by_collection: dict[str, dict[int, NDArray[np.float32]]] = {}
    for number, one in enumerate(wordings):
        if (vector := one.latest.question.vector) is not None:
            by_collection.setdefault(one.latest.question.collection, {})[number] = vector
    for vectors in by_collection.values():
        numbers, matrix = list(vectors), np.stack(list(vectors.values()))
        near[np.ix_(numbers, numbers)] |= matrix @ matrix.T >= NEAR
    return near
