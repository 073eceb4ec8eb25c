"""Proof that what Quoth keeps in a database agrees: documents, chunks, vectors and words.

Whether PostgreSQL's own pages and indexes are whole is PostgreSQL's to tell: `pg_amcheck`, and checksums of its pages.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from index.context import context_of
from index.documents import Document, digest
from index.errors import DocumentError
from index.storage.base import Fault, StoredChunk, Verdict
from index.storage.postgresql.postings import RECORD, WITHIN, New, Numbers, Places, occurrences, stored
from index.storage.postgresql.view import PostgreSQLView
from index.storage.tokenizer import Tokenizer, tokenizer_of

_UNIT = 1e-3  # how far from 1 the length of an embedding may be

_CHUNKS_OF_WORDS = """SELECT DISTINCT chunk FROM (SELECT first + get_byte(records, 10 * i) * 16777216::bigint
        + get_byte(records, 10 * i + 1) * 65536 + get_byte(records, 10 * i + 2) * 256 + get_byte(records, 10 * i + 3)
        AS chunk FROM postings CROSS JOIN generate_series(0, length(records) / 10 - 1) AS i) AS each
    WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE key = chunk)"""

# (What is counted, what is wrong if there is any), each of what is derived of the documents
_LONE = (
    ("SELECT key FROM chunks WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE chunk = key)", "has no vector"),
    ("SELECT chunk FROM vectors WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE key = chunk)", "has a vector and no text"),
    (_CHUNKS_OF_WORDS, "has words and no text"),
    ("""SELECT chunk FROM vectors JOIN chunks ON key = chunk JOIN documents ON documents.key = document
        WHERE vectors.collection IS DISTINCT FROM (SELECT number FROM collections WHERE name = documents.collection)""",
     "has a vector in another collection than its document is in"),
)  # fmt: skip
_TOTALS = """SELECT name FROM collections LEFT JOIN (
        SELECT collection, count(*) AS chunks, sum(chunks.words) AS words
        FROM chunks JOIN documents ON documents.key = document GROUP BY 1) AS there ON there.collection = name
    WHERE collections.chunks <> coalesce(there.chunks, 0) OR collections.words <> coalesce(there.words, 0)"""
_LENGTHS = """SELECT chunk FROM vectors WHERE vector_dims(vector) <> %(dimension)s
    OR NOT abs(vector_norm(vector) - 1) <= %(unit)s"""
_BARE = """SELECT id FROM documents WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE document = documents.key)"""
_NUMBERS = "SELECT name, number FROM collections"
_MISCOUNTED = f"SELECT DISTINCT word FROM postings WHERE chunks * {RECORD.itemsize} <> length(records)"  # noqa: S608  # ours
_PAIRS = "SELECT collection, sum(chunks)::bigint FROM postings GROUP BY 1"


def verify(view: PostgreSQLView) -> Verdict:
    """Check everything that can be checked without a model, document by document."""
    faults = [*_documents(view), *_derived(view)]
    sizes = view.sizes().values()
    ((originals,),) = view.rows("SELECT count(*) FROM originals")
    documents, chunks = sum(size[0] for size in sizes), sum(size[1] for size in sizes)
    return Verdict(view.version, documents, chunks, originals, tuple(faults))


def _documents(view: PostgreSQLView) -> Iterator[Fault]:
    """Contents against their digests, and what each document was cut into."""
    numbers: dict[str, int] = dict(view.rows(_NUMBERS))
    pairs = dict.fromkeys(numbers.values(), 0)  # of a chunk and a word of it
    for collection, name, sha256 in view.rows("SELECT collection, id, sha256 FROM documents ORDER BY key"):
        where = f"document {name!r} of {collection!r}"
        chunks, number = view.chunks_of(name, collection), numbers.get(collection, 0)
        made, agrees = _words(view, number, chunks, tokenizer_of(view.signature.language_in(collection)))
        pairs[number] = pairs.get(number, 0) + made
        if not agrees:
            yield Fault(f"words of {name!r} of {collection!r}", "don't agree with its chunks", derived=True)
        try:
            document = view.document(name, collection)
        except (DocumentError, TypeError, ValueError) as error:
            yield Fault(where, f"can't be read ({error})", derived=False)
            continue
        if document.sha256 != sha256:
            yield Fault(where, "is not what was stored: its digest is another", derived=False)
        kept = view.original_sha256(name, collection)
        if kept is not None and digest(view.original(name, collection).data) != kept:
            yield Fault(f"original of {name!r}", "is not what was stored: its digest is another", derived=False)
        yield from _chunks(document, chunks)
    there: dict[int, int] = dict(view.rows(_PAIRS))
    for name, number in numbers.items():
        if there.get(number, 0) != pairs[number]:
            yield Fault(f"words of {name!r}", "are not those of its documents", derived=True)


def _chunks(document: Document, chunks: list[StoredChunk]) -> Iterator[Fault]:
    for chunk in chunks:
        stands_there = (document.text[chunk.start : chunk.end], context_of(document, chunk.start))
        if (chunk.text, chunk.context) != stands_there:
            what = f"is not the slice [{chunk.start}:{chunk.end}] of {document.id!r}"
            yield Fault(f"chunk {chunk.key}", what, derived=True)


def _words(view: PostgreSQLView, number: int, chunks: list[StoredChunk], tokenizer: Tokenizer) -> tuple[int, bool]:
    """(How many words a document's chunks have, each of a chunk counted once; whether its postings agree with them)."""
    made = tokenizer.postings([(chunk.text, chunk.context) for chunk in chunks])
    if not made:
        return 0, True
    lengths = dict.fromkeys(range(len(chunks)), 0)
    for posting in made:
        lengths[posting.text] += len(posting.own) + len(posting.context)
    keys = [int(str(chunk.key)) for chunk in chunks]
    new = New.of(made, keys, list(lengths.values()))
    wanted = _each(
        [stored(word) for word in new.words],
        new.keys,
        [new.records[name].astype(np.int64) for name in ("words", "own", "context")],
        new.places,
    )
    among = {"words": list({word for word, _ in wanted}), "lows": [min(keys)], "highs": [max(keys)]}
    rows = view.words(WITHIN, number=number, **among)
    found = occurrences(rows)
    if len(found.places) != (found.own + found.context).sum():
        return len(wanted), False
    its = np.isin(found.keys, keys)
    of_row = np.repeat(np.arange(len(rows)), [len(row[3]) // RECORD.itemsize for row in rows])
    those = found.at(its)
    words = [rows[i][0] for i in of_row[its]]
    there = _each(words, those.keys, (those.words, those.own, those.context), those.places)
    return len(wanted), there == wanted


_Which = tuple[str, int]
_Record = tuple[int, int, int, list[int]]


def _each(words: list[str], keys: Numbers, counts: Sequence[Numbers], places: Places) -> dict[_Which, _Record]:
    """(Word, key of the chunk) → how many words it has, how often it has this one in each part, and where."""
    _, own, context = counts
    stands = places.tolist()
    where = (stands[start:end] for start, end in pairwise([0, *np.cumsum(own + context).tolist()]))
    which = zip(words, keys.tolist(), strict=True)
    return dict(zip(which, zip(*(one.tolist() for one in counts), where, strict=True), strict=True))


def _derived(view: PostgreSQLView) -> Iterator[Fault]:
    for query, what in _LONE:
        for (chunk,) in view.rows(query):
            yield Fault(f"chunk {chunk}", what, derived=True)
    dimension = view.signature.dimension
    for (chunk,) in view.rows(_LENGTHS, dimension=dimension, unit=_UNIT):
        yield Fault(f"vector {chunk}", f"is not one of {dimension} components and length 1", derived=True)
    for (name,) in view.rows(_BARE):
        yield Fault(f"document {name!r}", "has no chunks, so nothing of it is found", derived=True)
    for (word,) in view.rows(_MISCOUNTED):
        yield Fault(f"word {word!r}", "is counted in another number of chunks than are there", derived=True)
    for (name,) in view.rows(_TOTALS):
        yield Fault(f"collection {name!r}", "has another number of chunks or words than are counted", derived=True)
