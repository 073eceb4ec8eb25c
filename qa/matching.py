"""When two answers are the same, and how much one has of another, as SQuAD's official scripts have it.

Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine Comprehension of Text", section 6.1, and 2018 for
questions without an answer, whose gold answer is the empty string.
"""

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalize(answer: str) -> str:
    """Lower case, without ASCII punctuation, articles and superfluous white space."""
    return " ".join(_ARTICLES.sub(" ", answer.lower().translate(_PUNCTUATION)).split())


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """1.0 if the normalized answer equals any of the gold ones, else 0.0. No gold answer: the right one is ""."""
    return float(any(normalize(answer) == normalize(one) for one in gold or [""]))


def f1(answer: str, gold: Sequence[str]) -> float:
    """The highest F1 over words, in [0, 1], that the normalized answer has with any of the gold ones."""
    return max(_f1(normalize(answer).split(), normalize(one).split()) for one in gold or [""])


def _f1(words: list[str], gold: list[str]) -> float:
    if not words or not gold:
        return float(words == gold)
    shared = sum((Counter(words) & Counter(gold)).values())
    return 2 * shared / (len(words) + len(gold))
