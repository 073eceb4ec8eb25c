"""The child that parses: a fork of it for each document, within limits, of which one that breaks costs a refusal."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from support import ROOT, SEEDS

from index.errors import DocumentError, StorageError, TooLargeError
from index.formats import base
from index.formats.registry import format_of, parse_bytes
from index.parsing.confinement import offered
from index.parsing.limits import Limits
from index.parsing.process import ParsingProcess, process_with

pytestmark = pytest.mark.slow

SLOW = b"[" * 2_000_000  # twenty seconds' work for a Markdown parser
PAGE = b"<title>Bees</title><p>Bees fly from flower to flower, as everyone who keeps bees knows well."


@pytest.fixture(scope="module")
def process() -> Iterator[ParsingProcess]:
    process = ParsingProcess(Limits(seconds=60, memory_mb=1024))
    yield process
    process.close()


def is_gone(pid: int) -> bool:
    """Whether there is no such process, or only what its parent hasn't taken note of."""
    try:
        return "Z" in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
    except FileNotFoundError:
        return True


def process_time(pid: int) -> float:
    """Seconds of processor time that it has used."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def until(true: object) -> None:
    deadline = time.monotonic() + 60
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_one_child_parses_document_after_document_as_this_process_would(process: ParsingProcess) -> None:
    pids = set()
    for path in sorted(SEEDS.iterdir()):
        media_type = format_of(path.name).media_type
        data = path.read_bytes()
        assert process.parse(data, path.name, media_type) == parse_bytes(data, path.name, media_type)
        pids.add(process.pid)
    assert len(pids) == 1
    assert pids != {None}


def test_threads_get_each_its_own_text(process: ParsingProcess) -> None:
    texts = [f"# Note {number}\n\n" + f"{number} " * 2000 for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda text: process.parse(text.encode(), "a.md", "text/markdown"), texts)
    assert [(each.text, each.title) for each in found] == [(t, f"Note {i}") for i, t in enumerate(texts)]


def test_what_takes_too_long_is_refused_and_the_next_is_parsed() -> None:
    process = ParsingProcess(Limits(seconds=1))
    with pytest.raises(DocumentError) as error:
        process.parse(SLOW, "a.md", "text/markdown")
    assert str(error.value) == "a.md: reading it took longer than 1 s: split it, or raise QUOTH_PARSE_SECONDS."
    assert process.parse(b"# Bees", "b.md", "text/markdown").title == "Bees"
    process.close()


def test_what_takes_too_much_memory_is_refused_and_the_next_is_parsed() -> None:
    process = ParsingProcess(Limits(memory_mb=128))
    with pytest.raises(DocumentError) as error:
        process.parse(b"* a\n" * 1_000_000, "a.md", "text/markdown")
    cure = "split it, or raise QUOTH_PARSE_MEMORY_MB."
    assert str(error.value) == f"a.md: reading it takes more than 128 MiB of memory: {cure}"
    assert process.parse(PAGE, "b.html", "text/html").title == "Bees"
    process.close()


@contextmanager
def being_parsed(process: ParsingProcess, data: bytes = SLOW) -> Iterator[tuple[int, "Future[object]"]]:
    """The process id of the fork that has to do with a document, and what becomes of that."""
    process.parse(PAGE, "a.html", "text/html")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(process.parse, data, "a.md", "text/markdown")
        until(children.read_text)
        fork = int(children.read_text())
        until(lambda: process_time(fork) > 0.1)
        yield fork, asked
        with suppress(ProcessLookupError):
            os.kill(fork, signal.SIGKILL)


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGKILL"])
@pytest.mark.parametrize("of_the_fork", [True, False])
def test_a_crash_costs_one_refusal(process: ParsingProcess, name: str, of_the_fork: bool) -> None:
    with being_parsed(process) as (fork, asked):
        child = process.pid or 0
        os.kill(fork if of_the_fork else child, signal.Signals[name])
        with pytest.raises(DocumentError) as error:
            asked.result()
        until(lambda: is_gone(fork))
    assert str(error.value) == (
        f"a.md made the parser crash ({name}): export it again; if it is large, split it, or raise "
        "QUOTH_PARSE_MEMORY_MB."
    )
    assert process.parse(PAGE, "b.html", "text/html").title == "Bees"
    assert (process.pid == child) == of_the_fork


def test_a_child_that_ended_between_two_documents_costs_nothing(process: ParsingProcess) -> None:
    process.parse(PAGE, "a.html", "text/html")
    pid = process.pid or 0
    os.kill(pid, signal.SIGKILL)
    until(lambda: is_gone(pid))
    assert process.parse(PAGE, "a.html", "text/html").title == "Bees"


def test_what_stops_the_server_doesnt_stop_the_child(process: ParsingProcess) -> None:
    process.parse(PAGE, "a.html", "text/html")
    pid = process.pid or 0
    os.kill(pid, signal.SIGINT)  # Ctrl-C reaches all processes of a terminal, and systemd ends all of a service
    os.kill(pid, signal.SIGTERM)
    process.parse(PAGE, "a.html", "text/html")
    assert process.pid == pid


def test_what_the_parent_holds_is_not_the_childs(process: ParsingProcess) -> None:
    process.close()
    held = b"x" * 700 * 2**20  # half of what the child may hold, and more
    process.parse(PAGE, "a.html", "text/html")
    pid = process.pid
    assert pid is not None
    with pytest.raises(DocumentError, match="can't be decoded"):
        process.parse(b"caf\xe9", "a.html", "text/html")
    assert process.pid == pid
    assert len(held) == 700 * 2**20


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone sees into a process that is hidden")
def test_a_fork_is_small_and_has_one_socket_and_no_settings_and_can_write_nothing(
    process: ParsingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTH_API_KEY", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/usr/lib")
    process.close()
    with being_parsed(process) as (fork, _):
        about = Path(f"/proc/{fork}")
        environment = dict(each.split("=", 1) for each in (about / "environ").read_text().split("\0") if each)
        kept = {file.name: str(file.readlink()) for file in (about / "fd").iterdir()}
        lines = (about / "limits").read_text().splitlines()
        libraries = (about / "maps").read_text()
        status = dict(line.split(":\t") for line in (about / "status").read_text().splitlines())
    path = os.pathsep.join(each or os.curdir for each in sys.path)
    assert environment == {"LD_LIBRARY_PATH": "/usr/lib", "PYTHONPATH": path}
    assert {name: file.split(":")[0] for name, file in kept.items()} == {
        **dict.fromkeys("012", "/dev/null"),
        "3": "socket",
    }
    limits = {line[:26].strip(): line[26:].split()[:2] for line in lines[1:]}
    assert limits["Max address space"] == [str(2**30)] * 2
    assert limits["Max cpu time"] == ["65", "66"]  # 60 and 5 to spare, and one in which it can be said why
    nothing = ("Max file size", "Max core file size", "Max processes", "Max open files")
    assert {name: limits[name] for name in nothing} == {name: ["0", "0"] for name in nothing}
    assert status["NoNewPrivs"] == "1"
    assert (status["Seccomp"] == "2") == ("seccomp" in offered())  # a filter
    assert "pdfium" in libraries
    assert not any(name in libraries for name in ("torch", "faiss", "numpy", "sqlite"))


def test_more_text_than_is_taken_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MAX_BYTES", 2**20)
    message = "^a unfolds to more than 1 MiB of text, which is all that is taken: split it.$"
    with pytest.raises(TooLargeError, match=message):
        parse_bytes(("é" * 2**19 + "x").encode("utf-16"), "a", "text/plain")
    assert parse_bytes(("é" * 2**19).encode("utf-16"), "a", "text/plain").text == "é" * 2**19


def test_titles_and_headings_fit_to_be_shown(process: ParsingProcess) -> None:
    found = process.parse(b"# " + b"Bees \x1b[31m fly " * 1000, "a.md", "text/markdown")
    assert found.title == found.headings[0].title == ("Bees \ufffd[31m fly " * 40)[:512].rstrip()
    html = process.parse(PAGE.replace(b"Bees<", b"Bees\n\x1b &amp; " + b"x" * 5000 + b"<"), "a.html", "text/html")
    assert html.title == ("Bees \ufffd & " + "x" * 600)[:512]


def test_a_child_that_cant_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(StorageError, match=r"The process that documents are parsed in doesn't start .*No such file"):
        ParsingProcess(Limits()).parse(PAGE, "a.html", "text/html")


def test_children_with_the_same_limits_are_one() -> None:
    assert process_with(Limits(7, 512)) is process_with(Limits(7, 512))
    assert process_with(Limits(7, 512)) is not process_with(Limits(8, 512))


# What a user's script may look like: without a main guard, forking, and ended before it is done
SCRIPT = """
import os, signal, sys
from index.parsing.parse import parse
from index.parsing.limits import DEFAULT_LIMITS
from index.parsing.process import process_with
child = process_with(DEFAULT_LIMITS)
print(parse(b"# Bees\\n\\nThey fly.", "a.md", "text/markdown").title, child.pid, flush=True)
if os.fork() == 0:
    fork = process_with(DEFAULT_LIMITS)
    print(parse(b"# Wasps\\n\\nThey fly.", "b.md", "text/markdown").title, fork.pid, flush=True)
    fork.close()
    os._exit(0)
os.wait()
print(parse(b"# Ants\\n\\nThey walk.", "c.md", "text/markdown").title, child.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_script_needs_no_guard_may_fork_and_leaves_no_child_behind(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "lxml.py").write_text("raise SystemExit('not this one')")  # a file of the folder is no library
    done = subprocess.run(
        [sys.executable, "-P", "script.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    (bees, first), (wasps, other), (ants, again) = (line.split() for line in done.stdout.splitlines())
    assert (bees, wasps, ants) == ("Bees", "Wasps", "Ants")
    assert first == again != other
    until(lambda: is_gone(int(first)) and is_gone(int(other)))
