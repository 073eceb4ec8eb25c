"""Bodies that are made to take long, sent to a real server of this machine while somebody asks whether it is alive.

    python tests/benchmarks/hostile_bodies.py > bodies.json              1,000 requests, twice: some minutes
    python tests/benchmarks/hostile_bodies.py --requests 100 --seed 7    fewer, and others

They are sent one after the other. Once another process asks `/healthz` all the while: the longest that it took during a
request; `quiet` is what it takes without any, on a machine that may have other work. Then again without it, to see how
long the server computes for one request, in all its threads: on a machine that is free, nobody waits longer for it than
that. The memory is the server's, before and at its peak.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.client import HTTPConnection
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

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
Probe = tuple[float, float]  # when it began, and how many seconds it took


@cache
def body_of(name: str, size: int) -> Body:
    """The body of a kind of about so many bytes; all of them are half a gigabyte."""
    return KINDS[name](size)


def main() -> None:
    """Serve an empty index, send the bodies, report; the exit status is 1 where something failed, or was answered 500."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311  # not for secrets
    drawn = [(chance.choice(list(KINDS)), chance.choice(SIZES)) for _ in range(options.requests)]
    with tempfile.TemporaryDirectory(prefix="quoth-bodies-") as folder:
        served = Served(Path(folder))
        try:
            figures = attacked(served, drawn)
        finally:
            status = served.stop()
    report({"options": vars(options), **figures, "exit_status": status})
    failed = any(int(code) >= 500 for row in figures["kinds"].values() for code in row["statuses"])
    sys.exit(1 if status or failed else 0)


def attacked(served: Served, drawn: list[tuple[str, int]]) -> dict:
    """The figures of these kinds of bodies, each of about so many bytes."""
    with probed(served) as quiet:
        time.sleep(10)
    before = memory_mb(served, "VmRSS")
    rows: dict[str, list[tuple[int, int]]] = defaultdict(list)
    spans: list[tuple[float, float]] = []
    with probed(served) as probes:
        for name, size in drawn:
            body, began = body_of(name, size), time.monotonic()
            rows[name].append(sent(served, body))
            spans.append((began, time.monotonic()))
    computed: dict[str, list[float]] = defaultdict(list)
    for name, size in drawn:
        body, began = body_of(name, size), processor_seconds(served)
        sent(served, body)
        computed[name].append(processor_seconds(served) - began)
    delayed = dict.fromkeys(rows, 0.0)
    for (name, _), span in zip(drawn, spans, strict=True):
        delayed[name] = max(delayed[name], during(probes, span))
    return {
        "quiet": of_probes(quiet),
        "healthz": of_probes(probes),
        "worst_request": {
            "healthz_ms": round(1000 * max(delayed.values())),
            "computed_ms": round(1000 * max(max(each) for each in computed.values())),
        },
        "memory_mb": {"before": before, "peak": memory_mb(served, "VmHWM"), "after": memory_mb(served, "VmRSS")},
        "kinds": {
            name: {
                "requests": len(answers),
                "statuses": dict(Counter(str(status) for status, _ in answers)),
                "largest_answer_bytes": max(size for _, size in answers),
                "healthz_most_ms": round(1000 * delayed[name]),
                "computed_most_ms": round(1000 * max(computed[name])),
            }
            for name, answers in sorted(rows.items())
        },
    }


def sent(served: Served, body: Body) -> tuple[int, int]:
    """The status of the response and its bytes; 0 where the connection ended before there was one."""
    method, path, content, headers = body
    try:
        response = httpx.request(
            method, served.client.base_url.join(path), content=content, headers=headers, timeout=120
        )
    except httpx.TransportError:  # refused while it was still sent
        return 0, 0
    return response.status_code, len(response.content)


@contextmanager
def probed(served: Served) -> Iterator[list[Probe]]:
    """How `/healthz` was answered to another process; the list is filled at the end."""
    context, probes = get_context("spawn"), []  # a process: threads of this one would wait for its own work
    ours, theirs = context.Pipe()
    process = context.Process(target=probe, args=(served.client.base_url.host, served.client.base_url.port, theirs))
    process.start()
    ours.recv()  # it has begun
    try:
        yield probes
    finally:
        ours.send("enough")
        probes.extend(ours.recv())
        process.join()


def probe(host: str, port: int, enough: Connection) -> None:
    """Ask over one connection until somebody says that it is enough, then send them the probes."""
    connection, probes = HTTPConnection(host, port, timeout=300), []
    while not enough.poll(0.01):
        began = time.monotonic()  # which all processes of a machine share
        connection.request("GET", "/healthz")
        if connection.getresponse().read() and not probes:
            enough.send("begun")
        probes.append((began, time.monotonic() - began))
    enough.send(probes)


def of_probes(probes: list[Probe]) -> dict[str, float]:
    """Of how long they took: median, 95th percentile and longest."""
    taken = [took for _, took in probes]
    return {**milliseconds(taken), "most_ms": round(1000 * max(taken))}


def during(probes: list[Probe], span: tuple[float, float]) -> float:
    """The longest of the probes that went on while a request did."""
    began, ended = span
    return max((took for at, took in probes if at < ended and at + took > began), default=0.0)


def processor_seconds(served: Served) -> float:
    """That the server has computed so far, in all its threads."""
    return time.clock_gettime(~served.process.pid << 3 | 2)  # Linux's clock of another process, in nanoseconds


def memory_mb(served: Served, name: str) -> int:
    """Of the server's process, in MB of 10^6 bytes."""
    lines = Path(f"/proc/{served.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 // 10**6 for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    main()
