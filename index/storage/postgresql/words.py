"""BM25 of a collection, over its postings, to the last digit and without a look at every chunk that has a common word.

1. The database tells how many chunks have each word, and thereby what it weighs.
2. From the rarest word on, all chunks that have it are candidates, until no chunk that has only the words that are left
   could be among the best: a word adds less than 2.2 · idf to a score, however often a chunk has it.
3. Of the words that are left only those rows are read in which candidates are that could still be among the best.
"""

import math
from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.storage.postgresql import postings
from index.storage.postgresql.postings import NONE, Numbers, Occurrences, Row
from index.storage.postgresql.ranges import Ranges

Phrase = tuple[str, ...]
"""Words that stand one after another; most often one."""
Scores = NDArray[np.float64]

_K1, _B = 1.2, 0.75
_MOST_OF_IDF = _K1 + 1  # times a word's idf is more than it ever adds to a score
_LEAST_IDF = 1e-6  # of a word that more than half of the chunks have
_ROUNDING = 1e-9  # more than adding up in another order changes a score
_LOOKED_UP = 4  # rows that are read one after another while one is looked up


class Ranking:
    """The scores of one version of a collection, as long as it is read.

    `read` runs a SELECT of rows; `number` is the collection's, `chunks` how many of it may be seen and `average` how
    many words they have. If some may not be seen, `visible` are those that may.
    """

    def __init__(
        self, read: Callable[..., list[Row]], number: int, chunks: int, average: float, visible: Ranges | None
    ) -> None:
        self._read = read
        self._number = number
        self._chunks = chunks
        self._average = average
        self._visible = visible
        self._whole: dict[Phrase, Occurrences] = {}
        self._counts: dict[str, int] = {}

    def best(self, phrases: Sequence[Phrase], limit: int, among: Ranges | None, context: float) -> dict[int, float]:
        """Chunk key → score of the best `limit`, best first; only of `among`, if that isn't None."""
        if limit <= 0:
            return {}
        weights = self._weights(phrases, context)
        keys, scores, left = np.empty(0, np.int64), np.empty(0), _MOST_OF_IDF * sum(weights)
        for i in sorted(range(len(phrases)), key=lambda i: -weights[i]):
            if len(keys) >= limit and _nth(scores, limit) > left + _ROUNDING:
                break
            left -= _MOST_OF_IDF * weights[i]
            if weights[i]:
                those = self._occurrences([phrases[i]], among)[phrases[i]]
                keys, scores = _added(keys, scores, *self._scored(those, weights[i], context))
        if len(keys) > limit:
            keys = keys[scores + left + _ROUNDING >= _nth(scores, limit)]
        found = self.scores(phrases, keys, context)
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0]))[:limit])

    def scores(
        self, phrases: Sequence[Phrase], keys: NDArray[np.int64] | Sequence[int], context: float
    ) -> dict[int, float]:
        """Chunk key → score, of those of `keys` that have any of the phrases, whose scores are added in their order."""
        keys = np.unique(np.asarray(keys, np.int64))
        scores, has = np.zeros(len(keys)), np.zeros(len(keys), np.bool_)
        weights = self._weights(phrases, context)
        there = self._occurrences(
            [phrase for phrase, weight in zip(phrases, weights, strict=True) if weight], Ranges.of(keys)
        )
        for phrase, weight in zip(phrases, weights, strict=True):
            if weight:
                found, its = self._scored(there[phrase], weight, context)
                at = np.searchsorted(keys, found)
                scores[at] += its
                has[at] = True
        return dict(zip(keys[has].tolist(), scores[has].tolist(), strict=True))

    def _weights(self, phrases: Sequence[Phrase], context: float) -> list[float]:
        """Of each phrase its idf, 0 if no chunk has it."""
        self._count({word for phrase in phrases for word in phrase})
        return [_idf(self._having(phrase, context), self._chunks) for phrase in phrases]

    def _count(self, words: Collection[str]) -> None:
        """Ask how many chunks have each word."""
        asked = [word for word in words if word not in self._counts]
        if not asked:
            return
        if self._visible is not None:  # only of the visible ones, so that all are looked at
            self._read_whole(asked)
            self._counts |= {word: len(self._whole[word,].keys) for word in asked}
            return
        rows = self._read(postings.COUNTS, number=self._number, words=[postings.stored(word) for word in asked])
        counts: dict[str, int] = dict(rows)  # type: ignore[arg-type]
        self._counts |= {word: counts.get(postings.stored(word), 0) for word in asked}

    def _having(self, phrase: Phrase, context: float) -> int:
        """How many chunks have a phrase; in their own text, if nothing else is searched."""
        if len(phrase) == 1 and context > 0:
            return self._counts[phrase[0]]
        those = self._occurrences([phrase], None)[phrase]
        return int(np.count_nonzero(those.own + context * those.context))

    def _scored(self, those: Occurrences, weight: float, context: float) -> tuple[Numbers, Scores]:
        """The keys of the chunks that have a phrase, and what it adds to their scores, as FTS5 computes it."""
        times = those.own + context * those.context
        lengths = _K1 * (1 - _B + _B * those.words / self._average)
        there = times > 0
        return those.keys[there], (weight * ((times * (_K1 + 1)) / (times + lengths)))[there]

    def _occurrences(self, phrases: Collection[Phrase], among: Ranges | None) -> dict[Phrase, Occurrences]:
        """Where each phrase stands; only in chunks `among`, if that isn't None."""
        found = {phrase: self._phrase(phrase) for phrase in phrases if len(phrase) > 1}
        words = {phrase[0] for phrase in phrases if len(phrase) == 1}
        few = [] if among is None else [word for word in words if self._is_better_looked_up(word, len(among))]
        self._read_whole(words.difference(few))
        found |= {(word,): self._whole[word,] for word in words.difference(few)}
        if among is None:
            return found
        found |= self._looked_up(few, among)
        return {phrase: those.at(among.have(those.keys)) for phrase, those in found.items()}

    def _is_better_looked_up(self, word: str, ranges: int) -> bool:
        return (word,) not in self._whole and _LOOKED_UP * ranges * postings.FULL < self._counts[word]

    def _read_whole(self, words: Iterable[str]) -> None:
        """Read all rows of these words."""
        asked = [word for word in words if (word,) not in self._whole]
        if not asked:
            return
        rows = self._read(postings.WHOLE, number=self._number, words=[postings.stored(word) for word in asked])
        found = postings.by_word(rows)
        for word in asked:
            there = found.get(postings.stored(word), NONE)
            self._whole[word,] = there if self._visible is None else there.at(self._visible.have(there.keys))

    def _looked_up(self, words: Sequence[str], among: Ranges) -> dict[Phrase, Occurrences]:
        """The occurrences in rows that reach into the ranges."""
        if not words:
            return {}
        names = [postings.stored(word) for word in words]
        lows, highs = among.firsts.tolist(), among.lasts.tolist()
        found = postings.by_word(self._read(postings.WITHIN, number=self._number, words=names, lows=lows, highs=highs))
        return {(word,): found.get(name, NONE) for word, name in zip(words, names, strict=True)}

    def _phrase(self, phrase: Phrase) -> Occurrences:
        """The chunks that have words one after another, and how often."""
        if phrase not in self._whole:
            keys: Numbers | None = None
            for word in sorted(set(phrase), key=self._counts.__getitem__):
                those = self._occurrences([(word,)], None if keys is None else Ranges.of(keys))[word,]
                keys = those.keys
            among = Ranges.of(NONE.keys if keys is None else keys)
            parts = self._occurrences([(word,) for word in set(phrase)], among)
            self._whole[phrase] = _following([parts[word,] for word in phrase])
        return self._whole[phrase]


def _idf(count: int, chunks: int) -> float:
    return max(math.log((chunks - count + 0.5) / (count + 0.5)), _LEAST_IDF) if count else 0.0


def _nth(scores: Scores, n: int) -> float:
    """The score that n have or surpass."""
    return float(np.partition(scores, len(scores) - n)[len(scores) - n])


def _added(keys: Numbers, scores: Scores, new: Numbers, its: Scores) -> tuple[Numbers, Scores]:
    """Ascending keys of both, with the sum of their scores."""
    both = np.sort(np.concatenate([keys, new]), kind="stable")
    both = both[np.diff(both, prepend=-1) > 0]
    sums = np.zeros(len(both))
    sums[np.searchsorted(both, keys)] += scores
    sums[np.searchsorted(both, new)] += its
    return both, sums


def _following(parts: Sequence[Occurrences]) -> Occurrences:
    """Where words stand one after another: each of the `parts` has the occurrences of one in the same chunks.

    A word's places are moved back by its place in the phrase: "ferry sails" stands where both come to the same
    beginning, as "ferry" at 4 and "sails" at 5, moved back by 1, do.
    """
    beginnings: NDArray[np.int64] | None = None
    for place, those in enumerate(parts):
        begins = _places(those, place)
        beginnings = begins if beginnings is None else np.intersect1d(beginnings, begins, assume_unique=True)
    first = parts[0]
    own, context = np.zeros(len(first.keys), np.int64), np.zeros(len(first.keys), np.int64)
    if beginnings is not None:
        in_context, chunks = beginnings >> 20 & 1, beginnings >> 21
        own = np.bincount(chunks[in_context == 0], minlength=len(own))
        context = np.bincount(chunks[in_context == 1], minlength=len(context))
    has = own + context > 0
    nowhere = np.zeros(int((own + context).sum()), np.int64)  # nobody asks for the places of a phrase
    return Occurrences(first.keys[has], first.words[has], own[has], context[has], nowhere)


def _places(those: Occurrences, back: int) -> NDArray[np.int64]:
    """Each place moved back, as one number with those above it of the chunk and of its part; none before the first."""
    counts = np.stack([those.own, those.context], axis=1).ravel()  # of each chunk and part
    parts = np.repeat(np.arange(len(counts)), counts)
    moved = those.places.astype(np.int64) - back
    return (parts << 20 | moved)[moved >= 0]
