"""Exact match and F1 of an answer against the gold ones, as SQuAD's official scripts compute them.

Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine Comprehension of Text", section 6.1; and Rajpurkar, Jia
and Liang 2018, "Know What You Don't Know: Unanswerable Questions for SQuAD", for questions without an answer, whose
gold answer is the empty string.
"""

from collections import Counter
from collections.abc import Sequence

from qa.answering.answer_normalization import normalize


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """1.0 if the normalized answer equals any of the gold ones, else 0.0. No gold answer: the right one is ""."""
    return float(any(normalize(answer) == normalize(one) for one in gold or [""]))


def f1(answer: str, gold: Sequence[str]) -> float:
    """The highest F1 over words, in [0, 1], that the normalized answer has with any of the gold ones."""
    return max(_f1(normalize(answer).split(), normalize(one).split()) for one in gold or [""])


def _f1(words: list[str], gold: list[str]) -> float:
    # "black cat" against "cat": one word shared, 2 · 1 / (2 + 1) = 2/3
    if not words or not gold:
        return float(words == gold)
    shared = sum((Counter(words) & Counter(gold)).values())
    return 2 * shared / (len(words) + len(gold))
