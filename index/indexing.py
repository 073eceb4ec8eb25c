"""Load → chunk → embed → store, in that order.

Documents are taken a few at a time, so that their chunks are embedded together and sorted by length, and each is then
stored in a transaction of its own: a stop loses at most the documents under way, and none half.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.chunking import Chunk, chunk
from index.context import PREFIX_TOKENS, ChunkContext, prefix_of
from index.documents import Document, DocumentSummary, Source, digest
from index.embedding import Embedder
from index.errors import DocumentError, SettingsError, StorageError
from index.language.base import Language
from index.language.english import ENGLISH
from index.language.registry import language_of
from index.loading import find_files, load_source
from index.parsing.process import DEFAULT_LIMITS, Limits
from index.signature import Signature
from index.storage.base import Store
from index.storage.principals import SEES_ALL

BATCH_CHUNKS = 512  # embedded together: enough that sorting by length leaves little padding
PROGRESS_CHUNKS = 32  # embedded between two reports of progress

# Measured (tests/benchmarks/tuning.py): 160 and 200 tokens answer no more questions, and take longer to read
DEFAULT_CHUNK_TOKENS = 128
DEFAULT_CHUNK_OVERLAP = 32
DEFAULT_CHUNK_CONTEXT: ChunkContext = "section"

File = tuple[Path, Path | None, str | None]
"""A file, the folder it was found in, if it is to be below it, and its document's id, if that isn't its path."""

Progress = Callable[[int, int], None]
"""Called with how many chunks are embedded, and how many there are so far."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document: `status` is added, replaced, unchanged, removed or refused (with the `reason`).

    `summary` is the document as it was stored or, if unchanged, found, and `version` the index's that had it so; both
    are None for what is refused.
    """

    id: str
    status: str
    chunks: int = 0
    version: int | None = None
    reason: str | None = None
    summary: DocumentSummary | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class _Prepared:
    source: Source
    chunks: list[Chunk]
    unchanged: Outcome | None = None

    @property
    def document(self) -> Document:
        return self.source.document


def signature_of(
    embedder: Embedder,
    chunk_tokens: int,
    chunk_overlap: int,
    chunk_context: ChunkContext = DEFAULT_CHUNK_CONTEXT,
    language: Language = ENGLISH,
) -> Signature:
    """What an index is made with. Raises SettingsError where the embedder can't take chunks of that size.

    With a `chunk_context` but "none" there must be room for PREFIX_TOKENS in front of a chunk.
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
        embedder.name, embedder.sha256, embedder.dimension, chunk_tokens, chunk_overlap, chunk_context, language.code
    )


class Indexer:
    """Writes documents into a store, chunked as the `signature` says and embedded by the embedder that it names.

    Files are parsed within the `limits`.
    """

    def __init__(self, store: Store, embedder: Embedder, signature: Signature, limits: Limits = DEFAULT_LIMITS) -> None:
        self._store = store
        self._embedder = embedder
        self._signature = signature
        self._limits = limits

    def add(self, document: Document, collection: str) -> Outcome:
        """Index one document, replacing the one of its id; nothing is done where the content is the same."""
        return self.add_source(Source(document), collection)

    def add_source(self, source: Source, collection: str) -> Outcome:
        """As `add`, keeping the original if there is one."""
        return next(iter(self._add_sources([source], collection, None)))

    def add_paths(self, paths: Iterable[Path], collection: str, progress: Progress | None = None) -> Iterator[Outcome]:
        """Index files, and folders' readable files. A file that can't be read is refused, and the rest go on.

        Raises NotFoundError or MediaTypeError, before anything is indexed, for a path that is not one to index.
        """
        files: list[File] = [
            (file, None if file == path else path, None) for path in paths for file in find_files(path)
        ]
        return self.add_files(files, collection, progress)

    def add_files(self, files: Iterable[File], collection: str, progress: Progress | None = None) -> Iterator[Outcome]:
        """Index files; those that can't be read are refused, and come last."""
        refused: list[Outcome] = []
        yield from self._add_sources(self._load_each(files, refused), collection, progress)
        yield from refused

    def preview(self, files: Iterable[File], collection: str) -> Iterator[Outcome]:
        """What `add_files` would do, without doing it."""
        refused: list[Outcome] = []
        for source in self._load_each(files, refused):
            yield self._unchanged(source, collection) or self._change(source, collection)
        yield from refused

    def _change(self, source: Source, collection: str) -> Outcome:
        with self._store.view(SEES_ALL) as view:
            is_new = view.sha256(source.document.id, collection) is None
        return Outcome(source.document.id, "added" if is_new else "replaced")

    def _load_each(self, files: Iterable[File], refused: list[Outcome]) -> Iterator[Source]:
        for file, found_in, document_id in files:
            try:
                yield load_source(file, found_in=found_in, document_id=document_id, limits=self._limits)
            except (DocumentError, StorageError) as error:
                refused.append(Outcome(str(file), "refused", reason=str(error)))

    def add_all(
        self, documents: Iterable[Document], collection: str, progress: Progress | None = None
    ) -> Iterator[Outcome]:
        """Index many documents; yields what became of each once it is stored."""
        return self._add_sources(map(Source, documents), collection, progress)

    def _add_sources(self, sources: Iterable[Source], collection: str, progress: Progress | None) -> Iterator[Outcome]:
        embedded = 0
        for batch in self._batches(sources, collection):
            for item, vectors in zip(batch, self._embed(batch, embedded, progress), strict=True):
                yield self._put(item, vectors, collection)
            embedded += sum(len(item.chunks) for item in batch)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Chunk and embed every stored document anew, with this indexer's settings, and return how many there are."""
        count = embedded = 0

        def remade() -> Iterator[tuple[str, Document, list[Chunk], NDArray[np.float32]]]:
            nonlocal count, embedded
            with self._store.view(SEES_ALL) as view:
                for collection, document in view.documents():
                    item = _Prepared(Source(document), self._chunk(document))
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

    def _chunk(self, document: Document) -> list[Chunk]:
        size, overlap = self._signature.chunk_tokens, self._signature.chunk_overlap
        language = language_of(self._signature.language)
        return chunk(document.text, self._embedder.count_tokens, size=size, overlap=overlap, language=language)

    def _unchanged(self, source: Source, collection: str) -> Outcome | None:
        """The outcome where nothing would change; an original already kept stays where none is brought."""
        document_id = source.document.id
        with self._store.view(SEES_ALL) as view:
            if view.sha256(document_id, collection) != source.document.sha256:
                return None
            kept = view.original_sha256(document_id, collection)
            if source.original is not None and kept != digest(source.original):
                return None
            summary = view.summary(document_id, collection)
            return Outcome(document_id, "unchanged", version=view.version, summary=summary)

    def _batches(self, sources: Iterable[Source], collection: str) -> Iterator[list[_Prepared]]:
        """Documents and their chunks, until there are enough chunks to embed together."""
        batch: list[_Prepared] = []
        for source in sources:
            document = source.document
            if any(document.id == earlier.document.id for earlier in batch):
                yield batch  # so that the later of two documents with one id is compared with the earlier
                batch = []
            unchanged = self._unchanged(source, collection)
            batch.append(_Prepared(source, [] if unchanged else self._chunk(document), unchanged))
            if sum(len(prepared.chunks) for prepared in batch) >= BATCH_CHUNKS:
                yield batch
                batch = []
        if batch:
            yield batch

    def _embed(
        self, batch: list[_Prepared], done: int = 0, progress: Progress | None = None
    ) -> list[NDArray[np.float32]]:
        """Each document's vectors, (its chunks, dimension); `done` chunks were embedded before."""
        texts = [self._embedded_text(item.document, chunk) for item in batch for chunk in item.chunks]
        vectors = np.empty((len(texts), self._embedder.dimension), np.float32)
        longest_first = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        for first in range(0, len(texts), PROGRESS_CHUNKS):
            part = longest_first[first : first + PROGRESS_CHUNKS]
            vectors[part] = self._embedder.embed_passages([texts[i] for i in part])
            if progress:
                progress(done + first + len(part), done + len(texts))
        return np.split(vectors, np.cumsum([len(item.chunks) for item in batch])[:-1])

    def _embedded_text(self, document: Document, chunk: Chunk) -> str:
        prefix = prefix_of(document, chunk.start, self._signature.chunk_context, self._embedder.count_tokens)
        return prefix + document.text[chunk.start : chunk.end]
