"""Text → words, by SQLite's own tokenizer in memory, so that all stores have the same words and the same scores.

PostgreSQL's text search has other rules for what a word is, and another stemmer.
"""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
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
        self._memory.execute("CREATE TEMP TABLE wanted (word TEXT PRIMARY KEY) WITHOUT ROWID")

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

    def places(self, texts: Sequence[tuple[str, str]], words: Collection[str]) -> tuple[list[Posting], list[int]]:
        """Of each (text, context) those postings that are of `words`, as they are stored; and how many words it has."""
        found: dict[tuple[str, int], Posting] = {}
        with self._filled(texts):
            self._memory.executemany("INSERT INTO wanted VALUES (?)", [(word,) for word in set(words)])
            query = "SELECT term, doc, col, offset FROM wanted CROSS JOIN words WHERE term = wanted.word"
            for word, text, column, place in self._memory.execute(query):
                posting = found.setdefault((word, text), Posting(word, text, [], []))
                (posting.own if column == "text" else posting.context).append(place)
            sizes = [sum(varints(size)) for (size,) in self._memory.execute("SELECT sz FROM texts_docsize ORDER BY id")]
        return list(found.values()), sizes

    def _instances(self, texts: Sequence[tuple[str, str]]) -> list[tuple[str, int, str, int]]:
        """(Word, number of the text, column, place), in the order of the words and texts."""
        with self._filled(texts):
            return self._memory.execute("SELECT term, doc, col, offset FROM words").fetchall()

    @contextmanager
    def _filled(self, texts: Sequence[tuple[str, str]]) -> Iterator[None]:
        """Inside, the texts are in memory, numbered from 0."""
        rows = ((number, text, context) for number, (text, context) in enumerate(texts))
        with self._lock:
            self._memory.execute("BEGIN")
            try:
                self._memory.executemany("INSERT INTO texts (rowid, text, context) VALUES (?, ?, ?)", rows)
                yield
            finally:
                self._memory.execute("ROLLBACK")


def varints(data: bytes) -> list[int]:
    """The numbers that FTS5 stores in a row: 7 bits in each byte, the high ones first; 8 in a ninth byte.

    X'05 8100' → 5, 128.
    """
    numbers, value, length = [], 0, 0
    for byte in data:
        length += 1
        value = value << 8 | byte if length == 9 else value << 7 | byte & 0x7F
        if byte < 0x80 or length == 9:
            numbers.append(value)
            value = length = 0
    return numbers


@cache
def tokenizer_of(language: str) -> Tokenizer:
    """The one of a language, by its code, for all of a process."""
    return Tokenizer(language)
