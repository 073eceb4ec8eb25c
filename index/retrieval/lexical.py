"""The words of a question by which passages are found."""

import re
from collections.abc import Collection

# Words that say nothing about what a question is on
STOP_WORDS = frozenset(
    """a about after all also am an and any are as at be because been before being between both but by can could did do
    does doing during each for from had has have having he her here hers him his how i if in into is it its itself just
    may me might more most must my no nor not of off on once only or other our out over own same shall she should so
    some such tell than that the their them then there these they this those through to too under until up very was we
    were what when where which while who whom whose why will with would you your""".split()  # noqa: SIM905
)
_WORD = re.compile(r"\w+")


def word_query(question: str, stop_words: Collection[str] = STOP_WORDS) -> str:
    """A question's words as an FTS5 expression that any of them satisfies; empty where only stop words are left."""
    words = dict.fromkeys(word for word in _WORD.findall(question.lower()) if word not in stop_words)
    return " OR ".join(f'"{word}"' for word in words)
