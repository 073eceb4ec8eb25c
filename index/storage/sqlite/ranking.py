"""BM25 over the several full-text indexes of a large collection, without ranking every chunk that has a common word.

1. How many chunks have each word, over all parts.
2. The words are gone through, those that fewest chunks have first. A word adds the chunks that have it, until those
   after it could lift no further chunk among the best; then they only add to the scores of those that are there.
   (Turtle and Flood, "Query evaluation: strategies and optimizations", 1995, call it max-score.)
3. The scores of the best are computed from their texts, as `View.matching` defines them.

Words come from the posting lists of full parts (`postings.py`), and from FTS5 for phrases and other parts. What FTS5
tells is computed with each part's own average length, so that a few more than are wanted get a score from their text.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from index.storage.base import ChunkKey
from index.storage.sqlite import postings, schema
from index.storage.sqlite.bm25 import K1, LEAST_IDF, B, idf
from index.storage.sqlite.impacts import NOTHING, Found, Impacts, Keys, State, added, best_of, places, within
from index.storage.sqlite.postings import Lexicon
from index.storage.sqlite.vector_rows import stored
from index.storage.sqlite.words import Part, is_since, number_of
from index.storage.tokenizer import Posting, Tokenizer

_MOST_RANKED = 500_000  # chunks that words add, though the rarest one adds all; more take too long
_SPARE = 16  # candidates beyond those that are wanted get a score from their texts


class Word:
    """A word or phrase of a question: how many chunks have it, its weight, and its parts: `terms`, one or more."""

    def __init__(self, text: str, terms: tuple[str, ...], count: int, chunks: int) -> None:
        self.text = text
        self.terms = terms
        self.count = count
        self.idf = idf(count, chunks)

    @property
    def most(self) -> float:
        """The limit of what it can add to a score: in a chunk that has it a thousand times, 2.2 · idf."""
        return self.idf * (K1 + 1)


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
        impacts: Impacts,
    ) -> None:
        self._connection = connection
        self._collection = collection
        self._tokenizer = tokenizer
        self._context = context
        self._impacts = impacts
        self._words: dict[str, Word] = {}
        self._lists: dict[str, list[tuple[int, int]]] = {}  # word → (row, length) of its list in each lexicon's part
        self._lexicons = self._read_lexicons()
        listed = {lexicon.part for lexicon in self._lexicons}
        self._others = [State.read(connection, part.table) for part in parts if number_of(part.table) not in listed]
        sizes: list[Lexicon | State] = [*self._lexicons, *self._others]
        self.chunks = sum(part.chunks for part in sizes)
        self._average = sum(part.words for part in sizes) / max(1, self.chunks)

    def best(self, words: Sequence[str], limit: int, among: Keys | None) -> dict[ChunkKey, float]:
        """Chunk key → score of the best `limit`, best first; only of `among`, ascending, if that isn't None."""
        if limit < 1:
            return {}
        keys, _ = best_of(self._candidates(self._known(words), limit, among), limit + _SPARE)
        scores = self.scores(words, keys.tolist())
        ordered = sorted(scores, key=lambda key: (-scores[key], key))
        return {key: scores[key] for key in ordered[:limit]}

    def scores(self, words: Sequence[str], keys: Sequence[int]) -> dict[ChunkKey, float]:
        """Chunk key → score, of those of `keys` that are in the collection and have any of the words."""
        texts = self._texts(keys)
        asked = self._known(words)
        places, sizes = self._tokenizer.places(list(texts.values()), {term for word in asked for term in word.terms})
        stands: dict[str, dict[int, Posting]] = {}  # word → number of the text → where it stands there
        for posting in places:
            stands.setdefault(posting.word, {})[posting.text] = posting
        known, scores = list(texts), np.zeros(len(texts))
        lengths = K1 * (1 - B + B * np.array(sizes) / self._average)
        for word in asked:
            times = np.zeros(len(texts))
            for i, count in self._times([stands.get(term, {}) for term in word.terms]):
                times[i] = count
            scores += word.idf * ((times * (K1 + 1)) / (times + lengths))  # in FTS5's order, to the last bit
        return {known[i]: float(scores[i]) for i in np.flatnonzero(scores)}

    def _candidates(self, words: Sequence[Word], limit: int, among: Keys | None) -> Found:
        """The chunks that may be among the best `limit`, and nearly their scores."""
        ordered = sorted((word for word in words if word.count), key=lambda word: word.count)
        found, ranked = NOTHING, 0
        for i, word in enumerate(ordered):
            ranked += word.count
            many = i > 0 and ranked > _MOST_RANKED
            if many and word.idf == LEAST_IDF:
                continue  # it would change a score by a millionth
            settled = many or _are_best(found, limit, sum(later.most for later in ordered[i:]))
            found = added(found, self._impact(word, found[0] if settled else among))
        return found

    def _known(self, words: Sequence[str]) -> list[Word]:
        """The words, with how many chunks have each."""
        new = [word for word in dict.fromkeys(words) if word not in self._words]
        phrases = self._tokenizer.phrases(new)
        self._look_up({term for terms in phrases for term in terms})
        for word, terms in zip(new, phrases, strict=True):
            self._words[word] = Word(word, terms, self._count(word, terms), self.chunks)
        return [self._words[word] for word in words]

    def _look_up(self, terms: set[str]) -> None:
        """Find the lists of these words in all lexicons."""
        ordered = sorted(terms)
        hashes = np.array([postings.hash_of(term) for term in ordered], np.uint64)
        found = [lexicon.find(hashes) for lexicon in self._lexicons] if ordered else []
        self._lists |= {term: [each[i] for each in found] for i, term in enumerate(ordered)}

    def _read_lexicons(self) -> list[Lexicon]:
        """Those of the parts that have one, that of the oldest chunks first."""
        if not is_since(self._connection, schema.POSTINGS_SINCE):
            return []
        with stored("A lexicon"):
            stamps = postings.stamps(self._connection, self._collection)
            return [self._impacts.lexicon(self._connection, part, stamp) for part, stamp in stamps.items()]

    def _count(self, word: str, terms: tuple[str, ...]) -> int:
        listed = 0
        if len(terms) == 1:
            lists = self._lists[terms[0]]
            own = not self._context  # only chunks that have it in their texts
            listed = int(np.count_nonzero(self._read(terms[0])["own"])) if own else sum(length for _, length in lists)
        states = self._asked_of_fts5(terms)
        return listed + sum(self._impacts.count(self._connection, state, word, self._context) for state in states)

    def _read(self, term: str) -> postings.Postings:
        """The listed chunks that have a word, by ascending keys."""
        with stored("A posting list"):
            return postings.read(self._connection, [row for row, length in self._lists[term] if length])

    def _asked_of_fts5(self, terms: tuple[str, ...]) -> list[State]:
        """The parts of which FTS5 must be asked about a word; for a phrase also listed ones that have all its words."""
        states = list(self._others)
        if len(terms) > 1:
            for i, lexicon in enumerate(self._lexicons):
                if all(self._lists[term][i][1] for term in terms):
                    states.append(State.read(self._connection, f"words_{lexicon.part}"))
        return states

    def _impact(self, word: Word, among: Keys | None) -> Found:
        """The chunks that have a word, only of `among` if that isn't None, and nearly what it adds to their scores."""
        found = self._listed_impact(word, among) if len(word.terms) == 1 else NOTHING
        for state in self._asked_of_fts5(word.terms):
            if among is not None:
                few = among[slice(*np.searchsorted(among, (state.lowest, state.highest + 1)))]
                if not len(few):
                    continue
            count = self._impacts.count(self._connection, state, word.text, self._context)
            if count:
                keys, scores = self._impacts.of(self._connection, state, word.text, self._context)
                its = keys, scores * (word.idf / idf(count, state.chunks))
                found = added(found, its if among is None else within(its, few))
        return found

    def _listed_impact(self, word: Word, among: Keys | None) -> Found:
        its = self._read(word.terms[0])
        if among is not None:
            at, there = places(np.ascontiguousarray(its["chunk"]), among)
            its = its[at[there]]
        times = its["own"] + self._context * its["context"]
        relative = 1 - B + B * (its["length"] / self._average)
        scores = word.idf * (times * (K1 + 1) / (times + K1 * relative))
        keys = its["chunk"].astype(np.int64)
        return (keys, scores) if self._context else (keys[times > 0], scores[times > 0])

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


def _are_best(found: Found, limit: int, most: float) -> bool:
    """Whether no chunk that adds `most` at the most could be among the best `limit` if it isn't found yet."""
    _, scores = found
    return len(scores) >= limit and bool(np.partition(scores, -limit)[-limit] >= most)
