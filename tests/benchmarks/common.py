"""What the benchmarks share: medians over interleaved rounds, a server process, and one JSON report at the end."""

import json
import os
import platform
import re
import signal
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

ROOT = Path(__file__).parent.parent.parent


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def interleaved(rounds: int, **works: Callable[[], object]) -> dict[str, list[float]]:
    """Seconds of each work in each round, taken in turn, so that a slow spell of the machine hits all alike."""
    for work in works.values():
        work()  # once to warm up
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(seconds(work))
    return taken


def ratio(taken: dict[str, list[float]], above: str, below: str) -> float:
    """The median over the rounds of one work's time by another's."""
    return round(statistics.median(a / b for a, b in zip(taken[above], taken[below], strict=True)), 3)


def milliseconds(values: list[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    ordered = sorted(values)
    at_95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return {"median_ms": round(1000 * statistics.median(ordered), 2), "p95_ms": round(1000 * at_95, 2)}


@contextmanager
def served(data: Path, *arguments: str) -> Iterator[tuple[int, str]]:
    """A `quoth serve` process over a data folder on a free port: its id and URL. It is ended at the end.

    What it logs is read all the while, for a pipe that nobody empties would stop it.
    """
    command = [sys.executable, "-m", "qa.cli", "--data", str(data), "serve", "--port", "0", *arguments]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as it:
        try:
            log = ""
            for line in it.stderr or ():
                log += line
                if "startup complete" in line:
                    break
            url = re.search(r"serving on (http://\S+)", log)
            if not url:
                raise SystemExit(f"The server ended:\n{log}")
            Thread(target=deque, args=(it.stderr, 0), daemon=True).start()
            yield it.pid, url[1]
        finally:
            it.send_signal(signal.SIGTERM)
            it.wait()


def resident_mb(pid: int) -> int:
    """Megabytes of memory a process holds, shared libraries included."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return round(int(found[1]) / 1000) if found else 0


def report(figures: dict[str, Any]) -> None:
    """Print the figures as JSON, with the machine they are from."""
    import torch

    machine = {"python": platform.python_version(), "torch": torch.__version__, "threads": torch.get_num_threads()}
    json.dump({"command": " ".join(sys.argv), "machine": machine, **figures}, sys.stdout, indent=2, ensure_ascii=False)
    print()
