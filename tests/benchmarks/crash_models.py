"""The shipped models, loaded once by the process that kills, to check what the killed ones wrote and to ask of it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from crash_processes import import_everything
from numpy.typing import NDArray

from index.context import prefix_of
from index.documents import Document
from index.embedding import SentenceTransformerEmbedder
from index.indexing import DEFAULT_CHUNK_CONTEXT
from index.retrieval.retriever import Retriever
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import SQLiteStore
from qa.answering.answerer import Answerer
from qa.reading.reader import TransformersReader


class Models:
    """Embedder and reader."""

    def __init__(self) -> None:
        import_everything()
        self._embedder = SentenceTransformerEmbedder()
        self._reader = TransformersReader()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts), dimension), as they must be stored."""
        return self._embedder.embed_passages(texts)

    def prefix(self, document: Document, start: int) -> str:
        """What the killed processes, by their default settings, embed in front of a chunk from `start` on."""
        return prefix_of(document, start, DEFAULT_CHUNK_CONTEXT, self._embedder.count_tokens)

    def complaint(self, path: Path, document_id: str, question: str, word: str) -> str | None:
        """What is wrong with the answer that a reopened file gives to a question about one of its documents."""
        store = SQLiteStore(path, read_only=True)
        try:
            where = Filter(document_ids=(document_id,))
            answerer = Answerer(store, Retriever(self._embedder), self._reader, min_confidence=0.0)
            answers = answerer.ask(SEES_ALL, question, where, top_k=7, max_answers=1).answers
            with store.view(SEES_ALL) as snapshot:
                text = snapshot.document(document_id, "default").text
        finally:
            store.close()
        for answer in answers:
            citation = answer.citations[0]
            if word in answer.text == text[citation.start : citation.end]:
                return None
        return f"{question} is answered with {[answer.text for answer in answers]}, not {word}"
