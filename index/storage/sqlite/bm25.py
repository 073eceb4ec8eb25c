"""BM25 as FTS5 computes it, for scores that are summed here and must be the same to the last digit."""

import math

K1, B = 1.2, 0.75
LEAST_IDF = 1e-6  # of a word that more than half of the chunks have


def idf(count: int, chunks: int) -> float:
    """What a word weighs that `count` of `chunks` have: ln(8.5 / 2.5) = 1.22 for 2 of 10."""
    value = math.log((chunks - count + 0.5) / (count + 0.5))
    return value if value > 0 else LEAST_IDF
