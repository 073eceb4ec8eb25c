"""What fuzzing tells: nothing is found, and it did try."""

import json
import os
import subprocess
import sys

import pytest
from support import ROOT

pytestmark = pytest.mark.slow


def test_requests_made_from_the_contract_find_nothing() -> None:
    command = [sys.executable, str(ROOT / "tests" / "benchmarks" / "fuzz.py"), "--cases", "40"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert (done.returncode, told["findings"]) == (0, []), done.stderr
    assert told["cases"] >= 40
    assert sum(told["by_phase"].values()) == sum(told["by_status"].values()) == told["cases"]
    assert {"fuzzing", "stateful"} <= set(told["by_phase"])
    assert told["by_status"]["200"] > 0
    assert told["by_status"]["422"] > 0
