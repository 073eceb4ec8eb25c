"""The lexical stage: retrieves chunks by the question's words."""

import math
from collections.abc import Sequence

from index.retrieval.query_words import query_words
from index.retrieval.stage import Candidates, Search, Signal
from index.storage.base import CONTEXT_WEIGHT, ChunkKey

BM25 = "bm25"


class Lexical:
    """Adds `bm25` > 0, higher is better; a chunk without any of the question's words doesn't have the signal.

    `context` ≥ 0 is the weight of a word in the title and headings above a chunk, relative to one in its text; with 0
    they aren't searched. Raises ValueError for any other value.
    """

    def __init__(self, context: float = CONTEXT_WEIGHT) -> None:
        if not (math.isfinite(context) and context >= 0):
            raise ValueError(f"The weight of a chunk's context is {context}: it must be 0 or more and finite.")
        self.context = context

    def describe(self) -> str:
        """The name and parameter, as "lexical(context=0.3)"."""
        return f"lexical(context={self.context:g})"

    def apply(self, search: Search, candidates: Candidates) -> Candidates:
        """The candidates with the best `search.limit` chunks that have words of the question."""
        words = query_words(search.question, search.language.stop_words)
        matching = search.view.matching(words, search.where, search.limit, context=self.context)
        return candidates.with_signal(BM25, matching)

    def complete(self, search: Search, name: str, keys: Sequence[ChunkKey]) -> Signal:
        """The scores of these chunks, if `name` is `bm25`; those without any of the words are left out."""
        if name != BM25:
            return {}
        words = query_words(search.question, search.language.stop_words)
        return search.view.word_scores(words, search.where, keys, context=self.context)
