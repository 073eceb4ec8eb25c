"""What every store promises: a SQLite file (`sqlite/`) or a PostgreSQL database (`postgresql/`).

    with store.view(principal) as view:   # a snapshot of one version, as one principal may see it
        view.nearest(...); view.matching(...); view.document(...)

- A change is one transaction: either all of it is stored or, if it raises, nothing. Changes wait for one another.
- The version is 0 in a new store, and goes up by one with each change of documents or of the manifest. Feedback,
  questions that were asked and keys to the service affect no answer, so they don't change the version.
- A view stays at its version. It blocks no writer, and no writer blocks it.
- Documents that a principal may not see leave no trace in their view: in rankings, scores, counts, lists or errors.
- A chunk's key is never reused: a key of an earlier view belongs to the same chunk, or to none.
- An index made with another signature is refused; the error names the differences and the cure.

`tests/storage_contract.py` tests all of this for any store. `index/stores.py` opens the store that a URL names.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from index.audit import Event
from index.chunking import Chunk
from index.documents import DEFAULT_COLLECTION, Document, DocumentSummary, Scalar, is_finite
from index.errors import NotFoundError, QuestionError
from index.feedback import Feedback, KeptFeedback
from index.keys import Key
from index.questions import AnsweredWording, AskedQuestion, DocumentUses, KeptQuestion, QuestionFigures, WhichQuestions
from index.signature import Signature
from index.storage.principals import Principal
from index.sync_runs import SyncRun

ChunkKey = Hashable
"""Identifies a chunk within a store. Callers only pass keys back to the store."""

# The weight in BM25 of a word in a chunk's context (title and headings), relative to one in its text
CONTEXT_WEIGHT = 0.3


def unknown_document(document_id: str, collection: str) -> NotFoundError:
    """The error of a view that has no such document."""
    return NotFoundError(
        f"There is no document {document_id!r} in the collection {collection!r}: `quoth documents` lists what is there."
    )


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents to search: those of one collection; if set, only with these ids and these metadata values.

    Values match if they are equal and both or neither of them are booleans: true isn't 1. Raises QuestionError for
    values that no document can have: half a surrogate pair, or a number that isn't finite.
    """

    collection: str = DEFAULT_COLLECTION
    document_ids: tuple[str, ...] | None = None
    metadata: Mapping[str, Scalar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse values that no document can have."""
        for name in (self.collection, *(self.document_ids or ())):
            if any("\ud800" <= character <= "\udfff" for character in name):
                raise QuestionError(f"The name {name!r} holds half a surrogate pair: send it as valid Unicode.")
        for name, value in self.metadata.items():
            if not is_finite(value):
                raise QuestionError(f"The metadata {name!r} is to be {value}: ask for a finite number.")

    @property
    def whole_collection(self) -> bool:
        """Whether the whole collection is searched."""
        return self.document_ids is None and not self.metadata


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as stored: `text` is the slice `[start, end)` of the document.

    `context` holds the title and the headings above it, each on a line; see `index/context.py`.
    """

    key: ChunkKey
    document_id: str
    start: int
    end: int
    text: str
    context: str


@dataclass(frozen=True, slots=True)
class Original:
    """The file that a document was read from, unchanged; `sha256` is the digest of `data`."""

    media_type: str
    sha256: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """The result of a write: the new `version`, whether a document with this id was `replaced`, and the new one."""

    version: int
    replaced: bool
    summary: DocumentSummary


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in a store: `where` it is, and `what` is wrong. If it is in `derived` data, `quoth repair` cures it."""

    where: str
    what: str
    derived: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a check: how much was checked, and all faults. `readable`: derived data can be rebuilt."""

    version: int
    documents: int
    chunks: int
    originals: int
    faults: tuple[Fault, ...]
    readable: bool = True


class View(Protocol):
    """A snapshot: one version of everything, as one principal may see it."""

    @property
    def version(self) -> int:
        """The version: 0 in a new store, one higher after each change of documents or of the manifest."""

    @property
    def signature(self) -> Signature:
        """What the index was made with."""

    def manifest(self, name: str) -> str | int | None:
        """The value stored under a name, None if there is none."""

    def collections(self) -> dict[str, int]:
        """Name of each collection → the number of its documents, in the order of the names."""

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Collection → (documents, chunks)."""

    def require(self, where: Filter) -> None:
        """Raise NotFoundError for a collection without documents (the default one always exists) or an unknown id."""

    def summaries(
        self, collection: str | None = None, *, named: str | None = None, limit: int = -1, offset: int = 0
    ) -> list[DocumentSummary]:
        """The documents of one collection, or of all if it is None, by collection and id; `limit` -1 is no limit.

        With `named`, only those whose id or title contains it, ignoring the case of ASCII letters.
        """

    def count(self, collection: str | None = None, *, named: str | None = None) -> int:
        """How many documents `summaries` lists without a limit."""

    def summary(self, document_id: str, collection: str) -> DocumentSummary:
        """The summary of one document. Raises NotFoundError for an unknown id."""

    def sha256(self, document_id: str, collection: str) -> str | None:
        """The digest of a document's content; None for an unknown id."""

    def digests(self, collection: str, prefix: str = "") -> dict[str, str]:
        """Id → digest of the content, of a collection's documents whose ids begin with `prefix`, in the ids' order."""

    def document(self, document_id: str, collection: str) -> Document:
        """One document. Raises NotFoundError for an unknown id."""

    def documents(self) -> Iterator[tuple[str, Document]]:
        """Every (collection, document), in the order in which they were added or last replaced."""

    def original(self, document_id: str, collection: str) -> Original:
        """The file that a document was read from. Raises NotFoundError for an unknown id, or if none is stored."""

    def original_sha256(self, document_id: str, collection: str) -> str | None:
        """The digest of the file that a document was read from; None if none is stored."""

    def chunks(self, keys: Sequence[ChunkKey]) -> dict[ChunkKey, StoredChunk]:
        """Chunk key → chunk; unknown keys are left out."""

    def chunks_of(self, document_id: str, collection: str) -> list[StoredChunk]:
        """A document's chunks in the order of their text; empty for an unknown id."""

    def vectors_of(self, document_id: str, collection: str) -> NDArray[np.float32]:
        """(chunks, dimension): the vectors of a document's chunks, in the order of `chunks_of`."""

    def nearest(self, vector: NDArray[np.float32], where: Filter, limit: int) -> dict[ChunkKey, float]:
        """Chunk key → cosine with `vector` (dimension,), of the `limit` nearest that `where` admits, nearest first.

        Cosines are exact. In a collection with tens of thousands of chunks a store may miss a few of the nearest.
        """

    def cosines(self, vector: NDArray[np.float32], where: Filter, keys: Sequence[ChunkKey]) -> dict[ChunkKey, float]:
        """Chunk key → cosine with `vector`, for those of `keys` that are in the collection of `where`."""

    def matching(
        self, words: Sequence[str], where: Filter, limit: int, *, context: float = CONTEXT_WEIGHT
    ) -> dict[ChunkKey, float]:
        """Chunk key → BM25 score (higher is better) of the best `limit` with any of the words, best first.

        Words are compared by the rules of the collection's language: without case, accents and inflection. No character
        in them is an operator; a word of several parts, such as "10.4.0.12", is a phrase. A word in the context counts
        `context` ≥ 0 times one in the text; with 0 the context isn't searched, but still counts in a chunk's length.

        BM25 is Σ idf · f · (k1 + 1) / (f + k1 · (1 − b + b · length / average)) over the words, with k1 = 1.2 and
        b = 0.75: f is how often a chunk has the word, and lengths count words. For a word in n of N chunks,
        idf = ln((N − n + 0.5) / (n + 0.5)), but at least 1e-6. N, n and the average are taken over the collection's
        chunks that the principal may see: no other chunk changes a score, and scores of two collections can't be
        compared. The other conditions of `where` leave chunks out, and change no score either.

        In a collection with more than 20,000 chunks a store may leave out chunks that have only common words, where the
        question has rarer ones. It changes no score.

        A word in 2 of 10 chunks has idf = ln(8.5 / 2.5) = 1.22. In a chunk of average length that has it twice, it
        scores 1.22 · 2 · 2.2 / (2 + 1.2) = 1.68.
        """

    def word_scores(
        self, words: Sequence[str], where: Filter, keys: Sequence[ChunkKey], *, context: float = CONTEXT_WEIGHT
    ) -> dict[ChunkKey, float]:
        """Chunk key → BM25 score as in `matching`, for those of `keys` that have any of the words."""

    def with_phrase(self, words: Sequence[str], where: Filter, limit: int) -> list[ChunkKey]:
        """The best `limit` chunks in which the words follow one another, in any of their inflected forms."""

    def feedback(self, collection: str | None = None, *, limit: int = -1, offset: int = 0) -> list[KeptFeedback]:
        """The feedback on answers from one collection, or from all if it is None, oldest first."""

    def feedback_counts(self) -> dict[str, int]:
        """Collection → the number of its feedback."""

    def questions(self, which: WhichQuestions, *, limit: int = -1, offset: int = 0) -> list[KeptQuestion]:
        """The questions that were asked, newest first; `limit` -1 is no limit.

        Documents that are gone by now are left out of their `document_ids`. A principal with rules sees a question only
        if they may see its collection and every document that its first answer cited, and none of these is gone.
        """

    def question_figures(self, which: WhichQuestions) -> QuestionFigures:
        """What the questions that were asked add up to."""

    def document_uses(self, which: WhichQuestions, limit: int) -> DocumentUses:
        """Which documents answer the questions, and which never; at most `limit` of each are listed."""

    def answered_wordings(self, collection: str) -> list[AnsweredWording]:
        """The words of a collection's answered questions, those asked most often first, then those asked last.

        Whoever reads, only questions count of which the principal sees every document that the first answer cited.
        """


class Store(Protocol):
    """Documents with their chunks and vectors, a manifest, feedback, questions and keys. Safe to share between threads.

    Every change raises StorageError if the store was opened for reading only, or can't be written.
    """

    @property
    def url(self) -> str:
        """The URL of the store."""

    def view(self, principal: Principal) -> AbstractContextManager[View]:
        """A snapshot of the present version, as a principal may see it; later writes don't change it.

        Raises MismatchError if the index was made with another signature than the store was opened with; the language
        of a collection without documents may differ (`Signature.check`).
        """

    def put(
        self,
        document: Document,
        chunks: Sequence[Chunk],
        vectors: NDArray[np.float32],
        collection: str,
        original: bytes | None = None,
    ) -> Written:
        """Add a document, or replace the one with its id. `vectors` is (len(chunks), dimension), each of length 1.

        The first one of a collection gives it the language that the store was opened with for it.
        `original` is the file to store with it. Raises ValueError unless there are as many vectors as chunks.
        """

    def delete(self, document_id: str, collection: str) -> int:
        """Remove a document and every trace of it, with feedback that quotes it; returns the new version.

        Questions that it answered stay, without its id. Raises NotFoundError for an unknown id.
        """

    def rebuild(
        self,
        signature: Signature,
        remade: Iterator[tuple[str, Document, Sequence[Chunk], NDArray[np.float32]]],
    ) -> int:
        """Replace all chunks and the signature in one transaction; returns the new version.

        `remade` yields (collection, document, chunks, vectors). Documents, originals and feedback stay as they are. A
        document that isn't in `remade` has no chunks afterwards. Vectors of questions are removed if the signature has
        another embedder.
        """

    def keep(self, name: str, value: str | None) -> int:
        """Store a value in the manifest under `name`, or remove it if None; returns the new version."""

    def keep_feedback(self, given: Feedback) -> tuple[int, bool]:
        """Store feedback on an answer; returns (its number, whether it is new).

        If it is the same as the last feedback on that answer, nothing is stored. If it is the same as earlier feedback,
        that is removed, and it gets a new, higher number.
        """

    def keep_questions(self, asked: Sequence[AskedQuestion]) -> None:
        """Store questions that were asked, in one transaction, in their order.

        Raises MismatchError if they have vectors, and the index was made with another signature.
        """

    def forget_questions(self, which: WhichQuestions, words: str | None = None, *, only_words: bool = False) -> int:
        """Remove questions that were asked, or `only_words` of them with their vectors; returns their number.

        With `words`, only those whose text contains these, ignoring case and white space.
        """

    def service_keys(self) -> list[Key]:
        """All keys to the service, in the order they were added, whatever signature the index has."""

    def add_key(self, name: str, scopes: Collection[str], groups: Collection[str] = ()) -> str:
        """Create a key to the service and return it, of the groups whose documents it may read.

        Raises KeyNameError for a name that is taken or unusable, and for impossible groups.
        """

    def revoke_key(self, name: str) -> None:
        """Remove a key, which ends its tokens; its number is never reused. Raises NotFoundError for an unknown name."""

    def keep_sync_run(self, run: SyncRun) -> None:
        """Keep the last run of `sync` on a source, in place of the one before."""

    def sync_runs(self) -> list[SyncRun]:
        """The last run of `sync` on each source, by collection and source.

        They name files and reasons, so they are for who sees every document.
        """

    def audit(self, since: str = "", *, before: int | None = None, limit: int = -1) -> list[Event]:
        """The audit log, newest first: events at `since` (UTC, ISO 8601) or later, with an id below `before`.

        A change writes its event with it if there is an actor (`index/audit.py`), and removes those that are too old.
        """

    def sizes_on_disk(self) -> Mapping[str, int]:
        """Name of a part of the store → its size in bytes; empty if that can't be known."""

    def close(self) -> None:
        """Close the store."""


@runtime_checkable
class Maintained(Protocol):
    """A store that can check itself and make backups.

    One that can only check itself raises StorageError for backups, and names the tool to use.
    """

    def verify(self) -> Verdict:
        """Check everything that can be checked without a model. Raises StorageError if that is impossible."""

    def back_up(self, path: Path) -> int:
        """Write one version of everything to a new file; returns that version."""

    def restore(self, path: Path) -> int:
        """Replace documents, feedback and calibration by those of a backup; returns the new version."""
