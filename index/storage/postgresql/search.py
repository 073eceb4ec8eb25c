"""What a view finds: by meaning with pgvector, by words with BM25 over the table of postings."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.storage.base import CONTEXT_WEIGHT, ChunkKey, Filter
from index.storage.postgresql.connection import Database
from index.storage.postgresql.place import Place
from index.storage.postgresql.ranges import Ranges
from index.storage.postgresql.reading import Reading
from index.storage.postgresql.rows import is_storable
from index.storage.postgresql.words import Phrase, Ranking
from index.storage.principals import SEES_ALL, Principal
from index.storage.tokenizer import tokenizer_of

# Documents of the collection, of the ids and with every metadata value that are wanted
_OF_IDS = "documents.id = ANY (%(ids)s::text[])"
_WITH_METADATA = "documents.metadata::jsonb @> %(metadata)s::jsonb"
_ADMITTED = """FROM chunks JOIN documents ON documents.key = chunks.document
    WHERE documents.collection = %(collection)s AND {which}"""
# A document's chunks have neighbouring keys
_RANGES = f"SELECT min(chunks.key), max(chunks.key), sum(chunks.words) {_ADMITTED} GROUP BY documents.key ORDER BY 1"
_TOTALS = "SELECT number, chunks, words FROM collections WHERE name = %(collection)s"
_EXACTLY = 20_000  # vectors of chunks that a filter admits, up to which each is compared
_OF_COLLECTION = "vectors.collection = %(number)s"
# Vectors have length 1, so that the inner product is the cosine; pgvector's operator gives it negated, to sort by. The
# dimension stands there as OPERATIONS.md has it in the index, without which all vectors are compared
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
        self._totals: dict[str, _Totals | None] = {}
        self._rankings: dict[str, Ranking] = {}
        self._ranges: dict[str, Ranges] = {}
        self._admitted: dict[str, tuple[Ranges, int]] = {}

    def nearest(self, vector: NDArray[np.float32], where: Filter, limit: int) -> dict[ChunkKey, float]:
        """Chunk key → cosine with `vector` (dimension,) of the `limit` nearest that `where` admits, nearest first."""
        totals = self._totals_of(where.collection)
        among = self._among(where) if totals else None
        if totals is None or (among is not None and not len(among)):
            return {}
        values: dict[str, Any] = {"vector": vector, "limit": limit, "number": totals.number}
        if among is None:
            return self._nearest(vector, "true", values, totals.chunks)
        if among.count <= _EXACTLY:
            query = _NEAREST_EXACTLY.format(dimension=len(vector), which="chunk = ANY (%(keys)s)")
            return dict(self.rows(query, **values, keys=among.keys.tolist()))
        which, wanted = self._conditions(where)
        return self._nearest(
            vector, f"chunk IN (SELECT chunks.key {_ADMITTED.format(which=which)})", values | wanted, among.count
        )

    def _nearest(
        self, vector: NDArray[np.float32], which: str, values: dict[str, Any], chunks: int
    ) -> dict[ChunkKey, float]:
        """Of the `chunks` for which the condition holds."""
        for query in (_NEAREST, _NEAREST_EXACTLY):  # an HNSW index may give up before it has as many as are wanted
            rows = self.rows(query.format(dimension=len(vector), which=which), **values)
            if len(rows) >= min(values["limit"], chunks):
                break
        return dict(sorted(rows, key=lambda row: (-row[1], row[0])))  # IVFFlat, looked through further, mixes them up

    def cosines(self, vector: NDArray[np.float32], where: Filter, keys: Sequence[ChunkKey]) -> dict[ChunkKey, float]:
        """Chunk key → cosine with `vector`, for those of `keys` that are of the collection that `where` names."""
        seen, totals = self._seen_of(keys, where.collection), self._totals_of(where.collection)
        if not seen or totals is None:
            return {}
        cosines = dict(self.rows(_COSINES, vector=vector, number=totals.number, keys=seen))
        return {key: cosines[key] for key in seen if key in cosines}

    def matching(
        self, words: Sequence[str], where: Filter, limit: int, *, context: float = CONTEXT_WEIGHT
    ) -> dict[ChunkKey, float]:
        """Chunk key → BM25 score (higher is better) of the best `limit` with any of the words, best first."""
        return self._best(words, where, limit, context)

    def word_scores(
        self, words: Sequence[str], where: Filter, keys: Sequence[ChunkKey], *, context: float = CONTEXT_WEIGHT
    ) -> dict[ChunkKey, float]:
        """Chunk key → BM25 score as `matching` gives it, for those of `keys` in which any of the words occurs."""
        seen, ranking = self._seen_of(keys, where.collection), self._ranking(where.collection)
        scores = ranking.scores(self._phrases(words, where), seen, context) if ranking and seen else {}
        return {key: scores[key] for key in seen if key in scores}

    def with_phrase(self, words: Sequence[str], where: Filter, limit: int) -> list[ChunkKey]:
        """The best `limit` chunks in which the words stand one after another, in any of their inflected forms."""
        return list(self._best([" ".join(words)], where, limit, 0))

    def _best(self, words: Sequence[str], where: Filter, limit: int, context: float) -> dict[ChunkKey, float]:
        phrases, ranking = self._phrases(words, where), self._ranking(where.collection)
        best = ranking.best(phrases, limit, self._among(where), context) if ranking and phrases else {}
        return dict(best.items())

    def _phrases(self, words: Sequence[str], where: Filter) -> list[Phrase]:
        """The words' parts, without what no text in the database has."""
        phrases = tokenizer_of(self.signature.language_in(where.collection)).phrases(words)
        return [phrase for phrase in phrases if phrase and all(map(is_storable, phrase))]

    def _ranking(self, collection: str) -> Ranking | None:
        """The BM25 of what may be seen of a collection; None if that is nothing."""
        totals = self._totals_of(collection)
        if totals and collection not in self._rankings:
            visible = self._ranges[collection] if self.hides(collection) else None
            self._rankings[collection] = Ranking(self.words, totals.number, totals.chunks, totals.average, visible)
        return self._rankings[collection] if totals else None

    def _among(self, where: Filter) -> Ranges | None:
        """The chunks that a filter admits and that may be seen; None if these are all of the collection."""
        if not where.whole_collection:
            return self._ranges_of(where)[0]
        return self._ranges[where.collection] if self.hides(where.collection) else None

    def _ranges_of(self, where: Filter) -> tuple[Ranges, int]:
        """The chunks that a filter admits and that may be seen, and how many words they have."""
        which, values = self._conditions(where)
        asked = f"{which} {values}"
        if asked not in self._admitted:  # the same for each way to search
            rows = self.rows(_RANGES.format(which=which), **values)
            ranges = Ranges([row[0] for row in rows], [row[1] for row in rows])
            self._admitted[asked] = ranges, sum(row[2] for row in rows)
        return self._admitted[asked]

    def _conditions(self, where: Filter) -> tuple[str, dict[str, Any]]:
        """What a document has to fulfil, and the values that it is compared with."""
        conditions = ["true"]
        values: dict[str, Any] = {"collection": where.collection}
        if where.document_ids is not None:
            conditions.append(_OF_IDS)
            values["ids"] = list(where.document_ids)
        if where.metadata:
            conditions.append(_WITH_METADATA)
            values["metadata"] = json.dumps(dict(where.metadata), ensure_ascii=False)
        return " AND ".join(conditions), values

    def _seen_of(self, keys: Sequence[ChunkKey], collection: str) -> list[int]:
        """Those of the keys that may be chunks of a collection that may be seen."""
        numbers = [key for key in keys if isinstance(key, int)]
        if not numbers or self._totals_of(collection) is None:
            return []
        if not self.hides(collection):
            return numbers
        return [
            key for key, seen in zip(numbers, self._ranges[collection].have(np.array(numbers)), strict=True) if seen
        ]

    def _totals_of(self, collection: str) -> "_Totals | None":
        """What BM25 needs to know of the chunks of a collection that may be seen; None if there is none."""
        if not self._principal.admits_some_of(collection):
            return None
        if collection not in self._totals:
            rows = self.rows(_TOTALS, collection=collection)
            number, chunks, words = rows[0] if rows else (0, 0, 0)
            if rows and self.hides(collection):
                ranges, words = self._ranges_of(Filter(collection))
                self._ranges[collection], chunks = ranges, ranges.count
            self._totals[collection] = _Totals(number, chunks, int(words) / chunks) if chunks else None
        return self._totals[collection]


class _Totals(NamedTuple):
    """A collection's number, its chunks that may be seen, and how many words they have on average."""

    number: int
    chunks: int
    average: float
