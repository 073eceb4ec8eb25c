"""The ways a writing process is killed: each starts it, kills it at a random moment, and tells what it was in the middle of.

Served, indexed, deleted, rebuilt and restored is by whole commands on one data file with the shipped models; `store`,
`create`, `first open` and `upgrade` use the library alone, with vectors made of each chunk's digest, so that most of a write's time is
SQLite's and most kills fall into it.
"""

import gzip
import hashlib
import re
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from crash_bench import PLACES, Bench, LostError, begin_index, fill, note_indexed
from crash_processes import Child, quoth
from crash_serving import by_serve, by_serve_beside_index, by_serve_on_a_full_disk
from crash_states import Ledger, document_of, stored_texts, text_of
from numpy.typing import NDArray

from index.chunking import Chunk
from index.signature import Signature
from index.storage.sqlite.store import FILE_NAME, SQLiteStore

OLDER = Path(__file__).parent.parent / "data" / "older" / "schema-2.sqlite3.gz"
CHUNK_CHARACTERS = 300
FEW = 8
TOY = Signature("toy", "0" * 64, 8, 100, 10)


def by_index(bench: Bench) -> float:
    """`quoth index` of many files: half of the kills anywhere in its run, half once documents are being stored."""
    child = begin_index(bench, bench.rng.sample(list(bench.places), 15), bench.log)
    try:
        if bench.rng.random() < 0.5:
            return _kill(bench, child, "index")
        child.wait_for(r"(added|replaced) +\S+  ")
        return _kill(bench, child, "index: storing", from_now=True)
    finally:
        note_indexed(bench, child)


def by_delete(bench: Bench) -> float:
    """`quoth delete` of several documents."""
    if len(bench.written()) < FEW:
        fill(bench)
    ids = bench.rng.sample(bench.written(), FEW)
    for document_id in ids:
        bench.ledger.begin(document_id, None)
    child = quoth(bench.data, ["delete", *ids], bench.log, bench.folder)
    try:
        return _kill(bench, child, "delete")
    finally:
        for line in child.lines():
            if found := re.match(r"deleted +(\S+)  \(index version (\d+)\)", line):
                bench.ledger.acknowledge(found[1], int(found[2]))


def by_rebuild(bench: Bench) -> float:
    """`quoth rebuild`: one transaction, which changes no document."""
    return _kill(bench, quoth(bench.data, ["rebuild"], bench.log, bench.folder), "rebuild")


def by_restore(bench: Bench) -> float:
    """`quoth restore` of a backup: all of it stands instead of all there was, or nothing of it."""
    copy = bench.folder / "backup.sqlite3"
    if bench.rng.random() < 0.5 or not copy.exists():
        copy.unlink(missing_ok=True)
        store = SQLiteStore(bench.data / FILE_NAME, read_only=True)
        store.back_up(copy)
        store.close()
        bench.backed_up = dict(bench.ledger.known)
    bench.ledger.instead = dict(bench.backed_up)
    return _kill(bench, quoth(bench.data, ["restore", str(copy)], bench.log, bench.folder), "restore")


def _kill(bench: Bench, child: Child, what: str, *, from_now: bool = False) -> float:
    """Kill at a random moment of the time it usually takes; 0 seconds where it had ended before."""
    began = time.perf_counter() if from_now else child.began
    moment = bench.within(what)
    while (now := time.perf_counter() - began) < moment and child.ended() is None:
        time.sleep(min(0.01, moment - now))
    taken = time.perf_counter() - began
    if child.kill():
        return taken
    if child.ended() != 0:
        raise LostError(f"The process ended by itself with {child.ended()}: {child.lines()[-5:]}")
    bench.took(what, began)
    return 0.0


def by_store(bench: Bench) -> float:
    """The library's own SQLiteStore: documents written as fast as SQLite takes them."""
    ids = [f"{number}" for number in range(PLACES)]
    writes: list[tuple[str, str | None]] = []
    known = dict(bench.toys.known)
    for _ in range(60):
        document_id = bench.rng.choice(ids)
        deleting = known.get(document_id) is not None and bench.rng.random() < 0.35
        known[document_id] = None if deleting else text_of(bench.rng, document_id, bench.rng.choice([1, 4, 16, 60]))
        writes.append((document_id, known[document_id]))
    child = Child(lambda: _write_toys(bench.toy_file, writes), bench.log, bench.folder)
    child.wait_for("opened")
    try:
        return _kill(bench, child, "store", from_now=True)
    finally:
        versions = [int(line) for line in child.lines()[1:] if line.isdecimal()]  # and what it says of an error
        for (document_id, text), version in zip(writes, versions, strict=False):
            bench.toys.begin(document_id, text)
            bench.toys.acknowledge(document_id, version)
        if len(versions) < len(writes):
            bench.toys.begin(*writes[len(versions)])


def _write_toys(path: Path, writes: list[tuple[str, str | None]]) -> None:
    store = SQLiteStore.create(path, TOY)
    print("opened")
    for document_id, text in writes:
        print(store.delete(document_id, "default") if text is None else put_toy(store, document_id, text))
    store.close()


def put_toy(store: SQLiteStore, document_id: str, text: str) -> int:
    """SQLiteStore a text in chunks of some 300 characters, cut at a blank."""
    chunks, start = [], 0
    while start < len(text):
        end = text.find(" ", start + CHUNK_CHARACTERS)
        end = len(text) if end < 0 else end
        chunks.append(Chunk(start, end))
        start = end
    vectors = toy_vectors([text[chunk.start : chunk.end] for chunk in chunks])
    return store.put(document_of(document_id, text), chunks, vectors, "default").version


def toy_vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """A vector of length 1 for each text, of its digest."""
    digests = [hashlib.sha256(text.encode()).digest()[: TOY.dimension] for text in texts]
    vectors = np.array([[byte + 1 for byte in digest] for digest in digests], np.float32).reshape(-1, TOY.dimension)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def by_create(bench: Bench) -> float:
    """The first document of a data file that isn't there yet."""
    path = bench.folder / "new" / FILE_NAME
    shutil.rmtree(path.parent, ignore_errors=True)
    return _kill_first(bench, "create", path, Ledger())


def by_first_open(bench: Bench) -> float:
    """The first document that is written to a backup put in place, which has no write-ahead log yet."""
    path = bench.folder / "put in place" / FILE_NAME
    shutil.rmtree(path.parent, ignore_errors=True)
    store = SQLiteStore.create(path.with_name("source.sqlite3"), TOY)
    ledger = Ledger()
    for number in range(3):
        text = text_of(bench.rng, f"{number}", 16)
        ledger.begin(f"{number}", text)
        ledger.acknowledge(f"{number}", put_toy(store, f"{number}", text))
    store.back_up(path)
    store.close()
    return _kill_first(bench, "first open", path, ledger)


def _kill_first(bench: Bench, kind: str, path: Path, ledger: Ledger) -> float:
    """Kill who writes a first document; the file must be whole and be written again, and nothing else be left."""
    text = text_of(bench.rng, "Nowhere", 4)
    ledger.begin("first", text)
    child = Child(lambda: _write_toys(path, [("first", text)]), bench.log, bench.folder)
    taken = _kill(bench, child, kind)
    if len(child.lines()) > 1:
        ledger.acknowledge("first", int(child.lines()[1]))
    wrong = ledger.settle(path, toy_vectors) if path.exists() else [f"{name} is lost" for name in ledger.known]
    store = SQLiteStore.create(path, TOY)
    put_toy(store, "second", text_of(bench.rng, "Elsewhere", 4))
    store.close()
    if wrong or "second" not in stored_texts(path):
        raise LostError("; ".join(wrong) or "What was written after the crash isn't there.")
    beside = {f"{FILE_NAME}{end}" for end in ("", "-wal", "-shm")} | {"source.sqlite3"}
    if left := {file.name for file in path.parent.iterdir()} - beside:
        raise LostError(f"{sorted(left)} were left behind.")
    return taken


def by_upgrade(bench: Bench) -> float:
    """A stored file of schema 2, opened for writing by this Quoth."""
    path = bench.folder / "older" / FILE_NAME
    shutil.rmtree(path.parent, ignore_errors=True)
    path.parent.mkdir()
    path.write_bytes(gzip.decompress(OLDER.read_bytes()))
    before = stored_texts(path)
    taken = _kill(bench, Child(lambda: SQLiteStore(path).close(), bench.log, bench.folder), "upgrade")
    if stored_texts(path) != before:
        raise LostError("A document of an older file is another after a crash.")
    SQLiteStore(path).close()
    return taken


COMMANDS = {
    "serve": by_serve,
    "serve beside index": by_serve_beside_index,
    "serve on a full disk": by_serve_on_a_full_disk,
    "index": by_index,
    "delete": by_delete,
    "rebuild": by_rebuild,
    "restore": by_restore,
}
LIBRARY = {"store": by_store, "create": by_create, "first open": by_first_open, "upgrade": by_upgrade}
