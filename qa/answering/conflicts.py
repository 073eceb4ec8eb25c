"""Whether documents disagree: finds the answers that contradict the best one and are as credible.

A second-best reading is mostly noise, so the rules are strict. A rival comes from another document, with confidence of
its own, and from a passage that matches the question as well as the best answer's. Both answers can't be right.
"""

import re
from collections.abc import Callable, Sequence

from index.documents import Document
from index.language.base import Language
from index.language.english import ENGLISH
from index.retrieval.passages import Passage
from qa.answering.answer_equivalence import contradict
from qa.answering.answer_normalization import canonical, is_number
from qa.answering.other_subjects import known_of, on_two_things
from qa.answering.ranking import Candidate, Compare, RankedAnswer
from qa.answering.same_thing import on_other_kind
from qa.answering.superseded import sentence_without, successor_of

MIN_RIVAL_CONFIDENCE = 0.45  # computed as if the rival were the only answer
MIN_COVERAGE = 0.5  # share of the question's stems that a rival's passage must have
MAX_COVERAGE_LOSS = 0.15  # by how much that share may be lower than in the best answer's passage
_STEM_CHARS = 4  # words with the same first letters count as forms of one word


def disagreeing(
    question: str,
    ranked: Sequence[RankedAnswer],
    passages: Sequence[Passage],
    min_confidence: float,
    document: Callable[[str], Document],
    language: Language = ENGLISH,
    compare: Compare | None = None,
) -> list[RankedAnswer]:
    """The best answer and those that contradict it, in the order in which they are to be shown; mostly the best alone.

    An answer that replaces the best one, as a newer text says (see `superseded.py`), comes first if it has at least
    `min_confidence`. `passages` are all that were retrieved; `document` returns the document with this id. For the rest
    see `rivals_of`.
    """
    best = ranked[0]
    rivals = rivals_of(question, ranked, min_confidence, lambda name: document(name).title, language, compare)
    newer = successor_of(question, ranked, passages, document, compare) if language is ENGLISH else None
    if newer is None:
        return [best, *rivals]
    first, second = (newer, best) if (newer.confidence or 0.0) >= min_confidence else (best, newer)
    place = newer.candidates[0]
    others = [rival for rival in rivals if not any(place.overlaps(each) for each in rival.candidates)]
    text = first.candidates[0].text
    return [first, second, *(each for each in others if contradict(text, each.candidates[0].text, language))]


def rivals_of(
    question: str,
    ranked: Sequence[RankedAnswer],
    min_confidence: float,
    title: Callable[[str], str],
    language: Language = ENGLISH,
    compare: Compare | None = None,
) -> list[RankedAnswer]:
    """The answers that contradict the best one, `ranked[0]`, best first; mostly none.

    `min_confidence` is what an answer must have to be returned; a rival needs it too. `title` returns the title of the
    document with this id. With `compare` a rival is read without the others: beside an answer that it contradicts it
    seems less right than it is. What is said of two things that only a name tells apart, as "North Depot" and "East
    Depot", is no contradiction, unless both texts have the name that the question has.
    """
    best, threshold = ranked[0], max(MIN_RIVAL_CONFIDENCE, min_confidence)
    cited = {place.passage.document_id for place in best.places(min_confidence)}
    content, names = _content(question, language), _names(question, language)
    # "Shore staff" is no other kind than "office staff" where the best answer is said of shore staff, too
    tells_kinds = language is ENGLISH and not on_other_kind(question, sentence_without(best.candidates[0]))
    known = known_of(place.passage for answer in ranked for place in answer.candidates)

    def passage_words(place: Candidate) -> set[str]:
        return _words(f"{title(place.passage.document_id)} {place.passage.text}", language)

    def is_rival(answer: RankedAnswer, place: Candidate) -> bool:
        if place.passage.document_id in cited:
            return False
        words = passage_words(best.candidates[0])
        if not _is_as_close(content, names, words, passage_words(place), language):
            return False
        if not names & words and on_two_things(best.candidates[0].within, place.within, known):
            return False
        if tells_kinds and on_other_kind(question, sentence_without(place)):
            return False
        alone = answer.confidence_alone(place, compare)
        return alone is not None and alone >= threshold

    return [
        answer
        for answer in ranked[1:]
        if contradict(best.candidates[0].text, answer.candidates[0].text, language)
        and any(is_rival(answer, place) for place in answer.candidates)
    ]


def _is_as_close(content: set[str], names: set[str], best: set[str], rival: set[str], language: Language) -> bool:
    """Whether a rival's passage matches the question about as well as the best answer's passage.

    It must have enough of the question's stems, and each name of the question that the best answer's passage has. For a
    question with the stems {day, vaca, hald, get, empl}: if the best's passage has 4 of 5 and the rival's 3 of 5, the
    loss of 0.2 is too much.
    """
    plural = language.answers.plural
    coverage = _coverage(content, _stems(rival, plural))
    loss = _coverage(content, _stems(best, plural)) - coverage
    return coverage >= MIN_COVERAGE and loss <= MAX_COVERAGE_LOSS and names & best <= rival


def _coverage(content: set[str], stems: set[str]) -> float:
    """The share of a question's stems that a passage has."""
    return len(content & stems) / len(content) if content else 0.0


def _content(question: str, language: Language) -> set[str]:
    """The stems of the question's content words: "How many vacation days …?" has {vaca, day}."""
    rules = language.answers
    words = (word for word in re.findall(r"[\w'’-]+", question) if word.lower() not in rules.function_words)
    return _stems(_words(" ".join(words), language), rules.plural)


def _names(question: str, language: Language) -> set[str]:
    """The question's names: words with a digit, and words after the first with a capital letter."""
    function_words = language.answers.function_words
    after_first = question.split()[1:]
    names = [word for word in after_first if any(map(str.isupper, word)) and word.lower() not in function_words]
    return _words(" ".join([*names, *re.findall(r"\w*\d[\w.,]*", question)]), language)


def _words(text: str, language: Language) -> set[str]:
    return {word.removesuffix(language.answers.possessive) for word in canonical(text, language)}


def _stems(words: set[str], plural: str) -> set[str]:
    """The first letters of each word without its plural ending; numbers whole: {vacations, 2024} → {vaca, 2024}."""
    return {word if is_number(word) else word.removesuffix(plural)[:_STEM_CHARS] for word in words}
