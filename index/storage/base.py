"""What a store keeps and gives out, whichever it is: SQLite in one file is the one that Quoth brings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.documents import DEFAULT_COLLECTION, Scalar, is_finite
from index.errors import QuestionError

# What a word of a chunk's context (title and headings) counts by one of its text, in BM25; 0: it isn't searched
CONTEXT_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents may be searched: of one collection, and if given of these ids and with these metadata values.

    Raises QuestionError for what no document can have: half a surrogate pair, or a number that isn't finite.
    """

    collection: str = DEFAULT_COLLECTION
    document_ids: tuple[str, ...] | None = None
    metadata: Mapping[str, Scalar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what SQLite would."""
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
    """A chunk as stored: slice `[start, end)` of the document with the key `document_key`, and its text."""

    key: int
    document_key: int
    document_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Original:
    """The file a document was read from, as it came; `sha256` is the digest of `data`."""

    media_type: str
    sha256: str
    data: bytes


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document without its text; `characters` long, in `chunks` chunks, `added` in ISO 8601.

    `original_bytes` is the size of the file it was read from, null where none is kept.
    """

    id: str
    collection: str
    title: str
    uri: str | None
    media_type: str
    metadata: Mapping[str, Scalar]
    sha256: str
    added: str
    characters: int
    chunks: int
    original_bytes: int | None


@dataclass(frozen=True, slots=True)
class Written:
    """A document as it stands in the `version` that a write made; `replaced`, if there was another of its id."""

    version: int
    replaced: bool
    summary: DocumentSummary
