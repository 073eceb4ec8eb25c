"""How much of the nearest an index of vectors in PostgreSQL finds: that depends on how the vectors lie.

    nice python tests/benchmarks/vector_indexes.py --chunks 1000000 --kind ivfflat                      six minutes
    nice python tests/benchmarks/vector_indexes.py --chunks 1000000 --around passages.txt --kind hnsw   a quarter of an hour

They lie around the vectors of passages, a line of the file each, embedded with the shipped model; without a file around
500 centres that have nothing in common, as `scale.py` has them. A vector is one of these plus `--spread` times the
difference of two others, so that it varies as texts do. Questions are drawn in the same way, half of them beside a
vector that is stored. Prints JSON: of each `--looked-at` (`hnsw.ef_search`, or `ivfflat.probes`) what is found, and
how many milliseconds it takes.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import scale
from numpy.typing import NDArray
from pgvector.psycopg import register_vector
from scale_postgresql import SETTINGS, _summary
from stores import DIMENSION, PostgreSQLServer, vector_index

from index.embedding import SentenceTransformerEmbedder
from index.storage.postgresql.connection import _SETTINGS
from index.storage.postgresql.search import _NEAREST

_BATCH = 20_000  # vectors that are made, or compared, at once
_TABLE = """CREATE EXTENSION vector; CREATE SCHEMA benchmark; SET maintenance_work_mem = '4GB';
    CREATE TABLE benchmark.vectors (chunk bigint PRIMARY KEY, collection integer NOT NULL, vector vector NOT NULL)"""
_LOOKED_AT = {"hnsw": ("hnsw.ef_search", [200, 400, 800]), "ivfflat": ("ivfflat.probes", [10, 20, 40])}
Vectors = NDArray[np.float32]


class Drawn:
    """Vectors of length 1 around some."""

    def __init__(self, passages: Path | None, spread: float) -> None:
        self._rng, self._spread = np.random.default_rng(7), spread
        if passages:
            lines = [line for line in passages.read_text().splitlines() if line.strip()]
            self._around: Vectors = SentenceTransformerEmbedder().embed_passages(lines)
        else:
            self._around = self._rng.standard_normal((scale.CENTRES, DIMENSION), np.float32)
        self._real = passages is not None

    def draw(self, count: int) -> Vectors:
        """(count, dimension)"""
        chosen, first, second = self._around[self._rng.integers(len(self._around), size=(3, count))]
        if self._real:
            return scale._unit(chosen + self._spread * (first - second))
        return scale._unit(chosen + 0.6 * self._rng.standard_normal(chosen.shape, np.float32))

    def questions(self, vectors: Vectors, count: int) -> Vectors:
        """(count, dimension), half of them beside one of the vectors."""
        beside = self._rng.choice(vectors, count // 2, replace=False)
        noise = 0.02 * self._rng.standard_normal(beside.shape, np.float32)
        return np.vstack([scale._unit(beside + noise), self.draw(count - len(beside))])


def cosines_of_nearest(vectors: Vectors, questions: Vectors) -> Vectors:
    """(questions, 10): the ten highest cosines of each, from the tenth on."""
    best = np.full((len(questions), 10), -1, np.float32)
    for at in range(0, len(vectors), _BATCH):
        best = np.sort(np.hstack([best, questions @ vectors[at : at + _BATCH].T]))[:, -10:]
    return best


def ask(connection: psycopg.Connection, questions: Vectors, best: Vectors) -> dict[str, Any]:
    """The share of the nearest ten that is found, in how many questions none is, and how long a question takes."""
    found, times = [], []
    for question in questions:
        began = time.perf_counter()
        query = _NEAREST.format(dimension=DIMENSION, which="true")
        rows = connection.execute(query.encode(), {"vector": question, "number": 1, "limit": 10}).fetchall()
        times.append(1000 * (time.perf_counter() - began))
        found.append(dict(rows))
    missed = sum(max(each.values(), default=-1) < least - 1e-4 for each, least in zip(found, best[:, 0], strict=True))
    return {
        "recall@10": scale._recall(found, best),
        "questions of which none is found": int(missed),
        "ms: p50, p95": _summary(times),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--around", type=Path, help="a file of passages, each a line")
    parser.add_argument("--spread", type=float, default=0.4, help="how far from them")
    parser.add_argument("--kind", choices=_LOOKED_AT, default="ivfflat")
    parser.add_argument("--looked-at", type=int, nargs="+")
    asked = parser.parse_args()
    drawn = Drawn(asked.around, asked.spread)
    vectors = np.vstack([drawn.draw(min(_BATCH, asked.chunks - at)) for at in range(0, asked.chunks, _BATCH)])
    questions = drawn.questions(vectors, asked.questions)
    best = cosines_of_nearest(vectors, questions)
    medians = [round(float(value), 2) for value in np.median(best, axis=0)[[-1, 0]]]
    figures: dict[str, Any] = {"chunks": asked.chunks, "median cosine of the nearest and the tenth": medians}
    server = PostgreSQLServer(settings=SETTINGS)
    try:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(_TABLE)
            connection.execute(_SETTINGS.format(schema="benchmark", extension="public", seconds=10).encode())
            register_vector(connection)
            with connection.cursor() as cursor, cursor.copy("COPY vectors FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(["int8", "int4", "vector"])
                for key, vector in enumerate(vectors):
                    copy.write_row((key, 1, vector))
            began = time.perf_counter()
            connection.execute(vector_index(asked.kind, asked.chunks).encode())
            figures[f"seconds to build {asked.kind}"] = round(time.perf_counter() - began)
            connection.execute("VACUUM ANALYZE vectors")
            setting, usual = _LOOKED_AT[asked.kind]
            for value in asked.looked_at or usual:
                connection.execute(f"SET {setting} = {value}".encode())
                figures[f"{setting} {value}"] = ask(connection, questions, best)
    finally:
        server.stop()
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
