"""Haystack as its tutorials have it, for `peers.py`: files of several types indexed (30), extractive answers (34).

A converter for each type of file, `DocumentCleaner`, `DocumentSplitter` (its default of 200 words, with which more is
answered than with the tutorial's 150), embeddings in an `InMemoryDocumentStore`; for a question its embedding,
`InMemoryEmbeddingRetriever` and `TransformersExtractiveReader` with `top_k` 2 and else its defaults, an answer of none
among them. BM25 beside the embeddings, joined by reciprocal ranks, answers less here.

The reader hands its model no token types, by which a BERT model tells the question from the passage. Its default model,
a RoBERTa, has none; the one here learned with them, and answers less than half as much without. So they are added on
the way into the model; the variant "untouched" leaves them out.
"""

from typing import Any

from haystack import Pipeline
from haystack.components.converters import HTMLToDocument, MarkdownToDocument, PyPDFToDocument, TextFileToDocument
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentCleaner, DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.components.routers import FileTypeRouter
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.readers.transformers import TransformersExtractiveReader
from peer_protocol import arguments, serve

CONVERTERS = {
    "text/plain": TextFileToDocument,
    "text/markdown": MarkdownToDocument,
    "text/html": HTMLToDocument,
    "application/pdf": PyPDFToDocument,
}


class Haystack:
    """Two pipelines over one store in memory."""

    def __init__(self, embedder: str, reader: str, passages: int, *, token_types: bool) -> None:
        self._embedder, self._reader, self._passages, self._token_types = embedder, reader, passages, token_types

    def prepare(self) -> None:
        """Make both pipelines over an empty store."""
        store = InMemoryDocumentStore()
        self._indexing = self._indexing_pipeline(store)
        self._asking = self._asking_pipeline(store)
        self._indexing.warm_up()
        self._asking.warm_up()
        if self._token_types:
            model = self._asking.get_component("reader").model
            model.register_forward_pre_hook(add_token_types, with_kwargs=True)

    def _indexing_pipeline(self, store: InMemoryDocumentStore) -> Pipeline:
        pipeline = Pipeline()
        pipeline.add_component(
            "router", FileTypeRouter(list(CONVERTERS), additional_mimetypes={"text/markdown": ".md"})
        )
        pipeline.add_component("joiner", DocumentJoiner())
        for kind, converter in CONVERTERS.items():
            pipeline.add_component(kind.replace("/", "_"), converter())
            pipeline.connect(f"router.{kind}", kind.replace("/", "_") + ".sources")
            pipeline.connect(kind.replace("/", "_"), "joiner")
        pipeline.add_component("cleaner", DocumentCleaner())
        pipeline.add_component("splitter", DocumentSplitter())
        pipeline.add_component(
            "embedder", SentenceTransformersDocumentEmbedder(model=self._embedder, progress_bar=False)
        )
        pipeline.add_component("writer", DocumentWriter(store))
        for one, next_one in [
            ("joiner", "cleaner"),
            ("cleaner", "splitter"),
            ("splitter", "embedder"),
            ("embedder", "writer"),
        ]:
            pipeline.connect(one, next_one)
        return pipeline

    def _asking_pipeline(self, store: InMemoryDocumentStore) -> Pipeline:
        pipeline = Pipeline()
        pipeline.add_component("embedder", SentenceTransformersTextEmbedder(model=self._embedder, progress_bar=False))
        pipeline.add_component("retriever", InMemoryEmbeddingRetriever(store, top_k=self._passages))
        pipeline.add_component("reader", TransformersExtractiveReader(self._reader, top_k=2))
        pipeline.connect("embedder.embedding", "retriever.query_embedding")
        pipeline.connect("retriever.documents", "reader.documents")
        return pipeline

    def index(self, files: list[str]) -> None:
        """Index these files."""
        self._indexing.run({"router": {"sources": files}})

    def ask(self, question: str) -> dict[str, Any]:
        """The answer that comes first, which may be the one of none."""
        answers = self._asking.run({"embedder": {"text": question}, "reader": {"query": question}})["reader"]["answers"]
        self._first = next((answer for answer in answers if answer.data is not None), None)
        return {"answer": (answers[0].data or "") if answers else ""}

    def explain(self, question: str) -> dict[str, Any]:
        """The first answer with words; its offset is that in a chunk, to which the chunk's own is added here."""
        first = self._first
        if first is None:
            return {"first": "", "score": None, "place": None}
        begin, meta = first.document.meta["split_idx_start"], first.document.meta
        place = [meta["file_path"], begin + first.document_offset.start, begin + first.document_offset.end]
        return {"first": first.data, "score": first.score, "place": place}


def add_token_types(module: Any, args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """0 up to the first separator, which ends the question; 1 from there to the second."""
    separators = (kwargs["input_ids"] == 102).int()  # [SEP] in the vocabulary of all uncased BERT models
    before = separators.cumsum(1) - separators
    return args, {**kwargs, "token_type_ids": (before == 1).long()}


if __name__ == "__main__":
    embedder, reader, passages, variant = arguments()
    serve(Haystack(embedder, reader, passages, token_types=variant != "untouched"))
