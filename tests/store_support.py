"""Documents for a store with a toy embedder's signature, and what a data file holds of them."""

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from index.chunking import Chunk
from index.documents import Document, Heading
from index.signature import Signature
from index.storage.base import Filter, Store
from index.storage.principals import SEES_ALL
from index.storage.sqlite import words
from index.storage.sqlite.store import SQLiteStore
from qa.answering.calibration import MANIFEST_NAME, shipped

SIGNATURE = Signature("toy", "0" * 64, 3, 100, 10)


def put(store: Store, document_id: str, text: str, collection: str = "default", **more: Any) -> int:
    document = Document(**{"id": document_id, "title": document_id, "text": text, **more})
    half = len(text) // 2
    chunks = [Chunk(0, half), Chunk(half, len(text))]
    return store.put(document, chunks, np.array([[1, 0, 0], [0, 1, 0]], np.float32), collection).version


def rows(path: Path) -> dict[str, int]:
    """How many rows the tables have, those of all full-text indexes together, which agree with the chunks."""
    connection = sqlite3.connect(path)
    counts = {table: count(connection, table) for table in ("documents", "chunks", "vectors")}
    tables = sorted(words.all_tables(connection))
    counts["words"] = sum(count(connection, f"{table}_docsize") for table in tables)
    for table in tables:
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
    connection.close()
    return counts


def count(connection: sqlite3.Connection, table: str) -> int:
    (number,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(number)


def contextual(store: Store) -> None:
    """Two documents of two chunks: the second of "a" stands under a heading."""
    put(store, "a", "Boats sail at noon. They return at dusk.", title="Zeppelin", headings=(Heading(0, 1, "Quays"),))
    put(store, "b", "A zeppelin flies over boats and over fields.", title="Skies")


def texts(store: Store, wanted: str, context: float) -> dict[str, float]:
    """The chunks found → their scores, the best first."""
    with store.view(SEES_ALL) as snapshot:
        where = Filter("default")
        found = snapshot.matching(wanted.split(), where, 10, context=context)
        assert snapshot.word_scores(wanted.split(), where, list(found), context=context) == found
        chunks = snapshot.chunks(list(found))
    return {chunks[key].text: score for key, score in found.items()}


def read_all_passages(file: Path) -> None:
    """Have those who ask this data file read even the passages that are far behind the first, so that it takes longer."""
    store = SQLiteStore(file)
    store.keep(MANIFEST_NAME, replace(shipped(), reach=None).to_json())
    store.close()
