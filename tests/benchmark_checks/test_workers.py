"""What the benchmark of workers tells."""

import json
import os
import subprocess
import sys

import pytest
from support import ROOT


@pytest.mark.long
def test_what_workers_take_and_whether_versions_hold_is_told() -> None:
    command = [
        sys.executable,
        str(ROOT / "tests" / "benchmarks" / "workers.py"),
        "--workers",
        "1",
        "2",
        "--clients",
        "2",
    ]
    command += ["--questions", "4", "--rounds", "1", "--seconds", "3"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = json.loads(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert [len(told["memory_mb"][number]["ready"]) for number in ("1", "2")] == [
        1,
        4,
    ]  # with what serves, and a tracker
    for number in ("1", "2"):
        assert all(each["own"] <= each["pss"] <= each["rss"] for each in told["memory_mb"][number]["ready"])
    assert [each["connections"] for each in told["throughput"]] == ["kept", "one for each question"]
    versions = told["versions"]
    assert versions["workers"] == 2
    assert versions["versions_written"] > 1
    assert versions["answers_read"] > 1
    for wrong in ("versions_that_fell", "writes_not_seen_by_the_next_request", "places_that_dont_slice"):
        assert versions[wrong] == 0
