"""`--watch`: what changes in a folder is answered from, by the server that is up; a `quoth sync` goes on until Ctrl-C."""

import os
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from support import ROOT, Served
from warm_start import QuothProcess

pytestmark = pytest.mark.slow


def answer(client: httpx.Client) -> str | None:
    body = client.post("/v1/ask", json={"question": "How many days of leave do staff get?"}).json()
    return body["answers"][0]["text"] if body["answers"] else None


def test_what_changes_is_answered_from(tmp_path: Path) -> None:
    folder = tmp_path / "handbook"
    folder.mkdir()
    (folder / "leave.md").write_text("Staff get 21 days of leave a year.")
    served = Served(tmp_path / "data", str(folder), "--watch")
    assert answer(served.client) == "21"
    (folder / "leave.md").write_text("Staff get 26 days of leave a year.")
    served.read_until("The index is in step with handbook: 1 replaced.")
    assert answer(served.client) == "26"
    listed = served.client.get("/v1/documents").json()["documents"]
    assert [document["id"] for document in listed] == ["handbook/leave.md"]
    (folder / "leave.md").unlink()
    (folder / "pay.md").write_text("Pay comes on the 25th.")
    ends = time.monotonic() + 120
    while answer(served.client) is not None and time.monotonic() < ends:
        time.sleep(0.1)
    assert answer(served.client) is None
    assert served.stop() == 0, served.log
    assert "Stopped." in served.log


def test_a_sync_that_watches_goes_on_until_it_is_interrupted(tmp_path: Path) -> None:
    folder = tmp_path / "handbook"
    folder.mkdir()
    (folder / "leave.md").write_text("Staff get 21 days of leave a year.")
    with QuothProcess("--data", str(tmp_path / "data"), "sync", str(folder), "--watch", "--json", cwd=ROOT,
                      env={**os.environ, "HF_HUB_OFFLINE": "1"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as sync:  # fmt: skip
        assert sync.stdout
        assert sync.stderr
        assert "leave.md" in sync.stdout.readline()
        (folder / "pay.md").write_text("Pay comes on the 25th.")
        while "pay.md" not in sync.stdout.readline():
            assert sync.poll() is None, sync.stderr.read()
        sync.send_signal(signal.SIGINT)
        _, errors = sync.communicate(timeout=120)
    assert sync.returncode == 0
    assert errors.splitlines()[-1] == "watching; Ctrl-C ends it"
