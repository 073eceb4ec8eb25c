"""Bodies that are made to take long, sent to a real server of this machine while somebody asks whether it is alive.

    python tests/benchmarks/hostile_bodies.py > bodies.json              1,000 requests, four at a time: some minutes
    python tests/benchmarks/hostile_bodies.py --requests 100 --seed 7    fewer, and others

For each kind: how often it was sent, its statuses, the longest that `/healthz` took meanwhile and the largest answer.
`quiet` is `/healthz` before any of it: what the machine itself makes it wait. The memory is the server's, before and at
its peak.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx
from common import ROOT, milliseconds, report

sys.path.append(str(ROOT / "tests"))

from support import Served

MB = 2**20
JSON = {"Content-Type": "application/json"}
Body = tuple[str, str, bytes, dict[str, str]]  # method, path, content, headers


def filled(beginning: str, unit: str, size: int, end: str) -> bytes:
    """A body of about so many bytes."""
    return (beginning + unit * max(1, (size - len(beginning) - len(end)) // len(unit)) + end).encode()


def post(path: str, beginning: str, unit: str, end: str) -> Callable[[int], Body]:
    """A kind of body, of any size."""
    return lambda size: ("POST", path, filled(beginning, unit, size, end), JSON)


def keys(path: str, beginning: str, value: str, end: str) -> Callable[[int], Body]:
    """The same, of keys that differ."""

    def body(size: int) -> Body:
        named = ",".join(f'"k{number}":{value}' for number in range(max(1, size // (9 + len(value)))))
        return "POST", path, (beginning + named + end).encode(), JSON

    return body


def form(part: str, head: str = "") -> Callable[[int], Body]:
    """A form of many parts."""
    return lambda size: (
        "POST",
        "/v1/documents",
        filled(head, f"--B\r\nContent-Disposition: form-data; {part}\r\n\r\nx\r\n", size, "--B--\r\n"),
        {"Content-Type": "multipart/form-data; boundary=B"},
    )


ASK = '{"question":"x?",'
KINDS: dict[str, Callable[[int], Body]] = {
    "unknown keys": keys("/v1/ask", ASK, "0", "}"),
    "unknown keys of a batch": keys("/v1/ask/batch", '{"questions":["x?"],', "0", "}"),
    "metadata of lists": keys("/v1/ask", ASK + '"metadata":{', "[]", "}}"),
    "metadata of a document": keys("/v1/feedback", '{"answer":{', "[]", "}}"),
    "empty lists": post("/v1/ask", ASK + '"metadata":[', "[],", "[]]}"),
    "empty objects": post("/v1/search", ASK + '"metadata":[', "{},", "{}]}"),
    "ids of another type": post("/v1/ask", ASK + '"document_ids":[', "0,", "0]}"),
    "history of another type": post("/v1/ask/stream", ASK + '"history":[', "0,", "0]}"),
    "messages of another type": post("/v1/chat/completions", '{"model":"quoth","messages":[', "0,", "0]}"),
    "messages of many parts": post(
        "/v1/chat/completions",
        '{"model":"quoth","messages":[{"role":"user","content":[',
        '{"type":"text","text":""},',
        '{"type":"image"}]}]}',
    ),
    "questions of another type": post("/v1/ask/batch", '{"questions":[', "0,", "0]}"),
    "a long question": post("/v1/ask", '{"question":"', "a ", '"}'),
    "a long question in escapes": post("/v1/ask", '{"question":"', "\\u0061", '"}'),
    "a long key": post("/v1/ask", ASK + '"', "k", '":0}'),
    "a long model": post("/v1/chat/completions", '{"messages":[],"model":"', "m", '"}'),
    "a long number": post("/v1/ask", ASK + '"top_k":', "1", "}"),
    "a long fraction": post("/v1/ask", ASK + '"top_k":0.', "1", "}"),
    "deep": post("/v1/ask", ASK + '"metadata":', "[", "}"),
    "quotes": post("/v1/ask", ASK + '"metadata":[', '"",', '""]}'),
    "backslashes": post("/v1/ask", '{"question":"', "\\\\", '"}'),
    "no JSON": post("/v1/tokens", "", "}{", ""),
    "a form of fields": form('name="f"'),
    "a form of files": form('name="file"; filename="a.txt"'),
    "a form without a beginning": form('name="f"', "\r" * MB),
}
SIZES = (20_000, 100_000, MB - 1_000, MB, 2 * MB, 15 * MB)


def main() -> None:
    """Serve an empty index, send the bodies, report; the exit status is 1 where something failed, or was answered 500."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=1_000)
    parser.add_argument("--clients", type=int, default=4, help="that send at a time")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="quoth-bodies-") as folder:
        served = Served(Path(folder))
        try:
            told = attacked(served, options.requests, options.clients, random.Random(options.seed))  # noqa: S311
        finally:
            status = served.stop()
    report({"options": vars(options), **told, "exit_status": status})
    sys.exit(1 if status or any(int(code) >= 500 for row in told["kinds"].values() for code in row["statuses"]) else 0)


def attacked(served: Served, requests: int, clients: int, chance: random.Random) -> dict:
    """What is told of so many requests, the kinds and sizes drawn by chance."""
    with probed(served) as quiet:
        time.sleep(10)
    before = memory_mb(served, "VmRSS")
    drawn = [(name, chance.choice(SIZES)) for name in (chance.choice(list(KINDS)) for _ in range(requests))]
    rows: dict[str, list[tuple[int, int]]] = defaultdict(list)
    spans: list[tuple[str, float, float]] = []

    def send(kind: tuple[str, int]) -> None:
        method, path, content, headers = KINDS[kind[0]](kind[1])
        began = time.monotonic()
        try:
            response = httpx.request(
                method, served.client.base_url.join(path), content=content, headers=headers, timeout=120
            )
            rows[kind[0]].append((response.status_code, len(response.content)))
        except httpx.TransportError:  # refused while it was still sent
            rows[kind[0]].append((0, 0))
        spans.append((kind[0], began, time.monotonic()))

    with probed(served) as probes, ThreadPoolExecutor(clients) as pool:
        list(pool.map(send, drawn))
    kinds = {
        name: {
            "requests": len(told),
            "statuses": dict(Counter(str(status) for status, _ in told)),
            "largest_answer_bytes": max(size for _, size in told),
            "healthz_most_ms": round(1000 * during(probes, [span for span in spans if span[0] == name])),
        }
        for name, told in sorted(rows.items())
    }
    return {
        "quiet": {**milliseconds([took for _, took in quiet]), "most_ms": round(1000 * max(took for _, took in quiet))},
        "healthz": {
            **milliseconds([took for _, took in probes]),
            "most_ms": round(1000 * max(took for _, took in probes)),
        },
        "memory_mb": {"before": before, "peak": memory_mb(served, "VmHWM"), "after": memory_mb(served, "VmRSS")},
        "kinds": kinds,
    }


@contextmanager
def probed(served: Served) -> Iterator[list[tuple[float, float]]]:
    """When `/healthz` was asked, and how long it took each time."""
    probes: list[tuple[float, float]] = []
    enough = Event()

    def probe() -> None:
        with httpx.Client(base_url=served.client.base_url, timeout=300) as client:
            while not enough.wait(0.02):
                began = time.monotonic()
                client.get("/healthz").raise_for_status()
                probes.append((began, time.monotonic() - began))

    thread = Thread(target=probe)
    thread.start()
    try:
        yield probes
    finally:
        enough.set()
        thread.join()


def during(probes: list[tuple[float, float]], spans: list[tuple[str, float, float]]) -> float:
    """The longest of the probes that went on while one of these requests did."""
    return max(
        (took for at, took in probes for _, began, ended in spans if at < ended and at + took > began), default=0.0
    )


def memory_mb(served: Served, name: str) -> int:
    """Of the server's process, in MB of 10^6 bytes."""
    lines = Path(f"/proc/{served.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 // 10**6 for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    main()
