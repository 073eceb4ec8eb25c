"""A question that leans on earlier turns of a conversation → what to search for.

"And when was that?" names nothing that could be found, but the question before it does. So such a question is searched
for together with the earlier ones it leans on, and read as it was asked. One that can stand by itself is left alone,
whatever was asked before: telling the two apart is done by words alone, and rather misses one than takes a whole
question for half of one. `tests/benchmarks/conversation.py` measures both.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.retrieval.lexical import STOP_WORDS

MAX_TURNS = 20
MAX_SEARCHED_CHARS = 1000
MAX_LEANING_NAMES = 3  # a question of more words that name something can be searched for by itself

_WORD = re.compile(r"\w+(?:['’]\w+)?")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OPENERS = _words("and but or so then also")
_OPENING_PHRASES = (("what", "about"), ("how", "about"), ("what", "of"))
_QUESTION_WORDS = _words("who whom whose what which when where why how")
_AUXILIARIES = _words(
    "is are was were be been am do does did has have had can could may might must shall should will would"
)
_PERSONS = _words("he him his she her hers")
_THINGS = _words("it its they them their theirs")
_POINTERS = _words("this that these those")
_PREPOSITIONS = _words("in on at of for from to by with about after before during since until than under over")
_PLACES = _words("there then afterwards")
_EMPTY = _words("much many long far old often big one ones else come")


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation, and the words it was answered with, if any."""

    question: str
    answer: str | None = None


def rewrite(question: str, history: Sequence[Turn]) -> str | None:
    """`question` after those of the earlier turns that it leans on, oldest first, or None if it stands by itself.

    Of the earlier questions the last is taken, and as long as that leans on others too, the one before it; at most
    MAX_SEARCHED_CHARS in all.
    """
    if not history or not is_follow_up(question):
        return None
    taken = [question]
    for turn in reversed(history):
        if sum(map(len, taken)) + len(taken) + len(turn.question) > MAX_SEARCHED_CHARS:
            break
        taken.insert(0, turn.question.strip())
        if not is_follow_up(turn.question):
            break
    return " ".join(taken) if len(taken) > 1 else None


def is_follow_up(question: str) -> bool:
    """Whether the question can hardly be understood without what was said before it."""
    words = _WORD.findall(question)
    lower = [word.lower() for word in words]
    if not lower or lower[0] in _OPENERS or tuple(lower[:2]) in _OPENING_PHRASES:
        return bool(lower)
    named = [i for i, word in enumerate(lower) if _names(word)]
    if len(named) > MAX_LEANING_NAMES:
        return False
    return not named or any(_points_back(words, lower, named, at) for at in range(len(words)))


def _names(word: str) -> bool:
    """Whether a word says what the question is on."""
    return word not in STOP_WORDS and word not in _EMPTY


def _points_back(words: Sequence[str], lower: Sequence[str], named: Sequence[int], at: int) -> bool:
    """Whether the word at `at` stands for something that isn't named before it in the question."""
    word, last = lower[at], at == len(lower) - 1
    before = [i for i in named if _subject(lower) <= i < at]
    if any(words[i][0].isupper() for i in range(1, at)):
        return False
    if word in _PERSONS:
        return len(before) < 2  # "the bounty for him": a thing is no antecedent
    if word in _THINGS:
        return not before or (last and len(before) == 1)  # "who edited it"
    if word in _POINTERS:
        return last or (not before and _stands_before_a_noun(lower, at))
    return last and word in _PLACES and lower[at - 1] not in _AUXILIARIES  # not "how many are there"


def _stands_before_a_noun(lower: Sequence[str], at: int) -> bool:
    """That and its like, where they neither begin a clause ("a river that flows") nor need one ("those with")."""
    after = lower[at + 1]
    return lower[at - 1] in _AUXILIARIES | _PREPOSITIONS and after not in _PREPOSITIONS and not after.endswith("ing")


def _subject(lower: Sequence[str]) -> int:
    """Where the question word's own phrase ends: after the first auxiliary, else after the question word (and the noun
    that goes with which, what or whose).
    """
    for i, word in enumerate(lower):
        if word in _AUXILIARIES:
            return i + 1
    if lower[0] not in _QUESTION_WORDS:
        return 0
    return 2 if lower[0] in {"which", "what", "whose"} else 1
