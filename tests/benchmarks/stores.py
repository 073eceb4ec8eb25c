"""The data file and PostgreSQL side by side, on synthetic chunks: how fast they take them in, find, and what is found.

    python tests/benchmarks/stores.py --chunks 10000 --store sqlite --store postgresql --store postgresql+hnsw

Vectors lie around 500 centres, as those of texts do; words are as frequent as Zipf's law has it. No model is loaded:
a question is a chunk's vector with noise and three of its words, one of which few other chunks have. Prints JSON.
Another PostgreSQL than the tests' is named with --url; its schema `benchmark` must not be there.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent.parent))

from postgresql_server import PostgreSQLServer

from index.chunking import Chunk
from index.documents import Document
from index.retrieval.retriever import Retriever
from index.signature import Signature
from index.storage.base import Filter, Store
from index.storage.principals import SEES_ALL, of_groups
from index.stores import create_store

DIMENSION, CENTRES, CHUNKS_A_DOCUMENT, WORDS_A_CHUNK, VOCABULARY = 384, 500, 20, 60, 30_000
SIGNATURE = Signature("synthetic", "0" * 64, DIMENSION, 128, 0)
STORES = ("sqlite", "postgresql", "postgresql+hnsw", "postgresql+ivfflat")
HNSW = """CREATE INDEX vectors_nearest ON benchmark.vectors
    USING hnsw ((vector::vector(384)) vector_ip_ops)"""
IVFFLAT = """CREATE INDEX vectors_nearest ON benchmark.vectors
    USING ivfflat ((vector::vector(384)) vector_ip_ops) WITH (lists = {lists})"""


def vector_index(kind: str, chunks: int) -> str:
    """The statement of OPERATIONS.md that makes an index, "hnsw" or "ivfflat", of so many vectors."""
    return HNSW if kind == "hnsw" else IVFFLAT.format(lists=max(chunks // 1000, 1))


class Given:
    """An embedder of questions that are the numbers of their vectors, followed by their words."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors

    def embed_query(self, question: str) -> NDArray[np.float32]:
        return self._vectors[int(question.split()[0])]


class Library:
    """Chunks' vectors (chunks, dimension), of length 1, and words; and questions about some of them."""

    def __init__(self, chunks: int, questions: int) -> None:
        rng = np.random.default_rng(1)
        centres = rng.standard_normal((CENTRES, DIMENSION)).astype(np.float32)
        self.vectors = _unit(centres[rng.integers(CENTRES, size=chunks)] + 0.6 * _noise(rng, chunks))
        frequencies = 1 / np.arange(1, VOCABULARY + 1)
        self.words = rng.choice(VOCABULARY, (chunks, WORDS_A_CHUNK), p=frequencies / frequencies.sum())
        asked = rng.integers(chunks, size=questions)
        self.asked = _unit(self.vectors[asked] + 0.02 * _noise(rng, questions))
        rarest = np.sort(self.words[asked], axis=1)
        self.questions = [
            f"{i} " + " ".join(f"word{words[at]}x" for at in (-1, 20, 10)) for i, words in enumerate(rarest)
        ]

    def documents(self) -> Iterator[tuple[Document, list[Chunk], NDArray[np.float32]]]:
        for first in range(0, len(self.vectors), CHUNKS_A_DOCUMENT):
            texts = [
                " ".join(f"word{word}x" for word in words) for words in self.words[first : first + CHUNKS_A_DOCUMENT]
            ]
            ends = np.cumsum([len(text) + 1 for text in texts])
            chunks = [Chunk(int(end) - len(text) - 1, int(end) - 1) for end, text in zip(ends, texts, strict=True)]
            document = Document(
                f"document-{first}", f"Document {first}", "\n".join(texts), metadata={"part": first % 10}
            )
            yield document, chunks, self.vectors[first : first + CHUNKS_A_DOCUMENT]

    def exact(self, i: int, limit: int) -> list[float]:
        """The best cosines of a question."""
        return np.sort(self.vectors @ self.asked[i])[::-1][:limit].tolist()


def _noise(rng: np.random.Generator, count: int) -> NDArray[np.float32]:
    return rng.standard_normal((count, DIMENSION)).astype(np.float32)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def measure(store: Store, library: Library, index: Any = None) -> dict[str, Any]:
    began = time.perf_counter()
    for document, chunks, vectors in library.documents():
        store.put(document, chunks, vectors, "default")
    figures: dict[str, Any] = {"chunks a second": round(len(library.vectors) / (time.perf_counter() - began))}
    if index:
        began = time.perf_counter()
        index()
        figures["seconds to index and analyse"] = round(time.perf_counter() - began, 1)
    retriever = Retriever(Given(library.asked))  # type: ignore[arg-type]
    asked = {
        "retrieval": (SEES_ALL, Filter()),
        "by who is in no group": (of_groups(()), Filter()),
        "with a filter of 10 %": (SEES_ALL, Filter(metadata={"part": 0})),
        "with 10 % hidden": (of_groups({"staff"}), Filter()),
    }
    for name, (principal, where) in asked.items():
        if "hidden" in name:
            hide_a_tenth(store, library)
        times = []
        for question in library.questions:
            began = time.perf_counter()
            with store.view(principal) as view:
                retriever.retrieve(view, question, where, 7)
            times.append(1000 * (time.perf_counter() - began))
        figures[f"{name}, ms: first, p50, p95"] = [
            round(value, 1) for value in (times[0], *np.percentile(times[1:], [50, 95]))
        ]
    figures["recall@10"] = round(float(np.mean([_recall(store, library, i) for i in range(len(library.asked))])), 4)
    began = time.perf_counter()
    store.delete("document-0", "default")
    with store.view(SEES_ALL) as view:
        retriever.retrieve(view, library.questions[0], Filter(), 7)
    figures["deleting 20 chunks and asking, ms"] = round(1000 * (time.perf_counter() - began), 1)
    figures["bytes"] = store.sizes_on_disk()
    return figures


def hide_a_tenth(store: Store, library: Library) -> None:
    """Name readers of every tenth document, and of as many others whom the question's sender is among."""
    for number, (document, chunks, vectors) in enumerate(library.documents()):
        readers = {0: ("board",), 5: ("board", "staff")}.get(number % 10)
        if readers:
            store.put(replace(document, readers=readers), chunks, vectors, "default")


def _recall(store: Store, library: Library, i: int) -> float:
    """The share of the ten nearest that is among the ten that are found; by their cosines, for ties."""
    with store.view(SEES_ALL) as view:
        found = view.nearest(library.asked[i], Filter(), 10).values()
    least = library.exact(i, 10)[-1] - 1e-5
    return sum(cosine >= least for cosine in found) / 10


@contextmanager
def opened(kind: str, url: str | None, chunks: int) -> Iterator[tuple[Store, Any]]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            store = create_store(f"sqlite:///{folder}/quoth.sqlite3", SIGNATURE)
            yield store, None
            store.close()
        return
    server = None if url else PostgreSQLServer()
    place = url or (server.url if server else "")

    def index() -> None:
        with psycopg.connect(place, autocommit=True) as connection:
            if "+" in kind:
                connection.execute("SET maintenance_work_mem = '1GB'")
                connection.execute(vector_index(kind.partition("+")[2], chunks))
            connection.execute("VACUUM ANALYZE")

    store = create_store(f"{place}?schema=benchmark", SIGNATURE)
    try:
        yield store, index
    finally:
        store.close()
        if server:
            server.stop()
        else:
            with psycopg.connect(place, autocommit=True) as connection:
                connection.execute("DROP SCHEMA benchmark CASCADE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--store", action="append", choices=STORES)
    parser.add_argument("--url", help="a PostgreSQL to use, in place of the tests' own")
    arguments = parser.parse_args()
    library = Library(arguments.chunks, arguments.questions)
    figures: dict[str, Any] = {"chunks": arguments.chunks}
    for kind in arguments.store or STORES:
        with opened(kind, arguments.url, arguments.chunks) as (store, index):
            figures[kind] = measure(store, library, index)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
