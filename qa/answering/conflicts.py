"""Whether documents disagree: which further answers contradict the best one and are as believable.

Cautious, since a second-best reading is mostly noise: a rival must be read with confidence in another document, in a
passage as close to the question as the best answer's, and must be unable to be right beside it.
"""

import re
from collections.abc import Callable, Sequence

from index.language.base import Language
from index.language.english import ENGLISH
from qa.answering.answer_equivalence import contradict
from qa.answering.answer_normalization import canonical, is_number
from qa.answering.ranking import Candidate, RankedAnswer

# What a rival's own confidence must be, taken as if there were no other answer
MIN_RIVAL_CONFIDENCE = 0.45
# The share of the question's words that a rival's passage must have, and by how much it may fall short of the best's
MIN_COVERAGE = 0.5
MAX_COVERAGE_LOSS = 0.15
_STEM_CHARS = 4  # words that begin alike are taken for forms of one


def disagreeing(
    question: str,
    ranked: Sequence[RankedAnswer],
    min_confidence: float,
    title: Callable[[str], str],
    language: Language = ENGLISH,
) -> list[RankedAnswer]:
    """The further answers by which documents contradict the best, which is `ranked[0]`; best first, mostly none.

    `min_confidence` is that from which an answer is given: a rival has to reach it by itself. `title` gives that of a
    document by its id.
    """
    best, least = ranked[0], max(MIN_RIVAL_CONFIDENCE, min_confidence)
    home = {place.passage.document_id for place in best.places(min_confidence)}
    content, names = _content(question, language), _names(question, language)

    def context(place: Candidate) -> set[str]:
        return _words(f"{title(place.passage.document_id)} {place.passage.text}", language)

    def is_rival(answer: RankedAnswer, place: Candidate) -> bool:
        alone = answer.confidence_alone(place)
        if place.passage.document_id in home or alone is None or alone < least:
            return False
        return _is_as_close(content, names, context(best.candidates[0]), context(place), language)

    return [
        answer
        for answer in ranked[1:]
        if contradict(best.candidates[0].text, answer.candidates[0].text, language)
        and any(is_rival(answer, place) for place in answer.candidates)
    ]


def _is_as_close(content: set[str], names: set[str], best: set[str], rival: set[str], language: Language) -> bool:
    """Whether a rival's passage has enough of the question's words, and every name that the best's passage has."""
    plural = language.answers.plural
    coverage = _coverage(content, _stems(rival, plural))
    loss = _coverage(content, _stems(best, plural)) - coverage
    return coverage >= MIN_COVERAGE and loss <= MAX_COVERAGE_LOSS and names & best <= rival


def _coverage(content: set[str], stems: set[str]) -> float:
    """The share of a question's stems that a passage has."""
    return len(content & stems) / len(content) if content else 0.0


def _content(question: str, language: Language) -> set[str]:
    """The stems of all words that say what the question is about."""
    rules = language.answers
    words = (word for word in re.findall(r"[\w'’-]+", question) if word.lower() not in rules.function_words)
    return _stems(_words(" ".join(words), language), rules.plural)


def _names(question: str, language: Language) -> set[str]:
    """The words with a digit, or with a capital and not the first: what a question is about has to be the same one."""
    function_words = language.answers.function_words
    others = question.split()[1:]
    names = [word for word in others if any(map(str.isupper, word)) and word.lower() not in function_words]
    return _words(" ".join([*names, *re.findall(r"\w*\d[\w.,]*", question)]), language)


def _words(text: str, language: Language) -> set[str]:
    return {word.removesuffix(language.answers.possessive) for word in canonical(text, language)}


def _stems(words: set[str], plural: str) -> set[str]:
    """The first letters of the words, the plural's mark apart; numbers whole."""
    return {word if is_number(word) else word.removesuffix(plural)[:_STEM_CHARS] for word in words}
