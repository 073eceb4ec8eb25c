"""Several readers: the memory of each further one, questions a second, and whether versions hold while one writes.

    python tests/benchmarks/workers.py > workers.json                  some minutes on two cores
    python tests/benchmarks/workers.py --workers 1 2 --clients 1 4 --questions 16 --rounds 1 --seconds 5

Each number of workers is served by itself for its memory, and then all of them together, asked in turn, so that a slow
spell of the machine hits all alike. With OMP_NUM_THREADS unset each reader has its share of the cores, as it is shipped.
"""

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from functools import cache
from itertools import count, pairwise
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
from common import milliseconds, report
from quality import gold_questions
from speed import QUOTH, seeds_folder
from tqdm import tqdm


class Server:
    """`quoth serve --workers N` over a copy of the seeds, indexed."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        data = shutil.copytree(indexed(), Path(tempfile.mkdtemp(prefix="quoth-workers-")) / "data")
        patient = {"QUOTH_DEADLINE_SECONDS": "3600"}  # a busy machine shall be slow, and nothing else
        environment = {**os.environ, "QUOTH_DATA": str(data), "HF_HUB_OFFLINE": "1", **patient}
        command = [*QUOTH, "serve", "--port", "0", "--workers", str(workers)]
        pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(command, env=environment, text=True, **pipes)
        log = ""
        while "startup complete" not in log:
            line = self.process.stderr.readline() if self.process.stderr else ""
            assert line, log
            log += line
        address = re.search(r"serving on (http://[^\s\"]+)", log)
        assert address, log
        self.url = address[1]
        Thread(target=deque, args=(self.process.stderr, 0), daemon=True).start()  # a full pipe would stop it

    def client(self) -> httpx.Client:
        """A client with connections of its own."""
        return httpx.Client(base_url=self.url, timeout=300)

    def memory(self) -> list[dict[str, Any]]:
        """Megabytes of each process: `rss` counts what is shared as its own, `pss` its part of that, `own` none of it."""
        return [memory_of(process) for process in (self.process.pid, *children(self.process.pid))]

    def stop(self) -> None:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait()


indexed = cache(seeds_folder)


@contextmanager
def served(workers: int) -> Iterator[Server]:
    """A server, until it isn't needed any more."""
    server = Server(workers)
    try:
        yield server
    finally:
        server.stop()


def children(process: int) -> list[int]:
    """The processes that any of one's threads has started."""
    of_threads = [path.read_text().split() for path in Path(f"/proc/{process}/task").glob("*/children")]
    return [int(child) for of_thread in of_threads for child in of_thread]


def memory_of(process: int) -> dict[str, Any]:
    """What one process holds, in megabytes."""
    kilobytes = dict(re.findall(r"^(\w+):\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE))
    sums = {"rss": ["Rss"], "pss": ["Pss"], "own": ["Private_Clean", "Private_Dirty"]}
    return {name: round(sum(int(kilobytes[part]) for part in parts) * 1.024 / 1000) for name, parts in sums.items()}


def memory(workers: list[int], questions: list[str]) -> dict[str, Any]:
    """By how many there are: each process once it is ready, and once the questions have been asked of its server."""
    told: dict[str, Any] = {}
    for number in tqdm(workers, "memory", disable=None):
        with served(number) as server:
            ready = server.memory()
            ask_all(server, questions, 2 * number)
            after = server.memory()
        told[str(number)] = {
            "ready": ready,
            "after_questions": after,
            "pss_of_all_ready": sum(process["pss"] for process in ready),
            "pss_of_all_after_questions": sum(process["pss"] for process in after),
        }
    return told


def ask_all(server: Server, questions: list[str], clients: int, *, keeping: bool = True) -> list[float]:
    """Ask them of one server by so many clients, each of which waits for its answer; the seconds of each question.

    `keeping`: over a connection that is kept; otherwise over one for each question.
    """

    def ask(mine: list[str]) -> list[float]:
        taken = []
        with server.client() as kept:
            for question in mine:
                with nullcontext(kept) if keeping else server.client() as client:
                    began = time.perf_counter()
                    client.post("/v1/ask", json={"question": question}).raise_for_status()
                    taken.append(time.perf_counter() - began)
        return taken

    with ThreadPoolExecutor(clients) as pool:
        parts = [questions[first::clients] for first in range(clients)]
        return [each for taken in pool.map(ask, parts) for each in taken]


def throughput(servers: list[Server], questions: list[str], clients: list[int], rounds: int) -> list[dict[str, Any]]:
    """For each number of clients and each way to connect: questions a second, by workers, and by those of the first."""
    told = []
    ways = [(number, keeping) for number in clients for keeping in (True, False)]
    for server in servers:
        ask_all(server, questions[: 2 * server.workers], 2 * server.workers, keeping=False)
    for number, keeping in tqdm(ways, "throughput", disable=None):
        rates: dict[int, list[float]] = {server.workers: [] for server in servers}
        taken: dict[int, list[float]] = {server.workers: [] for server in servers}
        for _ in range(rounds):
            for server in servers:
                began = time.perf_counter()
                taken[server.workers] += ask_all(server, questions, number, keeping=keeping)
                rates[server.workers].append(len(questions) / (time.perf_counter() - began))
        first = rates[servers[0].workers]
        told.append(
            {
                "clients": number,
                "connections": "kept" if keeping else "one for each question",
                "questions_per_second": {each: round(statistics.median(rates[each]), 2) for each in rates},
                "by_first": {
                    each: round(statistics.median(a / b for a, b in zip(rates[each], first, strict=True)), 2)
                    for each in rates
                },
                "latency": {each: milliseconds(taken[each]) for each in taken},
            }
        )
    return told


class Versions:
    """One client that writes, four that read, and what they saw that shouldn't be."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._texts: dict[int, str] = {}  # version → what the document says there
        self._done = Event()

    def watch(self, duration: float) -> dict[str, Any]:
        """Write and read for so many seconds."""
        ways = [(path, keeping) for path in ("/v1/ask", "/v1/search") for keeping in (True, False)]
        with self._server.client() as client:
            self._write(client, 0)
        with ThreadPoolExecutor(len(ways)) as pool:
            readers = [pool.submit(self._read, *way) for way in ways]
            try:
                unseen = self._write_for(duration)
            finally:
                self._done.set()
            seen = [reader.result() for reader in readers]
        falls = sum(late < early for one in seen for (early, _), (late, _) in pairwise(one))
        wrong = sum(self._texts[version][start:end] != text for one in seen for version, places in one
                    for start, end, text in places)  # fmt: skip
        return {
            "workers": self._server.workers,
            "versions_written": len(self._texts),
            "answers_read": sum(map(len, seen)),
            "places_checked": sum(len(places) for one in seen for _, places in one),
            "versions_that_fell": falls,
            "writes_not_seen_by_the_next_request": unseen,
            "places_that_dont_slice": wrong,
        }

    def _write(self, client: httpx.Client, number: int) -> int:
        text = "§ " * (number % 50) + f"The {number}th report was signed by Ada Kestrel {number} in the harbour office."
        body = {"text": text, "collection": "versions"}
        stored = client.put("/v1/documents/report", json=body).raise_for_status().json()
        self._texts[stored["index_version"]] = text
        return int(stored["index_version"])

    def _write_for(self, duration: float) -> int:
        ends, unseen = time.monotonic() + duration, 0
        for number in count(1):
            if time.monotonic() > ends:
                break
            with self._server.client() as client:
                version = self._write(client, number)
            with self._server.client() as client:
                unseen += client.get("/readyz").raise_for_status().json()["index_version"] < version
        return unseen

    def _read(self, path: str, keeping: bool) -> list[tuple[int, list[tuple[int, int, str]]]]:
        seen = []
        body = {"question": "Who signed the report?", "collection": "versions"}
        with self._server.client() as kept:
            while not self._done.is_set():
                with nullcontext(kept) if keeping else self._server.client() as client:
                    answer = client.post(path, json=body).raise_for_status().json()
                places = [(each["start"], each["end"], each["text"]) for each in answer["passages"]]
                for cited in (cited for given in answer.get("answers", []) for cited in given["citations"]):
                    places.append((cited["start"], cited["end"], cited["quote"]["exact"]))
                seen.append((answer["index_version"], places))
        return seen


def main() -> None:
    """Serve the seeds with each number of workers, ask, report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--questions", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60, help="How long versions are watched.")
    options = parser.parse_args()
    questions = [gold.question for gold in gold_questions()][: options.questions]
    figures: dict[str, Any] = {"omp_num_threads": os.environ.get("OMP_NUM_THREADS"), "questions": len(questions)}
    figures["memory_mb"] = memory(options.workers, questions)
    with ExitStack() as stack:
        servers = [stack.enter_context(served(number)) for number in options.workers]
        figures["throughput"] = throughput(servers, questions, options.clients, options.rounds)
        figures["versions"] = Versions(servers[-1]).watch(options.seconds)
    report(figures)


if __name__ == "__main__":
    main()
