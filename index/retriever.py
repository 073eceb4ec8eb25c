"""A question → passages: nearest by meaning (FAISS) and by words (BM25), fused by reciprocal rank.

Fusion: Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning
methods", SIGIR 2009, with a weight for each ranking: score = Σ weight / (k + rank). Their k is 60 and their weights are
1; with k = 5 the top ranks count for more, and BM25 is the better of the two. `tests/benchmarks/retrieval.py` measures
other values; these are the best for 1,200 questions on SQuAD articles that the reader was trained on.
"""

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index.embedding import Embedder
from index.snapshot import CONTEXT_WEIGHT, Filter, Snapshot
from index.vectors import VectorIndex

CANDIDATES = 50  # taken from each of the two lists

# Words that say nothing about what a question is on
STOP_WORDS = frozenset(
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

    `rank` counts from 1. `score` is the fused one, in (0, `Fusion.best_score`]; `dense` a cosine in [-1, 1]; `bm25` is
    positive (higher is better), or 0 where no word of the question occurs in the chunk or, unless that weighs nothing,
    in its context.
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


@dataclass(frozen=True, slots=True)
class Fusion:
    """How the two rankings become one, and how BM25 weighs what a chunk stands under.

    `k` ≥ 0: the smaller, the more the top ranks count. `dense` and `bm25` ≥ 0, one of them more than 0: the rankings'
    weights; one of weight 0 gives no passages. `context` ≥ 0: what a word of the title or headings counts by one of the
    chunk's own; with 0 they are not searched. Raises ValueError for other values. The confidence of answers is fitted
    to the scores that the defaults make: other ones call for another fit.
    """

    k: float = 5
    dense: float = 1.0
    bm25: float = 1.5
    context: float = CONTEXT_WEIGHT

    def __post_init__(self) -> None:
        """Refuse what makes no order."""
        values = (self.k, self.dense, self.bm25, self.context)
        if not all(math.isfinite(value) and value >= 0 for value in values) or self.dense + self.bm25 == 0:
            raise ValueError(f"{self}: all four must be 0 or more and finite, and dense or bm25 more than 0.")

    @property
    def best_score(self) -> float:
        """The score of a chunk that is first in both rankings; 2.5/6 with the defaults."""
        return (self.dense + self.bm25) / (self.k + 1)

    def fuse(self, dense: Sequence[int], bm25: Sequence[int]) -> list[tuple[int, float]]:
        """(key, Σ weight / (k + rank)) over two rankings of keys, best first; equal scores in the order first seen."""
        scores: dict[int, float] = {}
        for ranking, weight in ((dense, self.dense), (bm25, self.bm25)):
            for rank, key in enumerate(ranking if weight else (), start=1):
                scores[key] = scores.get(key, 0.0) + weight / (self.k + rank)
        return sorted(scores.items(), key=lambda item: -item[1])


class Retriever:
    """Finds the passages on which a question is best answered. Safe to share between threads."""

    def __init__(self, embedder: Embedder, fusion: Fusion | None = None) -> None:
        self._embedder = embedder
        self._fusion = fusion or Fusion()
        self._vectors = VectorIndex(embedder.dimension)

    def retrieve(self, snapshot: Snapshot, question: str, where: Filter, top_k: int) -> list[Passage]:
        """The best `top_k` passages among those that `where` admits, best first; fewer where there are fewer.

        Raises NotFoundError if `where` names a collection or document that isn't there.
        """
        snapshot.require(where)
        query = self._embedder.embed_query(question)
        words, context = word_query(question), self._fusion.context
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


def word_query(question: str, stop_words: Collection[str] = STOP_WORDS) -> str:
    """A question's words as an FTS5 expression that any of them satisfies; empty where only stop words are left."""
    words = dict.fromkeys(word for word in _WORD.findall(question.lower()) if word not in stop_words)
    return " OR ".join(f'"{word}"' for word in words)
