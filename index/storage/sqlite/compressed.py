"""Compressed vectors in the data file, so that those of a large collection are in memory soon after it is opened.

They are made when a part of a collection (see `words.py`) is full, and read in place of whole vectors, a quarter as
large. Removing a chunk overwrites its row with zeros. They are derived: made anew from the vectors with the parts, and
compared with them by `quoth verify`.
"""

import sqlite3

import numpy as np
from numpy.typing import NDArray

from index.signature import from_json
from index.storage.sqlite.blocks import Codes, signs_bytes

Keys = NDArray[np.int64]


def make(connection: sqlite3.Connection, part: int) -> None:
    """Compress the vectors of a part; not if one of them is damaged."""
    dimension = _dimension(connection)
    rows = _whole(connection, part)
    if not rows or any(not isinstance(vector, bytes) or len(vector) != 4 * dimension for _, vector in rows):
        return
    keys = np.array([key for key, _ in rows], "<i8")
    codes = Codes.of(np.frombuffer(b"".join(vector for _, vector in rows), "<f4").reshape(-1, dimension))
    blobs = (keys, codes.signs, codes.numbers, codes.scales.astype("<f4"))
    connection.execute("INSERT INTO compressed VALUES (?, ?, ?, ?, ?)", (part, *(blob.tobytes() for blob in blobs)))


def drop(connection: sqlite3.Connection, part: int) -> None:
    """Remove the compressed vectors of a part."""
    connection.execute("DELETE FROM compressed WHERE part = ?", (part,))


def erase(connection: sqlite3.Connection, part: int, first: int, last: int) -> None:
    """Overwrite the rows of the chunks with keys from `first` to `last`, both included, with zeros."""
    row = connection.execute("SELECT keys FROM compressed WHERE part = ?", (part,)).fetchone()
    if row is None:
        return
    begin, end = np.searchsorted(np.frombuffer(row[0], "<i8"), (first, last + 1)).tolist()
    dimension = _dimension(connection)
    try:
        for column, size in (("signs", signs_bytes(dimension)), ("numbers", dimension), ("scales", 4)):
            with connection.blobopen("compressed", column, part) as blob:
                blob.seek(begin * size)
                blob.write(bytes((end - begin) * size))
    except ValueError:  # a damaged row is shorter
        drop(connection, part)


def sizes(connection: sqlite3.Connection) -> dict[int, int]:
    """Part → how many rows it has, with those that are erased."""
    return dict(connection.execute("SELECT part, length(keys) / 8 FROM main.compressed"))


def read(connection: sqlite3.Connection, part: int, dimension: int) -> tuple[Keys, Codes]:
    """The keys, ascending, and the codes of a part, without those that are erased. Raises ValueError if damaged."""
    query = "SELECT keys, signs, numbers, scales FROM main.compressed WHERE part = ?"
    keys, signs, numbers, scales = connection.execute(query, (part,)).fetchone()
    known = np.frombuffer(keys, "<i8")
    codes = Codes(
        np.frombuffer(signs, np.uint8).reshape(len(known), signs_bytes(dimension)),
        np.frombuffer(numbers, np.int8).reshape(len(known), dimension),
        np.frombuffer(scales, "<f4").reshape(len(known)),
    )
    left = np.flatnonzero(codes.scales)
    return (known, codes) if len(left) == len(known) else (known[left], codes.take(left))


def agrees(connection: sqlite3.Connection, part: int) -> bool:
    """Whether the compressed vectors of a part are those of its chunks."""
    dimension = _dimension(connection)
    rows = _whole(connection, part)
    try:
        keys, codes = read(connection, part, dimension)
        vectors = np.frombuffer(b"".join(vector for _, vector in rows), "<f4").reshape(len(rows), dimension)
    except ValueError:
        return False
    if [key for key, _ in rows] != keys.tolist():
        return False
    whole = Codes.of(vectors)
    pairs = ((codes.signs, whole.signs), (codes.numbers, whole.numbers), (codes.scales, whole.scales))
    return all(np.array_equal(one, other) for one, other in pairs)


def _whole(connection: sqlite3.Connection, part: int) -> list[tuple[int, bytes]]:
    """The keys, ascending, and whole vectors of a part's chunks."""
    query = f"SELECT key, vector FROM chunks_of_words_{part} JOIN vectors ON vectors.chunk = key ORDER BY key"  # noqa: S608  # ours
    return connection.execute(query).fetchall()


def _dimension(connection: sqlite3.Connection) -> int:
    (signature,) = connection.execute("SELECT value FROM manifest WHERE name = 'signature'").fetchone()
    return from_json(signature).dimension
