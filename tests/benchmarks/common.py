"""What the benchmarks share: medians over interleaved rounds, and one JSON report at the end."""

import json
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
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


def report(figures: dict[str, Any]) -> None:
    """Print the figures as JSON, with the machine they are from."""
    import torch

    machine = {"python": platform.python_version(), "torch": torch.__version__, "threads": torch.get_num_threads()}
    json.dump({"command": " ".join(sys.argv), "machine": machine, **figures}, sys.stdout, indent=2, ensure_ascii=False)
    print()
