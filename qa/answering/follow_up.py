"""A follow-up question → the text to search for.

"And when was that?" has no words to search for, but the question before it has. So a follow-up is searched together
with the earlier questions that it refers to, and read as it was asked. Any other question is searched alone, whatever
was asked before. Word rules tell the two apart; in doubt a question isn't a follow-up. Measured by
`tests/benchmarks/conversation.py`. One that leaves out most of what it asks is made whole by `ellipsis.py`.
"""

import re
from collections.abc import Sequence

from index.language.base import FollowUps, Language
from index.language.english import ENGLISH
from qa.answering.questions import Turn

MAX_SEARCHED_CHARS = 1000
MAX_FOLLOW_UP_NAMES = 3  # a question with more words that name something can be searched alone
_MAX_DOUBTFUL_NAMES = 2  # one with so many and no word that points back may be a follow-up or not

_MAX_PHRASE_WORDS = 4  # of one that is only a phrase, as "for children under ten"

WORD = re.compile(r"\w+(?:['’]\w+)?")


def rewrite(question: str, history: Sequence[Turn], language: Language = ENGLISH) -> str | None:
    """The earlier questions that `question` refers to, oldest first, then `question`; None if it isn't a follow-up.

    The last earlier question is added, then the one before, until one isn't a follow-up itself: after "Who founded
    Halden?" and "Where did he live?", "And when was that?" becomes "Who founded Halden? Where did he live? And when was
    that?". The result has at most MAX_SEARCHED_CHARS characters.
    """
    if not history or not is_follow_up(question, language):
        return None
    questions = [question]
    for turn in reversed(history):
        if sum(map(len, questions)) + len(questions) + len(turn.question) > MAX_SEARCHED_CHARS:
            break
        questions.insert(0, turn.question.strip())
        if not is_follow_up(turn.question, language):
            break
    return " ".join(questions) if len(questions) > 1 else None


def with_question_before(question: str, history: Sequence[Turn]) -> str | None:
    """The last earlier question, then `question`; None if that is longer than MAX_SEARCHED_CHARS."""
    both = f"{history[-1].question.strip()} {question}"
    return both if len(both) <= MAX_SEARCHED_CHARS else None


def in_doubt(question: str, language: Language = ENGLISH) -> bool:
    """Whether a question that isn't taken for a follow-up may be one all the same: nothing in its few words tells.

    It names little, as "What's the downside?" does, or has a word that may point back, as "Where do I declare it?" has.
    A number, a code or a name in capitals says what a question is about, unless there is such a word.
    """
    rules, words = language.follow_ups, WORD.findall(question)
    lower = [word.lower() for word in words]
    named = sum(_names_something(word, language) for word in lower)
    if not rules.question_words or not words or named > MAX_FOLLOW_UP_NAMES or is_follow_up(question, language):
        return False
    if any(word in rules.persons | rules.things | rules.pointers | rules.substitutes for word in lower):
        return True
    is_plain = not any(word[0].isupper() for word in words[1:]) and not any(map(str.isdigit, question))
    return is_plain and named <= _MAX_DOUBTFUL_NAMES


def is_follow_up(question: str, language: Language = ENGLISH) -> bool:
    """Whether the question can hardly be understood without the earlier ones.

    It is a follow-up if it opens like one ("And when …", "What about …"), names nothing ("How many are there?"), has a
    word that points back ("Does it float?"), or is only a part of a question ("Who pays?", "At what temperature?", "On
    Sundays?"). A question that names more than MAX_FOLLOW_UP_NAMES things isn't one.
    """
    rules, words = language.follow_ups, WORD.findall(question)
    lower = [word.lower() for word in words]
    if not lower or lower[0] in rules.openers or _opens_with(lower, rules.opening_phrases):
        return bool(lower)
    named = [i for i, word in enumerate(lower) if _names_something(word, language)]
    if len(named) > MAX_FOLLOW_UP_NAMES:
        return False
    if not named or _is_part(lower, named, rules):
        return True
    return any(_points_back(words, lower, named, at, rules) for at in range(len(words)))


def _is_part(lower: Sequence[str], named: Sequence[int], rules: FollowUps) -> bool:
    """Whether it is a question's opening with one word, "Who pays?", or a phrase that says when, where or for whom."""
    if any(word in rules.auxiliaries for word in lower):
        return False
    is_phrase = lower[0] in rules.prepositions
    asks = [i for i, word in enumerate(lower) if word in rules.question_words]
    if not asks:
        return is_phrase and len(lower) <= _MAX_PHRASE_WORDS
    return asks == [int(is_phrase)] and list(named) == [len(lower) - 1]


def _opens_with(lower: Sequence[str], phrases: Sequence[Sequence[str]]) -> bool:
    return any(list(lower[: len(phrase)]) == list(phrase) for phrase in phrases)


def _names_something(word: str, language: Language) -> bool:
    """Whether a word, in lower case, says what the question is about: "river", but not "which", "much" or "old"."""
    return word not in language.stop_words and word not in language.follow_ups.empty


def _points_back(words: Sequence[str], lower: Sequence[str], named: Sequence[int], at: int, rules: FollowUps) -> bool:
    """Whether the word at `at` refers to something that the question doesn't name before it.

    `named` are the positions of words that name something. Only those between the question's opening and `at` can be
    what the word refers to; a word with a capital, as in "What did Vask say about it?", always can.

        question                           word   named before it    points back
        Does it float?                     it     -                  yes
        Who edited it?                     it     edited             yes: the only one, and "it" is the last word
        Which boat won its race?           its    won                no
        What is the bounty for him?        him    bounty             yes: a thing isn't a person
        Who sold the boat to her?          her    sold, boat         no
        When was that car sold?            that   -                  yes: before a noun, after an auxiliary
        Who lives there?                   there  lives              yes: the last word
    """
    word, is_last = lower[at], at == len(lower) - 1
    opening = _opening_length(lower, rules)
    before = [i for i in named if opening <= i < at]
    if any(words[i][0].isupper() for i in range(1, at)):
        return False
    if word in rules.persons:
        return len(before) < 2
    if word in rules.things:
        return not before or (is_last and len(before) == 1)
    if word in rules.pointers:
        return is_last or (not before and _is_before_noun(lower, at, rules))
    return is_last and word in rules.places and lower[at - 1] not in rules.auxiliaries  # not "how many are there"


def _is_before_noun(lower: Sequence[str], at: int, rules: FollowUps) -> bool:
    """Whether "that" or another pointer belongs to a noun after it: "was that car".

    It doesn't in "a river that flows" (nothing before it takes an object) and in "are those with" (a preposition).
    """
    after = lower[at + 1]
    is_object = lower[at - 1] in rules.auxiliaries | rules.prepositions
    return is_object and after not in rules.prepositions and not after.endswith(rules.participles)


def _opening_length(lower: Sequence[str], rules: FollowUps) -> int:
    """The number of words in the question's opening: "how did", "which boat", "who".

    It ends with the first auxiliary, else with the question word, and the noun after "which", "what" or "whose".
    """
    for i, word in enumerate(lower):
        if word in rules.auxiliaries:
            return i + 1
    if lower[0] not in rules.question_words:
        return 0
    return 2 if lower[0] in rules.noun_takers else 1
