"""A question → passages: nearest by meaning (FAISS) and by words (BM25), fused by reciprocal rank."""

from index.embedding import Embedder
from index.language.base import Language
from index.language.english import ENGLISH
from index.retrieval.fusion import Fusion
from index.retrieval.lexical import word_query
from index.retrieval.passages import Passage
from index.storage.base import Filter
from index.storage.sqlite.snapshot import Snapshot
from index.storage.sqlite.vectors import VectorIndex

CANDIDATES = 50  # taken from each of the two lists


class Retriever:
    """Finds the passages on which a question is best answered. Safe to share between threads."""

    def __init__(self, embedder: Embedder, fusion: Fusion | None = None, language: Language = ENGLISH) -> None:
        self._embedder = embedder
        self._language = language
        self._fusion = fusion or Fusion()
        self._vectors = VectorIndex(embedder.dimension)

    def retrieve(self, snapshot: Snapshot, question: str, where: Filter, top_k: int) -> list[Passage]:
        """The best `top_k` passages among those that `where` admits, best first; fewer where there are fewer.

        Raises NotFoundError if `where` names a collection or document that isn't there.
        """
        snapshot.require(where)
        query = self._embedder.embed_query(question)
        words, context = word_query(question, self._language.stop_words), self._fusion.context
        dense = self._vectors.search(snapshot, query, where, max(CANDIDATES, top_k))
        sparse = snapshot.bm25(words, where, max(CANDIDATES, top_k), context) if words else {}
        fused = self._fusion.fuse(list(dense), list(sparse))[:top_k]
        keys = [key for key, _ in fused]
        dense |= self._vectors.scores(snapshot, query, where.collection, [key for key in keys if key not in dense])
        sparse |= snapshot.bm25_of(words, [key for key in keys if key not in sparse], context) if words else {}
        chunks = snapshot.chunks(keys)
        return [
            Passage(
                document_id=chunks[key].document_id,
                document_key=chunks[key].document_key,
                start=chunks[key].start,
                end=chunks[key].end,
                text=chunks[key].text,
                rank=rank,
                score=score,
                dense=dense[key],
                bm25=sparse.get(key, 0.0),
            )
            for rank, (key, score) in enumerate(fused, start=1)
        ]
