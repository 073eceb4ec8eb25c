"""What the benchmark of load tells."""

import json
import os
import subprocess
import sys

import pytest
from support import ROOT


@pytest.mark.long
def test_more_load_than_a_server_takes_is_refused_and_told() -> None:
    """A line of two, and four times as many questions as can be answered."""
    command = [sys.executable, str(ROOT / "tests" / "benchmarks" / "load.py"), "overload", "--seconds", "3"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QUOTH_MAX_WAITING": "2", "QUOTH_DEADLINE_SECONDS": "600"}
    told = json.loads(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert told["setting"] == {"QUOTH_PRECISION": "float32", "QUOTH_MAX_WAITING": "2", "QUOTH_DEADLINE_SECONDS": "600"}
    assert set(told["statuses"]) <= {"200", "503"}
    assert told["answered_ms"]["p50"] <= told["answered_ms"]["p99"] <= told["answered_ms"]["most"]
    for path in ("/healthz", "/readyz"):
        assert set(told["health"][path]["statuses"]) == {"200"}
    assert told["memory_mb"]["before"] > 0
