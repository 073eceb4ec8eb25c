"""What several test modules use: a server process, and the form of a problem document."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"

PROBLEM = "application/problem+json"


def problem(response: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    """The problem document of a failed request, checked for its form."""
    body: dict[str, Any] = response.json()
    assert response.status_code == status, body
    assert response.headers["content-type"] == PROBLEM
    assert body["type"] == f"urn:quoth:problem:{kind}"
    assert body["status"] == status
    assert body["title"]
    assert "Traceback" not in response.text
    return body


class Served:
    """A `quoth serve` process on a free port of the loopback, and a client to talk to it."""

    def __init__(self, data: Path, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "qa.cli", "--data", str(data), "serve", "--port", "0", *arguments],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env={**os.environ, "HF_HUB_OFFLINE": "1", **environment},
        )
        self.data = data
        self.log = ""
        self._read_until("Application startup complete")
        address = re.search(r"serving on (http://\S+)", self.log)
        assert address, self.log
        self.client = httpx.Client(base_url=address[1], timeout=60)

    def _read_until(self, text: str) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.log += line
            if text in line:
                return
        raise AssertionError(f"The server ended ({self.process.wait()}):\n{self.log}")

    def stop(self) -> int:
        """Ctrl-C; returns the exit status."""
        self.client.close()
        self.process.send_signal(signal.SIGINT)
        self.log += self.process.communicate(timeout=30)[1]
        return self.process.returncode
