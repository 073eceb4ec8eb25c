"""The words of a question by which passages are found."""

import re
from collections.abc import Collection

from index.language.english import ENGLISH

_WORD = re.compile(r"\w+")


def word_query(question: str, stop_words: Collection[str] = ENGLISH.stop_words) -> str:
    """A question's words as an FTS5 expression that any of them satisfies; empty where only stop words are left."""
    words = dict.fromkeys(word for word in _WORD.findall(question.lower()) if word not in stop_words)
    return " OR ".join(f'"{word}"' for word in words)
