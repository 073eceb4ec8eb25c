"""The document: one source, its text as indexed, and the offsets of its pages and headings.

Every offset in Quoth counts Python characters (Unicode code points) of `Document.text`. `formats/` makes that text of
bytes.
"""

import hashlib
import json
import math
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from index.errors import DocumentError
from index.groups import checked_groups

MAX_ID_CHARS = 512
DEFAULT_COLLECTION = "default"
MAX_METADATA = 64  # fields of a document
MAX_METADATA_NAME_CHARS = 128
MAX_METADATA_CHARS = 1024  # of a field that is text
READERS = "readers"  # the field of a file's metadata that names who may read it, as in `split_groups`
RECOGNISED_PAGES = "recognised_pages"  # the field that names the pages of which the text was recognised: "2-5, 8"

_PAGE_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")

Scalar = str | int | float | bool
Metadata = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that begins at character `start`; `level` is 1 for the topmost."""

    start: int
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Document:
    """One source as indexed.

    `pages` are the character offsets at which pages begin (empty if the format has none); `headings` are in order.
    `readers` are the groups that may read it, sorted; none means everybody who may read its collection. Raises
    DocumentError for an unusable id, text that is blank or can't be stored, metadata that isn't finite, and groups with
    impossible names.
    """

    id: str
    title: str
    text: str
    uri: str | None = None
    media_type: str = "text/plain"
    metadata: Metadata = field(default_factory=dict)
    pages: tuple[int, ...] = ()
    headings: tuple[Heading, ...] = ()
    readers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what couldn't be found, cited or stored later."""
        check_id(self.id)
        _check_text(self.id, self.text)
        _check_metadata(self.id, self.metadata)
        object.__setattr__(self, "readers", checked_groups(self.readers, self.id, DocumentError))

    @property
    def sha256(self) -> str:
        """SHA-256, in hexadecimal, of everything that is indexed: with an equal digest, indexing again does nothing."""
        content = asdict(self)
        if not self.readers:
            del content["readers"]  # so that documents from before there were readers keep their digest
        return digest(json.dumps(content, sort_keys=True, ensure_ascii=True).encode())

    def page_at(self, offset: int) -> int | None:
        """The page, counted from 1, of the character at `offset`; None in a format without pages."""
        return bisect_right(self.pages, offset) or None

    def is_recognised_at(self, offset: int) -> bool:
        """Whether the text at `offset` was recognised in a picture of it, and so may be misread."""
        page = self.page_at(offset) or 1
        return any(
            int(first) <= page <= int(last or first)
            for first, last in _PAGE_RANGE.findall(str(self.metadata.get(RECOGNISED_PAGES, "")))
        )

    def section_at(self, offset: int) -> str | None:
        """The title of the nearest heading at or before `offset`; None above the first heading."""
        index = bisect_right(self.headings, offset, key=lambda heading: heading.start)
        return self.headings[index - 1].title if index else None

    def headings_at(self, offset: int) -> tuple[Heading, ...]:
        """The nearest heading at or before `offset` and the headings above it, topmost first."""
        index = bisect_right(self.headings, offset, key=lambda heading: heading.start)
        path: list[Heading] = []
        for heading in reversed(self.headings[:index]):
            if not path or heading.level < path[-1].level:
                path.append(heading)
        return tuple(reversed(path))


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document without its text: it has `characters` characters and `chunks` chunks; `added` is in ISO 8601.

    `original_bytes` is the size of the file it was read from, None if that isn't kept; `readers` as of `Document`.
    """

    id: str
    collection: str
    title: str
    uri: str | None
    media_type: str
    metadata: Metadata
    sha256: str
    added: str
    characters: int
    chunks: int
    original_bytes: int | None
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A document and the bytes of the file it was read from; None if there is no file, or the text is all of it.

    `names_readers`: its `readers` are named, nobody's too; if not, one that it replaces keeps those it has.
    """

    document: Document
    original: bytes | None = None
    names_readers: bool = True


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def check_id(document_id: str) -> None:
    """Raise DocumentError for an id that is blank, too long or not printable."""
    if not document_id.strip():
        raise DocumentError("The document id is blank: give it a name.")
    if len(document_id) > MAX_ID_CHARS:
        raise DocumentError(
            f"The document id {document_id[:40]!r}… has {len(document_id)} characters; at most {MAX_ID_CHARS} fit."
        )
    if not document_id.isprintable():
        raise DocumentError(f"The document id {document_id[:40]!r} holds control characters: use printable ones.")


def _check_text(document_id: str, text: str) -> None:
    if not text.strip():
        raise DocumentError(f"{document_id} holds no text, so there is nothing to index.")
    if "\0" in text:
        raise DocumentError(f"{document_id} holds NUL characters, so it is not text: bring its text alone.")
    encoded(text, document_id)


def _check_metadata(document_id: str, metadata: Metadata) -> None:
    for name, value in metadata.items():
        if not is_finite(value):
            raise DocumentError(f"{document_id} has {value} as its metadata {name!r}: JSON has finite numbers alone.")


def is_finite(value: Scalar) -> bool:
    """Whether a value can be stored: JSON has neither NaN nor infinity."""
    return not isinstance(value, float) or math.isfinite(value)


def encoded(text: str, document_id: str) -> bytes:
    """A document's text in UTF-8. Raises DocumentError for half a surrogate pair, which has no encoding."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise DocumentError(
            f"{document_id} holds half a surrogate pair at character {error.start}: send it as valid Unicode."
        ) from None
