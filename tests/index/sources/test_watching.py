"""What changes in a watched folder is in the index, without anybody asking for it."""

import logging
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.errors import NotFoundError
from index.storage.principals import SEES_ALL
from qa.assembly import Engine
from qa.cli.watching import WatchedFolders

pytestmark = pytest.mark.slow

PATIENCE = 120  # seconds, on a busy machine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "handbook"
    folder.mkdir()
    (folder / "leave.md").write_text("Staff get 21 days of leave.")
    return folder


@pytest.fixture
def watched(fresh: Engine, folder: Path, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.INFO)
    folders = WatchedFolders(fresh, [folder], "default")
    folders.sync()
    with folders.watched():
        yield


def texts(engine: Engine) -> dict[str, str]:
    with engine.store.view(SEES_ALL) as view:
        return {name: view.document(name, "default").text for name in view.digests("default")}


def eventually(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < ends:
        time.sleep(0.05)
    assert holds()


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "qa.cli.watching"]


@pytest.mark.usefixtures("watched")
def test_what_is_new_changed_or_gone(fresh: Engine, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert texts(fresh) == {"handbook/leave.md": "Staff get 21 days of leave."}
    (folder / "pay").mkdir()
    for number in range(20):  # a burst
        (folder / "pay" / f"{number}.txt").write_text(f"Grade {number} is paid {number}00 crowns.")
    eventually(lambda: len(texts(fresh)) == 21)
    eventually(lambda: told(caplog) != [])
    assert told(caplog) == ["The index is in step with handbook: 20 added."]
    (folder / "leave.md").write_text("Staff get 26 days of leave.")
    eventually(lambda: texts(fresh)["handbook/leave.md"] == "Staff get 26 days of leave.")
    shutil.rmtree(folder / "pay")
    eventually(lambda: texts(fresh) == {"handbook/leave.md": "Staff get 26 days of leave."})
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    eventually(lambda: "Refused in handbook: 1 file. `quoth sync --dry-run` says why." in told(caplog))


def test_watched_folders_are_for_their_readers(fresh: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "pay"
    folder.mkdir()
    (folder / "bands.md").write_text("Pay has nine bands.")
    WatchedFolders(fresh, [folder], "watched", ("board", "staff")).sync()
    with fresh.store.view(SEES_ALL) as view:
        assert [one.readers for one in view.summaries("watched")] == [("board", "staff")]
    assert [(run.source, run.added) for run in fresh.store.sync_runs()] == [("pay", 1)]


@pytest.mark.usefixtures("watched")
def test_a_folder_that_vanishes_takes_nothing_with_it(
    fresh: Engine, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder.rename(folder.with_name("away"))
    time.sleep(1)
    assert texts(fresh) == {"handbook/leave.md": "Staff get 21 days of leave."}
    folder.mkdir()  # a disk that isn't mounted yet
    eventually(lambda: any("Nothing is removed" in message for message in told(caplog)))
    assert texts(fresh) == {"handbook/leave.md": "Staff get 21 days of leave."}
    (folder / "leave.md").write_text("Staff get 26 days of leave.")
    eventually(lambda: texts(fresh) == {"handbook/leave.md": "Staff get 26 days of leave."})


def test_what_is_no_folder_can_not_be_watched(fresh: Engine, folder: Path) -> None:
    with pytest.raises(NotFoundError, match=r"There is no folder .*leave.md: name one"):
        WatchedFolders(fresh, [folder / "leave.md"], "default")
