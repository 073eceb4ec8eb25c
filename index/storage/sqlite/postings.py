"""Posting lists in the data file: of each word of a full part of a collection, the chunks that have it, and how often.

FTS5 reads a list one chunk at a time, and its index of each part by itself. These lists are made when a part (see
`words.py`) is full, and NumPy weighs all of a word's at once. A part's lexicon tells in which row a word's list is and
how long it is; lexicons are kept in memory, words as hashes of 8 bytes. Removing a chunk cuts it out of the lists of
its words. Both are derived: made anew from the full-text indexes with the parts, and compared with them by `quoth
verify`. Phrases, and the part to which chunks are still added, are left to FTS5.
"""

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.signature import from_json
from index.storage.tokenizer import tokenizer_of, varints

POSTING = np.dtype([("chunk", "<u4"), ("own", "u1"), ("context", "u1"), ("length", "<u2")])
"""A chunk's key, how often the word is in its text and in its context, and how many words both have. Larger numbers
than fit are stored as the largest that does."""

Postings = NDArray[np.void]

_MOST = {name: np.iinfo(POSTING[name]).max for name in ("chunk", "own", "context", "length")}


class Lexicon(NamedTuple):
    """The words of a part: their hashes, ascending, and of each the row of its list, counted from `first`, and length.

    `stamp`: another one after each change. `chunks`, `words`: how many the part has, each as often as it is there.
    """

    part: int
    stamp: int
    chunks: int
    words: int
    first: int
    hashes: NDArray[np.uint64]
    rows: NDArray[np.uint32]
    lengths: NDArray[np.uint32]

    def find(self, hashes: NDArray[np.uint64]) -> list[tuple[int, int]]:
        """(Row of its list, length) of each word, by its hash; (0, 0) for those that the part doesn't have."""
        if not len(self.hashes):
            return [(0, 0)] * len(hashes)
        at = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        there = (self.hashes[at] == hashes).tolist()
        rows, lengths = self.rows[at].tolist(), self.lengths[at].tolist()
        return [(self.first + rows[i], lengths[i]) if there[i] else (0, 0) for i in range(len(there))]


def hash_of(word: str) -> int:
    """Eight bytes of a digest, as a number: two words in one part have the same by chance once in 10^10 parts."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def make(connection: sqlite3.Connection, part: int) -> None:
    """Make the lists of a part; not if a chunk's key is too large for one, or two words have the same hash."""
    lists = dict(_made(connection, part))
    hashes = {hash_of(word): number for number, word in enumerate(lists)}
    if not lists or len(hashes) < len(lists):
        return
    (first,) = connection.execute("SELECT ifnull(max(number), 0) + 1 FROM posting_lists").fetchone()
    rows = ((first + number, its.tobytes()) for number, its in enumerate(lists.values()))
    connection.executemany("INSERT INTO posting_lists VALUES (?, ?)", rows)
    order = sorted(hashes)
    numbers = np.array([hashes[word] for word in order], np.uint32)
    lengths = np.array([len(its) for its in lists.values()], np.uint32)[numbers]
    chunks, words = _size(connection, part)
    _write(connection, Lexicon(part, 0, chunks, words, first, np.array(order, np.uint64), numbers, lengths))


def drop(connection: sqlite3.Connection, part: int) -> None:
    """Remove the lists of a part."""
    row = connection.execute("SELECT first, rows FROM lexicons WHERE part = ?", (part,)).fetchone()
    if row:
        numbers = [(row[0] + number,) for number in np.frombuffer(row[1], "<u4").tolist()]
        connection.executemany("DELETE FROM posting_lists WHERE number = ?", numbers)
        connection.execute("DELETE FROM lexicons WHERE part = ?", (part,))


def erase(connection: sqlite3.Connection, part: int, collection: str, first: int, last: int) -> None:
    """Cut the chunks with keys from `first` to `last`, both included, which must still be there, out of the lists."""
    try:
        lexicon = read_lexicon(connection, part)
    except ValueError:  # a damaged one is told by `quoth verify`, but must not keep what is removed
        connection.execute("DELETE FROM lexicons")
        connection.execute("DELETE FROM posting_lists")
        return
    if lexicon is None:
        return
    query = """SELECT chunks.text, context FROM chunks CROSS JOIN documents ON documents.key = document
        WHERE chunks.key BETWEEN ? AND ? AND collection = ?"""
    texts = connection.execute(query, (first, last, collection)).fetchall()
    (signature,) = connection.execute("SELECT value FROM manifest WHERE name = 'signature'").fetchone()
    postings = tokenizer_of(from_json(signature).language_in(collection)).postings(texts)
    hashes = np.unique(np.array([hash_of(word) for word in {posting.word for posting in postings}], np.uint64))
    places = np.searchsorted(lexicon.hashes, hashes)
    lengths = lexicon.lengths.copy()
    for at in places[places < len(lengths)].tolist():
        lengths[at] = _cut(connection, lexicon.first + int(lexicon.rows[at]), first, last)
    left = np.flatnonzero(lengths)
    words = lexicon.words - sum(len(posting.own) + len(posting.context) for posting in postings)
    kept = (lexicon.hashes[left], lexicon.rows[left], lengths[left])
    _write(connection, Lexicon(part, 0, lexicon.chunks - len(texts), words, lexicon.first, *kept))


def _cut(connection: sqlite3.Connection, row: int, first: int, last: int) -> int:
    """Cut chunks out of the list in a row; returns how many are left in it."""
    (data,) = connection.execute("SELECT list FROM posting_lists WHERE number = ?", (row,)).fetchone() or (b"",)
    its = np.frombuffer(data[: len(data) - len(data) % POSTING.itemsize], POSTING)
    begin, end = np.searchsorted(its["chunk"], (first, last + 1)).tolist()
    left = data[: begin * POSTING.itemsize] + data[end * POSTING.itemsize :]
    if not left:
        connection.execute("DELETE FROM posting_lists WHERE number = ?", (row,))
    elif begin < end:
        connection.execute("UPDATE posting_lists SET list = ? WHERE number = ?", (left, row))
    return len(left) // POSTING.itemsize


def stamps(connection: sqlite3.Connection, collection: str) -> dict[int, int]:
    """Part → stamp of its lexicon, of a collection's parts that have one, that of the oldest chunks first."""
    query = """SELECT part, stamp FROM word_indexes CROSS JOIN main.lexicons ON part = number WHERE collection = ?
        ORDER BY word_indexes.first"""
    return dict(connection.execute(query, (collection,)))


def read_lexicon(connection: sqlite3.Connection, part: int) -> Lexicon | None:
    """The lexicon of a part; None if it has none. Raises ValueError if it is damaged."""
    query = "SELECT stamp, chunks, words, first, hashes, rows, lengths FROM main.lexicons WHERE part = ?"
    row = connection.execute(query, (part,)).fetchone()
    if row is None:
        return None
    stamp, chunks, words, first, hashes, rows, lengths = row
    arrays = np.frombuffer(hashes, "<u8"), np.frombuffer(rows, "<u4"), np.frombuffer(lengths, "<u4")
    if len({len(array) for array in arrays}) > 1:
        raise ValueError(f"The lexicon of part {part} has columns of different lengths.")
    return Lexicon(part, stamp, chunks, words, first, *arrays)


def read(connection: sqlite3.Connection, rows: Sequence[int]) -> Postings:
    """The lists in some rows, one after another. Raises ValueError if one is damaged."""
    query = "SELECT list FROM main.posting_lists WHERE number = ?"
    lists = (connection.execute(query, (row,)).fetchone() for row in rows)
    return np.frombuffer(b"".join(each[0] for each in lists if each), POSTING)


def agrees(connection: sqlite3.Connection, part: int) -> bool:
    """Whether the lists and the lexicon of a part are those of its full-text index."""
    try:
        lexicon = read_lexicon(connection, part)
        if lexicon is None or (lexicon.chunks, lexicon.words) != _size(connection, part):
            return False
        lists = {hash_of(word): its for word, its in _made(connection, part)}
        rows = (lexicon.first + row for row in lexicon.rows.tolist())
        return sorted(lists) == lexicon.hashes.tolist() and all(
            len(lists[word]) == length and np.array_equal(read(connection, [row]), lists[word])
            for word, row, length in zip(lexicon.hashes.tolist(), rows, lexicon.lengths.tolist(), strict=True)
        )
    except ValueError:
        return False


def _write(connection: sqlite3.Connection, lexicon: Lexicon) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO lexicons (part, stamp, chunks, words, first, hashes, rows, lengths)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            lexicon.part,
            secrets.randbits(62),
            *lexicon[2:5],
            lexicon.hashes.astype("<u8").tobytes(),
            lexicon.rows.astype("<u4").tobytes(),
            lexicon.lengths.astype("<u4").tobytes(),
        ),
    )


def _made(connection: sqlite3.Connection, part: int) -> Iterator[tuple[str, Postings]]:
    """(Word, its list) of each word of a part; nothing if a chunk's key is too large."""
    words, numbers, occurrences = _occurrences(connection, part)
    if not words or int(occurrences.max()) >> 1 > _MOST["chunk"]:
        return
    order = np.lexsort((occurrences, numbers))  # so that those of a word in a chunk stand side by side
    numbers, chunks, in_context = numbers[order], occurrences[order] >> 1, occurrences[order] & 1
    starts = np.flatnonzero(np.diff(numbers, prepend=-1) | np.diff(chunks, prepend=-1))
    times, above = np.diff(starts, append=len(chunks)), np.add.reduceat(in_context, starts)
    postings = np.empty(len(starts), POSTING)
    lengths = _lengths(connection, part, chunks[starts])
    for name, values in (("chunk", chunks[starts]), ("own", times - above), ("context", above), ("length", lengths)):
        postings[name] = np.minimum(values, _MOST[name])
    ends = np.searchsorted(numbers[starts], np.arange(len(words)), side="right").tolist()
    for word, begin, end in zip(words, [0, *ends], ends, strict=False):
        yield word, postings[begin:end]


def _occurrences(connection: sqlite3.Connection, part: int) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """(Words, the number of a word for each of its occurrences, 2 · the chunk's key + 1 for one in its context)."""
    table = f"occurrences_of_words_{part}"
    connection.execute(f"CREATE VIRTUAL TABLE temp.{table} USING fts5vocab ('main', 'words_{part}', 'instance')")
    try:
        # As text, since a Python object for each occurrence would take thrice as long
        query = f"SELECT term, count(*), group_concat(2 * doc + (col = 'context')) FROM temp.{table} GROUP BY term"  # noqa: S608  # ours
        rows = connection.execute(query).fetchall()
    finally:
        connection.execute(f"DROP TABLE temp.{table}")
    times = [count for _, count, _ in rows]
    values = np.fromstring(",".join(values for *_, values in rows), np.int64, sep=",")
    return [word for word, *_ in rows], np.repeat(np.arange(len(rows)), times), values


def _lengths(connection: sqlite3.Connection, part: int, chunks: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many words each of these chunks has."""
    sizes = _sizes(connection, part)
    keys = np.array([key for key, _ in sizes], np.int64)
    return np.array([words for _, words in sizes], np.int64)[np.searchsorted(keys, chunks)]


def _size(connection: sqlite3.Connection, part: int) -> tuple[int, int]:
    """How many chunks a part has, and how many words these have."""
    sizes = _sizes(connection, part)
    return len(sizes), sum(words for _, words in sizes)


def _sizes(connection: sqlite3.Connection, part: int) -> list[tuple[int, int]]:
    """(Key, how many words it has) of each chunk, by ascending keys."""
    rows = connection.execute(f"SELECT id, sz FROM words_{part}_docsize ORDER BY id")  # noqa: S608  # ours
    return [(key, sum(varints(size))) for key, size in rows]
