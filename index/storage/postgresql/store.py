"""The database, opened: each change one transaction, each view one version.

Writing is left to `PostgreSQLStore`, reading to `PostgreSQLView`. Tables are made by `PostgreSQLStore.create`, never by
opening. Opening for writing brings older tables up to date; opening for reading changes nothing.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.audit import Event
from index.chunking import Chunk
from index.documents import Document, DocumentSummary
from index.errors import NotFoundError, StorageError
from index.feedback import Feedback
from index.keys import Key
from index.questions import AskedQuestion, WhichQuestions
from index.signature import Signature
from index.signature import from_json as signature_from_json
from index.storage.base import Verdict, Written
from index.storage.hits import Hits
from index.storage.postgresql import audit, feedback, integrity, keys, questions, schema
from index.storage.postgresql.connection import Connections, Database, connect, postgresql_errors
from index.storage.postgresql.hits import HitCounts
from index.storage.postgresql.place import place_of
from index.storage.postgresql.rows import (
    ChunkWriter,
    check_storable,
    forget_collection,
    insert_document,
    remove_document,
)
from index.storage.postgresql.statements import SingleStatements
from index.storage.postgresql.view import PostgreSQLView
from index.storage.principals import SEES_ALL, Principal
from index.storage.tokenizer import tokenizer_of
from index.sync_runs import SyncRun, from_json, to_json

_STATE = """SELECT max(value) FILTER (WHERE name = 'identity'), max(value) FILTER (WHERE name = 'version')
    FROM manifest"""
_PARTS = {"documents": ("documents", "originals", "chunks"), "vectors": ("vectors",), "words": ("postings",)}


class PostgreSQLStore:
    """Quoth's tables in a database, for reading and, unless `read_only`, for writing. Safe to share between threads.

    With a `signature`, an index that was made with another is refused, also if it is rebuilt while open. Raises
    NotFoundError where there are no tables, StorageError for a database that can't be used, MismatchError for an index
    of another signature or of a newer schema. `seconds` is how long it waits for a connection, by default 10.
    """

    def __init__(
        self,
        address: str,
        signature: Signature | None = None,
        *,
        read_only: bool = False,
        seconds: float | None = None,
    ) -> None:
        self._place = place_of(address)
        self._signature = signature
        self._read_only = read_only
        with postgresql_errors(self._place), closing(connect(self._place, seconds)) as connection:
            if not schema.is_made(connection, self._place):
                raise NotFoundError(f"There is no index at {self.url}: make one with `quoth index PATH`.")
            extension = schema.check(connection, self._place, older=not read_only)
            if not read_only:
                schema.migrate(connection, self._place)
        self._connections = Connections(self._place, extension, seconds)
        self._statements = SingleStatements(self._place)
        self._hits = HitCounts(self._statements)
        try:
            with self.view(SEES_ALL):
                pass
        except BaseException:
            self.close()
            raise

    @classmethod
    def create(cls, address: str, signature: Signature) -> "PostgreSQLStore":
        """Open it for writing, its tables made and signed first if there are none. Raises as the constructor does."""
        place = place_of(address)
        with postgresql_errors(place), closing(connect(place)) as connection:
            if not schema.is_made(connection, place):
                schema.make(connection, place, signature)
        return cls(address, signature)

    @staticmethod
    def exists(address: str) -> bool:
        """Whether there are tables."""
        place = place_of(address)
        with postgresql_errors(place), closing(connect(place)) as connection:
            return schema.is_made(connection, place)

    @property
    def url(self) -> str:
        """What names it, without a password."""
        return self._place.url

    @property
    def schema(self) -> str:
        """Name of the schema that the tables are in."""
        return self._place.schema

    @contextmanager
    def view(self, principal: Principal) -> Iterator[PostgreSQLView]:
        """One version of everything as a principal sees it; it neither blocks a writer nor waits for one."""
        with self._connections.reading() as connection:
            view = PostgreSQLView(connection, self._place, principal)
            self._check_signature(connection, view.signature)
            yield view

    def put(
        self,
        document: Document,
        chunks: Sequence[Chunk],
        vectors: NDArray[np.float32],
        collection: str,
        original: bytes | None = None,
    ) -> Written:
        """Add a document, or replace the one of its id.

        `vectors` is (len(chunks), dimension), `original` the file to keep with it. All of it is there afterwards or, if
        this raises, none. Raises DocumentError for what PostgreSQL's text can't hold.
        """
        check_storable(document, collection)
        added = datetime.now(UTC).isoformat(timespec="seconds")
        with self._transaction() as (connection, made_with):
            self._check_signature(connection, made_with)
            if self._signature:
                made_with = _with_language(connection, made_with, collection, self._signature.language_in(collection))
            tokenizer = tokenizer_of(made_with.language_in(collection))
            replaced = remove_document(connection, document.id, collection, tokenizer)
            key = insert_document(connection, document, original, collection, added)
            writer = ChunkWriter(connection)
            writer.add(key, document, chunks, vectors, collection, tokenizer)
            writer.flush()
            version = _next_version(connection)
            audit.note(connection, "document replaced" if replaced else "document added", document.id, collection)
        return Written(version, replaced, _summary(document, collection, len(chunks), original, added))

    def delete(self, document_id: str, collection: str) -> int:
        """Remove a document and every trace of it that can be read, and return the version without it.

        Raises NotFoundError for an unknown id.
        """
        with self._transaction() as (connection, made_with):
            feedback.forget(connection, document_id, collection)  # while its words are there to compare with
            questions.forget_document(connection, document_id, collection)
            if not remove_document(
                connection, document_id, collection, tokenizer_of(made_with.language_in(collection))
            ):
                raise NotFoundError(f"There is no document {document_id!r} in the collection {collection!r}.")
            forget_collection(connection, collection)
            audit.note(connection, "document removed", document_id, collection)
            return _next_version(connection)

    def rebuild(
        self,
        signature: Signature,
        remade: Iterator[tuple[str, Document, Sequence[Chunk], NDArray[np.float32]]],
    ) -> int:
        """Replace every document's chunks by (collection, document, chunks, vectors) and sign anew, all at once."""
        with self._transaction() as (connection, made_with):
            if made_with.embedder_sha256 != signature.embedder_sha256:
                connection.execute("UPDATE question_texts SET vector = NULL")
            connection.execute("DELETE FROM postings")
            connection.execute("DELETE FROM vectors")
            connection.execute("DELETE FROM chunks")
            connection.execute("DELETE FROM collections")
            _set_manifest(connection, "signature", signature.to_json())
            writer = ChunkWriter(connection)
            for collection, document, chunks, vectors in remade:
                query = "SELECT key FROM documents WHERE collection = %s AND id = %s"
                if row := connection.execute(query, (collection, document.id)).fetchone():
                    tokenizer = tokenizer_of(signature.language_in(collection))
                    writer.add(row[0], document, chunks, vectors, collection, tokenizer)
            writer.flush()
            version = _next_version(connection)
            audit.note(connection, "index rebuilt")
        self._signature = signature
        return version

    def keep(self, name: str, value: str | None) -> int:
        """Keep a value in the manifest under `name`, or with None remove it, and return the version that has it so."""
        with self._transaction() as (connection, _):
            if value is None:
                connection.execute("DELETE FROM manifest WHERE name = %s", (name,))
            else:
                _set_manifest(connection, name, value)
            audit.note(connection, "setting removed" if value is None else "setting kept", name)
            return _next_version(connection)

    def keep_feedback(self, given: Feedback) -> tuple[int, bool]:
        """Keep what was said of an answer, and return its number and whether it is new: the same is kept once."""
        with self._transaction() as (connection, _):
            return feedback.keep(connection, given)

    def keep_questions(self, asked: Sequence[AskedQuestion]) -> None:
        """Store questions that were asked, in one transaction. See `Store.keep_questions`."""
        with self._transaction() as (connection, made_with):
            if any(one.vector is not None for one in asked):
                self._check_signature(connection, made_with)
            questions.keep(connection, asked)

    def forget_questions(self, which: WhichQuestions, words: str | None = None, *, only_words: bool = False) -> int:
        """Remove questions that were asked, or only their words. See `Store.forget_questions`."""
        with self._transaction() as (connection, _):
            removed = questions.forget(connection, which, words, only_words=only_words)
            if removed:
                audit.note(connection, "questions removed", collection=which.collection)
            return removed

    def service_keys(self) -> list[Key]:
        """Every key to the service, in the order they were made, whatever the index was made with."""
        with self._connections.reading() as connection:
            return keys.listed(connection)

    def add_key(self, name: str, scopes: Collection[str], groups: Collection[str] = ()) -> str:
        """Make a key to the service, and return it. Raises KeyNameError for a name or groups that can't be."""
        with self._transaction() as (connection, _):
            key = keys.add(connection, name, scopes, groups)
            audit.note(connection, "key added", name)
            return key

    def revoke_key(self, name: str) -> None:
        """End a key, and the tokens it has minted. Raises NotFoundError for a name that no key has."""
        with self._transaction() as (connection, _):
            keys.revoke(connection, name)
            audit.note(connection, "key revoked", name)

    def audit(self, since: str = "", *, before: int | None = None, limit: int = -1) -> list[Event]:
        """The audit log, newest first. See `Store.audit`."""
        with self._connections.reading() as connection:
            return audit.listed(connection, since, before, limit)

    def keep_sync_run(self, run: SyncRun) -> None:
        """Keep the last run on a source in place of the one before."""
        query = """INSERT INTO sync_runs (collection, source, run) VALUES (%s, %s, %s)
            ON CONFLICT (collection, source) DO UPDATE SET run = excluded.run"""
        with self._transaction() as (connection, _):
            connection.execute(query, (run.collection, run.source, to_json(run)))

    def sync_runs(self) -> list[SyncRun]:
        """The last run on each source."""
        with self.view(SEES_ALL) as view:
            rows = view.rows("SELECT run FROM sync_runs ORDER BY collection, source")
        return [from_json(text) for (text,) in rows]

    def sizes_on_disk(self) -> dict[str, int]:
        """Bytes of the tables with their indexes: documents and chunks, vectors, and words."""
        query = "SELECT sum(pg_total_relation_size(name::regclass))::bigint FROM unnest(%s::text[]) AS name"
        with self._connections.reading() as connection:
            rows = {part: connection.execute(query, (list(tables),)).fetchone() for part, tables in _PARTS.items()}
        return {part: int(row[0]) for part, row in rows.items() if row}

    def state(self) -> tuple[str | None, int]:
        """(What tells this index from any other, the present version). Raises BusyError and StorageError at once."""
        identity, version = self._statements.row(_STATE) or (None, 0)
        return identity, int(version or 0)

    def hit(self, key: str, most: int, seconds: float, amount: int = 1) -> Hits:
        """Count hits in a moving window for all servers of this database. See `CountsHits.hit`."""
        return self._hits.hit(key, most, seconds, amount)

    def verify(self) -> Verdict:
        """Check that what Quoth keeps agrees; PostgreSQL's own files are `pg_amcheck`'s to check."""
        with self.view(SEES_ALL) as view:
            return integrity.verify(view)

    def back_up(self, path: Path) -> int:
        """Raises StorageError: it is PostgreSQL's, whose tools know how."""
        raise StorageError(
            f"{self.url} is PostgreSQL's to back up: use pg_dump --schema={self._place.schema}, or its continuous "
            f"archive; or write all but keys into a file with `quoth copy {self.url} sqlite:///{path}`."
        )

    def restore(self, path: Path) -> int:
        """Raises StorageError: it is PostgreSQL's, whose tools know how."""
        raise StorageError(
            f"{self.url} is PostgreSQL's to restore: use pg_restore; or bring all but keys from a file with "
            f"`quoth copy sqlite:///{path} {self.url}`."
        )

    def close(self) -> None:
        """Close every connection."""
        self._statements.close()
        self._connections.close()

    @contextmanager
    def _transaction(self) -> Iterator[tuple[Database, Signature]]:
        """One change: all of it is there afterwards or, if it raises, none. It waits for those before it.

        With what the index is made with.
        """
        if self._read_only:
            raise StorageError(f"The index at {self.url} was opened for reading only.", file=self.url)
        query = "SELECT value FROM manifest WHERE name IN ('version', 'signature') ORDER BY name FOR UPDATE"
        with self._connections.writing() as connection:
            # By turns: a row alone goes to whoever is quickest, which is whoever has just written
            connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (self._place.identifier,))
            (signature,), _ = connection.execute(query).fetchall()
            yield connection, signature_from_json(signature)

    def _check_signature(self, connection: Database, stored: Signature) -> None:
        def has(collection: str) -> bool:
            query = "SELECT 1 FROM documents WHERE collection = %s LIMIT 1"
            return connection.execute(query, (collection,)).fetchone() is not None

        if self._signature:
            self._signature.check(stored, f"at {self.url}", self.url, has)


def _summary(document: Document, collection: str, chunks: int, original: bytes | None, added: str) -> DocumentSummary:
    return DocumentSummary(
        id=document.id,
        collection=collection,
        title=document.title,
        uri=document.uri,
        media_type=document.media_type,
        metadata=dict(document.metadata),
        sha256=document.sha256,
        added=added,
        characters=len(document.text),
        chunks=chunks,
        original_bytes=None if original is None else len(original),
        readers=document.readers,
    )


def _with_language(connection: Database, made_with: Signature, collection: str, code: str) -> Signature:
    """Note the language of a collection that is about to get its first document; any other has it already."""
    if made_with.language_in(collection) == code:
        return made_with
    made_with = made_with.with_language(collection, code)
    _set_manifest(connection, "signature", made_with.to_json())
    return made_with


def _set_manifest(connection: Database, name: str, value: str) -> None:
    query = "INSERT INTO manifest VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    connection.execute(query, (name, value))


def _next_version(connection: Database) -> int:
    query = "UPDATE manifest SET value = (value::bigint + 1)::text WHERE name = 'version' RETURNING value"
    (version,) = connection.execute(query).fetchone() or (0,)
    return int(version)
