"""Readers that are killed in the midst of a version hold nothing up: the file is written on, and its log given back."""

import subprocess
import sys
from pathlib import Path

import pytest
from store_support import put
from support import ROOT

from index.storage.principals import SEES_ALL
from index.storage.sqlite import database, idle
from index.storage.sqlite.store import SQLiteStore

# Forks one reader after the other, and kills each at a moment drawn by chance, between the first read and 20 ms after
READERS = """
import os, random, signal, sys, time
from pathlib import Path
from store_support import SIGNATURE
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import SQLiteStore
chance = random.Random(1)
for _ in range(int(sys.argv[2])):
    theirs, ours = os.pipe()
    child = os.fork()
    if child == 0:
        store = SQLiteStore(Path(sys.argv[1]), SIGNATURE, read_only=True)
        while True:
            with store.view(SEES_ALL) as view:
                assert len(list(view.documents())) == 5
                os.write(ours, b"r")
                time.sleep(0.003)
    os.read(theirs, 1)
    time.sleep(chance.uniform(0, 0.02))
    os.kill(child, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    os.close(theirs), os.close(ours)
"""


@pytest.mark.parametrize("readers", [20, pytest.param(500, marks=pytest.mark.long)])
def test_a_killed_reader_holds_nothing_up(
    store: SQLiteStore, path: Path, monkeypatch: pytest.MonkeyPatch, readers: int
) -> None:
    monkeypatch.setattr(idle, "IDLE_SECONDS", 1000.0)
    monkeypatch.setattr(database, "_LOG_BYTES", 50_000)
    for name in "abcde":
        put(store, name, f"The first text of {name}. ")
    command = [sys.executable, "-c", READERS, str(path), str(readers)]
    written = 0
    with subprocess.Popen(command, cwd=ROOT / "tests", env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}) as killing:
        while killing.poll() is None:
            written += 1
            put(store, "abcde"[written % 5], f"Text {written}. " * 200)
        assert killing.returncode == 0
    put(store, "a", "The last text of a.")
    put(store, "b", "The last text of b. " * 4_000)  # more than the log may keep
    put(store, "c", "The last text of c.")
    assert Path(f"{path}-wal").stat().st_size < 100_000
    with store.view(SEES_ALL) as view:
        assert view.version == 5 + written + 3
    assert store.verify().faults == ()
