"""Sentences with a "since" of time, which tell no reason: "Since the fire she does so from a tent."

To a reader that is asked why, any "since" gives a reason.
"""

import re
from collections.abc import Iterator

from index.language.months import MONTH
from index.language.weekdays import DAY_NAME
from qa.reading.stems import stems_of

Range = tuple[int, int]

_WHY = re.compile(r"\b(?:why|how come|what for|for what reason|what (?:is|was) the reason)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:[^\n.!?]|[.!?](?!\s|\*|_|$))+[.!?]?")
_MARKS = r"[\s*_“\"'(-]*"
_AT_A_TIME = re.compile(
    rf"{_MARKS}since\s(?:then\b|(?:early\s|late\s|mid-?)?(?:(?:19|20|18)\d\d|{MONTH}|{DAY_NAME}|easter|christmas|last|"
    r"yesterday|\d)\b)",
    re.IGNORECASE,
)
# "Since the fire she …", "Since the merger, …": a noun alone, and then the clause
_AFTER_EVENT = re.compile(
    rf"{_MARKS}since\s(?:the|an?|his|her|its|their|our|my|that|this)\s[^\W\d_]+(?:,|(?=\s(?:he|she|it|they|we|I|you|there)\b))",
    re.IGNORECASE,
)


def of_times(question: str, passage: str) -> list[Range]:
    """The slices of the passage's sentences with a "since" of time, where a question asks why something else is so.

    "Since the merger there are two sites." may well tell why there are two sites.
    """
    return list(_times(stems_of(question), passage)) if _WHY.search(question) else []


def _times(asked: frozenset[str], passage: str) -> Iterator[Range]:
    for sentence in _SENTENCE.finditer(passage):
        event = _AFTER_EVENT.match(sentence[0])
        is_on_else = event and not asked & stems_of(sentence[0][event.end() :])
        if is_on_else or _AT_A_TIME.match(sentence[0]):
            yield sentence.span()
