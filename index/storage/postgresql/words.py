"""BM25 in SQL, over the table of postings: a row for each word of each chunk.

Three statements, for `view.py` to run: how many chunks have each word or phrase, what the chunks' scores are, and what
a collection has in all where some of it is hidden.
"""

import math
from collections.abc import Sequence
from typing import Any

Phrase = tuple[str, ...]
"""Words that stand one after another; most often one."""

_LEAST_IDF = 1e-6  # of a word that more than half of the chunks have
_UNIT = 2**40  # of which a score is a whole number, so that a sum is the same in whatever order it is added up

# Where each phrase stands: how often (`f`), a time in the context counting less. Of a phrase of several words, each
# word's places are moved back by its place in the phrase: "ferry sails" stands where as many words as it has (2) come
# to the same beginning, as "ferry" at 4 and "sails" at 5, moved back by 1, do
_OCCURRING = """occurring AS (
    SELECT phrase, chunk, postings.words,
        coalesce(cardinality(own), 0) + %(context)s * coalesce(cardinality(context), 0) AS f
    FROM unnest(%(phrases)s::int[], %(words)s::text[]) AS wanted (phrase, word)
    JOIN postings ON postings.collection = %(number)s AND postings.word = wanted.word
    WHERE (own IS NOT NULL OR %(context)s > 0) {seen}
    UNION ALL
    SELECT phrase, chunk, words, sum(CASE WHEN is_own THEN 1 ELSE %(context)s END) FROM (
        SELECT phrase, chunk, postings.words, is_own
        FROM unnest(%(part_phrases)s::int[], %(parts)s::text[], %(places)s::int[], %(lengths)s::int[])
            AS wanted (phrase, word, place, length)
        JOIN postings ON postings.collection = %(number)s AND postings.word = wanted.word
        CROSS JOIN LATERAL (
            SELECT unnest(own) AS at, true AS is_own
            UNION ALL SELECT unnest(context), false WHERE %(context)s > 0) AS stands
        WHERE true {seen}
        GROUP BY phrase, chunk, postings.words, length, is_own, at - place HAVING count(*) = length) AS begins
    GROUP BY phrase, chunk, words
)"""
_SEEN = """AND postings.chunk IN (SELECT chunks.key FROM chunks JOIN documents ON documents.key = chunks.document
    WHERE documents.collection = %(collection)s)"""

_COUNTS = "{with_}{occurring} SELECT phrase, count(*) FROM occurring GROUP BY phrase"

# k1 = 1.2, b = 0.75; `weights` has idf · (k1 + 1) of each phrase
_BEST = """{with_}{occurring} SELECT chunk, sum(round(
        weight * f / (f + 1.2 * (0.25 + 0.75 * words / %(average)s)) * %(unit)s)::bigint) AS score
    FROM occurring JOIN unnest(%(all_phrases)s::int[], %(weights)s::float8[]) AS weighed (phrase, weight) USING (phrase)
    WHERE {which} GROUP BY chunk ORDER BY score DESC, chunk LIMIT %(limit)s"""

TOTALS = "SELECT number, chunks, words FROM collections WHERE name = %(collection)s"
SEEN_TOTALS = """SELECT collections.number, count(*), coalesce(sum(chunks.words), 0)
    FROM collections JOIN documents ON documents.collection = name JOIN chunks ON chunks.document = documents.key
    WHERE name = %(collection)s GROUP BY 1"""


def counts(seen: str, *, by_document: bool) -> str:
    """The statement that counts the chunks that have each phrase.

    It is to stand behind `seen`, as `visibility.py` has it; `by_document`: only chunks of its documents count.
    """
    return _COUNTS.format(with_=_beginning(seen), occurring=_occurring(by_document))


def best(seen: str, which: str, *, by_document: bool) -> str:
    """The statement that gives chunks and their scores, in units, best first; `which` is a condition on the chunks."""
    return _BEST.format(with_=_beginning(seen), occurring=_occurring(by_document), which=which)


def values_of(phrases: Sequence[Phrase], context: float) -> dict[str, Any]:
    """The statements' values that name what is searched for."""
    single = [(number, phrase[0]) for number, phrase in enumerate(phrases) if len(phrase) == 1]
    parts = [
        (number, word, place, len(phrase))
        for number, phrase in enumerate(phrases)
        if len(phrase) > 1
        for place, word in enumerate(phrase)
    ]
    return {
        "phrases": [number for number, _ in single],
        "words": [word for _, word in single],
        "part_phrases": [part[0] for part in parts],
        "parts": [part[1] for part in parts],
        "places": [part[2] for part in parts],
        "lengths": [part[3] for part in parts],
        "context": float(context),
    }


def weights_of(having: dict[int, int], chunks: int, average: float) -> dict[str, Any]:
    """The values that say what each phrase weighs, by how many of all the chunks have it."""
    idf = {number: math.log((chunks - n + 0.5) / (n + 0.5)) for number, n in having.items()}
    return {
        "all_phrases": list(idf),
        "weights": [2.2 * (value if value > 0 else _LEAST_IDF) for value in idf.values()],
        "average": average,
        "unit": _UNIT,
    }


def score_of(units: int) -> float:
    """A score, of what `best` gives."""
    return int(units) / _UNIT


def _beginning(seen: str) -> str:
    return ", " if seen else "WITH "


def _occurring(by_document: bool) -> str:
    return _OCCURRING.format(seen=_SEEN if by_document else "")
