"""What a store in memory holds at one version, and a principal's view of it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from memory_words import Text, bm25, words_of
from numpy.typing import NDArray

from index.audit import Event
from index.documents import DEFAULT_COLLECTION, Document, Scalar, digest
from index.errors import NotFoundError
from index.feedback import Feedback, KeptFeedback, KeptSpan
from index.keys import Key
from index.language.registry import language_of
from index.questions import (
    AnsweredWording,
    DocumentUse,
    DocumentUses,
    KeptQuestion,
    QuestionFigures,
    WhichQuestions,
    added_up,
)
from index.signature import Signature
from index.storage.base import CONTEXT_WEIGHT, ChunkKey, DocumentSummary, Filter, Original, StoredChunk
from index.storage.principals import Principal
from index.sync_runs import SyncRun

Name = tuple[str, str]
"""A document's collection and id."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document with all that is derived of it. A chunk's key is its number, as text."""

    document: Document
    added: str
    original: bytes | None
    chunks: Mapping[ChunkKey, StoredChunk]
    vectors: Mapping[ChunkKey, NDArray[np.float32]]
    words: Mapping[ChunkKey, Text]


@dataclass(frozen=True, slots=True)
class State:
    """Everything at one version."""

    signature: Signature
    version: int = 0
    kept: Mapping[str, str] = field(default_factory=dict)
    entries: Mapping[Name, Entry] = field(default_factory=dict)
    feedback: tuple[KeptFeedback, ...] = ()
    keys: tuple[Key, ...] = ()
    audit: tuple[Event, ...] = ()
    sync_runs: Mapping[Name, SyncRun] = field(default_factory=dict)  # by collection and source
    questions: tuple[KeptQuestion, ...] = ()  # their verdicts are looked up when they are read

    def next(self, **changes: object) -> "State":
        """The next version, with something changed."""
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]


class MemoryView:
    """One state, seen by one principal."""

    def __init__(self, state: State, principal: Principal) -> None:
        self._state = state
        self._principal = principal
        self.version = state.version
        self.signature = state.signature
        self._entries = {
            name: entry
            for name, entry in state.entries.items()
            if principal.admits(name[0], entry.document.metadata, entry.document.readers)
        }
        self._chunks = {key: chunk for entry in self._entries.values() for key, chunk in entry.chunks.items()}

    def manifest(self, name: str) -> str | int | None:
        return self._state.kept.get(name)

    def collections(self) -> dict[str, int]:
        return {collection: documents for collection, (documents, _) in self.sizes().items()}

    def sizes(self) -> dict[str, tuple[int, int]]:
        sizes: dict[str, tuple[int, int]] = {}
        for (collection, _), entry in sorted(self._entries.items(), key=lambda item: item[0]):
            documents, chunks = sizes.get(collection, (0, 0))
            sizes[collection] = documents + 1, chunks + len(entry.chunks)
        return sizes

    def require(self, where: Filter) -> None:
        known = self.collections()
        if where.collection not in known and where.collection != DEFAULT_COLLECTION:
            names = ", ".join(known) or DEFAULT_COLLECTION
            raise NotFoundError(f"There is no collection {where.collection!r}: known are {names}.")
        for document_id in where.document_ids or ():
            self._entry(document_id, where.collection)

    def summaries(
        self, collection: str | None = None, *, named: str | None = None, limit: int = -1, offset: int = 0
    ) -> list[DocumentSummary]:
        names = sorted(name for name in self._entries if self._is_named(name, collection, named))
        return [summary_of(name, self._entries[name]) for name in names[offset : None if limit < 0 else offset + limit]]

    def count(self, collection: str | None = None, *, named: str | None = None) -> int:
        return len(self.summaries(collection, named=named))

    def _is_named(self, name: Name, collection: str | None, named: str | None) -> bool:
        texts = (name[1], self._entries[name].document.title)
        return collection in (None, name[0]) and (named is None or any(lower(named) in lower(text) for text in texts))

    def digests(self, collection: str, prefix: str = "") -> dict[str, str]:
        names = sorted(name for name in self._entries if name[0] == collection and name[1].startswith(prefix))
        return {name[1]: self._entries[name].document.sha256 for name in names}

    def summary(self, document_id: str, collection: str) -> DocumentSummary:
        return summary_of((collection, document_id), self._entry(document_id, collection))

    def sha256(self, document_id: str, collection: str) -> str | None:
        entry = self._entries.get((collection, document_id))
        return entry.document.sha256 if entry else None

    def document(self, document_id: str, collection: str) -> Document:
        return self._entry(document_id, collection).document

    def documents(self) -> Iterator[tuple[str, Document]]:
        return iter([(collection, entry.document) for (collection, _), entry in self._entries.items()])

    def original(self, document_id: str, collection: str) -> Original:
        entry = self._entry(document_id, collection)
        if entry.original is None:
            raise NotFoundError(f"No original is kept of {document_id!r}: indexing it anew keeps it.")
        return Original(entry.document.media_type, digest(entry.original), entry.original)

    def original_sha256(self, document_id: str, collection: str) -> str | None:
        entry = self._entries.get((collection, document_id))
        return digest(entry.original) if entry and entry.original is not None else None

    def chunks(self, keys: Sequence[ChunkKey]) -> dict[ChunkKey, StoredChunk]:
        return {key: self._chunks[key] for key in keys if key in self._chunks}

    def chunks_of(self, document_id: str, collection: str) -> list[StoredChunk]:
        entry = self._entries.get((collection, document_id))
        return sorted(entry.chunks.values(), key=lambda chunk: (chunk.start, chunk.end)) if entry else []

    def vectors_of(self, document_id: str, collection: str) -> NDArray[np.float32]:
        keys = [chunk.key for chunk in self.chunks_of(document_id, collection)]
        vectors = self._entries[collection, document_id].vectors if keys else {}
        return np.array([vectors[key] for key in keys], np.float32).reshape(len(keys), self.signature.dimension)

    def nearest(self, vector: NDArray[np.float32], where: Filter, limit: int) -> dict[ChunkKey, float]:
        cosines = {key: float(one @ vector) for entry in self._admitted(where) for key, one in entry.vectors.items()}
        return dict(sorted(cosines.items(), key=lambda item: -item[1])[:limit])

    def cosines(self, vector: NDArray[np.float32], where: Filter, keys: Sequence[ChunkKey]) -> dict[ChunkKey, float]:
        cosines = self.nearest(vector, Filter(where.collection), len(self._chunks))
        return {key: cosines[key] for key in keys if key in cosines}

    def matching(
        self, words: Sequence[str], where: Filter, limit: int, *, context: float = CONTEXT_WEIGHT
    ) -> dict[ChunkKey, float]:
        return self._best([self._phrase([word], where) for word in words], where, limit, context)

    def word_scores(
        self, words: Sequence[str], where: Filter, keys: Sequence[ChunkKey], *, context: float = CONTEXT_WEIGHT
    ) -> dict[ChunkKey, float]:
        scores = self.matching(words, Filter(where.collection), len(self._chunks), context=context)
        return {key: scores[key] for key in keys if key in scores}

    def with_phrase(self, words: Sequence[str], where: Filter, limit: int) -> list[ChunkKey]:
        return list(self._best([self._phrase(words, where)], where, limit, 0))

    def feedback(self, collection: str | None = None, *, limit: int = -1, offset: int = 0) -> list[KeptFeedback]:
        seen = [kept for kept in self._state.feedback if self._sees(kept.feedback)]
        named = [kept for kept in seen if collection in (None, kept.feedback.collection)]
        return named[offset : None if limit < 0 else offset + limit]

    def feedback_counts(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for kept in self.feedback():
            counts[kept.feedback.collection] = counts.get(kept.feedback.collection, 0) + 1
        return dict(sorted(counts.items()))

    def questions(self, which: WhichQuestions, *, limit: int = -1, offset: int = 0) -> list[KeptQuestion]:
        chosen = [self._present(kept) for kept in reversed(self._state.questions) if self._sees_question(kept)]
        meant = [kept for kept in chosen if is_meant(kept, which)]
        return meant[offset : None if limit < 0 else offset + limit]

    def question_figures(self, which: WhichQuestions) -> QuestionFigures:
        parts = [
            (one.question.asked[:10], one.question.outcome, one.question.reason, one.question.milliseconds, 1)
            for one in self.questions(which)
        ]
        given = [one.feedback.verdict for one in self.feedback(which.collection) if in_time(one.given, which)]
        return added_up(parts, dict(Counter(given)))

    def document_uses(self, which: WhichQuestions, limit: int) -> DocumentUses:
        counts = Counter(
            (kept.question.collection, name) for kept in self.questions(which) for name in kept.question.document_ids
        )
        uses = [
            DocumentUse(*name, entry.document.title, counts[name])
            for name, entry in sorted(self._entries.items(), key=lambda item: (-counts[item[0]], item[0]))
            if which.collection in (None, name[0])
        ]
        most, never = [one for one in uses if one.questions], [one for one in uses if not one.questions]
        return DocumentUses(tuple(most[:limit]), len(most), tuple(never[:limit]), len(never))

    def answered_wordings(self, collection: str) -> list[AnsweredWording]:
        found: dict[str, list[KeptQuestion]] = {}
        for kept in self._state.questions:
            one = kept.question
            if one.text is None or (one.collection, one.outcome) != (collection, "answered"):
                continue
            if one.document_ids and all((collection, name) in self._entries for name in one.document_ids):
                found.setdefault(one.text, []).append(self._present(kept))
        ordered = sorted(found.items(), key=lambda item: (len(item[1]), item[1][-1].id), reverse=True)
        return [AnsweredWording(text, len(all_), sum(one.verdict == "wrong" for one in all_)) for text, all_ in ordered]

    def _present(self, kept: KeptQuestion) -> KeptQuestion:
        """The question with the last verdict on its answer, and the documents that are there."""
        question = kept.question
        there = [name for name in question.document_ids if (question.collection, name) in self._entries]
        verdicts = [
            one.feedback.verdict for one in self.feedback(question.collection)
            if one.feedback.answer_id == question.answer_id
        ]  # fmt: skip
        return replace(
            kept,
            verdict=verdicts[-1] if verdicts else None,
            question=replace(question, document_ids=tuple(sorted(there))),
        )

    def _sees_question(self, kept: KeptQuestion) -> bool:
        if self._principal.sees_all:
            return True
        question = kept.question
        return question.collection in self.collections() and all(
            (question.collection, name) in self._entries for name in question.document_ids
        )

    def _entry(self, document_id: str, collection: str) -> Entry:
        entry = self._entries.get((collection, document_id))
        if entry is None:
            raise NotFoundError(f"There is no document {document_id!r} in the collection {collection!r}.")
        return entry

    def _admitted(self, where: Filter) -> list[Entry]:
        return [
            entry
            for (collection, document_id), entry in self._entries.items()
            if collection == where.collection
            and (where.document_ids is None or document_id in where.document_ids)
            and all(_same(entry.document.metadata.get(name), value) for name, value in where.metadata.items())
        ]

    def _phrase(self, words: Sequence[str], where: Filter) -> tuple[str, ...]:
        return words_of(" ".join(words), language_of(self.signature.language_in(where.collection)).stemmer)

    def _best(
        self, phrases: Sequence[tuple[str, ...]], where: Filter, limit: int, context: float
    ) -> dict[ChunkKey, float]:
        """Weighed by all chunks of the collection, of which only those that `where` admits are kept."""
        entries = self._admitted(Filter(where.collection))
        texts = {key: text for entry in entries for key, text in entry.words.items()}
        scores = bm25(texts, [phrase for phrase in phrases if phrase], context)
        admitted = {key for entry in self._admitted(where) for key in entry.chunks}
        return dict([item for item in scores.items() if item[0] in admitted][:limit])

    def _sees(self, feedback: Feedback) -> bool:
        if self._principal.sees_all:
            return True
        quoted = [span for span in (feedback.answer, feedback.correction) if isinstance(span, KeptSpan)]
        return feedback.collection in self.collections() and all(
            (feedback.collection, span.document_id) in self._entries for span in quoted
        )


def lower(text: str) -> str:
    """As SQLite's: ASCII letters alone."""
    return "".join(character.lower() if character.isascii() else character for character in text)


def in_time(moment: str, which: WhichQuestions) -> bool:
    return (which.since is None or moment >= which.since) and (which.until is None or moment < which.until)


def is_meant(kept: KeptQuestion, which: WhichQuestions) -> bool:
    return (
        in_time(kept.question.asked, which)
        and which.collection in (None, kept.question.collection)
        and which.outcome in (None, kept.question.outcome)
        and which.verdict in (None, kept.verdict)
    )


def summary_of(name: Name, entry: Entry) -> DocumentSummary:
    document = entry.document
    return DocumentSummary(
        id=document.id,
        collection=name[0],
        title=document.title,
        uri=document.uri,
        media_type=document.media_type,
        metadata=document.metadata,
        sha256=document.sha256,
        added=entry.added,
        characters=len(document.text),
        chunks=len(entry.chunks),
        original_bytes=None if entry.original is None else len(entry.original),
        readers=document.readers,
    )


def _same(has: Scalar | None, wanted: Scalar) -> bool:
    return has == wanted and isinstance(has, bool) == isinstance(wanted, bool)  # true isn't 1
