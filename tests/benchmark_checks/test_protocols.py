"""What the benchmark of the protocols tells."""

import json
import os
import subprocess
import sys

import pytest
from support import ROOT


@pytest.mark.long
def test_what_protocols_cost_is_told_for_each_of_them() -> None:
    command = [sys.executable, str(ROOT / "tests" / "benchmarks" / "protocols.py"), "--questions", "2", "--rounds", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = json.loads(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert (told["questions"], told["rounds"]) == (2, 1)
    ways = ["search", "ask", "chat", "first_passages", "stream", "chat_stream"]
    over_ask = ["stream_over_ask", "chat_over_ask", "chat_stream_over_ask"]
    for name in [*ways, *over_ask]:
        assert set(told[name]) == {"median_ms", "p95_ms"}
    # the first event of a stream comes before its end
    assert 0 < told["first_passages"]["median_ms"] < told["stream"]["median_ms"]
    assert told["first_passages_by_search"] > 0
