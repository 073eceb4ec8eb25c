"""The benchmark of peers, without them: Quoth is measured as they are, and no folder is taken for an environment."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

pytestmark = pytest.mark.slow


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "tests" / "benchmarks" / "peers.py"), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)


def test_answers_are_scored_timed_and_looked_up_in_their_files() -> None:
    done = run("--systems", "quoth", "--sets", "invented", "--every", "34", "--rounds", "1")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["invented"]["quoth"]
    assert (told["questions"], told["errors"], told["place"], told["verbatim"]) == (16, 0, 100.0, 100.0)
    assert 0 < told["first"]["em"] <= told["first"]["f1"] <= 100
    assert told["answered"]["f1"] <= told["best_f1"] <= 100
    assert 0 < told["ms"]["median"] <= told["ms"]["p95"]
    assert told["index_seconds"] > 0
    assert "first F1" in done.stderr


def test_a_folder_of_other_things_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "pyvenv.cfg").write_text("home = /usr/bin")  # an environment of the user's own
    done = run("--systems", "txtai", "--environment", str(tmp_path))
    assert done.returncode == 1
    assert f"{tmp_path} holds things that aren't of this benchmark: name another with --environment." in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["pyvenv.cfg"]
