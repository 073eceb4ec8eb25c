"""Questions as hurried people type them: without question mark or capitals, or with a typo."""

import random

NO_MARK = 0.25
LOWER = 0.2
TYPO = 0.12
_MIN_LETTERS = 5  # shorter words get no typo


def noisy(question: str, rng: random.Random, strength: float = 1.0) -> str:
    """The question with random noise; each kind has its probability above times `strength` in [0, 1]."""
    if rng.random() < NO_MARK * strength:
        question = question.rstrip("? ")
    if rng.random() < LOWER * strength:
        question = question.lower()
    return _with_typo(question, rng) if rng.random() < TYPO * strength else question


def _with_typo(question: str, rng: random.Random) -> str:
    """One word with two letters swapped, one left out or one doubled: "modnay", "mnday" or "monnday" for "monday"."""
    words = question.split(" ")
    long_words = [i for i, word in enumerate(words) if len(word) >= _MIN_LETTERS and word.isalpha()]
    if not long_words:
        return question
    i = rng.choice(long_words)
    word = words[i]
    at = rng.randrange(1, len(word) - 1)
    words[i] = rng.choice(
        [
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        ]
    )
    return " ".join(words)
