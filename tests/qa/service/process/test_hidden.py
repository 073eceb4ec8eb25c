"""A server's memory and environment are its own: another process of the same user sees neither."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone can hide a process")

# Root has capabilities to look into everything, which are given away first where the tests are run as root: for what
# is run next, CAP_SYS_PTRACE, CAP_SYS_ADMIN and CAP_PERFMON
_BOUND = """
import ctypes, os, sys
for capability in (19, 21, 38):
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
_LOOK = """
import sys
for name in ("environ", "mem", "maps"):
    try:
        with open(f"/proc/{sys.argv[1]}/{name}", "rb") as file:
            print(name, "is open" if name == "mem" or file.read() else "is empty")
    except OSError as error:
        print(name, type(error).__name__)
"""
SHOWN = ["environ is open", "mem is open", "maps is open"]
HIDDEN = ["environ PermissionError", "mem PermissionError", "maps PermissionError"]


def python(*arguments: str) -> list[str]:
    return [sys.executable, "-c", _BOUND, *arguments]


def seen(pid: int) -> list[str]:
    """What another process of this user sees of it."""
    command = python("-c", _LOOK, str(pid))
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout.splitlines()


@contextmanager
def running(*arguments: str, until: str) -> Iterator[int]:
    """The id of a process that has said this on its standard error."""
    with subprocess.Popen(python(*arguments), stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stderr
        said = ""
        while until not in said:
            said = process.stderr.readline()
            assert said, "it ended"
        try:
            yield process.pid
        finally:
            process.kill()


def test_a_process_is_seen_by_another_of_the_same_user() -> None:
    scope = Path("/proc/sys/kernel/yama/ptrace_scope")
    if scope.exists() and scope.read_text().strip() != "0":
        pytest.skip("this system hides all processes already")
    with running("-c", "import sys, time; print('ready', file=sys.stderr); time.sleep(600)", until="ready") as pid:
        assert seen(pid) == SHOWN


@pytest.mark.slow
def test_a_server_is_not(tmp_path: Path) -> None:
    serve = ["-m", "qa.cli", "--data", str(tmp_path), "serve", "--port", "0"]
    with running(*serve, until="Loading the models") as pid:
        assert seen(pid) == HIDDEN
