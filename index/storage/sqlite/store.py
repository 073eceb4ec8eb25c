"""The store in one SQLite file: documents, chunks, vectors, full-text indexes and manifest.

`SQLiteStore` writes, each change in one transaction; `SQLiteView` (in `view.py`) reads. Only `SQLiteStore.create`
creates a data file; opening it for reading never changes it.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.audit import Action
from index.chunking import Chunk
from index.documents import Document
from index.errors import BusyError, NotFoundError, StorageError
from index.feedback import Feedback
from index.questions import AskedQuestion, WhichQuestions
from index.signature import Signature
from index.storage.base import Verdict, Written
from index.storage.principals import SEES_ALL, Principal
from index.storage.sqlite import audit, backup, feedback, integrity, manifest, questions, rebuilding, schema, words
from index.storage.sqlite.creation import create_file, remove_leftovers
from index.storage.sqlite.database import (
    BUSY_SECONDS,
    check_room,
    connect,
    deadline,
    identity,
    log_size,
    log_takes_room,
    sqlite_errors,
)
from index.storage.sqlite.file_systems import check_place
from index.storage.sqlite.idle import WhenIdle
from index.storage.sqlite.impacts import Impacts
from index.storage.sqlite.records import Records
from index.storage.sqlite.rows import insert_chunks, insert_document, remove_document
from index.storage.sqlite.shape import check_header, check_manifest, check_shape, schema_of
from index.storage.sqlite.tables import add_stand_ins, bring_up_to_date, fill, has_stand_ins
from index.storage.sqlite.vectors import VectorIndex
from index.storage.sqlite.view import SQLiteView

FILE_NAME = "quoth.sqlite3"

_EMPTY_LOG_SECONDS = 0.1  # how long a write waits for readers to release the log; the next one tries again


class SQLiteStore(Records):
    """The data file, open for reading and, unless `read_only`, for writing. Safe to share between threads.

    With a `signature`, an index made with another one is refused, even if it is rebuilt while it is open. With `older`,
    a file of a schema too old to read is opened too, only for `rebuild`. With `network`, a file on a network file
    system is opened too. Raises NotFoundError if there is no file, StorageError if it can't be opened or isn't Quoth's,
    and MismatchError if it has another signature or an unreadable schema.
    """

    def __init__(
        self,
        path: Path,
        signature: Signature | None = None,
        *,
        read_only: bool = False,
        older: bool = False,
        network: bool = False,
    ) -> None:
        if not path.is_file():
            raise NotFoundError(f"There is no index at {path.parent}: make one with `quoth index PATH`.")
        if not network:
            check_place(path)
        self.path = path
        self._signature = signature
        self._idle: list[sqlite3.Connection] = []
        self._writing = Lock()
        self._vectors = VectorIndex()
        self._impacts = Impacts()
        self._when_idle = WhenIdle(self._leave_no_trace)
        self._words_removed: set[str] = set()  # full-text indexes with words that are only marked as deleted
        if not read_only:
            remove_leftovers(path)
        with sqlite_errors(path):
            reader = connect(path, "ro")
            with deadline(reader, path):
                check_header(reader, path, older=older)
                check_shape(reader, path, older=older)
                check_manifest(reader, path)
            self._identity = identity(path)
            self._writer = None if read_only else connect(path, "rw")
            if self._writer:
                self._writer.execute("PRAGMA journal_mode = WAL")
            self._behind = behind = schema_of(reader) < schema.VERSION
            reader.close()  # the schema may be about to change
        if behind and not (read_only or older):
            with self.transaction() as connection:
                self._check_signature(connection)
                bring_up_to_date(connection)
        with self.view(SEES_ALL):
            pass
        if not read_only and log_size(path):  # a killed process may have left traces of what it removed
            with self._reading() as connection:
                self._words_removed = words.all_tables(connection)
            self._when_idle.wrote()

    @classmethod
    def create(cls, path: Path, signature: Signature, *, network: bool = False) -> "SQLiteStore":
        """Open the data file for writing; if there is none, it is created with this signature.

        Raises as the constructor does, and StorageError if the folder can't be written.
        """
        if not path.exists():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                if not network:
                    check_place(path)
                create_file(path, lambda connection: fill(connection, signature))
            except OSError as error:
                raise StorageError(
                    f"No index can be made in {path.parent} ({error.strerror}): choose another folder with --data."
                ) from error
        return cls(path, signature, network=network)

    def close(self) -> None:
        """Close all connections that aren't in use, and erase traces of removed words first."""
        self._when_idle.stop()
        if self._words_removed:
            self._leave_no_trace()
        for connection in self._idle:
            connection.close()
        self._idle.clear()
        if self._writer:
            self._writer.close()  # closed last, so that it moves the log into the file

    @property
    def url(self) -> str:
        """The URL of the store."""
        return f"sqlite:///{self.path}"

    @contextmanager
    def view(self, principal: Principal) -> Iterator[SQLiteView]:
        """A snapshot of the present version, as a principal may see it; it blocks no writer, nor a writer it."""
        with self._reading() as connection:
            self._check_signature(connection)
            yield SQLiteView(connection, principal, self._vectors, self._impacts)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection within a transaction that reads one version, whatever its signature."""
        with sqlite_errors(self.path):
            self._check_in_place()
            connection = self._begun()
            try:
                yield connection
            finally:
                connection.rollback()
                self._idle.append(connection)

    def sizes_on_disk(self) -> dict[str, int]:
        """The sizes of the data file ("data") and of the log beside it ("log"), in bytes."""
        files = {"data": self.path, "log": self.path.with_name(f"{self.path.name}-wal")}
        return {name: file.stat().st_size if file.exists() else 0 for name, file in files.items()}

    def verify(self) -> Verdict:
        """Check everything that can be checked without a model. Raises StorageError if the file can't be copied."""
        with self.view(SEES_ALL) as view:
            return integrity.verify(view, self.path)

    def back_up(self, path: Path) -> int:
        """Write one version of the data file to `path`, without the questions that were asked; returns that version."""
        with self.view(SEES_ALL) as view:
            return backup.back_up(view, path, with_questions=False)

    def restore(self, path: Path) -> int:
        """Replace documents, feedback and calibration by those of the backup at `path`; returns the new version."""
        source = SQLiteStore(path, read_only=True)
        try:
            with source.view(SEES_ALL) as view, self.transaction() as connection, view.bounded(path):
                version = backup.restore(view, path, connection)
                audit.note(connection, "index restored")
                return version
        finally:
            source.close()

    def _check_in_place(self) -> None:
        if identity(self.path) != self._identity:
            raise StorageError(
                f"{self.path} was moved away or replaced while it was open; nothing was changed. Put it back where it "
                "was, or start anew what uses it.",
                file=self.path,
            )

    def _check_signature(self, connection: sqlite3.Connection) -> None:
        if self._signature is None:
            return
        stored = manifest.signature_of(connection)

        def has(collection: str) -> bool:
            query = "SELECT 1 FROM main.documents WHERE collection = ? LIMIT 1"
            return connection.execute(query, (collection,)).fetchone() is not None

        self._signature.check(stored, f"in {self.path}", self.path, has)

    def put(
        self,
        document: Document,
        chunks: Sequence[Chunk],
        vectors: NDArray[np.float32],
        collection: str,
        original: bytes | None = None,
    ) -> Written:
        """Add a document, or replace the one with its id. See `Store.put`."""
        with self.transaction() as connection:
            self._check_signature(connection)
            if self._signature:
                manifest.set_language(connection, collection, self._signature.language_in(collection))
            replaced = remove_document(connection, document.id, collection)
            key = insert_document(connection, document, original, collection)
            insert_chunks(connection, key, document, chunks, vectors, collection)
            version = manifest.next_version(connection)
            did: Action = "document replaced" if replaced.document else "document added"
            audit.note(connection, did, document.id, collection)
            self._words_removed |= replaced.words
            return Written(version, replaced.document, SQLiteView(connection).summary(document.id, collection))

    def delete(self, document_id: str, collection: str) -> int:
        """Remove a document and every trace of it from the file; returns the new version. See `Store.delete`."""
        with self.transaction(removing=True) as connection:
            feedback.forget(connection, document_id, collection)  # while its words are there to compare with
            questions.forget_document(connection, document_id, collection)
            removed = remove_document(connection, document_id, collection)
            if not removed.document:
                raise NotFoundError(f"There is no document {document_id!r} in the collection {collection!r}.")
            words.forget(connection, removed.words)
            version = manifest.next_version(connection)
            audit.note(connection, "document removed", document_id, collection)
        self._empty_log(BUSY_SECONDS)
        return version

    def rebuild(
        self,
        signature: Signature,
        remade: Iterator[tuple[str, Document, Sequence[Chunk], NDArray[np.float32]]],
    ) -> int:
        """Replace all chunks and the signature in one transaction; returns the new version. See `Store.rebuild`.

        Derived tables are created anew, so a file of an older schema has the present one; damaged ones are repaired.
        """
        with self.transaction() as connection:
            version = rebuilding.rebuild(connection, signature, remade)
            audit.note(connection, "index rebuilt")
        self._signature = signature
        return version

    def keep(self, name: str, value: str | None) -> int:
        """Store a value in the manifest under `name`, or remove it if None; returns the new version."""
        with self.transaction() as connection:
            if value is None:
                connection.execute("DELETE FROM manifest WHERE name = ?", (name,))
            else:
                manifest.set_value(connection, name, value)
            audit.note(connection, "setting removed" if value is None else "setting kept", name)
            return manifest.next_version(connection)

    def keep_feedback(self, given: Feedback) -> tuple[int, bool]:
        """Store feedback; returns (its number, whether it is new). See `Store.keep_feedback`."""
        with self.transaction() as connection:
            return feedback.keep(connection, given)

    def keep_questions(self, asked: Sequence[AskedQuestion]) -> None:
        """Store questions that were asked, in one transaction. See `Store.keep_questions`."""
        with self.transaction(idle=True) as connection:
            if any(one.vector is not None for one in asked):
                self._check_signature(connection)
            questions.keep(connection, asked)

    def forget_questions(self, which: WhichQuestions, words: str | None = None, *, only_words: bool = False) -> int:
        """Remove questions that were asked, or only their words, from the file. See `Store.forget_questions`."""
        with self.transaction(removing=True, idle=True) as connection:
            removed = questions.forget(connection, which, words, only_words=only_words)
            if removed:
                audit.note(connection, "questions removed", collection=which.collection)
        if removed:
            self._empty_log(BUSY_SECONDS)
        return removed

    def _begun(self) -> sqlite3.Connection:
        """A connection within a transaction, to which no table of the file is missing."""
        while True:
            connection = self._borrow()
            connection.execute("BEGIN")
            if not (self._behind and has_stand_ins(connection)):
                return connection
            connection.close()

    def _borrow(self) -> sqlite3.Connection:
        """An idle connection for reading, else a new one."""
        try:
            return self._idle.pop()
        except IndexError:
            connection = connect(self.path, "ro")
            add_stand_ins(connection)
            return connection

    @contextmanager
    def transaction(self, *, removing: bool = False, idle: bool = False) -> Iterator[sqlite3.Connection]:
        """A transaction that changes the file; only for modules of this package.

        With `removing` it may use the disk space reserved for deletions; with `idle` it puts off no idle work.
        """
        if self._writer is None:
            raise StorageError(f"The index at {self.path.parent} was opened for reading only.")
        try:
            with self._writing, sqlite_errors(self.path):
                self._writer.execute("BEGIN IMMEDIATE")
                try:
                    self._check_in_place()
                    yield self._writer
                    if not removing:
                        check_room(self._writer, self.path)
                    self._writer.commit()
                    if not idle:
                        self._when_idle.wrote()
                finally:
                    if self._writer.in_transaction:
                        self._writer.rollback()
        finally:
            if log_takes_room(self.path):
                self._empty_log(_EMPTY_LOG_SECONDS)

    def _empty_log(self, seconds: float) -> bool:
        """Move the log into the file, so that deleted data is gone from both; returns whether it is empty.

        It waits up to `seconds` for readers that still use the log.
        """
        with self._writing, suppress(sqlite3.OperationalError):
            if self._writer:
                self._writer.execute(f"PRAGMA busy_timeout = {1000 * seconds:.0f}")
                try:
                    (busy, *_) = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                finally:
                    self._writer.execute(f"PRAGMA busy_timeout = {1000 * BUSY_SECONDS:.0f}")
                return not busy
        return False

    def _leave_no_trace(self) -> bool:
        """Erase the words of replaced documents, and the log; returns False if it should be called again later."""
        try:
            for table in self._words_removed.copy():
                self._erase_words(table)
        except BusyError:
            return False
        except StorageError:  # for example if the file was moved away: the next write reports it
            return True
        return self._empty_log(_EMPTY_LOG_SECONDS)

    def _erase_words(self, table: str) -> None:
        """Erase removed words from one full-text index, in a short transaction of its own."""
        try:
            with self.transaction(removing=True) as connection:
                self._words_removed.discard(table)  # before another write can remove more of them
                words.forget(connection, [table])
        except (BusyError, StorageError):
            self._words_removed.add(table)
            raise
