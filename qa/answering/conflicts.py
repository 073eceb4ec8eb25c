"""Whether documents disagree: which further answers contradict the best one and are as believable.

Cautious, since a second-best reading is mostly noise: a rival must be read with confidence in another document, in a
passage as close to the question as the best answer's, and must be unable to be right beside it.
"""

import re
from collections.abc import Callable, Sequence

from qa.answering.answer_equivalence import contradict
from qa.answering.answer_normalization import canonical, is_number
from qa.answering.ranking import Candidate, RankedAnswer

# What a rival's own confidence must be, taken as if there were no other answer
MIN_RIVAL_CONFIDENCE = 0.45
# The share of the question's words that a rival's passage must have, and by how much it may fall short of the best's
MIN_COVERAGE = 0.5
MAX_COVERAGE_LOSS = 0.15
_STEM_CHARS = 4  # words that begin alike are taken for forms of one
_FUNCTION_WORDS = frozenset(
    """a about all an and any are as at be been by can could did do does for from give had has have her his how i if in
    into is it its kind long many me much my name of old on one or our out so some tell than that the their them there
    they this to under up us was we were what when where which who whom whose why will with would you your""".split()  # noqa: SIM905
)


def disagreeing(
    question: str,
    ranked: Sequence[RankedAnswer],
    min_confidence: float,
    title: Callable[[int], str],
) -> list[RankedAnswer]:
    """The further answers by which documents contradict the best, which is `ranked[0]`; best first, mostly none.

    `min_confidence` is that from which a place is cited, `title` gives that of the document with a key.
    """
    best = ranked[0]
    home = {place.passage.document_key for place in best.places(min_confidence)}
    content, names = _content(question), _names(question)

    def context(place: Candidate) -> set[str]:
        return _words(f"{title(place.passage.document_key)} {place.passage.text}")

    def is_rival(answer: RankedAnswer, place: Candidate) -> bool:
        if place.passage.document_key in home or answer.confidence_alone(place) < MIN_RIVAL_CONFIDENCE:
            return False
        return _is_as_close(content, names, context(best.candidates[0]), context(place))

    return [
        answer
        for answer in ranked[1:]
        if contradict(best.candidates[0].text, answer.candidates[0].text)
        and any(is_rival(answer, place) for place in answer.candidates)
    ]


def _is_as_close(content: set[str], names: set[str], best: set[str], rival: set[str]) -> bool:
    """Whether a rival's passage has enough of the question's words, and every name that the best's passage has."""
    coverage = _coverage(content, rival)
    loss = _coverage(content, best) - coverage
    return coverage >= MIN_COVERAGE and loss <= MAX_COVERAGE_LOSS and names & best <= rival


def _coverage(content: set[str], words: set[str]) -> float:
    """The share of a question's stems that a passage's words have."""
    return len(content & _stems(words)) / len(content) if content else 0.0


def _content(question: str) -> set[str]:
    """The stems of all words that say what the question is about."""
    words = (word for word in re.findall(r"[\w'’-]+", question) if word.lower() not in _FUNCTION_WORDS)
    return _stems(_words(" ".join(words)))


def _names(question: str) -> set[str]:
    """The words with a digit, or with a capital and not the first: what a question is about has to be the same one."""
    others = question.split()[1:]
    names = [word for word in others if any(map(str.isupper, word)) and word.lower() not in _FUNCTION_WORDS]
    return _words(" ".join([*names, *re.findall(r"\w*\d[\w.,]*", question)]))


def _words(text: str) -> set[str]:
    return {word.removesuffix("'s") for word in canonical(text)}


def _stems(words: set[str]) -> set[str]:
    """The first letters of the words, the plural's mark apart; numbers whole."""
    return {word if is_number(word) else word.removesuffix("s")[:_STEM_CHARS] for word in words}
