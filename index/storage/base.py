"""What a store promises, whichever it is: a file of SQLite's (`sqlite/`), a database of PostgreSQL's (`postgresql/`).

    with store.view(principal) as view:   # one version, seen by one principal, whatever is written meanwhile
        view.nearest(...); view.matching(...); view.document(...)

- A change is one transaction: all of it is there afterwards or, if it raises, none. Changes wait for one another.
- The version is 0 in a new store and one higher after each change of documents or of what is kept; feedback and keys
  to the service change no answer, and so no version.
- A view stays at its version. It holds up no writer, and no writer holds it up.
- What a principal may not see leaves no trace in their view: not in rankings, scores, counts, lists or errors.
- A chunk's key is never used twice: a key of an earlier view is either still the same chunk's, or nobody's.
- An index that was made with another signature is refused, by the differences and their cure.

`tests/storage_contract.py` tests all of it for any store. Which store a URL names is left to `index/stores.py`.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from index.chunking import Chunk
from index.documents import DEFAULT_COLLECTION, Document, DocumentSummary, Scalar, is_finite
from index.errors import QuestionError
from index.feedback import Feedback, KeptFeedback
from index.keys import Key
from index.signature import Signature
from index.storage.principals import Principal

ChunkKey = Hashable
"""What a store tells chunks apart by; whoever asks it only hands keys back."""

# What a word of a chunk's context (title and headings) counts by one of its text, in BM25; 0: it isn't searched
CONTEXT_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents may be searched: of one collection, and if set of these ids and with these metadata values.

    A value is the same as another if both or neither are true or false (true isn't 1), and they are equal.

    Raises QuestionError for what no document can have: half a surrogate pair, or a number that isn't finite.
    """

    collection: str = DEFAULT_COLLECTION
    document_ids: tuple[str, ...] | None = None
    metadata: Mapping[str, Scalar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what no store can look for."""
        for name in (self.collection, *(self.document_ids or ())):
            if any("\ud800" <= character <= "\udfff" for character in name):
                raise QuestionError(f"The name {name!r} holds half a surrogate pair: send it as valid Unicode.")
        for name, value in self.metadata.items():
            if not is_finite(value):
                raise QuestionError(f"The metadata {name!r} is to be {value}: ask for a finite number.")

    @property
    def whole_collection(self) -> bool:
        """Whether nothing but the collection narrows the search."""
        return self.document_ids is None and not self.metadata


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as stored: slice `[start, end)` of a document, which is `text`.

    `context` is what it stands under, as `index/context.py` has it: title and headings, one a line.
    """

    key: ChunkKey
    document_id: str
    start: int
    end: int
    text: str
    context: str


@dataclass(frozen=True, slots=True)
class Original:
    """The file a document was read from, as it came; `sha256` is the digest of `data`."""

    media_type: str
    sha256: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """A document as it stands in the `version` that a write made; `replaced`, if there was another of its id."""

    version: int
    replaced: bool
    summary: DocumentSummary


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong: `where` in the store, and `what`. `derived`: `quoth repair` makes it anew."""

    where: str
    what: str
    derived: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was checked, and what is wrong with it; `readable`, if what is derived can be made anew."""

    version: int
    documents: int
    chunks: int
    originals: int
    faults: tuple[Fault, ...]
    readable: bool = True


class View(Protocol):
    """One version of everything, seen by one principal."""

    @property
    def version(self) -> int:
        """Which version: 0 when the store is made, one higher after each change of documents or of what is kept."""

    @property
    def signature(self) -> Signature:
        """What the index was made with."""

    def manifest(self, name: str) -> str | int | None:
        """One value that was kept under a name, None where there is none."""

    def collections(self) -> dict[str, int]:
        """Each collection's name → how many documents it has, in the order of the names."""

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Collection → (documents, chunks)."""

    def require(self, where: Filter) -> None:
        """Raise NotFoundError for a collection without documents (the default one always exists) or an unknown id."""

    def summaries(self, collection: str | None = None, *, limit: int = -1, offset: int = 0) -> list[DocumentSummary]:
        """Documents in the order of collection and id, all collections' unless one is named; `limit` -1 is no limit."""

    def summary(self, document_id: str, collection: str) -> DocumentSummary:
        """One document's. Raises NotFoundError for an unknown id."""

    def sha256(self, document_id: str, collection: str) -> str | None:
        """The digest of a document's content; None for an unknown id."""

    def document(self, document_id: str, collection: str) -> Document:
        """One document, whole. Raises NotFoundError for an unknown id."""

    def documents(self) -> Iterator[tuple[str, Document]]:
        """Every (collection, document), in the order they were added; replacing is adding again."""

    def original(self, document_id: str, collection: str) -> Original:
        """The file a document was read from. Raises NotFoundError for an unknown id, and where none is kept."""

    def original_sha256(self, document_id: str, collection: str) -> str | None:
        """The digest of the file a document was read from; None where none is kept."""

    def chunks(self, keys: Sequence[ChunkKey]) -> dict[ChunkKey, StoredChunk]:
        """Chunk key → chunk, for those keys that there are."""

    def chunks_of(self, document_id: str, collection: str) -> list[StoredChunk]:
        """A document's chunks in the order they stand in; none for an unknown id."""

    def vectors_of(self, document_id: str, collection: str) -> NDArray[np.float32]:
        """(chunks, dimension): the vectors of a document's chunks, in the order of `chunks_of`."""

    def nearest(self, vector: NDArray[np.float32], where: Filter, limit: int) -> dict[ChunkKey, float]:
        """Chunk key → cosine with `vector` (dimension,) of the `limit` nearest that `where` admits, nearest first."""

    def cosines(self, vector: NDArray[np.float32], where: Filter, keys: Sequence[ChunkKey]) -> dict[ChunkKey, float]:
        """Chunk key → cosine with `vector`, for those of `keys` that are of the collection that `where` names."""

    def matching(
        self, words: Sequence[str], where: Filter, limit: int, *, context: float = CONTEXT_WEIGHT
    ) -> dict[ChunkKey, float]:
        """Chunk key → BM25 score (higher is better) of the best `limit` with any of the words, best first.

        Words are compared as the index's language has it: without case, accents and inflection. No character has a
        meaning of its own in them; one of several parts, as "10.4.0.12", is a phrase. A word of the context counts
        `context` ≥ 0 by one of the text's; with 0 it is not searched, though a chunk's length is still counted with it.

        BM25 is Σ idf · f · (k1 + 1) / (f + k1 · (1 − b + b · length / average)) over the words, with k1 = 1.2 and
        b = 0.75: f is how often a chunk has the word, lengths count words. For a word that n of N chunks have,
        idf = ln((N − n + 0.5) / (n + 0.5)), but at least 1e-6. N, n and the average are of those chunks of the
        collection that the principal may see: others change no score, and scores of two collections don't compare.
        What else `where` asks for leaves chunks out, and changes no score either.
        """

    def word_scores(
        self, words: Sequence[str], where: Filter, keys: Sequence[ChunkKey], *, context: float = CONTEXT_WEIGHT
    ) -> dict[ChunkKey, float]:
        """Chunk key → BM25 score as `matching` gives it, for those of `keys` in which any of the words occurs."""

    def with_phrase(self, words: Sequence[str], where: Filter, limit: int) -> list[ChunkKey]:
        """The best `limit` chunks in which the words stand one after another, in any of their inflected forms."""

    def feedback(self, collection: str | None = None, *, limit: int = -1, offset: int = 0) -> list[KeptFeedback]:
        """What was said of answers, in the order it was given, of all collections unless one is named."""

    def feedback_counts(self) -> dict[str, int]:
        """Collection → how often feedback was given on it."""


class Store(Protocol):
    """Documents with their chunks and vectors, keys, feedback and what else is kept. Safe to share between threads.

    Every change raises StorageError if the store was opened for reading only, and where it can't be written.
    """

    @property
    def url(self) -> str:
        """What names it."""

    def view(self, principal: Principal) -> AbstractContextManager[View]:
        """One version of everything as a principal sees it, unmoved by what is written meanwhile.

        Raises MismatchError where the index was made with another signature than the store was opened with.
        """

    def put(
        self,
        document: Document,
        chunks: Sequence[Chunk],
        vectors: NDArray[np.float32],
        collection: str,
        original: bytes | None = None,
    ) -> Written:
        """Add a document, or replace the one of its id. `vectors` is (len(chunks), dimension), of length 1 each.

        `original` is the file to keep with it. Raises ValueError unless there are as many vectors as chunks.
        """

    def delete(self, document_id: str, collection: str) -> int:
        """Remove a document and every trace of it, also feedback that quotes it; return the version without it.

        Raises NotFoundError for an unknown id.
        """

    def rebuild(
        self,
        signature: Signature,
        remade: Iterator[tuple[str, Document, Sequence[Chunk], NDArray[np.float32]]],
    ) -> int:
        """Replace every document's chunks by (collection, document, chunks, vectors) and sign anew, all at once.

        Documents themselves, originals and feedback stay as they are; one that isn't remade has no chunks any more.
        """

    def keep(self, name: str, value: str | None) -> int:
        """Keep a value under `name`, or with None remove it, and return the version that has it so."""

    def keep_feedback(self, given: Feedback) -> tuple[int, bool]:
        """Keep what was said of an answer, and return its number and whether it is new.

        What was said last of this answer, said again, is not kept twice; said again after something else, it is the
        last again, under a new and higher number.
        """

    def service_keys(self) -> list[Key]:
        """Every key to the service, in the order they were made, whatever the index was made with."""

    def add_key(self, name: str, scopes: Collection[str]) -> str:
        """Make a key to the service, and return it. Raises KeyNameError for a name that is taken or no name."""

    def revoke_key(self, name: str) -> None:
        """End a key, and the tokens it has minted: its number is never used again. Raises NotFoundError for no key."""

    def sizes_on_disk(self) -> Mapping[str, int]:
        """What it takes, part by part, in bytes; empty where that is not to be known."""

    def close(self) -> None:
        """Let go of it."""


@runtime_checkable
class Maintained(Protocol):
    """A store that proves itself whole and copies itself; others leave that to what they are kept in.

    One that only proves itself raises StorageError, with what to use, in place of the rest.
    """

    def verify(self) -> Verdict:
        """Check everything that can be checked without a model. Raises StorageError where that can't be done."""

    def back_up(self, path: Path) -> int:
        """Write one version of everything to a file that isn't there yet, and return the version."""

    def restore(self, path: Path) -> int:
        """Put a backup's documents, feedback and calibration in place of the store's, and return the new version."""
