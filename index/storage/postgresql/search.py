"""What a view finds: by meaning with pgvector, by words with BM25 in SQL."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.storage.base import CONTEXT_WEIGHT, ChunkKey, Filter
from index.storage.postgresql import words as bm25
from index.storage.postgresql.connection import Database
from index.storage.postgresql.place import Place
from index.storage.postgresql.reading import Reading
from index.storage.principals import SEES_ALL, Principal
from index.storage.tokenizer import tokenizer_of

# Chunks whose document is in the collection, is one of the ids if there are any, and has every metadata value wanted
_ADMITTED = """chunk IN (SELECT chunks.key FROM chunks JOIN documents ON documents.key = chunks.document
    WHERE documents.collection = %(collection)s
    AND (%(ids)s::text[] IS NULL OR documents.id = ANY (%(ids)s))
    AND documents.metadata::jsonb @> %(metadata)s::jsonb)"""
_OF_COLLECTION = "vectors.collection = %(number)s"
# Vectors have length 1, so that the inner product is the cosine; pgvector's operator gives it negated, to sort by. The
# dimension stands there as OPERATIONS.md has it in the HNSW index, without which the nearest are found one by one
_DISTANCE = "vector::vector({dimension}) <#> %(vector)s"
_NEAREST = f"""SELECT chunk, -({_DISTANCE}) FROM vectors WHERE {_OF_COLLECTION} AND {{which}}
    ORDER BY {_DISTANCE}, chunk LIMIT %(limit)s"""  # noqa: S608  # ours
_NEAREST_EXACTLY = f"""SELECT chunk, -distance FROM (SELECT chunk, {_DISTANCE} AS distance FROM vectors
    WHERE {_OF_COLLECTION} AND {{which}} OFFSET 0) AS each ORDER BY distance, chunk LIMIT %(limit)s"""  # noqa: S608
_COSINES = f"""SELECT chunk, -(vector <#> %(vector)s) FROM vectors
    WHERE {_OF_COLLECTION} AND chunk = ANY (%(keys)s)"""  # noqa: S608


class Search(Reading):
    """The part of a view that ranks. A chunk's key is its row's."""

    def __init__(self, connection: Database, place: Place, principal: Principal = SEES_ALL) -> None:
        super().__init__(connection, place, principal)
        self._totals: dict[str, tuple[int, int, float] | None] = {}
        self._having: dict[tuple[str, tuple[bm25.Phrase, ...], bool], dict[int, int]] = {}

    def nearest(self, vector: NDArray[np.float32], where: Filter, limit: int) -> dict[ChunkKey, float]:
        """Chunk key → cosine with `vector` (dimension,) of the `limit` nearest that `where` admits, nearest first."""
        totals = self._totals_of(where.collection)
        if totals is None:
            return {}
        which, values = self._admitted(where)
        values |= {"vector": vector, "limit": limit, "number": totals[0]}
        for query in (_NEAREST, _NEAREST_EXACTLY):  # an HNSW index may give up before it has as many as are wanted
            rows = self.rows(query.format(dimension=len(vector), which=which), **values)
            if len(rows) >= min(limit, totals[1]):
                break
        return dict(rows)

    def cosines(self, vector: NDArray[np.float32], where: Filter, keys: Sequence[ChunkKey]) -> dict[ChunkKey, float]:
        """Chunk key → cosine with `vector`, for those of `keys` that are of the collection that `where` names."""
        totals = self._totals_of(where.collection) if keys else None
        if totals is None:
            return {}
        which, values = self._admitted(Filter(where.collection))
        rows = self.rows(f"{_COSINES} AND {which}", **values, vector=vector, number=totals[0], keys=_numbers(keys))
        cosines = dict(rows)
        return {key: cosines[key] for key in keys if key in cosines}

    def matching(
        self, words: Sequence[str], where: Filter, limit: int, *, context: float = CONTEXT_WEIGHT
    ) -> dict[ChunkKey, float]:
        """Chunk key → BM25 score (higher is better) of the best `limit` with any of the words, best first."""
        return self._best(self._phrases(words, where), where, limit, context)

    def word_scores(
        self, words: Sequence[str], where: Filter, keys: Sequence[ChunkKey], *, context: float = CONTEXT_WEIGHT
    ) -> dict[ChunkKey, float]:
        """Chunk key → BM25 score as `matching` gives it, for those of `keys` in which any of the words occurs."""
        phrases = self._phrases(words, where)
        scores = self._best(phrases, Filter(where.collection), len(keys), context, keys) if keys else {}
        return {key: scores[key] for key in keys if key in scores}

    def with_phrase(self, words: Sequence[str], where: Filter, limit: int) -> list[ChunkKey]:
        """The best `limit` chunks in which the words stand one after another, in any of their inflected forms."""
        return list(self._best(self._phrases([" ".join(words)], where), where, limit, 0))

    def _phrases(self, words: Sequence[str], where: Filter) -> list[bm25.Phrase]:
        return tokenizer_of(self.signature.language_in(where.collection)).phrases(words)

    def _best(
        self,
        phrases: Sequence[bm25.Phrase],
        where: Filter,
        limit: int,
        context: float,
        keys: Sequence[ChunkKey] | None = None,
    ) -> dict[ChunkKey, float]:
        """Of all chunks that `where` admits, or of `keys` alone."""
        phrases = tuple(phrase for phrase in phrases if phrase)
        totals = self._totals_of(where.collection) if phrases else None
        if totals is None:
            return {}
        number, chunks, average = totals
        which, values = self._admitted(where)
        values |= bm25.values_of(phrases, context) | {"number": number, "limit": limit, "keys": None}
        having = self._counts_of(where.collection, phrases, context, values)
        values |= bm25.weights_of(having, chunks, average)
        if keys is not None:
            which, values["keys"] = f"{which} AND chunk = ANY (%(keys)s)", _numbers(keys)
        rows = self.rows(bm25.best(self._only_seen, which, by_document=self.hides(where.collection)), **values)
        return {key: bm25.score_of(units) for key, units in rows}

    def _admitted(self, where: Filter) -> tuple[str, dict[str, Any]]:
        """A condition on the column `chunk` of those that are of a collection, and the values it compares with."""
        values: dict[str, Any] = {"collection": where.collection}
        if where.whole_collection and not self.hides(where.collection):
            return "true", values
        values["ids"] = None if where.document_ids is None else list(where.document_ids)
        values["metadata"] = json.dumps(dict(where.metadata), ensure_ascii=False)
        return _ADMITTED, values

    def _totals_of(self, collection: str) -> tuple[int, int, float] | None:
        """A collection's number, its chunks that may be seen, and how many words they have on average."""
        if not self._principal.admits_some_of(collection):
            return None
        if collection not in self._totals:
            query = bm25.SEEN_TOTALS if self.hides(collection) else bm25.TOTALS
            rows = self.rows(query, collection=collection)
            self._totals[collection] = _averaged(*rows[0]) if rows and rows[0][1] else None
        return self._totals[collection]

    def _counts_of(
        self, collection: str, phrases: tuple[bm25.Phrase, ...], context: float, values: dict[str, Any]
    ) -> dict[int, int]:
        """How many chunks have each phrase; the same are asked for twice for most questions, and counted once."""
        asked = (collection, phrases, context > 0)
        if asked not in self._having:
            query = bm25.counts(self._only_seen, by_document=self.hides(collection))
            self._having[asked] = dict(self.rows(query, **values))
        return self._having[asked]


def _averaged(number: int, chunks: int, words: int) -> tuple[int, int, float]:
    return number, chunks, int(words) / chunks


def _numbers(keys: Sequence[ChunkKey]) -> list[int]:
    return [key for key in keys if isinstance(key, int)]
