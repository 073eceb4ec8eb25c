"""A store in memory, which exists to show that what `index/storage/base.py` promises is all that Quoth needs of one.

Everything is one immutable state: a change makes the next one and puts it in place of the last, a view keeps the one
that it was made of.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from threading import Lock

import numpy as np
from memory_view import Entry, MemoryView, Name, State, summary_of
from memory_words import Text, words_of
from numpy.typing import NDArray

from index.audit import Action, Event, present_actor, row_of, too_old
from index.chunking import Chunk
from index.context import context_of
from index.documents import Document
from index.errors import KeyNameError, NotFoundError, StorageError
from index.feedback import Feedback, KeptFeedback, KeptSpan
from index.keys import SCOPES, Key, check_name, groups_of_key, new_key, new_secret, sha256_of
from index.language.registry import language_of
from index.questions import AskedQuestion, KeptQuestion, WhichQuestions, contains
from index.signature import Signature
from index.storage.base import ChunkKey, StoredChunk, Written
from index.storage.principals import SEES_ALL, Principal
from index.stores import Backend
from index.sync_runs import SyncRun

GONE = "\0gone"  # no document's id


class Place:
    """What a URL names: the state that is now, and who may change it."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.writing = Lock()
        self.numbers = count(1)


class MemoryStore:
    """A place, opened."""

    def __init__(self, address: str, place: Place, signature: Signature | None, *, read_only: bool) -> None:
        self.url = f"memory://{address}"
        self._place = place
        self._signature = signature
        self._read_only = read_only
        with self.view(SEES_ALL):
            pass

    @contextmanager
    def view(self, principal: Principal) -> Iterator[MemoryView]:
        self._check_signature()
        yield MemoryView(self._place.state, principal)

    def put(
        self,
        document: Document,
        chunks: Sequence[Chunk],
        vectors: NDArray[np.float32],
        collection: str,
        original: bytes | None = None,
    ) -> Written:
        name = (collection, document.id)
        with self._changing() as change:
            self._check_signature()
            before = self._place.state
            made_with = before.signature
            if self._signature:
                made_with = made_with.with_language(collection, self._signature.language_in(collection))
            others = {other: entry for other, entry in before.entries.items() if other != name}
            added = datetime.now(UTC).isoformat(timespec="seconds")
            stemmer = language_of(made_with.language_in(collection)).stemmer
            entry = self._entry(stemmer, document, chunks, vectors, added, original)
            action: Action = "document replaced" if name in before.entries else "document added"
            version = change(
                self._noted(
                    before.next(entries={**others, name: entry}, signature=made_with), action, document.id, collection
                )
            )
            return Written(version, name in before.entries, summary_of(name, entry))

    def delete(self, document_id: str, collection: str) -> int:
        with self._changing() as change:
            before, name = self._place.state, (collection, document_id)
            if name not in before.entries:
                raise NotFoundError(f"There is no document {document_id!r} in the collection {collection!r}.")
            entries = {other: entry for other, entry in before.entries.items() if other != name}
            left = tuple(kept for kept in before.feedback if not _quotes(kept.feedback, name))
            asked = tuple(_without(kept, name) for kept in before.questions)
            after = before.next(entries=entries, feedback=left, questions=asked)
            return change(self._noted(after, "document removed", document_id, collection))

    def rebuild(
        self,
        signature: Signature,
        remade: Iterator[tuple[str, Document, Sequence[Chunk], NDArray[np.float32]]],
    ) -> int:
        with self._changing() as change:
            before = self._place.state
            bare = {name: replace(entry, chunks={}, vectors={}, words={}) for name, entry in before.entries.items()}
            for collection, document, chunks, vectors in remade:
                if entry := bare.get((collection, document.id)):
                    stemmer = language_of(signature.language_in(collection)).stemmer
                    bare[collection, document.id] = self._entry(
                        stemmer, entry.document, chunks, vectors, entry.added, entry.original
                    )
            asked = before.questions
            if before.signature.embedder_sha256 != signature.embedder_sha256:
                asked = tuple(replace(kept, question=replace(kept.question, vector=None)) for kept in asked)
            after = before.next(entries=bare, signature=signature, questions=asked)
            version = change(self._noted(after, "index rebuilt"))
        self._signature = signature
        return version

    def keep(self, name: str, value: str | None) -> int:
        with self._changing() as change:
            before = self._place.state
            kept = {**before.kept, name: value}
            after = before.next(kept={name: value for name, value in kept.items() if value is not None})
            return change(self._noted(after, "setting removed" if value is None else "setting kept", name))

    def keep_feedback(self, given: Feedback) -> tuple[int, bool]:
        with self._changing() as change:
            before = self._place.state
            of_the_answer = [kept for kept in before.feedback if _answer_of(kept.feedback) == _answer_of(given)]
            if of_the_answer and of_the_answer[-1].feedback == given:
                return of_the_answer[-1].id, False
            number = next(self._place.numbers)
            new = KeptFeedback(number, datetime.now(UTC).isoformat(timespec="seconds"), given)
            others = tuple(kept for kept in before.feedback if kept.feedback != given)
            change(replace(before, feedback=(*others, new)))
            return number, True

    def keep_questions(self, asked: Sequence[AskedQuestion]) -> None:
        with self._changing() as change:
            if any(one.vector is not None for one in asked):
                self._check_signature()
            before = self._place.state
            new = tuple(
                KeptQuestion(next(self._place.numbers), None, replace(one, vector=_halved(one.vector))) for one in asked
            )
            change(replace(before, questions=(*before.questions, *new)))

    def forget_questions(self, which: WhichQuestions, words: str | None = None, *, only_words: bool = False) -> int:
        with self._changing() as change, self.view(SEES_ALL) as view:
            before = self._place.state
            meant = {
                kept.id
                for kept in view.questions(which)
                if (words is None and not only_words)
                or (kept.question.text is not None and contains(kept.question.text, words or ""))
            }
            bare = [replace(kept, question=replace(kept.question, text=None, vector=None)) for kept in before.questions]
            left = [
                none if kept.id in meant else kept
                for kept, none in zip(before.questions, bare, strict=True)
                if only_words or kept.id not in meant
            ]
            after = replace(before, questions=tuple(left))
            change(self._noted(after, "questions removed", collection=which.collection) if meant else after)
            return len(meant)

    def service_keys(self) -> list[Key]:
        return list(self._place.state.keys)

    def add_key(self, name: str, scopes: Collection[str], groups: Collection[str] = ()) -> str:
        check_name(name)
        groups = groups_of_key(name, scopes, groups)
        with self._changing() as change:
            before = self._place.state
            if any(key.name == name for key in before.keys):
                raise KeyNameError(f"There is a key {name!r} already: choose another name, or revoke it first.")
            key, now = new_key(), datetime.now(UTC).isoformat(timespec="seconds")
            scopes = frozenset(scope for scope in SCOPES if scope in scopes)
            made = Key(next(self._place.numbers), name, scopes, now, sha256_of(key), new_secret(), frozenset(groups))
            change(self._noted(replace(before, keys=(*before.keys, made)), "key added", name))
            return key

    def revoke_key(self, name: str) -> None:
        with self._changing() as change:
            before = self._place.state
            left = tuple(key for key in before.keys if key.name != name)
            if left == before.keys:
                raise NotFoundError(f"There is no key {name!r}: `quoth keys list` tells which there are.")
            change(self._noted(replace(before, keys=left), "key revoked", name))

    def keep_sync_run(self, run: SyncRun) -> None:
        with self._changing() as change:
            before = self._place.state
            change(replace(before, sync_runs={**before.sync_runs, (run.collection, run.source): run}))

    def sync_runs(self) -> list[SyncRun]:
        runs = self._place.state.sync_runs
        return [runs[name] for name in sorted(runs)]

    def audit(self, since: str = "", *, before: int | None = None, limit: int = -1) -> list[Event]:
        events = [
            one for one in reversed(self._place.state.audit) if one.at >= since and (before is None or one.id < before)
        ]
        return events if limit < 0 else events[:limit]

    def _noted(self, state: State, action: Action, subject: str | None = None, collection: str | None = None) -> State:
        actor = present_actor()
        if actor is None:
            return state
        kept = tuple(one for one in state.audit if one.at >= too_old(actor))
        event = Event(next(self._place.numbers), *row_of(actor, action, collection, subject))
        return replace(state, audit=(*kept, event))

    def sizes_on_disk(self) -> dict[str, int]:
        return {}

    def close(self) -> None:
        """Nothing is let go of: the place outlives who opened it."""

    @contextmanager
    def _changing(self) -> Iterator[Callable[[State], int]]:
        """One change at a time; it is made when the function that this gives is called with the next state."""
        if self._read_only:
            raise StorageError(f"The store {self.url} was opened for reading only.")

        def change(state: State) -> int:
            self._place.state = state
            return state.version

        with self._place.writing:
            yield change

    def _entry(
        self,
        stemmer: str | None,
        document: Document,
        chunks: Sequence[Chunk],
        vectors: NDArray[np.float32],
        added: str,
        original: bytes | None,
    ) -> Entry:
        stored: dict[ChunkKey, StoredChunk] = {}
        by_key: dict[ChunkKey, NDArray[np.float32]] = {}
        for chunk, vector in zip(chunks, vectors, strict=True):
            key = f"chunk {next(self._place.numbers)}"
            text, context = document.text[chunk.start : chunk.end], context_of(document, chunk.start)
            stored[key] = StoredChunk(key, document.id, chunk.start, chunk.end, text, context)
            by_key[key] = vector
        words = {
            key: Text(words_of(chunk.text, stemmer), words_of(chunk.context, stemmer)) for key, chunk in stored.items()
        }
        return Entry(document, added, original, stored, by_key, words)

    def _check_signature(self) -> None:
        def has(collection: str) -> bool:
            return any(name[0] == collection for name in self._place.state.entries)

        if self._signature:
            self._signature.check(self._place.state.signature, f"at {self.url}", self.url, has)


def memory_backend() -> Backend:
    """What BACKENDS takes for the URLs `memory:///NAME`; what they name lasts as long as this."""
    places: dict[str, Place] = {}

    def open_(
        address: str, signature: Signature | None = None, *, read_only: bool = False, older: bool = False
    ) -> MemoryStore:
        if address not in places:
            raise NotFoundError(f"There is no index at memory://{address}: make one with `quoth index PATH`.")
        return MemoryStore(address, places[address], signature, read_only=read_only)

    def create(address: str, signature: Signature) -> MemoryStore:
        place = places.setdefault(address, Place(State(signature)))
        return MemoryStore(address, place, signature, read_only=False)

    return Backend(form="memory:///NAME", open=open_, create=create, exists=places.__contains__)


def _quotes(feedback: Feedback, name: Name) -> bool:
    spans = (feedback.answer, feedback.correction)
    return any(isinstance(span, KeptSpan) and (feedback.collection, span.document_id) == name for span in spans)


def _without(kept: KeptQuestion, name: Name) -> KeptQuestion:
    """The question without a document that is removed; a mark in its place says that there was one."""
    question = kept.question
    ids = tuple(GONE if (question.collection, one) == name else one for one in question.document_ids)
    return replace(kept, question=replace(question, document_ids=ids))


def _halved(vector: NDArray[np.float32] | None) -> NDArray[np.float32] | None:
    return None if vector is None else vector.astype(np.float16).astype(np.float32)


def _answer_of(feedback: Feedback) -> tuple[str, str, str]:
    return feedback.collection, feedback.answer_id, feedback.question
