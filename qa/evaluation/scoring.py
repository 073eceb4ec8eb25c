"""One answer against the gold ones, as SQuAD's official script for 2.0 scores it."""

from collections.abc import Sequence
from typing import Any

from qa.answering.answer_normalization import normalize
from qa.evaluation.squad_metrics import exact_match, f1

RIGHT_F1 = 0.5
"""From this F1 on an answer counts as right, wherever right or wrong is asked."""


def em_of(answer: str, golds: Sequence[dict[str, Any]]) -> float:
    """1.0 if the answer is one of the gold ones, else 0.0. Without golds silence is right."""
    return exact_match(answer, _texts(golds))


def f1_of(answer: str, golds: Sequence[dict[str, Any]]) -> float:
    """The highest F1 over words with a gold answer, in [0, 1]. Without golds silence is right."""
    return f1(answer, _texts(golds))


def _texts(golds: Sequence[dict[str, Any]]) -> list[str]:
    # As evaluate-v2.0.py has it: a gold answer of which nothing is left counts for nothing
    return [gold["text"] for gold in golds if normalize(gold["text"])]
