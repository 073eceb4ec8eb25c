"""Hard negatives: for each question, chunks that Quoth's own retriever returns and that hold none of its answers.

They are what the reader must reject in use: close to the question, but without an answer.
"""

import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from index.documents import Document
from index.embedding import SentenceTransformerEmbedder, Vectors
from index.indexing import DEFAULT_CHUNK_OVERLAP, DEFAULT_CHUNK_TOKENS, Indexer, signature_of
from index.retrieval.retriever import Retriever
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from index.stores import create_store, url_of_folder
from qa.answering.answer_normalization import normalize
from qa.training.data import Labelled

NEGATIVES = 6
_LOOKED_AT = 16


def mine(questions: Sequence[Labelled], corpus: Iterable[Document], cache: Path) -> dict[str, list[str]]:
    """Question id → up to NEGATIVES chunk texts, nearest first. The result is cached in the file `cache`."""
    if cache.exists():
        return json.loads(cache.read_text())  # type: ignore[no-any-return]
    embedder = SentenceTransformerEmbedder()
    signature = signature_of(embedder, DEFAULT_CHUNK_TOKENS, DEFAULT_CHUNK_OVERLAP)
    with tempfile.TemporaryDirectory() as folder:
        store = create_store(url_of_folder(Path(folder)), signature)
        documents = list(corpus)
        list(tqdm(Indexer(store, embedder, signature).add_all(documents, "default"), "indexing", len(documents)))
        retriever, negatives = Retriever(_EmbeddedQuestions(embedder, questions)), {}
        for question in tqdm(questions, "hard negatives"):
            with store.view(SEES_ALL) as view:
                passages = retriever.retrieve(view, question.question, Filter(), _LOOKED_AT)
            without = [p.text for p in passages if not holds_answer(p.text, question.texts)]
            negatives[question.id] = without[:NEGATIVES]
        store.close()
    partial = cache.with_suffix(".partial")
    partial.write_text(json.dumps(negatives))
    partial.replace(cache)
    return negatives


class _EmbeddedQuestions:
    """An embedder with all questions embedded in advance, in batches: a tenth of the time."""

    def __init__(self, embedder: SentenceTransformerEmbedder, questions: Sequence[Labelled]) -> None:
        self.name, self.sha256, self.dimension = embedder.name, embedder.sha256, embedder.dimension
        self.max_tokens, self.count_tokens = embedder.max_tokens, embedder.count_tokens
        self.embed_passages = embedder.embed_passages
        texts = sorted({question.question for question in questions}, key=len)
        self._vectors: dict[str, Vectors] = {}
        for first in tqdm(range(0, len(texts), 64), "embedding questions"):
            part = texts[first : first + 64]
            self._vectors.update(zip(part, embedder.embed_passages(part), strict=True))

    def embed_query(self, question: str) -> Vectors:
        return self._vectors[question]


def holds_answer(text: str, answers: Iterable[str]) -> bool:
    """Whether the text contains any of the answers, compared as SQuAD's scripts do."""
    padded = f" {normalize(text)} "
    return any(f" {normalize(answer)} " in padded for answer in answers)


def with_chunks(questions: Sequence[Labelled]) -> list[Labelled]:
    """The questions with their contexts cut into chunks as Quoth would."""
    from index.chunking import chunk

    count = SentenceTransformerEmbedder().count_tokens
    cut = {}
    for question in tqdm(questions, "chunking"):
        context = question.context
        if context.name not in cut:
            chunks = chunk(context.text, count, size=DEFAULT_CHUNK_TOKENS, overlap=DEFAULT_CHUNK_OVERLAP)
            cut[context.name] = replace(context, chunks=tuple(chunks))
    return [replace(question, context=cut[question.context.name]) for question in questions]
