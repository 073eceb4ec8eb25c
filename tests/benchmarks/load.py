"""A real `quoth serve` over the seeds under load, from a client on the loopback.

    python tests/benchmarks/load.py ladder > ladder.json        1 to 64 clients, each asking as soon as it is answered
    python tests/benchmarks/load.py overload > overload.json    four times as many questions as it can answer, 5 minutes
    python tests/benchmarks/load.py soak > soak.json            20,000 questions, and whether its memory stays flat

Each takes less with `--seconds`, `--clients` or `--questions`; settings of the server's are taken from the environment.
"""

import argparse
import asyncio
import itertools
import os
import random
import re
import signal
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from common import report
from quality import gold_questions
from speed import QUOTH, seeds_folder
from tqdm import tqdm

CLIENTS = [1, 2, 4, 8, 16, 32, 64]
PAUSE = 0.25  # seconds between two health checks
HEALTH = ("/healthz", "/readyz")


def main() -> None:
    """Serve the seeds, put load on it, report."""
    options = arguments()
    with served() as server:
        figures = asyncio.run(options.work(server, options))
    report({"setting": {n: v for n, v in os.environ.items() if n.startswith("QUOTH_")}, **figures})


def arguments() -> argparse.Namespace:
    """What is to be done."""
    parser = argparse.ArgumentParser()
    works = parser.add_subparsers(required=True)
    for name, work, seconds in [("ladder", ladder, 20), ("overload", overload, 300), ("soak", soak, 7200)]:
        one = works.add_parser(name)
        one.set_defaults(work=work)
        one.add_argument("--seconds", type=float, default=seconds, help="of each step, or at most")
        one.add_argument("--top-k", type=int, default=1 if name == "soak" else None)
        one.add_argument("--seed", type=int, default=1)
        one.add_argument("--clients", type=int, nargs="+", default=[4] if name == "soak" else CLIENTS)
        one.add_argument("--times", type=float, default=4, help="overload: by how much of what it can answer")
        one.add_argument("--questions", type=int, default=20_000, help="soak: how many")
    return parser.parse_args()


@dataclass(frozen=True)
class Server:
    """A server process: where it is asked, and which process it is."""

    url: str
    pid: int

    def memory(self) -> int:
        """Resident memory, in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) * 1024 // 10**6 if found else 0

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        """As many connections to it as are wanted."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        async with httpx.AsyncClient(base_url=self.url, timeout=120, limits=limits) as client:
            yield client


@contextmanager
def served() -> Iterator[Server]:
    """A server over the seeds."""
    environment = {**os.environ, "QUOTH_DATA": str(seeds_folder()), "HF_HUB_OFFLINE": "1"}
    command = [*QUOTH, "serve", "--port", "0"]
    with tempfile.NamedTemporaryFile() as log:  # no pipe, which nobody would empty
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=log)
        try:
            while "startup complete" not in (told := Path(log.name).read_text()):
                if process.poll() is not None:
                    raise SystemExit(told)
                time.sleep(0.05)
            address = re.search(r"serving on (http://\S+)", told)
            yield Server(address[1] if address else "", process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


@dataclass
class Taken:
    """How requests ended: their statuses, and the seconds of those answered, refused, and given up as late."""

    statuses: Counter[str] = field(default_factory=Counter)
    answered: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    retry_after: list[int] = field(default_factory=list)

    async def ask(self, client: httpx.AsyncClient, body: dict[str, Any]) -> httpx.Response | None:
        """Ask once; what doesn't come to a response counts as a status by the name of its error."""
        began = time.perf_counter()
        try:
            response = await client.post("/v1/ask", json=body)
        except httpx.HTTPError as error:
            self.statuses[type(error).__name__] += 1
            return None
        self.statuses[str(response.status_code)] += 1
        late = self.late if "QUOTH_DEADLINE_SECONDS" in response.text else self.refused
        (self.answered if response.is_success else late).append(time.perf_counter() - began)
        if "retry-after" in response.headers:
            self.retry_after.append(int(response.headers["retry-after"]))
        return response

    def figures(self) -> dict[str, Any]:
        """All of it, in milliseconds."""
        told = {"statuses": dict(self.statuses), "answered_ms": percentiles(self.answered)}
        if not self.retry_after:
            return told
        after = {"median": statistics.median(self.retry_after), "most": max(self.retry_after)}
        late = {"late": len(self.late), "late_ms": percentiles(self.late)}
        return {**told, "refused_ms": percentiles(self.refused), **late, "retry_after_s": after}


def percentiles(seconds: list[float]) -> dict[str, float]:
    """The median, the 95th and 99th percentile and the most, in milliseconds."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    at = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "most": 1.0}
    return {name: round(1000 * ordered[min(len(ordered) - 1, int(q * len(ordered)))], 1) for name, q in at.items()}


def bodies(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The questions about the seeds, over and over, each time in another order."""
    order = random.Random(options.seed)  # noqa: S311  # not for secrets
    questions = [gold.question for gold in gold_questions()]
    top_k = {} if options.top_k is None else {"top_k": options.top_k}
    while True:
        order.shuffle(questions)
        yield from ({"question": question, **top_k} for question in questions)


async def closed(client: httpx.AsyncClient, clients: int, seconds: float, asked: Iterator[Any]) -> tuple[Taken, float]:
    """So many clients, each asking again when it is answered, or as late as it is told; and answers a second."""
    taken = Taken()
    began = time.perf_counter()

    async def one() -> None:
        while time.perf_counter() - began < seconds:
            response = await taken.ask(client, next(asked))
            if response is None or not response.is_success:
                await asyncio.sleep(float(response.headers.get("retry-after", 1)) if response else 1)

    last = began
    for done in asyncio.as_completed([one() for _ in range(clients)]):
        await done
        last = time.perf_counter() if taken.answered else last
    return taken, len(taken.answered) / (last - began)


async def ladder(server: Server, options: argparse.Namespace) -> dict[str, Any]:
    """Throughput and latency by the number of clients, and what they cost a client that is alone."""
    asked = bodies(options)
    steps, rates = [], {}
    async with server.client() as client:
        await closed(client, 1, min(5, options.seconds), asked)
        for clients in tqdm(options.clients, desc="ladder", unit="step"):
            taken, rates[clients] = await closed(client, clients, options.seconds, asked)
            steps.append({"clients": clients, "per_second": round(rates[clients], 2), **taken.figures()})
    alone = rates.get(1)
    by_alone = {str(clients): round(rate / alone, 3) for clients, rate in rates.items()} if alone else {}
    return {"seconds": options.seconds, "top_k": options.top_k, "steps": steps, "throughput_by_one_client": by_alone}


async def overload(server: Server, options: argparse.Namespace) -> dict[str, Any]:
    """More questions than can be answered, coming at random whether or not earlier ones were; and health checks."""
    asked, chance = bodies(options), random.Random(options.seed)  # noqa: S311  # not for secrets
    taken, checks = Taken(), {path: Taken() for path in HEALTH}
    async with server.client() as client, server.client() as other:
        await closed(client, 1, min(2, options.seconds), asked)
        _, capacity = await closed(client, 4, min(20, options.seconds), asked)
        before, highest = server.memory(), 0
        rate, began, requests = options.times * capacity, time.perf_counter(), set()
        checking = asyncio.ensure_future(check(other, checks))
        come, bar = 0.0, tqdm(total=round(options.seconds), desc="overload", unit="s")
        while (come := come + chance.expovariate(rate)) < options.seconds:
            await asyncio.sleep(max(0.0, began + come - time.perf_counter()))
            request = asyncio.ensure_future(taken.ask(client, next(asked)))
            requests.add(request)
            request.add_done_callback(requests.discard)
            if come >= bar.n + 1:
                bar.update(int(come) - bar.n)
                highest = max(highest, server.memory())
        await asyncio.gather(*requests)
        checking.cancel()
        bar.close()
        seconds = time.perf_counter() - began
    return {
        "seconds": options.seconds,
        "top_k": options.top_k,
        "answered_a_second_without": round(capacity, 2),
        "come_a_second": round(rate, 2),
        "answered_a_second": round(len(taken.answered) / seconds, 2),
        **taken.figures(),
        "health": {path: one.figures() for path, one in checks.items()},
        "memory_mb": {"before": before, "highest": highest, "after": server.memory()},
    }


async def check(client: httpx.AsyncClient, checks: dict[str, Taken]) -> None:
    """Ask how the server is, again and again."""
    for path in itertools.cycle(checks):
        began = time.perf_counter()
        response = await client.get(path)
        checks[path].statuses[str(response.status_code)] += 1
        checks[path].answered.append(time.perf_counter() - began)
        await asyncio.sleep(PAUSE)


async def soak(server: Server, options: argparse.Namespace) -> dict[str, Any]:
    """Many questions: one version, the same answer to the same question each time, and memory over the whole."""
    asked = itertools.islice(bodies(options), options.questions)
    taken, versions, answers = Taken(), set(), {}
    differing: Counter[str] = Counter()
    memory: list[tuple[int, int]] = []
    end = time.perf_counter() + options.seconds
    every = max(1, options.questions // 40)
    with tqdm(total=options.questions, desc="soak", unit="question") as bar:
        async with server.client() as client:

            async def one() -> None:
                for body in asked:
                    if time.perf_counter() > end:
                        return
                    response = await taken.ask(client, body)
                    bar.update()
                    if bar.n % every == 0:
                        memory.append((bar.n, server.memory()))
                    if response is None or not response.is_success:
                        continue
                    answer = response.json()
                    versions.add(answer["index_version"])
                    del answer["timings_ms"]
                    if answers.setdefault(body["question"], answer) != answer:
                        differing[body["question"]] += 1

            await asyncio.gather(*(one() for _ in range(options.clients[0])))
        asked_in_all = bar.n
    settled = [mb for number, mb in memory if number >= options.questions // 10]
    return {
        "questions": asked_in_all,
        "different_questions": len(answers),
        "clients": options.clients[0],
        "top_k": options.top_k,
        **taken.figures(),
        "index_versions": sorted(versions),
        "answers_that_differ": sum(differing.values()),
        "memory_mb": {str(number): mb for number, mb in memory},
        "growth_mb_after_a_tenth": settled[-1] - settled[0] if settled else None,
    }


if __name__ == "__main__":
    main()
