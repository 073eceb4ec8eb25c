"""The benchmark of speed still runs on the reader and engine that there are: it looks into both."""

import json
import subprocess
import sys

import pytest
from support import ROOT

pytestmark = pytest.mark.slow


def test_reading_two_questions_together_is_measured_on_the_seeds() -> None:
    command = [sys.executable, str(ROOT / "tests" / "benchmarks" / "speed.py"), "together"]
    done = subprocess.run(
        command, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout)
    assert set(measured["together"]["questions_in_one_call_by_apart"]) == {"2", "4"}
