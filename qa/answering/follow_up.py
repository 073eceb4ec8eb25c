"""A question that leans on earlier turns of a conversation → what to search for.

"And when was that?" names nothing that could be found, but the question before it does. So such a question is searched
for together with the earlier ones it leans on, and read as it was asked. One that can stand by itself is left alone,
whatever was asked before: telling the two apart is done by words alone, and rather misses one than takes a whole
question for half of one. `tests/benchmarks/conversation.py` measures both.
"""

import re
from collections.abc import Sequence

from index.language.base import FollowUps, Language
from index.language.english import ENGLISH
from qa.answering.questions import Turn

MAX_SEARCHED_CHARS = 1000
MAX_LEANING_NAMES = 3  # a question of more words that name something can be searched for by itself

_WORD = re.compile(r"\w+(?:['’]\w+)?")


def rewrite(question: str, history: Sequence[Turn], language: Language = ENGLISH) -> str | None:
    """`question` after those of the earlier turns that it leans on, oldest first, or None if it stands by itself.

    Of the earlier questions the last is taken, and as long as that leans on others too, the one before it; at most
    MAX_SEARCHED_CHARS in all.
    """
    if not history or not is_follow_up(question, language):
        return None
    taken = [question]
    for turn in reversed(history):
        if sum(map(len, taken)) + len(taken) + len(turn.question) > MAX_SEARCHED_CHARS:
            break
        taken.insert(0, turn.question.strip())
        if not is_follow_up(turn.question, language):
            break
    return " ".join(taken) if len(taken) > 1 else None


def is_follow_up(question: str, language: Language = ENGLISH) -> bool:
    """Whether the question can hardly be understood without what was said before it."""
    rules, words = language.follow_ups, _WORD.findall(question)
    lower = [word.lower() for word in words]
    if not lower or lower[0] in rules.openers or _opens_with(lower, rules.opening_phrases):
        return bool(lower)
    named = [i for i, word in enumerate(lower) if _names(word, language)]
    if len(named) > MAX_LEANING_NAMES:
        return False
    return not named or any(_points_back(words, lower, named, at, rules) for at in range(len(words)))


def _opens_with(lower: Sequence[str], phrases: Sequence[Sequence[str]]) -> bool:
    return any(list(lower[: len(phrase)]) == list(phrase) for phrase in phrases)


def _names(word: str, language: Language) -> bool:
    """Whether a word says what the question is on."""
    return word not in language.stop_words and word not in language.follow_ups.empty


def _points_back(words: Sequence[str], lower: Sequence[str], named: Sequence[int], at: int, rules: FollowUps) -> bool:
    """Whether the word at `at` stands for something that isn't named before it in the question."""
    word, last = lower[at], at == len(lower) - 1
    before = [i for i in named if _subject(lower, rules) <= i < at]
    if any(words[i][0].isupper() for i in range(1, at)):
        return False
    if word in rules.persons:
        return len(before) < 2  # "the bounty for him": a thing is no antecedent
    if word in rules.things:
        return not before or (last and len(before) == 1)  # "who edited it"
    if word in rules.pointers:
        return last or (not before and _stands_before_a_noun(lower, at, rules))
    return last and word in rules.places and lower[at - 1] not in rules.auxiliaries  # not "how many are there"


def _stands_before_a_noun(lower: Sequence[str], at: int, rules: FollowUps) -> bool:
    """That and its like, where they neither begin a clause ("a river that flows") nor need one ("those with")."""
    after = lower[at + 1]
    is_object = lower[at - 1] in rules.auxiliaries | rules.prepositions
    return is_object and after not in rules.prepositions and not after.endswith(rules.participles)


def _subject(lower: Sequence[str], rules: FollowUps) -> int:
    """Where the question word's own phrase ends: after the first auxiliary, else after the question word (and the noun
    that goes with which, what or whose).
    """
    for i, word in enumerate(lower):
        if word in rules.auxiliaries:
            return i + 1
    if lower[0] not in rules.question_words:
        return 0
    return 2 if lower[0] in rules.noun_takers else 1
