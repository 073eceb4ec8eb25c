"""The ways a writing process is killed: each starts it, kills it at a random moment, and tells what it was in the middle of.

Served, indexed, deleted, rebuilt and restored is by whole commands on one data file with the shipped models; `store`,
`create` and `upgrade` use the library alone, with vectors made of each chunk's digest, so that most of a write's time is
SQLite's and most kills fall into it.
"""

import gzip
import hashlib
import math
import random
import re
import shutil
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
from crash_processes import Child, client_of, quoth, served
from crash_states import Ledger, Texts, document_of, invented, stored_texts, text_of, word_of
from numpy.typing import NDArray

from index.backup import back_up
from index.chunking import Chunk
from index.store import FILE_NAME, Signature, Store

OLDER = Path(__file__).parent.parent / "data" / "older" / "schema-2.sqlite3.gz"
PLACES = 30
CHUNK_CHARACTERS = 300
TOY = Signature("toy", "0" * 64, 8, 100, 10)


class LostError(AssertionError):
    """Something a crash must not do."""


@dataclass
class Bench:
    """Where the processes work, what they must have kept, and what has been measured so far."""

    folder: Path
    rng: random.Random
    ledger: Ledger = field(default_factory=Ledger)
    toys: Ledger = field(default_factory=Ledger)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    asked: int = 0
    backed_up: Texts = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Name the places, each a document's id."""
        self.places = {f"harbour/{(name := invented(self.rng, 3)).lower()}.md": name for _ in range(PLACES)}
        (self.folder / "harbour").mkdir(parents=True, exist_ok=True)

    @property
    def data(self) -> Path:
        """The folder of the data file that commands write."""
        return self.folder / "data"

    @property
    def data_file(self) -> Path:
        """The data file that commands write."""
        return self.data / FILE_NAME

    @property
    def toy_file(self) -> Path:
        """The data file that the library alone writes."""
        return self.folder / "toy" / FILE_NAME

    @property
    def log(self) -> Path:
        """What the process under way prints."""
        return self.folder / "log.txt"

    def took(self, what: str, began: float) -> None:
        """Note how long something took that began then."""
        self.seconds.setdefault(what, []).append(time.perf_counter() - began)

    def within(self, what: str, times: float = 1.0) -> float:
        """A random moment in `times` the seconds that `what` usually takes; never, where that isn't known yet."""
        taken = self.seconds.get(what)
        return self.rng.uniform(0, times * statistics.median(taken[-30:])) if taken else math.inf

    def new_text(self, document_id: str) -> str:
        """Something new to say of a document's place, of 1 to about 4 chunks."""
        return text_of(self.rng, self.places[document_id], self.rng.choice([1, 1, 2, 4, 12]))

    def written(self) -> list[str]:
        """The ids of documents that are there."""
        return [document_id for document_id, text in self.ledger.known.items() if text is not None]

    def question(self, document_id: str) -> str:
        """What its document answers."""
        return f"Who is the harbour master of {self.places[document_id]}?"

    def answer(self, document_id: str) -> str:
        """What the question must be answered with."""
        return word_of(str(self.ledger.known[document_id]))


def fill(bench: Bench) -> None:
    """Index documents to begin with, unharmed."""
    child = _begin_index(bench, list(bench.places)[:12], bench.log)
    if code := child.finish():
        raise LostError(f"`quoth index` ended with {code}: {child.lines()[-5:]}")
    bench.took("index", child.began)
    _note_indexed(bench, child)


def by_serve(bench: Bench, *, beside: bool = False) -> float:
    """`quoth serve`, written to by two clients; with `beside`, while `quoth index` writes to the same file, and goes on."""
    child, address = served(bench.data, bench.log, bench.folder)
    _answers_over_http(bench, address)
    ids = list(bench.places)
    bench.rng.shuffle(ids)
    indexing = _begin_index(bench, [ids.pop() for _ in range(6)], bench.folder / "beside.txt") if beside else None
    wrong: list[str] = []
    clients = [
        threading.Thread(target=_write, args=(bench, address, ids[number::2], bench.rng.randrange(2**32), wrong))
        for number in range(2)
    ]
    began = time.perf_counter()
    for thread in clients:
        thread.start()
    time.sleep(min(bench.within("write", 12), 5.0))
    killed = child.kill()
    for thread in clients:
        thread.join()
    if indexing is not None and (code := indexing.finish()) != 0:
        wrong.append(f"`quoth index` beside the killed server ended with {code}: {indexing.lines()[-3:]}")
    if indexing is not None:
        _note_indexed(bench, indexing)
    if wrong or not killed:
        raise LostError("; ".join(wrong) or f"The server ended by itself: {child.lines()[-5:]}")
    return time.perf_counter() - began


def by_serve_beside_index(bench: Bench) -> float:
    """A server killed while another process writes."""
    return by_serve(bench, beside=True)


def _write(bench: Bench, address: str, ids: Sequence[str], seed: int, wrong: list[str]) -> None:
    """Add, replace, upload and delete for as long as the server is there."""
    rng = random.Random(seed)  # noqa: S311  # not for secrets
    with client_of(address) as client:
        while True:
            document_id = rng.choice(ids)
            deleting = bench.ledger.known.get(document_id) is not None and rng.random() < 0.35
            text = None if deleting else text_of(rng, bench.places[document_id], rng.choice([1, 1, 2, 4, 12]))
            bench.ledger.begin(document_id, text)
            began = time.perf_counter()
            try:
                response = _send(client, document_id, text, upload=rng.random() < 0.3)
            except httpx.TransportError:
                return
            if not response.is_success:
                wrong.append(f"{document_id}: {response.status_code} {response.text}")
                return
            bench.took("write", began)
            bench.ledger.acknowledge(document_id, response.json()["index_version"])


def _send(client: httpx.Client, document_id: str, text: str | None, *, upload: bool) -> httpx.Response:
    if text is None:
        return client.delete(f"/v1/documents/{document_id}")
    if upload:
        data = {"id": document_id}
        return client.post("/v1/documents", files={"file": (document_id, text.encode(), "text/markdown")}, data=data)
    return client.put(f"/v1/documents/{document_id}", json={"text": text, "media_type": "text/markdown"})


def ask_over_http(bench: Bench) -> None:
    """Serve once more, and end it as it is meant to be."""
    child, address = served(bench.data, bench.log, bench.folder)
    _answers_over_http(bench, address)
    child.interrupt()
    if code := child.finish():
        raise LostError(f"The server ended with {code}: {child.lines()[-5:]}")


def _answers_over_http(bench: Bench, address: str) -> None:
    """The restarted server gives the text of a document written last and answers from it, with a citation that slices it."""
    for document_id in bench.written()[-1:]:
        asked = {"question": bench.question(document_id), "min_confidence": 0, "document_ids": [document_id]}
        with client_of(address) as client:
            got = client.get(f"/v1/documents/{document_id}").raise_for_status().json()["document"]["text"]
            answers = client.post("/v1/ask", json=asked).raise_for_status().json()["answers"]
        given = answers[0] if answers else {"text": "nothing", "citations": [{"start": 0, "end": 0}]}
        sliced = got[given["citations"][0]["start"] : given["citations"][0]["end"]]
        if got != bench.ledger.known[document_id] or sliced != given["text"] or bench.answer(document_id) not in sliced:
            raise LostError(f"{asked['question']} is answered over HTTP with {given}, not {bench.answer(document_id)}")
        bench.asked += 1


def _begin_index(bench: Bench, ids: Sequence[str], log: Path) -> Child:
    """`quoth index` of the folder in which these documents are new; the others' files are as they are stored."""
    for document_id, text in bench.ledger.known.items():
        path = bench.folder / document_id
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(text.encode())
    for document_id in ids:
        text = bench.new_text(document_id)
        (bench.folder / document_id).write_bytes(text.encode())
        bench.ledger.begin(document_id, text)
    return quoth(bench.data, ["index", *ids], log, bench.folder)


def _note_indexed(bench: Bench, child: Child) -> None:
    for line in child.lines():
        if found := re.match(r"(?:added|replaced) +(\S+)  \d+ chunks", line):
            bench.ledger.acknowledge(found[1])


def by_index(bench: Bench) -> float:
    """`quoth index` of many files: half of the kills anywhere in its run, half once documents are being stored."""
    child = _begin_index(bench, bench.rng.sample(list(bench.places), 15), bench.log)
    try:
        if bench.rng.random() < 0.5:
            return _kill(bench, child, "index")
        child.wait_for(r"(added|replaced) +\S+  ")
        return _kill(bench, child, "index: storing", from_now=True)
    finally:
        _note_indexed(bench, child)


def by_delete(bench: Bench) -> float:
    """`quoth delete` of several documents."""
    ids = bench.rng.sample(bench.written(), min(8, len(bench.written())))
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
        store = Store(bench.data / FILE_NAME, read_only=True)
        back_up(store, copy)
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
    """The library's own Store: documents written as fast as SQLite takes them."""
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
        versions = [int(line) for line in child.lines()[1:]]
        for (document_id, text), version in zip(writes, versions, strict=False):
            bench.toys.begin(document_id, text)
            bench.toys.acknowledge(document_id, version)
        if len(versions) < len(writes):
            bench.toys.begin(*writes[len(versions)])


def _write_toys(path: Path, writes: list[tuple[str, str | None]]) -> None:
    store = Store.create(path, TOY)
    print("opened")
    for document_id, text in writes:
        print(store.delete(document_id, "default") if text is None else put_toy(store, document_id, text))
    store.close()


def put_toy(store: Store, document_id: str, text: str) -> int:
    """Store a text in chunks of some 300 characters, cut at a blank."""
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
    text = text_of(bench.rng, "Nowhere", 4)
    child = Child(lambda: _write_toys(path, [("first", text)]), bench.log, bench.folder)
    taken = _kill(bench, child, "create")
    ledger = Ledger()
    ledger.begin("first", text)
    if len(child.lines()) > 1:
        ledger.acknowledge("first", 1)
    wrong = ledger.settle(path, toy_vectors) if path.exists() else [*map(str, ledger.known)]
    store = Store.create(path, TOY)
    put_toy(store, "second", text_of(bench.rng, "Elsewhere", 4))
    store.close()
    if wrong or "second" not in stored_texts(path):
        raise LostError("; ".join(wrong) or "What was written after the crash isn't there.")
    return taken


def by_upgrade(bench: Bench) -> float:
    """A stored file of schema 2, opened for writing by this Quoth."""
    path = bench.folder / "older" / FILE_NAME
    shutil.rmtree(path.parent, ignore_errors=True)
    path.parent.mkdir()
    path.write_bytes(gzip.decompress(OLDER.read_bytes()))
    before = stored_texts(path)
    taken = _kill(bench, Child(lambda: Store(path).close(), bench.log, bench.folder), "upgrade")
    if stored_texts(path) != before:
        raise LostError("A document of an older file is another after a crash.")
    Store(path).close()
    return taken


COMMANDS = {
    "serve": by_serve,
    "serve beside index": by_serve_beside_index,
    "index": by_index,
    "delete": by_delete,
    "rebuild": by_rebuild,
    "restore": by_restore,
}
LIBRARY = {"store": by_store, "create": by_create, "upgrade": by_upgrade}
