"""What hasn't changed isn't read, and nothing else is passed over."""

import io
from pathlib import Path
from typing import Any

import pytest

from index import loading
from index.documents import Document
from index.errors import StorageError
from index.sources import fingerprints
from index.sources.fingerprints import Fingerprints, fingerprints_file
from index.sources.folders import folder_at, sync
from index.storage.principals import SEES_ALL
from qa.assembly import Engine

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(loading, "_FRESH_SECONDS", -1)  # as if a while had passed since files were written
    folder = tmp_path / "handbook"
    folder.mkdir()
    (folder / "leave.md").write_text("Staff get 21 days of leave.")
    (folder / "pay.md").write_text("Pay comes on the 25th.")
    return folder


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read, as they are."""
    names: list[str] = []
    load = loading.load_source

    def noted(path: Path, **options: Any) -> Any:
        names.append(path.name)
        return load(path, **options)

    monkeypatch.setattr(loading, "load_source", noted)
    return names


def synced(engine: Engine, folder: Path, file: Path | None, **options: bool) -> set[str]:
    """What became of the files."""
    kept = Fingerprints(file)
    outcomes = sync(engine.store, engine.indexer, folder_at(folder), "default", fingerprints=kept, **options)
    return {outcome.status for outcome in outcomes}


def test_only_what_has_changed_is_read(fresh: Engine, folder: Path, read: list[str], tmp_path: Path) -> None:
    cache = fingerprints_file(tmp_path / "data", "sqlite:///x", "default", "handbook")
    assert synced(fresh, folder, cache) == {"added"}
    assert synced(fresh, folder, cache) == {"unchanged"}
    assert synced(fresh, folder, cache, dry_run=True) == {"unchanged"}
    assert read == ["leave.md", "pay.md"]
    (folder / "leave.md").write_text("Staff get 26 days of leave.")  # of the same length
    assert synced(fresh, folder, cache) == {"replaced", "unchanged"}
    assert read == ["leave.md", "pay.md", "leave.md"]
    assert synced(fresh, folder, None) == {"unchanged"}
    assert read[3:] == ["leave.md", "pay.md"]
    (folder / "leave.md").unlink()
    assert synced(fresh, folder, cache) == {"unchanged", "removed"}
    assert cache.read_text().count("[") == 1  # only pay.md's
    assert "pay" not in cache.read_text()


def test_what_was_changed_just_now_is_read_again(
    fresh: Engine, folder: Path, read: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_FRESH_SECONDS", 60)
    for _ in range(2):
        synced(fresh, folder, tmp_path / "cache")
    assert read == ["leave.md", "pay.md"] * 2


def test_a_document_that_another_way_has_changed_is_read_again(fresh: Engine, folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    synced(fresh, folder, cache)
    fresh.indexer.add(Document("handbook/leave.md", "Leave", "Nobody gets any leave."), "default")
    fresh.store.delete("handbook/pay.md", "default")
    assert synced(fresh, folder, cache) == {"replaced", "added"}
    with fresh.store.view(SEES_ALL) as view:
        assert view.document("handbook/leave.md", "default").text == "Staff get 21 days of leave."


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b'{"parsers": 1}', b"[" * 100_000, "parsers", "entries"])
def test_what_is_remembered_may_be_damaged_or_of_other_parsers(
    fresh: Engine, folder: Path, read: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | str
) -> None:
    cache = tmp_path / "cache"
    synced(fresh, folder, cache)
    if content == "parsers":
        monkeypatch.setattr(fingerprints, "_parsers", lambda: "0" * 64)
    elif content == "entries":
        cache.write_text(cache.read_text().replace('"entries": {', '"entries": {"a": 1, '))
    else:
        assert isinstance(content, bytes)
        cache.write_bytes(content)
    assert synced(fresh, folder, cache) == {"unchanged"}
    assert synced(fresh, folder, cache) == {"unchanged"}
    assert read == ["leave.md", "pay.md"] * 2


def test_where_nothing_can_be_remembered_it_goes_on(fresh: Engine, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert synced(fresh, folder, tmp_path / "file" / "cache") == {"added"}
    assert synced(fresh, folder, tmp_path / "file" / "cache") == {"unchanged"}


class _WrittenTo(io.FileIO):
    """A file that others write to while it is read, `times` times."""

    times = 0

    def read(self, size: int | None = -1) -> bytes:  # type: ignore[override]
        data = super().read(size)
        if _WrittenTo.times:
            _WrittenTo.times -= 1
            with open(self.name, "ab") as file:  # noqa: PTH123  # Path.open is what is replaced
                file.write(b" And more.")
        return data


def test_a_file_that_changes_while_it_is_read_is_read_whole_or_refused(
    fresh: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_PAUSE_SECONDS", 0)
    monkeypatch.setattr(Path, "open", lambda self, mode: _WrittenTo(str(self), mode))
    _WrittenTo.times = 2
    assert loading.load(folder / "pay.md").text == "Pay comes on the 25th. And more. And more."
    _WrittenTo.times = 100
    with pytest.raises(StorageError, match=r"pay.md is written to while it is read: bring it when that has ended\."):
        loading.load(folder / "pay.md")
