"""A question for a fact that is asked of another thing: after "When does it open in summer?" the words "And in winter?"
are the question "When does it open in winter?".

By itself such a phrase asks for nothing, and names no cell of a table. What it takes the place of must be certain: the
only phrase with the same preposition, or the only name. `continued.py` has the same of questions for yes or no.
"""

import re
from collections.abc import Sequence

from index.language.base import FollowUps, Language
from index.language.english import ENGLISH
from qa.answering.forms.question_kind import Kind, kind_of
from qa.answering.questions import Turn

_MAX_CHAIN = 6  # questions that each stand for another one
_MAX_WORDS = 7
_MIN_NAME_CHARS = 3
_ARTICLES = frozenset(("the", "a", "an"))
_NOT_OF_PHRASES = frozenset(("of", "to", "than", "by"))  # "how many of", "need to", "by bus": what they go with varies
_NAME = re.compile(r"(?<=\w )(?!I\b)[A-Z][\w'’-]*(?: (?:[A-Z]|\d)[\w'’-]*){0,4}")
_WORD = re.compile(r"\w+(?:['’]\w+)?")


def asked_of_another_thing(question: str, history: Sequence[Turn], language: Language = ENGLISH) -> str | None:
    """The question before, asked of what this one names; None where it asks anything itself, or that isn't certain.

    "And the Quay Card?" after "How much does the Harbour Pass cost?" is "How much does the Quay Card cost?".
    """
    rules, words = language.follow_ups, _WORD.findall(question)
    named = _behind_opening(words, rules)
    asks_itself = any(word.lower() in rules.auxiliaries | rules.question_words | {"than"} for word in named)
    if not history or not named or len(named) == len(words) or len(words) > _MAX_WORDS or asks_itself:
        return None
    earlier = history[-1].question.strip()
    earlier = asked_of_another_thing(earlier, history[-_MAX_CHAIN:-1], language) or earlier
    if kind_of(earlier) is Kind.YES_NO:
        return None
    return _with_phrase(named, earlier, rules) or _with_name(named, earlier, rules)


def _behind_opening(words: Sequence[str], rules: FollowUps) -> list[str]:
    """The words behind "and", "what about" or both."""
    rest = list(words[1:]) if words and words[0].lower() in rules.openers else list(words)
    for phrase in rules.opening_phrases:
        if [word.lower() for word in rest[: len(phrase)]] == list(phrase):
            return rest[len(phrase) :]
    return rest


def _with_phrase(words: Sequence[str], earlier: str, rules: FollowUps) -> str | None:
    """The earlier question with another phrase: "in winter" instead of "in summer"; else None.

    It must have only one phrase with that preposition, which ends before the next preposition.
    """
    preposition = words[0].lower()
    if preposition not in rules.prepositions - _NOT_OF_PHRASES:
        return None
    named = list(_WORD.finditer(earlier))
    places = [i for i, word in enumerate(named) if word[0].lower() == preposition]
    if len(places) != 1 or places[0] + 1 >= len(named):
        return None
    ends = (i for i in range(places[0] + 1, len(named)) if named[i][0].lower() in rules.prepositions)
    last = named[next(ends, len(named)) - 1]
    return f"{earlier[: named[places[0]].start()]}{' '.join([preposition, *words[1:]])}{earlier[last.end() :]}"


def _with_name(words: Sequence[str], earlier: str, rules: FollowUps) -> str | None:
    """The earlier question with another name: "the Teal" instead of "the Eider 40"; None without exactly one."""
    names = list(_NAME.finditer(earlier))
    new = [word for word in words if word.lower() not in _ARTICLES]
    is_name = bool(new) and new[0][0].isupper() and len(new[0]) >= _MIN_NAME_CHARS
    is_more = any(word.lower() in rules.prepositions | rules.openers for word in new)
    if len(names) != 1 or not is_name or is_more:
        return None
    return f"{earlier[: names[0].start()]}{' '.join(new)}{earlier[names[0].end() :]}"
