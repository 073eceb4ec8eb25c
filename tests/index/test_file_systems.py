"""A data file on a network file system is refused, where Linux tells; real mounts need privileges, so /proc is a file."""

from pathlib import Path

import pytest
from store_support import SIGNATURE, put

from index.errors import StorageError
from index.storage.principals import SEES_ALL
from index.storage.sqlite import file_systems
from index.storage.sqlite.file_systems import NETWORK, file_system_of
from index.storage.sqlite.store import SQLiteStore
from index.stores import create_store, open_store, store_exists, url_of_file

# As man 5 proc_pid_mountinfo has them: fields before the dash vary in number
ROOT_MOUNT = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw"


@pytest.fixture
def mounted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A file that stands for /proc/self/mountinfo."""
    mounts = tmp_path / "mountinfo"
    monkeypatch.setattr(file_systems, "_MOUNTS", mounts)
    mounts.write_text(ROOT_MOUNT + "\n")
    return mounts


def mount(mounts: Path, point: Path, kind: str, tags: str = "") -> None:
    escaped = str(point).replace("\\", "\\134").replace(" ", "\\040")
    with mounts.open("a") as lines:
        lines.write(f"99 22 0:55 / {escaped} rw,relatime {tags}- {kind} server:/export rw,vers=4.2\n")


def test_the_innermost_and_last_mount_counts(mounted: Path, tmp_path: Path) -> None:
    folder = tmp_path / "my data"
    folder.mkdir()
    assert file_system_of(folder / "q.sqlite3") == "ext4"
    mount(mounted, tmp_path, "nfs4", "shared:3 master:1 ")
    assert file_system_of(folder / "q.sqlite3") == "nfs4"
    mount(mounted, folder, "ext4")
    assert file_system_of(folder / "q.sqlite3") == "ext4"
    mount(mounted, folder, "fuse.sshfs")
    assert file_system_of(folder / "q.sqlite3") == "fuse.sshfs"
    mount(mounted, tmp_path / "my", "cifs")  # no part of the path, though its name begins so
    assert file_system_of(folder / "q.sqlite3") == "fuse.sshfs"
    (tmp_path / "link").symlink_to(folder)
    assert file_system_of(tmp_path / "link" / "q.sqlite3") == "fuse.sshfs"
    mounted.unlink()
    assert file_system_of(folder / "q.sqlite3") is None


def test_this_machine_tells_its_own() -> None:
    assert file_system_of(Path("/proc/self/mountinfo")) == "proc"


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph"])
def test_it_is_refused_with_the_cure_and_the_way_round(mounted: Path, path: Path, kind: str) -> None:
    assert kind in NETWORK
    mount(mounted, path.parent.parent, kind)
    url = url_of_file(path)
    with pytest.raises(StorageError) as error:
        create_store(url, SIGNATURE)
    said = (
        f"{path} is on a network file system ({kind}), where SQLite can't keep two machines from damaging it: choose a "
        "folder on a disk of this machine with --data. If no other machine ever opens it, set "
        f"QUOTH_STORE=sqlite:///{path}?network=1"
    )
    assert str(error.value) == said
    assert list(path.parent.iterdir()) == []
    round_it = str(error.value).rpartition("QUOTH_STORE=")[2]
    store = create_store(round_it, SIGNATURE)
    put(store, "a", "some words")
    store.close()
    assert store_exists(round_it)
    for attempt in (lambda: open_store(url), lambda: open_store(url, read_only=True)):
        with pytest.raises(StorageError, match="is on a network file system"):
            attempt()
    open_store(round_it, SIGNATURE).close()


def test_a_backup_may_be_written_and_restored_there(mounted: Path, store: SQLiteStore, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    mount(mounted, share, "nfs4")
    put(store, "a", "some words")
    store.back_up(share / "copy.sqlite3")
    store.delete("a", "default")
    assert store.restore(share / "copy.sqlite3") == 3
    with store.view(SEES_ALL) as view:
        assert view.document("a", "default").text == "some words"
