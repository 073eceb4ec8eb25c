"""A row that was read → the document in it, or its summary."""

import json

from index.documents import Document, DocumentSummary, Heading, Metadata, is_finite
from index.storage.sqlite.vector_rows import stored


def _finite(metadata: str) -> Metadata:
    """A document's metadata, without numbers that aren't finite, which an older Quoth stored."""
    return {name: value for name, value in json.loads(metadata).items() if is_finite(value)}


def summary_of(row: tuple) -> DocumentSummary:  # type: ignore[type-arg]
    """The summary in a row; StorageError if it isn't as Quoth stores it."""
    document_id, collection, title, uri, media_type, metadata, *sizes, readers = row
    with stored(f"Document {document_id!r}"):
        for_whom = tuple(sorted(json.loads(readers)))
        return DocumentSummary(
            *(document_id, collection, title, uri, media_type, _finite(metadata), *sizes, for_whom),
        )


def document_of(row: tuple) -> Document:  # type: ignore[type-arg]
    """The document in a row; StorageError if it isn't as Quoth stores it."""
    document_id, title, text, uri, media_type, metadata, pages, headings, readers = row
    with stored(f"Document {document_id!r}"):
        return Document(
            id=document_id,
            title=title,
            text=text,
            uri=uri,
            media_type=media_type,
            metadata=_finite(metadata),
            pages=tuple(json.loads(pages)),
            headings=tuple(Heading(*heading) for heading in json.loads(headings)),
            readers=tuple(json.loads(readers)),
        )
