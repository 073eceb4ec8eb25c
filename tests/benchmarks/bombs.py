"""Documents that are made to break what reads them, brought to a real server one after the other while others ask.

    python tests/benchmarks/bombs.py > bombs.json                 all, as large as a server takes: half an hour on two cores
    python tests/benchmarks/bombs.py deep.html flate.pdf          some of them
    python tests/benchmarks/bombs.py --scale 0.01 --seconds 5     smaller ones

For each: the status and what was said, how long it took, the most memory that the server and the process that parses
held, and how the questions fared that were asked meanwhile. One that is a document after all is asked and deleted.
"""

import argparse
import re
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
from common import ROOT, milliseconds, report
from tqdm import tqdm

sys.path.append(str(ROOT / "tests"))

from bomb_corpus import Bomb, archive_bombs, bombs
from support import Served

QUESTION, ANSWER = "Who became safety officer after Piet Amsel?", "Jorun Vask"
EXPECTED = {201, 413, 422}  # added, too large, unreadable: nothing else may be said of a document


def main() -> None:
    """Serve the seeds, bring each bomb, report; the exit status is 1 where a promise was broken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", help="bombs to bring; all if none is named")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the large ones")
    parser.add_argument("--seconds", type=int, default=20, help="QUOTH_PARSE_SECONDS of the server")
    parser.add_argument("--memory-mb", type=int, default=1024, help="QUOTH_PARSE_MEMORY_MB of the server")
    options = parser.parse_args()
    every = (bomb for kind in (bombs, archive_bombs) for bomb in kind(options.scale))
    chosen = [bomb for bomb in every if not options.names or bomb.name in options.names]
    limits = {"QUOTH_PARSE_SECONDS": str(options.seconds), "QUOTH_PARSE_MEMORY_MB": str(options.memory_mb)}
    with tempfile.TemporaryDirectory(prefix="quoth-bombs-") as folder:
        served = Served(Path(folder), "seeds", **limits)
        try:
            ready = resident_mb(served.process.pid)
            rows = [row_of(served, bomb) for bomb in tqdm(chosen, unit="bomb")]
            after = resident_mb(served.process.pid)
        finally:
            status = served.stop()
    broken = [row["name"] for row in rows if not row["kept_the_promise"]]
    told = {"bombs": len(rows), "broken": broken, "statuses": dict(Counter(row["status"] for row in rows))}
    memory = {"ready_mb": ready, "after_mb": after, "peak_mb": max(row["server_peak_mb"] for row in rows)}
    settings = {"scale": options.scale, "parse_seconds": options.seconds, "parse_memory_mb": options.memory_mb}
    report({**told, "options": settings, "server": memory, "exit_status": status, "rows": rows})
    sys.exit(1 if broken or status else 0)


def row_of(served: Served, bomb: Bomb) -> dict[str, Any]:
    """Bring one, and see what becomes of it and of everybody else."""
    asked: list[float] = []
    wrong = 0
    url = str(served.client.base_url)
    with ThreadPoolExecutor(2) as pool:
        brought = pool.submit(bring, url, bomb)
        peaks = pool.submit(peaks_until, brought, served.process.pid)
        while not brought.done():
            began = time.perf_counter()
            wrong += answer_of(url) != ANSWER
            asked.append(time.perf_counter() - began)
    response, taken = brought.result()
    if response.status_code == 201:
        asked_of_it = {"question": QUESTION, "collection": "bombs"}
        httpx.post(f"{url}v1/ask", json=asked_of_it, timeout=600).raise_for_status()
        httpx.delete(f"{url}{route(bomb)}/{bomb.name}?collection=bombs", timeout=600).raise_for_status()
    alive = httpx.get(f"{url}healthz", timeout=600).status_code == 200 and answer_of(url) == ANSWER
    server, child = peaks.result()
    return {
        "name": bomb.name,
        "mib": round(len(bomb.data) / 2**20, 3),
        "status": response.status_code,
        "detail": response.json().get("detail"),
        "seconds": round(taken, 2),
        "server_peak_mb": server,
        "child_peak_mb": child,
        "asked_meanwhile": {"questions": len(asked), "wrong": wrong, **(milliseconds(asked) if asked else {})},
        "kept_the_promise": alive and not wrong and response.status_code in EXPECTED,
    }


def bring(url: str, bomb: Bomb) -> tuple[httpx.Response, float]:
    """Upload it; also the seconds that took."""
    files = {"file": (bomb.name, bomb.data, bomb.media_type)}
    began = time.perf_counter()
    response = httpx.post(f"{url}{route(bomb)}", files=files, data={"collection": "bombs"}, timeout=3600)
    return response, time.perf_counter() - began


def route(bomb: Bomb) -> str:
    """Where it is brought and deleted."""
    return "v1/archives" if bomb.media_type == "application/zip" else "v1/documents"


def answer_of(url: str) -> str:
    """What the server says to a question that it knows the answer to; asked on a connection of its own."""
    response = httpx.post(f"{url}v1/ask", json={"question": QUESTION}, timeout=600)
    return " ".join(response.json()["answers"][0]["text"].split()) if response.status_code == 200 else response.text


def peaks_until(done: "Future[Any]", pid: int) -> tuple[int, int]:
    """The most megabytes that a server and its child hold until then, looked at twenty times a second."""
    server = child = 0
    while not done.done():
        server = max(server, resident_mb(pid))
        child = max([child, *map(resident_mb, children_of(pid))])
        time.sleep(0.05)
    return max(server, resident_mb(pid)), child


def children_of(pid: int) -> list[int]:
    """The process ids of its parsing children, and of those's forks, which are what parses."""
    found: list[int] = []
    with suppress(FileNotFoundError, ProcessLookupError):  # a thread, or a child, that has ended meanwhile
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                if b"index.parsing.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                    found += [int(child), *children_of(int(child))]
    return found


def resident_mb(pid: int) -> int:
    """Megabytes of memory a process holds; 0 if it is gone."""
    with suppress(FileNotFoundError, ProcessLookupError):
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        return round(int(found[1]) / 1000) if found else 0
    return 0


if __name__ == "__main__":
    main()
