"""The table of postings: which chunks of a collection have a word, how often and where, a hundred chunks in a row.

A row's `records` are RECORD for each chunk, in the order of their keys. Its `places` are the numbers of the words at
which it stands, 2 bytes each: of the first chunk those in its text, then those in its context, then of the second. A
row is appended to until it is full; chunks' keys only grow, so that no two rows of a word overlap. Numbers that 2 bytes
can't hold, which no text has that an embedder reads as a whole, are the highest that they can.
"""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.storage.postgresql.connection import Database
from index.storage.tokenizer import Posting

RECORD = np.dtype([("chunk", ">u4"), ("words", ">u2"), ("own", ">u2"), ("context", ">u2")])
"""A chunk that has a word: its key less the row's `first`, how many words it has, how often this one in each part."""

FULL = 100
"""As many chunks are in a row at most."""

_SIZE = RECORD.itemsize
_PLACE = np.dtype(">u2")
_MOST = 0xFFFF
_FARTHEST = 2**32  # keys from a row's first one on
_LONGEST_WORD = 1000  # bytes, of those that PostgreSQL's indexes hold

# Of each word the last row; the rows that reach into any of the ranges of keys, each once
_LAST = """SELECT wanted.word, last.first, last.chunks FROM unnest(%(words)s::text[]) AS wanted (word)
    CROSS JOIN LATERAL (SELECT first, chunks FROM postings
        WHERE collection = %(number)s AND postings.word = wanted.word ORDER BY first DESC LIMIT 1) AS last"""
_CHANGE = """UPDATE postings SET {how}
    FROM unnest(%(words)s::text[], %(firsts)b::bigint[], %(chunks)b::int[], %(records)b::bytea[], %(places)b::bytea[])
        AS new (word, first, chunks, records, places)
    WHERE collection = %(number)s AND postings.word = new.word AND postings.first = new.first"""
_APPEND = _CHANGE.format(
    how="""chunks = postings.chunks + new.chunks, records = postings.records || new.records,
    places = postings.places || new.places"""
)
_OVERWRITE = _CHANGE.format(how="chunks = new.chunks, records = new.records, places = new.places")
_INSERT = """INSERT INTO postings (collection, word, first, chunks, records, places)
    SELECT %(number)s, each.* FROM unnest(%(words)s::text[], %(firsts)b::bigint[], %(chunks)b::int[],
        %(records)b::bytea[], %(places)b::bytea[]) AS each"""
_DELETE = """DELETE FROM postings USING unnest(%(words)s::text[], %(firsts)s::bigint[]) AS empty (word, first)
    WHERE collection = %(number)s AND postings.word = empty.word AND postings.first = empty.first"""

WHOLE = """SELECT word, first, chunks, records, places FROM postings
    WHERE collection = %(number)s AND word = ANY (%(words)s) ORDER BY word, first"""
WITHIN = """SELECT found.word, found.first, chunks, records, places
    FROM (SELECT DISTINCT wanted.word, there.first
        FROM unnest(%(words)s::text[]) AS wanted (word), unnest(%(lows)s::bigint[], %(highs)s::bigint[])
            AS keys (low, high)
        CROSS JOIN LATERAL (SELECT first FROM postings
            WHERE collection = %(number)s AND postings.word = wanted.word AND first <= high
            AND first >= coalesce((SELECT max(first) FROM postings
                WHERE collection = %(number)s AND postings.word = wanted.word AND first <= low), low)
            OFFSET 0) AS there) AS found
    CROSS JOIN LATERAL (SELECT chunks, records, places FROM postings
        WHERE collection = %(number)s AND word = found.word AND first = found.first LIMIT 1) AS row
    ORDER BY 1, 2"""
"""The rows of words: all of them, or those that reach into ranges of keys, from a low to a high one."""
COUNTS = """SELECT word, sum(chunks)::bigint FROM postings
    WHERE collection = %(number)s AND word = ANY (%(words)s) GROUP BY word"""

Row = tuple[str, int, int, bytes, bytes]
"""A word, the key of its first chunk, how many there are, records and places."""
Numbers = NDArray[np.int64]
Places = NDArray[np.integer[Any]]


class Occurrences(NamedTuple):
    """The chunks that have a word, ascending: their keys and, for each, its words, and how often it has this one.

    `places` are as they are stored, those of all chunks one after another.
    """

    keys: Numbers
    words: Numbers
    own: Numbers
    context: Numbers
    places: Places

    def at(self, which: NDArray[np.bool_]) -> "Occurrences":
        """Those of which `which` is true."""
        if which.all():
            return self
        kept = np.repeat(which, self.own + self.context)
        return Occurrences(self.keys[which], self.words[which], self.own[which], self.context[which], self.places[kept])


NONE = Occurrences(*[np.empty(0, np.int64)] * 5)


def occurrences(rows: Sequence[Row]) -> Occurrences:
    """What the rows of one word hold, which are in the order of `first`."""
    if not rows:
        return NONE
    records = np.frombuffer(b"".join(row[3] for row in rows), RECORD)
    places: Places = np.frombuffer(b"".join(row[4] for row in rows), _PLACE)
    firsts = np.repeat(np.array([row[1] for row in rows], np.int64), [len(row[3]) // _SIZE for row in rows])
    words, own, context = (records[name].astype(np.int64) for name in ("words", "own", "context"))
    return Occurrences(firsts + records["chunk"], words, own, context, places)


def by_word(rows: Iterable[Row]) -> dict[str, Occurrences]:
    """Word → its occurrences, of rows in the order of the words and of `first`."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return {word: occurrences(its) for word, its in found.items()}


def stored(word: str) -> str:
    """A word as it is stored: a very long one by its digest."""
    data = word.encode("utf-8", "surrogatepass")
    return word if len(data) <= _LONGEST_WORD else f"#{hashlib.sha256(data).hexdigest()}"


class New(NamedTuple):
    """Postings of new chunks: of each its word, and as arrays its chunk's key, its record, and the places of all."""

    words: list[str]
    keys: Numbers
    records: NDArray[np.void]
    places: Numbers

    @classmethod
    def of(cls, postings: Sequence[Posting], keys: Sequence[int], words: Sequence[int]) -> "New":
        """Those of a document; `keys` and `words` are its chunks': which and how many."""
        at = np.array([posting.text for posting in postings], np.int64)
        records = np.empty(len(postings), RECORD)
        records["words"] = np.minimum(np.array(words, np.int64)[at], _MOST)
        records["own"] = np.minimum([len(posting.own) for posting in postings], _MOST)
        records["context"] = np.minimum([len(posting.context) for posting in postings], _MOST)
        parts = (part for posting in postings for part in (posting.own, posting.context))
        places = list(chain.from_iterable(part if len(part) <= _MOST else part[:_MOST] for part in parts))
        names = [posting.word for posting in postings]
        return cls(names, np.array(keys, np.int64)[at], records, np.minimum(places, _MOST).astype(np.int64))


def add(connection: Database, number: int, new: Sequence[New]) -> None:
    """Add the words of new chunks, in the order of their keys, to the collection `number`."""
    made = _Made(new)
    last = {word: (first, chunks) for word, first, chunks in connection.execute(
        _LAST, {"number": number, "words": list(made.words)})}  # fmt: skip
    appended, inserted = _Rows(), _Rows()
    for word, (start, end) in made.words.items():
        first, there = last.get(word, (0, FULL))
        if there + end - start <= FULL and made.keys[end - 1] - first < _FARTHEST:
            appended.add(word, first, *made.row(start, end, first))
            continue
        for at in range(start, end, FULL):
            inserted.add(word, int(made.keys[at]), *made.row(at, min(at + FULL, end), int(made.keys[at])))
    for statement, rows in ((_APPEND, appended), (_INSERT, inserted)):
        if rows.words:
            connection.execute(statement, rows.values(number))


def remove(connection: Database, number: int, words: Iterable[str], keys: Sequence[int]) -> None:
    """Remove chunks, which have these words and no others, from the collection `number`."""
    names = list(dict.fromkeys(map(stored, words)))
    if not keys or not names:
        return
    gone = np.array(sorted(keys), np.int64)
    within = {"number": number, "words": names, "lows": [int(gone[0])], "highs": [int(gone[-1])]}
    rows = connection.execute(WITHIN, within, binary=True).fetchall()
    there = occurrences(rows)
    stays = ~np.isin(there.keys, gone)
    records = np.frombuffer(b"".join(row[3] for row in rows), RECORD)[stays].tobytes()
    places = there.places[np.repeat(stays, there.own + there.context)].astype(_PLACE).tobytes()
    ends = [0, *np.cumsum([row[2] for row in rows])]
    left = pairwise(_sums(stays)[ends].tolist())  # from which to which of those that stay are a row's
    left_places = pairwise(_sums((there.own + there.context) * stays)[ends].tolist())
    changed, empty = _Rows(), _Rows()
    for (word, first, chunks, *_), (at, to), (place, end) in zip(rows, left, left_places, strict=True):
        its_places = places[_PLACE.itemsize * place : _PLACE.itemsize * end]
        if at == to:
            empty.add(word, first, 0, b"", b"")
        elif to - at < chunks:
            changed.add(word, first, to - at, records[_SIZE * at : _SIZE * to], its_places)
    for statement, those in ((_OVERWRITE, changed), (_DELETE, empty)):
        if those.words:
            connection.execute(statement, those.values(number))


def _sums(counts: NDArray[Any]) -> Numbers:
    """0, the first, the first two together, and so on."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


class _Rows:
    """Rows of one collection, by their columns."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.firsts: list[int] = []
        self.chunks: list[int] = []
        self.records: list[bytes] = []
        self.places: list[bytes] = []

    def add(self, word: str, first: int, chunks: int, records: bytes, places: bytes) -> None:
        self.words.append(word)
        self.firsts.append(first)
        self.chunks.append(chunks)
        self.records.append(records)
        self.places.append(places)

    def values(self, number: int) -> dict[str, object]:
        return {"number": number, **vars(self)}


class _Made:
    """New postings, word by word. `words` has of each the first of its postings and the one after its last."""

    def __init__(self, new: Sequence[New]) -> None:
        numbers: dict[str, int] = {}
        which = np.array([numbers.setdefault(word, len(numbers)) for one in new for word in one.words], np.int64)
        order = np.argsort(which, kind="stable")
        ends = np.cumsum(np.bincount(which)).tolist()
        self.words = dict(zip(map(stored, numbers), pairwise([0, *ends]), strict=True))
        self.keys = np.concatenate([one.keys for one in new])[order]
        records = np.concatenate([one.records for one in new], dtype=RECORD)  # else with the machine's order of bytes
        counts = records["own"].astype(np.int64) + records["context"]
        starts = (np.cumsum(counts) - counts)[order]
        self._records, counts = records[order], counts[order]
        self._ends = _sums(counts)
        at = np.repeat(starts - self._ends[:-1], counts) + np.arange(self._ends[-1])
        self._places = np.concatenate([one.places for one in new])[at].astype(_PLACE)

    def row(self, start: int, end: int, first: int) -> tuple[int, bytes, bytes]:
        """The number, records and places of some of them, for a row that begins with the key `first`."""
        records = self._records[start:end]
        records["chunk"] = self.keys[start:end] - first
        return end - start, records.tobytes(), self._places[self._ends[start] : self._ends[end]].tobytes()
