"""Somebody who took over a process that parses has nothing there: each attempt of his is made, and refused.

Every attempt is also made with nothing that holds it back, where it must succeed: so it is one. What holds it back
depends on the system, which is asked here by other ways than the sandbox asks it.
"""

import ctypes
import json
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from parsing_intruder import ATTEMPTS, VARIABLE
from support import ROOT

from index.parsing import child, landlock, seccomp
from index.parsing.confinement import offered
from index.parsing.limits import Limits
from index.parsing.process import ParsingProcess

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits alone hold elsewhere")

# What each measure refuses by itself, of Landlock by the version that began to; "limits" are RLIMIT_NOFILE and the like
LANDLOCK = {
    1: {"read the server's environment", "open the server's memory", "read the server's memory", "read the data file",
        "change the data file", "remove the data file", "rename the data file", "link the data file", "list a folder",
        "make a file", "make a folder", "make a symbolic link", "make a pipe with a name", "run a program",
        "trace the server"},
    3: {"cut the data file"},
    4: {"connect", "listen"},
    6: {"signal the server", "signal the child that forked it"},
}  # fmt: skip
LIMITS = {"read the server's environment", "open the server's memory", "read the data file", "change the data file",
          "list a folder", "make a file", "make a file in memory", "connect", "listen", "send a datagram"}  # fmt: skip
ROOTS = {"enter a namespace"}  # what root alone may do
if os.geteuid():
    LIMITS |= {"fork", "start a thread", *ROOTS}  # to root, the number of processes isn't limited
ALWAYS = {"read another variable of the environment"}
SECCOMP = set(ATTEMPTS) - ALWAYS


def landlock_version() -> int:
    return max(0, ctypes.CDLL(None).syscall(444, None, 0, 1))


def takes_filters() -> bool:
    actions = Path("/proc/sys/kernel/seccomp/actions_avail")
    return actions.exists() and "errno" in actions.read_text().split() and platform.machine() in ("x86_64", "aarch64")


def by_landlock(version: int) -> set[str]:
    return set().union(*(names for since, names in LANDLOCK.items() if since <= version))


@cache
def tried_with(measure: str) -> dict[str, str]:
    """Each attempt's outcome with one measure alone, or nothing."""
    command = [sys.executable, "-m", "parsing_intruder", measure]
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": path})
    outcomes: dict[str, str] = json.loads(done.stdout)
    return outcomes


def test_what_the_system_offers_is_what_it_says_itself() -> None:
    assert (landlock.abi(), seccomp.is_offered()) == (landlock_version(), takes_filters())
    version = [f"landlock {landlock_version()}"] if landlock_version() else []
    assert offered() == (*version, *(["seccomp"] if takes_filters() else []))


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_each_attempt_would_succeed(attempt: str) -> None:
    if attempt in ROOTS and os.geteuid():
        pytest.skip("only root may do so anyway")
    assert tried_with("nothing")[attempt] == "done"


@pytest.mark.parametrize("version", range(1, 8))
def test_landlock_alone_refuses_files_and_with_each_version_more(version: int) -> None:
    """A kernel does for a process that asks for an older version what that version does."""
    if version > landlock_version():
        pytest.skip(f"this system has Landlock {landlock_version()}")
    outcomes = tried_with(f"landlock {version}")
    refused = {attempt for attempt, outcome in outcomes.items() if outcome.startswith("refused")}
    assert refused == by_landlock(version) | (ROOTS if os.geteuid() else set())


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_filter_of_system_calls_alone_refuses_all(attempt: str) -> None:
    if not takes_filters():
        pytest.skip("this system takes no filter of system calls")
    assert tried_with("seccomp")[attempt].startswith("refused") == (attempt in SECCOMP)


class House:
    """A data file and a listening socket of this process, and a child that parses whose every fork is an intruder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "quoth.sqlite3"
        self.file.write_bytes(b"data of the index")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.secret = ctypes.create_string_buffer(b"a secret")
        self.process = ParsingProcess(Limits())

    def outcome(self, attempt: str) -> str:
        target = {"folder": str(self.folder), "file": str(self.file), "server": os.getpid(),
                  "port": self.listener.getsockname()[1], "address": ctypes.addressof(self.secret)}  # fmt: skip
        data = json.dumps({"attempt": attempt, "target": target}).encode()
        return self.process.parse(data, "a.pdf", "application/pdf").text


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child, "PROGRAM", "parsing_intruder")
        patch.setenv(VARIABLE, "x")
        house = House(tmp_path_factory.mktemp("house"))
        yield house
    house.process.close()
    house.listener.close()


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_whoever_took_over_a_process_that_parses_is_refused(house: House, attempt: str) -> None:
    held = ALWAYS | LIMITS | by_landlock(landlock_version()) | (SECCOMP if takes_filters() else set())
    assert house.outcome(attempt).startswith("refused") == (attempt in held)
    if attempt in held:
        assert house.file.read_bytes() == b"data of the index"
        assert [path.name for path in house.folder.iterdir()] == ["quoth.sqlite3"]
