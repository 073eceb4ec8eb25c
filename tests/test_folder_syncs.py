"""`quoth sync` of a folder, in processes of its own: killed at any moment, and run twice at once while files change."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from support import ROOT
from warm_start import QuothProcess

from index.storage.base import Maintained
from index.storage.principals import SEES_ALL
from index.stores import open_store, url_of_folder

pytestmark = pytest.mark.long

FILES = 15


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    for number in range(FILES):
        write(folder, number, "first")
    return folder


def write(folder: Path, number: int, edition: str) -> None:
    """One of two editions of a rule, of several chunks each."""
    lines = [f"In the {edition} edition, paragraph {each} of rule {number} locks door {each * 7}." for each in range(8)]
    (folder / f"{number:02}.md").write_text("\n\n".join(lines))


def sync(data: Path, folder: Path) -> QuothProcess:
    return QuothProcess("--data", str(data), "sync", str(folder), "--json", cwd=ROOT,
                        env={**os.environ, "HF_HUB_OFFLINE": "1"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def ended(process: QuothProcess) -> int:
    process.communicate(timeout=600)
    return process.returncode


def texts(data: Path) -> dict[str, str]:
    """Id → text, in a store that is whole: every document with all of its chunks, vectors and words."""
    store = open_store(url_of_folder(data), read_only=True)
    assert isinstance(store, Maintained)
    assert store.verify().faults == ()
    with store.view(SEES_ALL) as view:
        found = {name: view.document(name, "default").text for name in view.digests("default")}
        assert all(view.chunks_of(name, "default")[-1].end == len(text) for name, text in found.items())
    store.close()
    return found


def in_step(folder: Path) -> dict[str, str]:
    return {f"rules/{file.name}": file.read_text() for file in folder.iterdir()}


def test_killed_at_any_moment_nothing_is_half_or_lost(tmp_path: Path, folder: Path) -> None:
    data = tmp_path / "data"
    first, after_start = sync(data, folder), 0.0
    assert ended(first) == 0
    allowed: dict[str, set[str]] = {name: {text} for name, text in in_step(folder).items()}
    for turn, lines in enumerate((1, 9)):
        for number in range(FILES):
            write(folder, number, f"{turn}th")
        for name, text in in_step(folder).items():
            allowed[name].add(text)
        process = sync(data, folder)
        assert process.stdout
        for _ in range(lines):
            process.stdout.readline()
        time.sleep(after_start)
        after_start += 0.03
        process.send_signal(signal.SIGKILL)
        process.communicate()
        found = texts(data)
        assert found.keys() == allowed.keys()
        assert all(text in allowed[name] for name, text in found.items())  # one edition or another, never of both
    assert ended(sync(data, folder)) == 0
    assert texts(data) == in_step(folder)


def test_two_runs_at_once_while_files_come_change_and_go(tmp_path: Path, folder: Path) -> None:
    data = tmp_path / "data"
    runs = [sync(data, folder) for _ in range(2)]
    for number in range(0, FILES, 3):
        write(folder, number, "second")
        (folder / f"{number + 1:02}.md").unlink()
        write(folder, FILES + number, "new")
    for run in runs:
        output, errors = run.communicate(timeout=600)
        assert "Traceback" not in errors, errors
        assert output
    allowed = in_step(folder)
    assert set(allowed) - set(texts(data)) <= {f"rules/{FILES + number}.md" for number in range(0, FILES, 3)}
    assert ended(sync(data, folder)) == 0
    assert texts(data) == allowed
