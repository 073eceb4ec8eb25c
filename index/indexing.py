"""Load → chunk → embed → store, in that order.

Documents are processed a few at a time: their chunks are embedded together, sorted by length. Then each document is
stored in a transaction of its own, so an interruption loses at most those few, and leaves none half stored.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.chunking import Chunk, chunk
from index.context import PREFIX_TOKENS, ChunkContext, prefix_of
from index.documents import Document, DocumentSummary, Source, digest
from index.embedding import Embedder
from index.errors import DocumentError, NoTextError, SettingsError, StorageError
from index.known_slices import known_slices
from index.language.base import Language
from index.language.english import ENGLISH
from index.language.registry import language_of
from index.moving import MovedDocuments
from index.parsing.limits import DEFAULT_LIMITS, Limits
from index.signature import Signature, others_than
from index.storage.base import Store
from index.storage.principals import SEES_ALL

BATCH_CHUNKS = 512  # in one batch of documents: enough that sorting by length leaves little padding
PROGRESS_CHUNKS = 32  # between two calls of `progress`

# Measured by tests/benchmarks/tuning.py: 160 and 200 tokens answer no more questions, and take longer to read
DEFAULT_CHUNK_TOKENS = 128
DEFAULT_CHUNK_OVERLAP = 32
DEFAULT_CHUNK_CONTEXT: ChunkContext = "section"

WITHOUT_TEXT = "without text"  # what becomes of a picture in which none is recognised

File = tuple[Path, Path | None, str | None]
"""(File; the folder that it must be in, None for any; its document's id, None for its path)."""

Progress = Callable[[int, int], None]
"""Called with the number of chunks embedded, and the number known so far."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one document.

    `status` is "added", "replaced", "unchanged", "removed", "refused" with the `reason`, or "without text": a picture.
    `summary` is the document as stored, and `version` the index's version with it; both are None if it was refused.
    """

    id: str
    status: str
    chunks: int = 0
    version: int | None = None
    reason: str | None = None
    summary: DocumentSummary | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A source with its chunks to embed, or with the outcome if it is unchanged; with `vectors`, they are embedded."""

    source: Source
    chunks: list[Chunk]
    unchanged: Outcome | None = None
    vectors: NDArray[np.float32] | None = None

    @property
    def to_embed(self) -> list[Chunk]:
        return [] if self.vectors is not None else self.chunks

    @property
    def document(self) -> Document:
        return self.source.document


def signature_of(
    embedder: Embedder,
    chunk_tokens: int,
    chunk_overlap: int,
    chunk_context: ChunkContext = DEFAULT_CHUNK_CONTEXT,
    language: Language = ENGLISH,
    languages: Mapping[str, Language] | None = None,
) -> Signature:
    """What an index is made with. Raises SettingsError if the embedder can't take chunks of that size.

    `languages`: collection → its language, if that isn't `language`.
    Unless `chunk_context` is "none", it must also have room for PREFIX_TOKENS in front of a chunk.
    """
    if chunk_tokens > embedder.max_tokens:
        raise SettingsError(
            f"chunk_tokens is {chunk_tokens}, but {embedder.name} reads only {embedder.max_tokens} tokens of a text."
        )
    if not 0 <= chunk_overlap <= chunk_tokens // 2:
        raise SettingsError(
            f"chunk_overlap is {chunk_overlap}: for chunks of {chunk_tokens} it must be from 0 to {chunk_tokens // 2}."
        )
    if chunk_context != "none" and chunk_tokens + PREFIX_TOKENS > embedder.max_tokens:
        raise SettingsError(
            f"chunk_context is {chunk_context!r}, which takes up to {PREFIX_TOKENS} tokens in front of a chunk, but "
            f"chunk_tokens is {chunk_tokens} and {embedder.name} reads only {embedder.max_tokens}: at most "
            f"{embedder.max_tokens - PREFIX_TOKENS} fit."
        )
    return Signature(
        embedder.name,
        embedder.sha256,
        embedder.dimension,
        chunk_tokens,
        chunk_overlap,
        chunk_context,
        language.code,
        others_than(language.code, {name: each.code for name, each in (languages or {}).items()}),
    )


class Indexer:
    """Writes documents to a store, chunked and embedded as its `signature` says; files are parsed within `limits`.

    Documents that name no `readers` get these.
    """

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        signature: Signature,
        limits: Limits = DEFAULT_LIMITS,
        readers: tuple[str, ...] = (),
    ) -> None:
        self._readers = readers
        self._store = store
        self._embedder = embedder
        self._signature = signature
        self.limits = limits

    def add(self, document: Document, collection: str) -> Outcome:
        """Index one document; it replaces one with the same id, unless the content is the same."""
        return self.add_source(Source(document), collection)

    def add_source(self, source: Source, collection: str) -> Outcome:
        """As `add`, and store the original file if there is one."""
        return next(iter(self._add_sources([source], collection, None)))

    def add_paths(self, paths: Iterable[Path], collection: str, progress: Progress | None = None) -> Iterator[Outcome]:
        """Index files and the readable files below folders. A file that can't be read is refused, without an error.

        Raises NotFoundError or MediaTypeError, before anything is indexed, for a path that can't be indexed.
        """
        from index.loading import find_files  # with all formats; not for those who ask

        files: list[File] = [
            (file, None if file == path else path, None) for path in paths for file in find_files(path, self.limits)
        ]
        return self._add_files(files, collection, progress)

    def add_files(
        self, files: Iterable[File], collection: str, progress: Progress | None = None, gone: Sequence[str] = ()
    ) -> Iterator[Outcome]:
        """Index the files of a folder; yields an outcome for each, those that can't be read last.

        Documents whose files are `gone` may be others now, renamed: what is embedded of them isn't embedded again. What
        the folder doesn't say of a document any more, such as its readers, the document doesn't have any more.
        """
        moved = MovedDocuments(self._store, collection, gone) if gone else None
        return self._add_files(files, collection, progress, moved, _all_said)

    def _add_files(
        self,
        files: Iterable[File],
        collection: str,
        progress: Progress | None,
        moved: MovedDocuments | None = None,
        read_as: Callable[[Source], Source] = lambda source: source,
    ) -> Iterator[Outcome]:
        refused: list[Outcome] = []
        yield from self._add_sources(map(read_as, self._load_each(files, refused)), collection, progress, moved)
        yield from refused

    def preview(self, files: Iterable[File], collection: str) -> Iterator[Outcome]:
        """The outcomes of `add_files`, without indexing anything."""
        refused: list[Outcome] = []
        for source in map(_all_said, self._load_each(files, refused)):
            yield self.preview_source(source, collection)
        yield from refused

    def for_readers(self, readers: tuple[str, ...]) -> "Indexer":
        """The same with other readers for documents that name none."""
        return Indexer(self._store, self._embedder, self._signature, self.limits, readers)

    def _with_readers(self, source: Source, collection: str) -> Source:
        """The source with the readers it names, else those of this indexer, else those its document has by now."""
        document, readers = source.document, self._readers
        if document.readers or (source.names_readers and not readers):
            return source
        if not readers:
            with self._store.view(SEES_ALL) as view:
                is_there = view.sha256(document.id, collection) is not None
                readers = view.summary(document.id, collection).readers if is_there else ()
        return replace(source, document=replace(document, readers=readers)) if readers else source

    def preview_source(self, source: Source, collection: str) -> Outcome:
        """The outcome of `add_source`, without indexing anything."""
        source = self._with_readers(source, collection)
        if unchanged := self._unchanged(source, collection):
            return unchanged
        with self._store.view(SEES_ALL) as view:
            is_new = view.sha256(source.document.id, collection) is None
        return Outcome(source.document.id, "added" if is_new else "replaced")

    def _load_each(self, files: Iterable[File], refused: list[Outcome]) -> Iterator[Source]:
        from index.loading import load_source

        for file, found_in, document_id in files:
            try:
                yield load_source(file, found_in=found_in, document_id=document_id, limits=self.limits)
            except NoTextError as error:
                refused.append(Outcome(document_id or str(file), WITHOUT_TEXT, reason=str(error)))
            except (DocumentError, StorageError) as error:
                refused.append(Outcome(str(file), "refused", reason=str(error)))

    def add_all(
        self, documents: Iterable[Document], collection: str, progress: Progress | None = None
    ) -> Iterator[Outcome]:
        """Index many documents; yields each one's outcome once it is stored."""
        return self._add_sources(map(Source, documents), collection, progress)

    def _add_sources(
        self,
        sources: Iterable[Source],
        collection: str,
        progress: Progress | None,
        moved: MovedDocuments | None = None,
    ) -> Iterator[Outcome]:
        embedded = 0
        for batch in self._batches(sources, collection, moved):
            for item, vectors in zip(batch, self._embed(batch, embedded, progress), strict=True):
                yield self._put(item, vectors, collection)
            embedded += sum(len(item.to_embed) for item in batch)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Chunk and embed all stored documents again with this indexer's settings; returns their number."""
        count = embedded = 0

        def remade() -> Iterator[tuple[str, Document, list[Chunk], NDArray[np.float32]]]:
            nonlocal count, embedded
            with self._store.view(SEES_ALL) as view:
                for collection, document in view.documents():
                    item = _Prepared(Source(document), self._chunk(document, collection))
                    (vectors,) = self._embed([item], embedded, progress)
                    embedded += len(item.chunks)
                    count += 1
                    yield collection, document, item.chunks, vectors

        self._store.rebuild(self._signature, remade())
        return count

    def _put(self, item: _Prepared, vectors: NDArray[np.float32], collection: str) -> Outcome:
        document, chunks = item.document, item.chunks
        if item.unchanged:
            return item.unchanged
        written = self._store.put(document, chunks, vectors, collection, item.source.original)
        status = "replaced" if written.replaced else "added"
        return Outcome(document.id, status, len(chunks), written.version, summary=written.summary)

    def _chunk(self, document: Document, collection: str) -> list[Chunk]:
        size, overlap = self._signature.chunk_tokens, self._signature.chunk_overlap
        language = language_of(self._signature.language_in(collection))
        return chunk(
            document.text,
            self._embedder.count_tokens,
            size=size,
            overlap=overlap,
            headings=document.headings,
            known=known_slices(document.metadata, len(document.text)),
            language=language,
        )

    def _unchanged(self, source: Source, collection: str) -> Outcome | None:
        """The outcome if nothing would change, else None. Without a new original the stored one is kept."""
        document_id = source.document.id
        with self._store.view(SEES_ALL) as view:
            if view.sha256(document_id, collection) != source.document.sha256:
                return None
            kept = view.original_sha256(document_id, collection)
            if source.original is not None and kept != digest(source.original):
                return None
            summary = view.summary(document_id, collection)
            return Outcome(document_id, "unchanged", version=view.version, summary=summary)

    def _batches(
        self, sources: Iterable[Source], collection: str, moved: MovedDocuments | None = None
    ) -> Iterator[list[_Prepared]]:
        """Sources and their chunks, in batches of at least BATCH_CHUNKS chunks (the last may have fewer)."""
        batch: list[_Prepared] = []
        for source in sources:
            if any(source.document.id == earlier.document.id for earlier in batch):
                yield batch  # the earlier document must be stored before the one with the same id is compared with it
                batch = []
            source = self._with_readers(source, collection)
            document = source.document
            unchanged = self._unchanged(source, collection)
            chunks = [] if unchanged else self._chunk(document, collection)
            vectors = moved.vectors_of(document, chunks, self._embedded_text) if moved and chunks else None
            batch.append(_Prepared(source, chunks, unchanged, vectors))
            if sum(len(prepared.chunks) for prepared in batch) >= BATCH_CHUNKS:
                yield batch
                batch = []
        if batch:
            yield batch

    def _embed(
        self, batch: list[_Prepared], done: int = 0, progress: Progress | None = None
    ) -> list[NDArray[np.float32]]:
        """The vectors of each document, (chunks, dimension); `done` chunks were embedded before this batch."""
        texts = [self._embedded_text(item.document, chunk) for item in batch for chunk in item.to_embed]
        vectors = np.empty((len(texts), self._embedder.dimension), np.float32)
        longest_first = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        for first in range(0, len(texts), PROGRESS_CHUNKS):
            part = longest_first[first : first + PROGRESS_CHUNKS]
            vectors[part] = self._embedder.embed_passages([texts[i] for i in part])
            if progress:
                progress(done + first + len(part), done + len(texts))
        parts = np.split(vectors, np.cumsum([len(item.to_embed) for item in batch])[:-1])
        return [part if item.vectors is None else item.vectors for item, part in zip(batch, parts, strict=True)]

    def _embedded_text(self, document: Document, chunk: Chunk) -> str:
        prefix = prefix_of(document, chunk.start, self._signature.chunk_context, self._embedder.count_tokens)
        return prefix + document.text[chunk.start : chunk.end]


def _all_said(source: Source) -> Source:
    """The source as a folder's file has it, which names its readers or is for everybody."""
    return replace(source, names_readers=True)
