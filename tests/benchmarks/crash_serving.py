"""`quoth serve` killed while clients write to it, and asked after it was started again."""

import random
import resource
import threading
import time
from collections.abc import Sequence

import httpx
from crash_bench import Bench, LostError, begin_index, note_indexed
from crash_processes import Child, client_of, served
from crash_states import text_of

_FULL_BYTES = (20_000, 100_000)  # where the log of what is being written ends
_NO_ROOM = 507


def by_serve(bench: Bench, *, beside: bool = False, full: bool = False) -> float:
    """`quoth serve`, written to by two clients.

    With `beside`, while `quoth index` writes to the same file, and goes on; with `full`, the disk is full for some time,
    in which half of the kills come.
    """
    child, address = served(bench.data, bench.log, bench.folder)
    _answers_over_http(bench, address)
    ids = list(bench.places)
    bench.rng.shuffle(ids)
    indexing = begin_index(bench, [ids.pop() for _ in range(6)], bench.folder / "beside.txt") if beside else None
    wrong: list[str] = []
    clients = [
        threading.Thread(target=_write, args=(bench, address, ids[number::2], bench.rng.randrange(2**32), wrong))
        for number in range(2)
    ]
    began = time.perf_counter()
    for thread in clients:
        thread.start()
    if full:
        time.sleep(min(bench.within("write", 4), 2.0))
        _allow(child, bench.rng.randrange(*_FULL_BYTES))
        if bench.rng.random() < 0.5:
            time.sleep(min(bench.within("write", 12), 5.0))
            _allow(child, resource.RLIM_INFINITY)
    time.sleep(min(bench.within("write", 12), 5.0))
    killed = child.kill()
    for thread in clients:
        thread.join()
    if indexing is not None and (code := indexing.finish()) != 0:
        wrong.append(f"`quoth index` beside the killed server ended with {code}: {indexing.lines()[-3:]}")
    if indexing is not None:
        note_indexed(bench, indexing)
    if wrong or not killed:
        raise LostError("; ".join(wrong) or f"The server ended by itself: {child.lines()[-5:]}")
    return time.perf_counter() - began


def by_serve_beside_index(bench: Bench) -> float:
    """A server killed while another process writes."""
    return by_serve(bench, beside=True)


def by_serve_on_a_full_disk(bench: Bench) -> float:
    """A server killed after, or while, it could write no more."""
    return by_serve(bench, full=True)


def _allow(child: Child, size: int) -> None:
    """Let the files that a process writes be no longer than that, which SQLite takes for a disk that fails or is full."""
    resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


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
            if response.status_code == _NO_ROOM:
                bench.ledger.refuse(document_id)
                continue
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
