"""What PostgreSQL takes for so many chunks: time to load, to index and to ask; and how much of the best is found.

    nice python tests/benchmarks/scale_postgresql.py --chunks 100000                    five minutes on two cores
    nice python tests/benchmarks/scale_postgresql.py --chunks 1000000 --index ivfflat   half an hour, 16 GB of disk

The chunks and questions are those of `scale.py`, and no model is loaded. A transaction loads 10,000 chunks; then the index
of vectors of OPERATIONS.md is built. Before it only small collections are asked by meaning. Prints JSON. Times are the
clock's, for the work is the server's. Another server than the tests' is named with --url; its schema `benchmark` must
not be there.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import psycopg
import scale
from stores import SIGNATURE, WORDS_A_CHUNK, Given, PostgreSQLServer, vector_index

from index.retrieval.query_words import query_words
from index.retrieval.retriever import Retriever
from index.storage.base import Filter, View
from index.storage.postgresql.rows import ChunkWriter, insert_document
from index.storage.postgresql.store import PostgreSQLStore, _next_version
from index.storage.principals import SEES_ALL
from index.storage.tokenizer import tokenizer_of

SETTINGS = {"shared_buffers": "'4GB'", "max_wal_size": "'4GB'"}
_WITHOUT_INDEX = 100_000  # chunks, up to which questions are asked before there is an index of vectors
_WRITES = 15


def load(store: PostgreSQLStore, chunks: int) -> float:
    """Fill a store; returns the chunks a second."""
    tokenizer, began = tokenizer_of("en"), time.perf_counter()
    for first, vectors, words in scale.batches(chunks, "storing"):
        with store._transaction() as (connection, _):
            writer = ChunkWriter(connection)
            for at in range(0, len(words), scale.CHUNKS_A_DOCUMENT):
                rows = slice(at, at + scale.CHUNKS_A_DOCUMENT)
                document, pieces = scale.document_of((first + at) // scale.CHUNKS_A_DOCUMENT, words[rows])
                key = insert_document(connection, document, None, "default", "2026-01-01T00:00:00+00:00")
                writer.add(key, document, pieces, vectors[rows], "default", tokenizer)
            writer.flush()
            _next_version(connection)
    return chunks / (time.perf_counter() - began)


def questions_of(chunks: int, count: int) -> tuple[Any, Any, dict[str, Any]]:
    """Vectors, words and exact answers of questions, as `scale.py` has them."""
    asked = np.sort(np.random.default_rng(2).choice(chunks, count, replace=False))
    vectors, words = np.empty((count, scale.DIMENSION), np.float32), np.empty((count, WORDS_A_CHUNK), np.uint16)
    for first, its_vectors, its_words in scale.batches(chunks, "questions"):
        here = (asked >= first) & (asked < first + len(its_words))
        vectors[here], words[here] = its_vectors[asked[here] - first], its_words[asked[here] - first]
    noise = np.random.default_rng(3).standard_normal(vectors.shape, np.float32)
    vectors = scale._unit(vectors + 0.02 * noise)
    words = np.sort(words, axis=1)[:, (-1, 20, 10)]
    return vectors, words, scale._exact(chunks, vectors, words)


def measure(
    store: PostgreSQLStore, vectors: Any, words: Any, exact: dict[str, Any], *, every: bool = True
) -> dict[str, Any]:
    """What asking takes, and what is found; unless `every`, only of what needs no index of vectors."""
    texts = [f"{i} " + " ".join(f"word{word}x" for word in row) for i, row in enumerate(words)]
    retriever, in_part = Retriever(Given(vectors)), Filter(metadata={"part": scale._PART})  # type: ignore[arg-type]
    calls: dict[str, Callable[[View, int], object]] = {
        "by meaning": lambda view, i: view.nearest(vectors[i], Filter(), 50),
        "by words": lambda view, i: view.matching(query_words(texts[i])[1:], Filter(), 50),
        "retrieval": lambda view, i: retriever.retrieve(view, texts[i], Filter(), 7),
        "retrieval in 0.1 %": lambda view, i: retriever.retrieve(view, texts[i], in_part, 7),
    }
    figures: dict[str, Any] = {}
    for name, call in calls.items():
        if not every and name in ("by meaning", "retrieval"):
            continue
        times = []
        for i in range(len(texts)):
            began = time.perf_counter()
            with store.view(SEES_ALL) as view:
                call(view, i)
            times.append(1000 * (time.perf_counter() - began))
        figures[f"{name}, ms: p50, p95"] = _summary(times)
    with store.view(SEES_ALL) as view:
        if every:
            figures["recall@10"] = scale._recall(
                [view.nearest(each, Filter(), 10) for each in vectors], exact["cosines"]
            )
        found = [view.nearest(each, in_part, 10) for each in vectors]
        figures["recall@10 in 0.1 %"] = scale._recall(found, exact["cosines_in_part"])
        by_words = [view.matching(query_words(text)[1:], Filter(), 10) for text in texts]
        figures["recall@10 of BM25"] = scale._recall(by_words, exact["bm25"])
    return figures


def change(store: PostgreSQLStore) -> dict[str, Any]:
    """What it takes to add documents of twenty chunks, as a client does it, and to delete them."""
    _, vectors, words = next(scale.batches(scale.CHUNKS_A_DOCUMENT, "writes"))
    added, deleted = [], []
    for number in range(_WRITES):
        document, pieces = scale.document_of(10**9 + number, words)
        began = time.perf_counter()
        store.put(document, pieces, vectors, "default")
        added.append(1000 * (time.perf_counter() - began))
    for number in range(_WRITES):
        began = time.perf_counter()
        store.delete(f"document-{10**9 + number}", "default")
        deleted.append(1000 * (time.perf_counter() - began))
    return {"add a document, ms: p50, p95": _summary(added), "delete one, ms: p50, p95": _summary(deleted)}


def _summary(times: list[float]) -> list[float]:
    return [round(float(value), 1) for value in np.percentile(times, [50, 95])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--index", choices=("hnsw", "ivfflat"), default="hnsw", help="the kind of index of vectors")
    parser.add_argument("--url", help="a PostgreSQL to use, in place of the tests' own")
    asked = parser.parse_args()
    server = None if asked.url else PostgreSQLServer(settings=SETTINGS)
    url = asked.url or (server.url if server else "")
    store = PostgreSQLStore.create(f"{url.removeprefix('postgresql://')}?schema=benchmark", SIGNATURE)
    figures: dict[str, Any] = {"chunks": asked.chunks}
    try:
        figures["chunks loaded a second"] = round(load(store, asked.chunks))
        questions = questions_of(asked.chunks, asked.questions)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            figures["bytes"] = store.sizes_on_disk()
            figures["every vector compared"] = measure(store, *questions, every=asked.chunks <= _WITHOUT_INDEX)
            figures["without the index of vectors"] = change(store)
            print(json.dumps(figures), file=sys.stderr)
            connection.execute("SET maintenance_work_mem = '4GB'")
            began = time.perf_counter()
            connection.execute(vector_index(asked.index, asked.chunks))
            connection.execute("ANALYZE benchmark.vectors")
            figures["seconds to build the index of vectors"] = round(time.perf_counter() - began)
            print(json.dumps(figures), file=sys.stderr)
            figures["with it"] = {**measure(store, *questions), **change(store)}
        figures["bytes with it"] = store.sizes_on_disk()
    finally:
        store.close()
        if server:
            server.stop()
        else:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("DROP SCHEMA benchmark CASCADE")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
