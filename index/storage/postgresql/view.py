"""Reading the database: one version of it, seen by one principal."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.documents import DEFAULT_COLLECTION, Document, DocumentSummary, Heading
from index.errors import NotFoundError
from index.feedback import KeptFeedback
from index.questions import AnsweredWording, DocumentUses, KeptQuestion, QuestionFigures, WhichQuestions
from index.storage.base import ChunkKey, Filter, Original, StoredChunk, unknown_document
from index.storage.postgresql import feedback, questions
from index.storage.postgresql.search import Search

_SUMMARY = """SELECT id, collection, title, uri, media_type, metadata, sha256, added, length(text),
    (SELECT count(*) FROM chunks WHERE document = documents.key),
    (SELECT length(bytes) FROM originals WHERE document = documents.key), readers FROM documents"""
_SIZES = """SELECT collection, count(*), coalesce(sum((SELECT count(*) FROM chunks WHERE document = documents.key)), 0)
    FROM documents GROUP BY collection ORDER BY collection"""
_ORIGINAL = """FROM originals JOIN documents ON documents.key = originals.document
    WHERE documents.collection = %(collection)s AND documents.id = %(id)s"""
_DOCUMENT = "SELECT id, title, text, uri, media_type, metadata, pages, headings, readers FROM documents"
_CHUNK = """SELECT chunks.key, documents.id, start_at, end_at, chunks.text, chunks.context
    FROM chunks JOIN documents ON documents.key = chunks.document"""
_CONTAINING = """(%(collection)s::text IS NULL OR collection = %(collection)s)
    AND (%(named)s::text IS NULL OR strpos(lower(id), lower(%(named)s COLLATE "C")) > 0
        OR strpos(lower(title COLLATE "C"), lower(%(named)s COLLATE "C")) > 0)"""
_NAMED = "WHERE collection = %(collection)s AND id = %(id)s"


class PostgreSQLView(Search):
    """One version of the index as one principal sees it, read in a transaction. A chunk's key is its row's."""

    def collections(self) -> dict[str, int]:
        """Each collection's name → how many documents it has."""
        return dict(self.rows("SELECT collection, count(*) FROM documents GROUP BY 1 ORDER BY 1"))

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Collection → (documents, chunks)."""
        return {collection: (documents, int(chunks)) for collection, documents, chunks in self.rows(_SIZES)}

    def require(self, where: Filter) -> None:
        """Raise NotFoundError for a collection without documents (the default one always exists) or an unknown id."""
        query = "SELECT 1 FROM documents WHERE collection = %(collection)s LIMIT 1"
        if where.collection != DEFAULT_COLLECTION and not self.rows(query, collection=where.collection):
            known = ", ".join(self.collections()) or DEFAULT_COLLECTION
            raise NotFoundError(f"There is no collection {where.collection!r}: known are {known}.")
        for document_id in where.document_ids or ():
            if self.sha256(document_id, where.collection) is None:
                raise unknown_document(document_id, where.collection)

    def summaries(
        self, collection: str | None = None, *, named: str | None = None, limit: int = -1, offset: int = 0
    ) -> list[DocumentSummary]:
        """Documents in the order of collection and id, all collections' unless one is named; `limit` -1 is no limit.

        With `named`, only those whose id or title contains it, ignoring the case of ASCII letters.
        """
        query = f"{_SUMMARY} WHERE {_CONTAINING} ORDER BY collection, id LIMIT %(limit)s OFFSET %(offset)s"
        most = None if limit < 0 else limit
        rows = self.rows(query, collection=collection, named=named, limit=most, offset=offset)
        return [_summary(row) for row in rows]

    def count(self, collection: str | None = None, *, named: str | None = None) -> int:
        """How many documents `summaries` lists without a limit."""
        rows = self.rows(f"SELECT count(*) FROM documents WHERE {_CONTAINING}", collection=collection, named=named)  # noqa: S608  # ours
        return int(rows[0][0]) if rows else 0

    def summary(self, document_id: str, collection: str) -> DocumentSummary:
        """One document's. Raises NotFoundError for an unknown id."""
        rows = self.rows(f"{_SUMMARY} {_NAMED}", collection=collection, id=document_id)
        if not rows:
            raise unknown_document(document_id, collection)
        return _summary(rows[0])

    def sha256(self, document_id: str, collection: str) -> str | None:
        """The digest of a document's content; None for an unknown id."""
        query = f"SELECT sha256 FROM documents {_NAMED}"  # noqa: S608  # ours
        rows = self.rows(query, collection=collection, id=document_id)
        return rows[0][0] if rows else None

    def digests(self, collection: str, prefix: str = "") -> dict[str, str]:
        """Id → digest of the content, of a collection's documents whose ids begin with `prefix`, in the ids' order."""
        query = """SELECT id, sha256 FROM documents
            WHERE collection = %(collection)s AND starts_with(id, %(prefix)s) ORDER BY id"""
        return dict(self.rows(query, collection=collection, prefix=prefix))

    def document(self, document_id: str, collection: str) -> Document:
        """One document, whole. Raises NotFoundError for an unknown id."""
        rows = self.rows(f"{_DOCUMENT} {_NAMED}", collection=collection, id=document_id)
        if not rows:
            raise unknown_document(document_id, collection)
        return _document(rows[0])

    def documents(self) -> Iterator[tuple[str, Document]]:
        """Every (collection, document), in the order they were added."""
        for key, collection in self.rows("SELECT key, collection FROM documents ORDER BY key"):
            ((row),) = self.rows(f"{_DOCUMENT} WHERE key = %(key)s", key=key)
            yield collection, _document(row)

    def original(self, document_id: str, collection: str) -> Original:
        """The file a document was read from. Raises NotFoundError for an unknown id, and where none is kept."""
        self.summary(document_id, collection)
        query = f"SELECT media_type, originals.sha256, bytes {_ORIGINAL}"
        rows = self.rows(query, collection=collection, id=document_id)
        if not rows:
            raise NotFoundError(
                f"No original is kept of {document_id!r}: it is plain text itself, or was indexed without, and "
                "indexing it anew keeps it."
            )
        media_type, sha256, data = rows[0]
        return Original(media_type, sha256, bytes(data))

    def original_sha256(self, document_id: str, collection: str) -> str | None:
        """The digest of the file a document was read from; None where none is kept."""
        rows = self.rows(f"SELECT originals.sha256 {_ORIGINAL}", collection=collection, id=document_id)
        return rows[0][0] if rows else None

    def chunks(self, keys: Sequence[ChunkKey]) -> dict[ChunkKey, StoredChunk]:
        """Chunk key → chunk, for those keys that there are."""
        rows = self.rows(f"{_CHUNK} WHERE chunks.key = ANY (%(keys)s::bigint[])", keys=list(keys))
        return {row[0]: StoredChunk(*row) for row in rows}

    def chunks_of(self, document_id: str, collection: str) -> list[StoredChunk]:
        """A document's chunks in the order they stand in; none for an unknown id."""
        query = f"{_CHUNK} {_NAMED} ORDER BY start_at, end_at, chunks.key"
        return [StoredChunk(*row) for row in self.rows(query, collection=collection, id=document_id)]

    def vectors_of(self, document_id: str, collection: str) -> NDArray[np.float32]:
        """(chunks, dimension): the vectors of a document's chunks, in the order of `chunks_of`."""
        keys = [chunk.key for chunk in self.chunks_of(document_id, collection)]
        vectors = dict(self.rows("SELECT chunk, vector FROM vectors WHERE chunk = ANY (%(keys)s)", keys=keys))
        return np.array([vectors[key].to_numpy() for key in keys], np.float32).reshape(
            len(keys), self.signature.dimension
        )

    def feedback(self, collection: str | None = None, *, limit: int = -1, offset: int = 0) -> list[KeptFeedback]:
        """What was said of answers, in the order it was given, of all collections unless one is named.

        `limit` -1 is no limit. Somebody who may not see everything sees what was said of answers from documents that
        they may see.
        """
        query = feedback.LISTED.format(seen=self._seen())
        rows = self.rows(query, collection=collection, limit=None if limit < 0 else limit, offset=offset)
        return [feedback.kept(row) for row in rows]

    def feedback_counts(self) -> dict[str, int]:
        """Collection → how often feedback was given on it."""
        return dict(self.rows(feedback.COUNTS.format(seen=self._seen())))

    def _seen(self) -> str:
        return feedback.QUOTES_NOTHING_HIDDEN if self._rules else "true"

    def questions(self, which: WhichQuestions, *, limit: int = -1, offset: int = 0) -> list[KeptQuestion]:
        """The questions that were asked, newest first; `limit` -1 is no limit."""
        return questions.listed(self.rows, which, self._seen_questions(), limit, offset)

    def question_figures(self, which: WhichQuestions) -> QuestionFigures:
        """What the questions that were asked add up to."""
        return questions.figures(self.rows, which, self._seen_questions())

    def document_uses(self, which: WhichQuestions, limit: int) -> DocumentUses:
        """Which documents answer the questions, and which never; at most `limit` of each are listed."""
        return questions.uses(self.rows, which, self._seen_questions(), limit)

    def answered_wordings(self, collection: str) -> list[AnsweredWording]:
        """The words of a collection's answered questions, those asked most often first, then those asked last."""
        return questions.answered_wordings(self.rows, collection, self._seen())

    def _seen_questions(self) -> tuple[str, str]:
        """The conditions for feedback, and for questions, that the principal may see."""
        return self._seen(), questions.ANSWERED_BY_NOTHING_HIDDEN if self._rules else ""


def _summary(row: tuple[Any, ...]) -> DocumentSummary:
    return DocumentSummary(*(*row[:-1], tuple(row[-1])))


def _document(row: tuple[Any, ...]) -> Document:
    document_id, title, text, uri, media_type, metadata, pages, headings, readers = row
    return Document(
        id=document_id,
        title=title,
        text=text,
        uri=uri,
        media_type=media_type,
        metadata=metadata,
        pages=tuple(pages),
        headings=tuple(Heading(*heading) for heading in headings),
        readers=tuple(readers),
    )
