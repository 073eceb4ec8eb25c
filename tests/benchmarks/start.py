"""How long whole processes take from their start, and how much memory: medians of several starts, in turn.

    python tests/benchmarks/start.py                      three commands and the server, five starts each
    python tests/benchmarks/start.py --against ../older   the same beside the packages of another checkout

`import_torch` is Python with torch and nothing else, below which nothing that asks a model can come.
`seconds` are from the start to the end of a command, or till the server answers; `cpu_seconds` are those of all cores,
which a machine that others use changes less; `peak_mb` is the most memory that was held at once, and `resident_mb` what
the server holds when it is ready, shared libraries included.
"""

import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from common import ROOT, report, resident_mb

QUESTION = "How big is the reward for Maduro now?"
QUOTH = ["-m", "qa.cli"]
COMMANDS = {
    "import_torch": ["-c", "import torch"],
    "help": [*QUOTH, "--help"],
    "documents": [*QUOTH, "documents"],
    "ask": [*QUOTH, "ask", QUESTION],
}


def ran(root: Path, data: Path, arguments: list[str]) -> dict[str, float]:
    """One process of Python from its start to its end."""
    began = time.perf_counter()
    command = [sys.executable, *arguments]
    process = subprocess.Popen(command, cwd=root, env=environment(data), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss / 1000,
    }


def served(root: Path, data: Path) -> dict[str, float]:
    """One server from its start till it answers."""
    began = time.perf_counter()
    command = [sys.executable, *QUOTH, "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=root, env=environment(data), stderr=subprocess.PIPE, text=True) as process:
        log = ""
        while "startup complete" not in log:
            line = process.stderr.readline() if process.stderr else ""
            assert line, log
            log += line
        seconds, used = time.perf_counter() - began, cpu_seconds(process.pid)
        memory = resident_mb(process.pid)
        process.send_signal(signal.SIGTERM)
        process.communicate()
    return {"seconds": seconds, "cpu_seconds": used, "resident_mb": memory}


def cpu_seconds(pid: int) -> float:
    """What a process has used of all cores so far."""
    fields = re.sub(r"^.*\) ", "", Path(f"/proc/{pid}/stat").read_text()).split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def environment(data: Path) -> dict[str, str]:
    """Of the process: its packages are those of the folder it is started in."""
    return {**os.environ, "PYTHONPATH": ".", "QUOTH_DATA": str(data), "HF_HUB_OFFLINE": "1"}


def main() -> None:
    """Start, measure, report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--against", type=Path, help="a checkout whose packages are started in turn with these")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    roots = {"here": ROOT, **({"against": options.against.resolve()} if options.against else {})}
    with tempfile.TemporaryDirectory(prefix="quoth-start-") as folder:
        data = Path(folder)
        ran(ROOT, data, [*QUOTH, "index", "seeds"])
        starts = {name: lambda root, line=line: ran(root, data, line) for name, line in COMMANDS.items()}
        starts["serve"] = lambda root: served(root, data)
        taken: dict[str, Any] = {root: {name: [] for name in starts} for root in roots}
        for number in range(options.rounds + 1):
            for name, start in starts.items():
                for root, place in roots.items():
                    measured = start(place)
                    if number:  # the first only reads what the others find in memory
                        taken[root][name].append(measured)
    report({root: {name: medians(each) for name, each in named.items()} for root, named in taken.items()})


def medians(measured: list[dict[str, float]]) -> dict[str, float]:
    """Of each figure over the starts."""
    return {name: round(statistics.median(each[name] for each in measured), 2) for name in measured[0]}


if __name__ == "__main__":
    main()
