"""The stage that finds chunks by the question's words."""

import math
from collections.abc import Sequence

from index.retrieval.query_words import query_words
from index.retrieval.stage import Candidates, Search, Signal
from index.storage.base import CONTEXT_WEIGHT, ChunkKey

BM25 = "bm25"


class Lexical:
    """Adds `bm25`: positive, higher is better; a chunk without any of the question's words lacks it.

    `context` ≥ 0: what a word of the title or of the headings above a chunk counts by one of its own; with 0 they are
    not searched. Raises ValueError for another value.
    """

    def __init__(self, context: float = CONTEXT_WEIGHT) -> None:
        if not (math.isfinite(context) and context >= 0):
            raise ValueError(f"The weight of a chunk's context is {context}: it must be 0 or more and finite.")
        self.context = context

    def describe(self) -> str:
        """As `Stage.describe`."""
        return f"lexical(context={self.context:g})"

    def apply(self, search: Search, candidates: Candidates) -> Candidates:
        """With the chunks that have the question's words."""
        words = query_words(search.question, search.language.stop_words)
        matching = search.view.matching(words, search.where, search.limit, context=self.context)
        return candidates.with_signal(BM25, matching)

    def complete(self, search: Search, name: str, keys: Sequence[ChunkKey]) -> Signal:
        """BM25 of any chunk that has one of the words."""
        if name != BM25:
            return {}
        words = query_words(search.question, search.language.stop_words)
        return search.view.word_scores(words, search.where, keys, context=self.context)
