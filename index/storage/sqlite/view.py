"""Reads the data file: a snapshot of one version, as one principal may see it."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from index.documents import DEFAULT_COLLECTION, Document, DocumentSummary
from index.errors import NotFoundError
from index.feedback import KeptFeedback
from index.questions import AnsweredWording, DocumentUses, KeptQuestion, QuestionFigures, WhichQuestions
from index.signature import Signature, from_json
from index.storage.base import CONTEXT_WEIGHT, ChunkKey, Filter, Original, StoredChunk, unknown_document
from index.storage.principals import SEES_ALL, Principal
from index.storage.sqlite import feedback, questions
from index.storage.sqlite import words as full_text
from index.storage.sqlite.database import deadline
from index.storage.sqlite.document_rows import document_of, summary_of
from index.storage.sqlite.filters import admitted
from index.storage.sqlite.impacts import Impacts
from index.storage.sqlite.ranking import Ranking
from index.storage.sqlite.seen_words import SeenWords
from index.storage.sqlite.vector_rows import VectorRows, stored
from index.storage.sqlite.vectors import VectorIndex
from index.storage.sqlite.visibility import HIDDEN_BY_GROUPS, groups_of, only_seen
from index.storage.sqlite.whole_ranking import WholeRanking
from index.storage.tokenizer import Tokenizer, tokenizer_of

_READERS = "(SELECT json_group_array(reader) FROM document_readers WHERE document = documents.key)"
_SUMMARY = f"""SELECT id, collection, title, uri, media_type, metadata, sha256, added, length(text),
    (SELECT count(*) FROM chunks WHERE document = documents.key),
    (SELECT length(bytes) FROM originals WHERE document = documents.key), {_READERS} FROM documents"""  # noqa: S608
_NAMED = """(:collection IS NULL OR collection = :collection)
    AND (:named IS NULL OR instr(lower(id), lower(:named)) OR instr(lower(title), lower(:named)))"""
_SIZES = """SELECT collection, count(*), sum((SELECT count(*) FROM chunks WHERE document = documents.key))
    FROM documents GROUP BY collection ORDER BY collection"""
_ORIGINAL = """FROM originals JOIN documents ON documents.key = originals.document
    WHERE documents.collection = :collection AND documents.id = :id"""
_DOCUMENT = f"SELECT id, title, text, uri, media_type, metadata, pages, headings, {_READERS} FROM documents"  # noqa: S608

_CHUNK = """SELECT chunks.key, documents.id, start, end, chunks.text, chunks.context
    FROM chunks JOIN documents ON documents.key = chunks.document"""


class SQLiteView:
    """A snapshot of the index as one principal may see it, read through a connection within a transaction.

    In every statement, `documents` has only the documents that they may see. A chunk's key is the number of its row.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        principal: Principal = SEES_ALL,
        vectors: VectorIndex | None = None,
        impacts: Impacts | None = None,
    ) -> None:
        self._connection = connection
        self._principal = principal
        self._only_seen, self._rules = only_seen(principal)
        self._vectors = vectors or VectorIndex()
        self._impacts = impacts or Impacts()
        self._rankings: dict[tuple[str, float], Ranking | WholeRanking | None] = {}
        self._admitted: tuple[tuple[str, dict[str, str]], NDArray[np.int64]] | None = None
        self._own_words: dict[str, SeenWords | None] = {}
        self._hidden_by_groups: dict[str, bool] = {}
        self.version = int(self.manifest("version") or 0)
        self._vector_rows = VectorRows(connection, self.version)

    @property
    def signature(self) -> Signature:
        """What the index was made with."""
        return from_json(str(self.manifest("signature")))

    def manifest(self, name: str) -> str | int | None:
        """The value stored under a name, None if there is none."""
        row = self._connection.execute("SELECT value FROM manifest WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def rows(self, query: str, **values: str | float | None) -> sqlite3.Cursor:
        """The rows of a SELECT, in which `documents` has only those that the principal may see."""
        return self._connection.execute(self._only_seen + query, {**self._rules, **values})

    def copy_to(self, connection: sqlite3.Connection) -> None:
        """Write this version of the whole file to another database, replacing what is there."""
        self._connection.backup(connection)

    def bounded(self, path: Path) -> AbstractContextManager[None]:
        """Inside, reads fail after a time that suffices to read a whole file of the size of `path`, the data file."""
        return deadline(self._connection, path)

    def collections(self) -> dict[str, int]:
        """Name of each collection → the number of its documents, in the order of the names."""
        return dict(self.rows("SELECT collection, count(*) FROM documents GROUP BY 1 ORDER BY 1"))

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Collection → (documents, chunks)."""
        return {collection: (documents, chunks) for collection, documents, chunks in self.rows(_SIZES)}

    def require(self, where: Filter) -> None:
        """Raise NotFoundError for a collection without documents (the default one always exists) or an unknown id."""
        query = "SELECT EXISTS (SELECT 1 FROM documents WHERE collection = :collection)"
        (exists,) = self.rows(query, collection=where.collection).fetchone()
        if not exists and where.collection != DEFAULT_COLLECTION:
            known = ", ".join(self.collections()) or DEFAULT_COLLECTION
            raise NotFoundError(f"There is no collection {where.collection!r}: known are {known}.")
        for document_id in where.document_ids or ():
            if self.sha256(document_id, where.collection) is None:
                raise unknown_document(document_id, where.collection)

    def summaries(
        self, collection: str | None = None, *, named: str | None = None, limit: int = -1, offset: int = 0
    ) -> list[DocumentSummary]:
        """The documents of one collection, or of all if it is None, by collection and id; `limit` -1 is no limit.

        With `named`, only those whose id or title contains it, ignoring the case of ASCII letters.
        """
        query = f"{_SUMMARY} WHERE {_NAMED} ORDER BY collection, id LIMIT :limit OFFSET :offset"
        return [
            summary_of(row) for row in self.rows(query, collection=collection, named=named, limit=limit, offset=offset)
        ]

    def count(self, collection: str | None = None, *, named: str | None = None) -> int:
        """How many documents `summaries` lists without a limit."""
        query = f"SELECT count(*) FROM documents WHERE {_NAMED}"  # noqa: S608  # ours
        (count,) = self.rows(query, collection=collection, named=named).fetchone()
        return int(count)

    def summary(self, document_id: str, collection: str) -> DocumentSummary:
        """The summary of one document. Raises NotFoundError for an unknown id."""
        query = f"{_SUMMARY} WHERE collection = :collection AND id = :id"
        row = self.rows(query, collection=collection, id=document_id).fetchone()
        if row is None:
            raise unknown_document(document_id, collection)
        return summary_of(row)

    def sha256(self, document_id: str, collection: str) -> str | None:
        """The digest of a document's content; None for an unknown id."""
        query = "SELECT sha256 FROM documents WHERE collection = :collection AND id = :id"
        row = self.rows(query, collection=collection, id=document_id).fetchone()
        return row[0] if row else None

    def digests(self, collection: str, prefix: str = "") -> dict[str, str]:
        """Id → digest of the content, of a collection's documents whose ids begin with `prefix`, in the ids' order."""
        query = """SELECT id, sha256 FROM documents
            WHERE collection = :collection AND substr(id, 1, length(:prefix)) = :prefix ORDER BY id"""
        return dict(self.rows(query, collection=collection, prefix=prefix))

    def original(self, document_id: str, collection: str) -> Original:
        """The file that a document was read from. Raises NotFoundError for an unknown id, or if none is stored."""
        self.summary(document_id, collection)
        query = f"SELECT media_type, originals.sha256, bytes {_ORIGINAL}"
        row = self.rows(query, collection=collection, id=document_id).fetchone()
        if row is None:
            raise NotFoundError(
                f"No original is kept of {document_id!r}: it is plain text itself, or was indexed by an older Quoth, "
                "and indexing it anew keeps it."
            )
        return Original(*row)

    def original_sha256(self, document_id: str, collection: str) -> str | None:
        """The digest of the file that a document was read from; None if none is stored."""
        row = self.rows(f"SELECT originals.sha256 {_ORIGINAL}", collection=collection, id=document_id).fetchone()
        return row[0] if row else None

    def document(self, document_id: str, collection: str) -> Document:
        """One document. Raises NotFoundError for an unknown id."""
        query = f"{_DOCUMENT} WHERE collection = :collection AND id = :id"
        row = self.rows(query, collection=collection, id=document_id).fetchone()
        if row is None:
            raise unknown_document(document_id, collection)
        return document_of(row)

    def documents(self) -> Iterator[tuple[str, Document]]:
        """Every (collection, document), in the order in which they were added or last replaced."""
        for key, collection in self.rows("SELECT key, collection FROM documents ORDER BY key").fetchall():
            yield collection, document_of(self.rows(f"{_DOCUMENT} WHERE key = :key", key=key).fetchone())

    def chunks(self, keys: Sequence[ChunkKey]) -> dict[ChunkKey, StoredChunk]:
        """Chunk key → chunk; unknown keys are left out."""
        query = f"{_CHUNK} WHERE chunks.key IN (SELECT value FROM json_each(:keys))"  # noqa: S608  # ours
        return {row[0]: StoredChunk(*row) for row in self.rows(query, keys=json.dumps(list(keys)))}

    def chunks_of(self, document_id: str, collection: str) -> list[StoredChunk]:
        """A document's chunks in the order of their text; empty for an unknown id."""
        query = f"{_CHUNK} WHERE documents.collection = :collection AND documents.id = :id ORDER BY start, end"
        return [StoredChunk(*row) for row in self.rows(query, collection=collection, id=document_id)]

    def vectors_of(self, document_id: str, collection: str) -> NDArray[np.float32]:
        """(chunks, dimension): the vectors of a document's chunks, in the order of `chunks_of`."""
        keys = np.array([chunk.key for chunk in self.chunks_of(document_id, collection)], np.int64)
        ascending = np.sort(keys)
        return self.vectors(ascending, self.signature.dimension)[np.searchsorted(ascending, keys)]

    def feedback(self, collection: str | None = None, *, limit: int = -1, offset: int = 0) -> list[KeptFeedback]:
        """The feedback on answers from one collection, or from all if it is None, oldest first; `limit` -1 is no limit.

        A principal with rules sees only feedback that quotes no document hidden from them.
        """
        rows = self.rows(feedback.LISTED.format(seen=self._seen()), collection=collection, limit=limit, offset=offset)
        with stored("Feedback"):
            return [feedback.kept(row) for row in rows]

    def feedback_counts(self) -> dict[str, int]:
        """Collection → the number of its feedback."""
        return dict(self.rows(feedback.COUNTS.format(seen=self._seen())))

    def _seen(self) -> str:
        """The condition for feedback that the principal may see."""
        return feedback.QUOTES_NOTHING_HIDDEN if self._rules else "1"

    def questions(self, which: WhichQuestions, *, limit: int = -1, offset: int = 0) -> list[KeptQuestion]:
        """The questions that were asked, newest first; `limit` -1 is no limit."""
        with stored("A question"):
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

    def chunk_keys(self, where: Filter) -> NDArray[np.int64]:
        """The keys of all chunks that `where` admits, ascending."""
        query, values = admitted(where)
        if self._admitted is None or self._admitted[0] != (query, values):  # each stage of a search asks for them
            keys = np.fromiter((key for (key,) in self.rows(query, **values)), np.int64)
            self._admitted = (query, values), np.sort(keys)
        return self._admitted[1]

    def vectors(self, keys: NDArray[np.int64], dimension: int) -> NDArray[np.float32]:
        """The vectors of these keys, which must ascend, (len(keys), dimension)."""
        return self._vector_rows.vectors(keys, dimension)

    def nearest(self, vector: NDArray[np.float32], where: Filter, limit: int) -> dict[ChunkKey, float]:
        """Chunk key → cosine with `vector` (dimension,), of the `limit` nearest that `where` admits, nearest first.

        Of a collection with tens of thousands of chunks the nearest are picked by compressed vectors, so that about one
        in a thousand may be missed; cosines are always exact. See `blocks.py`.
        """
        if not self._principal.admits_some_of(where.collection):
            return {}
        narrowed = self._hides(where.collection) or not where.whole_collection
        snapshot = self._vectors.at(self._vector_rows, where.collection)
        return snapshot.search(vector, limit, self.chunk_keys(where) if narrowed else None)

    def cosines(self, vector: NDArray[np.float32], where: Filter, keys: Sequence[ChunkKey]) -> dict[ChunkKey, float]:
        """Chunk key → cosine with `vector`, for those of `keys` that are in the collection of `where`."""
        if not self._principal.admits_some_of(where.collection):
            return {}
        seen = list(self.chunks(keys)) if self._hides(where.collection) else keys
        if not seen:
            return {}
        return self._vectors.at(self._vector_rows, where.collection).cosines(vector, np.array(seen, np.int64))

    def matching(
        self, words: Sequence[str], where: Filter, limit: int, *, context: float = CONTEXT_WEIGHT
    ) -> dict[ChunkKey, float]:
        """Chunk key → BM25 score (higher is better) of the best `limit` with any of the words, best first.

        A word in the context counts `context` ≥ 0 times one in the text; with 0 the context isn't searched, but still
        counts in a chunk's length.
        """
        if seen := self._seen_words(where.collection):
            return seen.best(self._tokenizer(where.collection).phrases(words), context, limit, self._among(where))
        ranking = self._ranking(where.collection, context)
        return ranking.best(words, limit, self._among(where)) if words and ranking else {}

    def word_scores(
        self,
        words: Sequence[str],
        where: Filter,
        keys: Sequence[ChunkKey],
        *,
        context: float = CONTEXT_WEIGHT,
    ) -> dict[ChunkKey, float]:
        """Chunk key → BM25 score as in `matching`, for those of `keys` that have any of the words."""
        if seen := self._seen_words(where.collection):
            phrases = self._tokenizer(where.collection).phrases(words)
            scores = dict(zip(*(each.tolist() for each in seen.scores(phrases, context)), strict=True))
            return {key: scores[key] for key in keys if key in scores}
        ranking = self._ranking(where.collection, context)
        if not words or not keys or not ranking:
            return {}
        own = self.chunks(keys) if self._shares_words() else keys  # those of other collections have scores too
        return ranking.scores(words, [cast(int, key) for key in own])

    def with_phrase(self, words: Sequence[str], where: Filter, limit: int) -> list[ChunkKey]:
        """The best `limit` chunks in which the words follow one another, in any of their inflected forms."""
        if seen := self._seen_words(where.collection):
            phrases = self._tokenizer(where.collection).phrases([" ".join(words)])
            return list(seen.best(phrases, 0, limit, self._among(where)))
        ranking = self._ranking(where.collection, 0)
        return list(ranking.best([" ".join(words)], limit, self._among(where))) if words and ranking else []

    def _words(self, collection: str) -> list[full_text.Part]:
        """The full-text indexes of a collection; none if the principal may see nothing of it."""
        seen = self._principal.admits_some_of(collection)
        return full_text.parts_of(self._connection, collection) if seen else []

    def _ranking(self, collection: str, context: float) -> Ranking | WholeRanking | None:
        """What ranks a collection's chunks by words; None if it has none that the principal may see."""
        if (collection, context) not in self._rankings:
            self._rankings[collection, context] = self._new_ranking(collection, context)
        return self._rankings[collection, context]

    def _new_ranking(self, collection: str, context: float) -> Ranking | WholeRanking | None:
        parts = self._words(collection)
        if not parts:
            return None
        if len(parts) == 1:
            return WholeRanking(self._connection, parts[0].table, context, self._impacts)
        return Ranking(self._connection, collection, parts, self._tokenizer(collection), context, self._impacts)

    def _shares_words(self) -> bool:
        """Whether there is one full-text index for all collections, in an older file."""
        return full_text.are_shared(self._connection)

    def _seen_words(self, collection: str) -> SeenWords | None:
        """The words of what the principal may see of a collection; None if they see all of it, or it has none."""
        if collection not in self._own_words:
            tables = [part.table for part in self._words(collection)] if self._hides(collection) else []
            with stored("Words"):
                seen = SeenWords(self._connection, tables, self.chunk_keys(Filter(collection))) if tables else None
            self._own_words[collection] = seen
        return self._own_words[collection]

    def _tokenizer(self, collection: str) -> Tokenizer:
        return tokenizer_of(self.signature.language_in(collection))

    def _among(self, where: Filter) -> NDArray[np.int64] | None:
        whole = where.whole_collection and not self._shares_words()
        return None if whole else self.chunk_keys(where)

    def _hides(self, collection: str) -> bool:
        """Whether single documents of a collection may be hidden from the principal."""
        if self._principal.by_metadata or not self._principal.by_groups:
            return self._principal.by_metadata
        if collection not in self._hidden_by_groups:
            self._hidden_by_groups[collection] = any(
                self._connection.execute(HIDDEN_BY_GROUPS, {"collection": collection, "groups": groups}).fetchone()[0]
                for groups in groups_of(self._principal)
            )
        return self._hidden_by_groups[collection]
