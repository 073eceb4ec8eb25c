"""BM25 over the several full-text indexes of a large collection, without ranking every chunk that has a common word.

1. How many chunks have each word, over all parts.
2. Candidates are the chunks with the rarest words, as many words as have at most _MOST_RANKED chunks together; FTS5
   scores them word by word. Words that more chunks have add no candidates, unless the question has no rarer one.
3. The scores of the best candidates are computed with all words, as `View.matching` defines them.

So a chunk that has only common words may be missing among the results. No score differs from its definition.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.storage.base import ChunkKey
from index.storage.sqlite import words as full_text
from index.storage.sqlite.bm25 import K1, B, idf
from index.storage.sqlite.words import Part
from index.storage.tokenizer import Posting, Tokenizer, varints

_MOST_RANKED = 5_000  # chunks for which FTS5 computes a score, in 2 µs each
_MOST_OF_ONE = 20_000  # … if even the rarest word has more chunks than that, only so many of them, the newest
_SPARE = 2  # times as many candidates as are wanted get a score with all words
_MOST_RUNS = 500  # of neighbouring chunks among which each is looked at
_MOST_COUNTS = 200_000
_AVERAGES = 1  # the row of an index's data with how many chunks and words it has

Keys = NDArray[np.int64]


class WordCounts:
    """How many chunks of a full-text index have a word, counted once for as long as the index isn't changed."""

    def __init__(self) -> None:
        self._counts: OrderedDict[tuple[str, bytes, str], int] = OrderedDict()
        self._lock = Lock()

    def get(self, connection: sqlite3.Connection, table: str, averages: bytes, expression: str) -> int:
        """How many chunks match the expression. `averages`: the row that changes with the index."""
        key = (table, averages, expression)
        with self._lock:
            if key in self._counts:
                self._counts.move_to_end(key)
                return self._counts[key]
        query = f"SELECT count(*) FROM {table} WHERE {table} MATCH ?"  # noqa: S608  # ours
        (count,) = connection.execute(query, (expression,)).fetchone()
        with self._lock:
            self._counts[key] = count
            if len(self._counts) > _MOST_COUNTS:
                self._counts.popitem(last=False)
        return int(count)


class Word:
    """A word or phrase of a question: its expression, how many chunks of each part have it, and its weight."""

    def __init__(self, expression: str, counts: Sequence[int], chunks: int) -> None:
        self.expression = expression
        self.counts = counts
        self.count = sum(counts)
        self.idf = idf(self.count, chunks)


class Ranking:
    """The scores of one version of a collection. `parts` are its full-text indexes, that of the oldest chunks first.

    `chunks`: how many it has.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        collection: str,
        parts: Sequence[Part],
        tokenizer: Tokenizer,
        context: float,
        counts: WordCounts,
    ) -> None:
        self._connection = connection
        self._collection = collection
        self._parts = parts
        self._tokenizer = tokenizer
        self._context = context
        self._counts = counts
        self._words: dict[str, Word] = {}
        query = "SELECT block FROM {table}_data WHERE id = ?"
        rows = [connection.execute(query.format(table=part.table), (_AVERAGES,)).fetchone() for part in parts]
        self._averages = [bytes(row[0]) for row in rows]
        totals = [varints(row) or [0] for row in self._averages]
        self._sizes = [chunks for chunks, *_ in totals]
        self.chunks = sum(self._sizes)
        self._average = sum(sum(words) for _, *words in totals) / max(1, self.chunks)

    def best(self, words: Sequence[str], limit: int, among: Keys | None) -> dict[ChunkKey, float]:
        """Chunk key → score of the best `limit`, best first; only of `among`, ascending, if that isn't None."""
        ordered = sorted((word for word in map(self._word, words) if word.count), key=lambda word: word.count)
        rare = self._rare(ordered)
        found = self._candidates(rare, among)
        if among is not None and len(found) < limit:
            for word in ordered[len(rare) :]:
                self._add_within(found, word, among)
        candidates = sorted(found, key=lambda key: (-found[key], key))[: _SPARE * limit if limit > 0 else 0]
        scores = self.scores(words, candidates)
        ordered_keys = sorted(candidates, key=lambda key: (-scores.get(key, 0.0), key))
        return {key: scores[key] for key in ordered_keys[:limit] if key in scores}

    def scores(self, words: Sequence[str], keys: Sequence[int]) -> dict[ChunkKey, float]:
        """Chunk key → score, of those of `keys` that are in the collection and have any of the words."""
        texts = self._texts(keys)
        phrases = self._tokenizer.phrases(words)
        postings, sizes = self._tokenizer.places(list(texts.values()), {part for phrase in phrases for part in phrase})
        stands: dict[str, dict[int, Posting]] = {}  # word → number of the text → where it stands there
        for posting in postings:
            stands.setdefault(posting.word, {})[posting.text] = posting
        known, scores = list(texts), np.zeros(len(texts))
        lengths = K1 * (1 - B + B * np.array(sizes) / self._average)
        for word, phrase in zip(map(self._word, words), phrases, strict=True):
            times = np.zeros(len(texts))
            for i, count in self._times([stands.get(part, {}) for part in phrase]):
                times[i] = count
            scores += word.idf * ((times * (K1 + 1)) / (times + lengths))  # in FTS5's order, to the last bit
        return {known[i]: float(scores[i]) for i in np.flatnonzero(scores)}

    def _word(self, word: str) -> Word:
        if word not in self._words:
            self._words[word] = self._counted(word)
        return self._words[word]

    def _counted(self, word: str) -> Word:
        expression = full_text.weighed(full_text.phrase([word]), self._context)["words"]
        counts = [
            self._counts.get(self._connection, part.table, averages, expression)
            for part, averages in zip(self._parts, self._averages, strict=True)
        ]
        return Word(expression, counts, self.chunks)

    def _rare(self, ordered: Sequence[Word]) -> list[Word]:
        """The first words, as many as have at most _MOST_RANKED chunks together, but at least one."""
        total = np.cumsum([word.count for word in ordered])
        return list(ordered[: max(1, int(np.searchsorted(total, _MOST_RANKED, side="right")))])

    def _candidates(self, words: Iterable[Word], among: Keys | None) -> dict[int, float]:
        """Chunk key → the sum of what these words add to its score, nearly: with each part's own average length."""
        found: dict[int, float] = {}
        weights = f"bm25(1.0, {self._context:f})"
        for word in words:
            left = _MOST_OF_ONE
            for (table, *_), size, count in reversed(list(zip(self._parts, self._sizes, word.counts, strict=True))):
                if not count or left <= 0:
                    continue
                left -= count
                query = f"SELECT rowid, rank FROM {table} WHERE {table} MATCH ? AND rank MATCH ?"  # noqa: S608  # ours
                rows = self._connection.execute(query, (word.expression, weights)).fetchall()
                weight = -word.idf / idf(count, size)
                for key, rank in rows if among is None else _within(rows, among):
                    found[key] = found.get(key, 0.0) + weight * rank
        return found

    def _add_within(self, found: dict[int, float], word: Word, among: Keys) -> None:
        """Add the chunks `among` that have a common word, with its weight as if they had it once."""
        breaks = np.flatnonzero(np.diff(among) > 1) + 1
        runs = [(int(run[0]), int(run[-1])) for run in np.split(among, breaks)[:_MOST_RUNS] if len(run)]
        for (table, first, last), count in zip(self._parts, word.counts, strict=True):
            query = f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid BETWEEN ? AND ?"  # noqa: S608  # ours
            for low, high in runs if count else ():
                if first <= high and low <= last:
                    for (key,) in self._connection.execute(query, (word.expression, low, high)):
                        found[key] = found.get(key, 0.0) + word.idf

    def _texts(self, keys: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Chunk key → (text, context)."""
        query = """SELECT chunks.key, chunks.text, context FROM chunks JOIN documents ON documents.key = document
            WHERE chunks.key = ? AND collection = ?"""
        rows = (self._connection.execute(query, (key, self._collection)).fetchone() for key in keys)
        return {key: (text, context) for key, text, context in filter(None, rows)}

    def _times(self, phrase: Sequence[Mapping[int, Posting]]) -> Iterator[tuple[int, float]]:
        """(Number of a text, how often the words stand there one after another); one in the context counts less.

        `phrase`: of each word the texts in which it stands.
        """
        for i in phrase[0] if phrase else ():
            there = [word[i] for word in phrase if i in word]
            if len(there) == len(phrase):
                count = float(_runs([posting.own for posting in there]))
                for _ in range(_runs([posting.context for posting in there])):
                    count += self._context  # one by one, as FTS5 does
                yield i, count


def _runs(places: Sequence[Sequence[int]]) -> int:
    """How often words follow one another: at (4, 9) and (5, 12) once, for 4 + 1 = 5."""
    if len(places) == 1:
        return len(places[0])
    return sum(all(first + i in later for i, later in enumerate(places)) for first in places[0])


def _within(rows: list[tuple[int, float]], among: Keys) -> list[tuple[int, float]]:
    """The rows whose keys are among the ascending ones."""
    if not len(among):
        return []
    keys = np.array([key for key, _ in rows], np.int64)
    at = np.minimum(np.searchsorted(among, keys), len(among) - 1)
    return [rows[i] for i in np.flatnonzero(among[at] == keys)]
