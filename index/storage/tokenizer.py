"""Text → words, by SQLite's own tokenizer in memory, so that every store has the same words and the same scores.

PostgreSQL's text search has other rules for what a word is, and another stemmer.
"""

import sqlite3
from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import NamedTuple

from index.language.registry import language_of

_TOKENIZERS = {None: "unicode61", "porter": "porter unicode61"}  # by a language's stemmer


class Posting(NamedTuple):
    """A word of a text: at which places it stands, counted in words from 0, in the text and in its context."""

    word: str
    text: int  # which one, counted from 0
    own: list[int]
    context: list[int]


class Tokenizer:
    """The words of a language (by its code). Safe to share between threads."""

    def __init__(self, language: str) -> None:
        self._lock = Lock()
        self._memory = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        tokenizer = _TOKENIZERS[language_of(language).stemmer]
        self._memory.execute(
            f"CREATE VIRTUAL TABLE texts USING fts5 (text, context, content = '', tokenize = '{tokenizer}')"
        )
        self._memory.execute("CREATE VIRTUAL TABLE words USING fts5vocab (texts, 'instance')")

    def postings(self, texts: Sequence[tuple[str, str]]) -> list[Posting]:
        """Of each (text, context) its words, in the order of the words."""
        found: dict[tuple[str, int], Posting] = {}
        for word, text, column, place in self._instances(texts):
            posting = found.setdefault((word, text), Posting(word, text, [], []))
            (posting.own if column == "text" else posting.context).append(place)
        return list(found.values())

    def phrases(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        """Of each word its parts in their order: "10.4.0.12" has four, "*" none."""
        phrases: list[dict[int, str]] = [{} for _ in words]
        for part, text, _, place in self._instances([(word, "") for word in words]):
            phrases[text][place] = part
        return [tuple(parts[place] for place in sorted(parts)) for parts in phrases]

    def _instances(self, texts: Sequence[tuple[str, str]]) -> list[tuple[str, int, str, int]]:
        """(Word, number of the text, column, place), in the order of the words and texts."""
        rows = ((number, text, context) for number, (text, context) in enumerate(texts))
        with self._lock:
            self._memory.execute("BEGIN")
            try:
                self._memory.executemany("INSERT INTO texts (rowid, text, context) VALUES (?, ?, ?)", rows)
                return self._memory.execute("SELECT term, doc, col, offset FROM words").fetchall()
            finally:
                self._memory.execute("ROLLBACK")


@cache
def tokenizer_of(language: str) -> Tokenizer:
    """The one of a language, by its code, for all of a process."""
    return Tokenizer(language)
