"""Proof that what Quoth keeps in a database agrees: documents, chunks, vectors and words.

Whether PostgreSQL's own pages and indexes are whole is PostgreSQL's to tell: `pg_amcheck`, and checksums of its pages.
"""

from collections.abc import Iterator

from index.context import context_of
from index.documents import Document, digest
from index.errors import DocumentError
from index.storage.base import Fault, StoredChunk, Verdict
from index.storage.postgresql.view import PostgreSQLView
from index.storage.tokenizer import tokenizer_of

_UNIT = 1e-3  # how far from 1 the length of an embedding may be

# (What is counted, what is wrong if there is any), each of what is derived of the documents
_LONE = (
    ("SELECT key FROM chunks WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE chunk = key)", "has no vector"),
    ("SELECT chunk FROM vectors WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE key = chunk)", "has a vector and no text"),
    ("SELECT DISTINCT chunk FROM postings WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE key = chunk)",
     "has words and no text"),
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
_WORDS = """SELECT word, chunk, own, postings.context, postings.words FROM postings JOIN chunks ON chunks.key = chunk
    JOIN documents ON documents.key = document
    WHERE documents.collection = %(collection)s AND documents.id = %(id)s
    AND postings.collection = (SELECT number FROM collections WHERE name = %(collection)s)"""


def verify(view: PostgreSQLView) -> Verdict:
    """Check everything that can be checked without a model, document by document."""
    faults = [*_documents(view), *_derived(view)]
    sizes = view.sizes().values()
    ((originals,),) = view.rows("SELECT count(*) FROM originals")
    documents, chunks = sum(size[0] for size in sizes), sum(size[1] for size in sizes)
    return Verdict(view.version, documents, chunks, originals, tuple(faults))


def _documents(view: PostgreSQLView) -> Iterator[Fault]:
    """Contents against their digests, and what each document was cut into."""
    for collection, name, sha256 in view.rows("SELECT collection, id, sha256 FROM documents ORDER BY key"):
        where = f"document {name!r} of {collection!r}"
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
        yield from _chunks(document, view.chunks_of(name, collection))
        yield from _words(view, name, collection)


def _chunks(document: Document, chunks: list[StoredChunk]) -> Iterator[Fault]:
    for chunk in chunks:
        stands_there = (document.text[chunk.start : chunk.end], context_of(document, chunk.start))
        if (chunk.text, chunk.context) != stands_there:
            what = f"is not the slice [{chunk.start}:{chunk.end}] of {document.id!r}"
            yield Fault(f"chunk {chunk.key}", what, derived=True)


def _words(view: PostgreSQLView, name: str, collection: str) -> Iterator[Fault]:
    """A document's postings against its chunks' words."""
    chunks = view.chunks_of(name, collection)
    tokenizer = tokenizer_of(view.signature.language_in(collection))
    postings = tokenizer.postings([(chunk.text, chunk.context) for chunk in chunks])
    lengths = dict.fromkeys(range(len(chunks)), 0)
    for posting in postings:
        lengths[posting.text] += len(posting.own) + len(posting.context)
    there = {
        (word, chunk, tuple(own or ()), tuple(context or ()), words)
        for word, chunk, own, context, words in view.rows(_WORDS, collection=collection, id=name)
    }
    made = {(word, chunks[at].key, tuple(own), tuple(above), lengths[at]) for word, at, own, above in postings}
    if there != made:
        yield Fault(f"words of {name!r} of {collection!r}", "don't agree with its chunks", derived=True)


def _derived(view: PostgreSQLView) -> Iterator[Fault]:
    for query, what in _LONE:
        for (chunk,) in view.rows(query):
            yield Fault(f"chunk {chunk}", what, derived=True)
    dimension = view.signature.dimension
    for (chunk,) in view.rows(_LENGTHS, dimension=dimension, unit=_UNIT):
        yield Fault(f"vector {chunk}", f"is not one of {dimension} components and length 1", derived=True)
    for (name,) in view.rows(_BARE):
        yield Fault(f"document {name!r}", "has no chunks, so nothing of it is found", derived=True)
    for (name,) in view.rows(_TOTALS):
        yield Fault(f"collection {name!r}", "has another number of chunks or words than are counted", derived=True)
