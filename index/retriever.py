"""A question → passages: nearest by meaning (FAISS) and by words (BM25), fused by reciprocal rank.

Fusion: Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning
methods", SIGIR 2009: score = Σ 1 / (k + rank). Their k is 60; with 10 the top ranks count for
more, which found the right paragraph of SQuAD more often before the first version of this was written.
"""

import re
from dataclasses import dataclass

from index.embedding import Embedder
from index.snapshot import Filter, Snapshot
from index.vectors import VectorIndex

FUSION_K = 10
CANDIDATES = 50  # taken from each of the two lists

# Words that say nothing about what a question is on
_STOP_WORDS = frozenset(
    """a about after all also am an and any are as at be because been before being between both but by can could did do
    does doing during each for from had has have having he her here hers him his how i if in into is it its itself just
    may me might more most must my no nor not of off on once only or other our out over own same shall she should so
    some such tell than that the their them then there these they this those through to too under until up very was we
    were what when where which while who whom whose why will with would you your""".split()  # noqa: SIM905
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk retrieved for a question: the slice `[start, end)` of a document, and why it is here.

    `rank` counts from 1. `score` is the fused one, in (0, 2 / (FUSION_K + 1)]; `dense` a cosine in [-1, 1]; `bm25` is
    positive (higher is better), or 0 where no word of the question occurs.
    """

    document_id: str
    document_key: int
    start: int
    end: int
    text: str
    rank: int
    score: float
    dense: float
    bm25: float


class Retriever:
    """Finds the passages on which a question is best answered. Safe to share between threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors = VectorIndex(embedder.dimension)

    def retrieve(self, snapshot: Snapshot, question: str, where: Filter, top_k: int) -> list[Passage]:
        """The best `top_k` passages among those that `where` admits, best first; fewer where there are fewer.

        Raises NotFoundError if `where` names a collection or document that isn't there.
        """
        snapshot.require(where)
        query = self._embedder.embed_query(question)
        words = word_query(question)
        dense = self._vectors.search(snapshot, query, where, max(CANDIDATES, top_k))
        sparse = snapshot.bm25(words, where, max(CANDIDATES, top_k)) if words else {}
        fused = fuse(list(dense), list(sparse))[:top_k]
        keys = [key for key, _ in fused]
        dense |= self._vectors.scores(snapshot, query, where.collection, [key for key in keys if key not in dense])
        sparse |= snapshot.bm25_of(words, [key for key in keys if key not in sparse]) if words else {}
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


def word_query(question: str) -> str:
    """A question's words as an FTS5 expression that any of them satisfies; empty where only stop words are left."""
    words = dict.fromkeys(word for word in _WORD.findall(question.lower()) if word not in _STOP_WORDS)
    return " OR ".join(f'"{word}"' for word in words)


def fuse(*rankings: list[int], k: int = FUSION_K) -> list[tuple[int, float]]:
    """(key, Σ 1 / (k + rank)) over the rankings, best first; equal scores in the order first seen."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + 1 / (k + rank)
    return sorted(scores.items(), key=lambda item: -item[1])
