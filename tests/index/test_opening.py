"""A data file after a kill: what was left half done is undone, and what a killed process was making is removed."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from store_support import SIGNATURE, put, texts
from support import ROOT, without_privileges

from index.errors import StorageError
from index.storage.sqlite.creation import create_file, remove_leftovers
from index.storage.sqlite.store import FILE_NAME, SQLiteStore

# Changes every page of a file that has no write-ahead log, and is killed when most of them stand in the file already
KILLED_WHILE_CHANGING = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.executescript("PRAGMA cache_size = 2; PRAGMA secure_delete = ON; BEGIN; DELETE FROM documents; "
    "DELETE FROM chunks; DELETE FROM vectors;")
os.kill(os.getpid(), signal.SIGKILL)
"""

KILLED_WHILE_MAKING = """
import os, signal, sys
from pathlib import Path
from index.storage.sqlite.creation import create_file
def fill(connection):
    connection.execute("CREATE TABLE t (x)")
    os.kill(os.getpid(), signal.SIGKILL)
create_file(Path(sys.argv[1]), fill)
"""

SLOW_MAKER = """
import sys
from pathlib import Path
from index.storage.sqlite.creation import create_file
def fill(connection):
    connection.execute("CREATE TABLE t (x)")
    print("making", flush=True)
    sys.stdin.readline()
create_file(Path(sys.argv[1]), fill)
"""


@pytest.fixture
def in_place(path: Path, tmp_path: Path) -> Path:
    """A backup of two documents put in place as the data file."""
    store = SQLiteStore.create(tmp_path / "source" / FILE_NAME, SIGNATURE)
    put(store, "a", "some words " * 2_000)
    put(store, "b", "other words " * 2_000)
    path.parent.mkdir()
    store.back_up(path)
    store.close()
    return path


def run_killed(script: str, path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_change_that_was_killed_halfway_is_undone_by_whoever_reads_first(in_place: Path) -> None:
    before = in_place.read_bytes()
    run_killed(KILLED_WHILE_CHANGING, in_place)
    assert Path(f"{in_place}-journal").stat().st_size > 0
    assert in_place.read_bytes() != before
    store = SQLiteStore(in_place, SIGNATURE, read_only=True)
    assert in_place.read_bytes() == before
    assert store.verify().faults == ()
    assert len(texts(store, "other", 0)) == 1  # of two chunks that are the same
    store.close()
    assert names(in_place.parent) == [FILE_NAME]


def test_a_change_that_was_killed_halfway_is_undone_by_whoever_writes_first(in_place: Path) -> None:
    run_killed(KILLED_WHILE_CHANGING, in_place)
    store = SQLiteStore.create(in_place, SIGNATURE)
    assert put(store, "c", "new words") == 3
    assert store.verify().faults == ()
    store.close()
    assert names(in_place.parent) == [FILE_NAME]


def test_who_may_not_write_is_told_who_can_undo_it(in_place: Path) -> None:
    run_killed(KILLED_WHILE_CHANGING, in_place)
    half_done = in_place.read_bytes()
    in_place.chmod(0o444)
    in_place.parent.chmod(0o555)
    script = f"""
from pathlib import Path
from index.errors import StorageError
from index.storage.sqlite.store import SQLiteStore
try:
    SQLiteStore(Path({str(in_place)!r}), read_only=True)
except StorageError as error:
    print(error)
"""
    try:
        command = without_privileges([sys.executable, "-c", script])
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    finally:
        in_place.parent.chmod(0o755)
    assert said == (
        f"{in_place} was being changed when its process was killed, and that can't be undone by who may not write it: "
        "run any command, such as `quoth documents`, once as somebody who may write the file and its folder.\n"
    )
    assert in_place.read_bytes() == half_done


def test_a_file_is_put_in_place_with_its_write_ahead_log_on(path: Path) -> None:
    path.parent.mkdir()
    create_file(path, lambda _: None)
    # https://www.sqlite.org/fileformat.html: bytes 18 and 19 are 2 for a write-ahead log, 1 for a journal
    assert path.read_bytes()[18:20] == b"\x02\x02"
    assert names(path.parent) == [FILE_NAME]


def test_what_killed_makers_left_is_removed_at_the_next_opening(path: Path) -> None:
    path.parent.mkdir()
    for _ in range(3):  # each removes what the one before left
        run_killed(KILLED_WHILE_MAKING, path)
        assert len([name for name in names(path.parent) if name.endswith(".new")]) == 1
    SQLiteStore.create(path, SIGNATURE).close()
    assert names(path.parent) == [FILE_NAME]
    run_killed(KILLED_WHILE_MAKING, path)
    reader = SQLiteStore(path, SIGNATURE, read_only=True)
    assert len([name for name in names(path.parent) if name.endswith(".new")]) == 1  # reading changes nothing
    reader.close()
    SQLiteStore(path, SIGNATURE).close()
    assert names(path.parent) == [FILE_NAME]


def test_what_a_living_process_is_making_stays_and_the_first_one_wins(path: Path) -> None:
    path.parent.mkdir()
    command = [sys.executable, "-c", SLOW_MAKER, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as slow:
        assert slow.stdin
        assert slow.stdout
        assert slow.stdout.readline() == "making\n"
        store = SQLiteStore.create(path, SIGNATURE)
        assert len([name for name in names(path.parent) if name.endswith(".new")]) == 1
        slow.stdin.write("\n")
        slow.stdin.flush()
        assert slow.wait(60) == 0
    assert put(store, "a", "some words") == 1
    store.close()
    assert names(path.parent) == [FILE_NAME]


def test_a_second_name_of_the_data_file_is_removed_without_giving_up_locks_on_it(path: Path) -> None:
    store = SQLiteStore.create(path, SIGNATURE)
    put(store, "a", "some words")
    os.link(path, second := path.with_name(f".{FILE_NAME}.abc.new"))  # killed right after it was put in place
    remove_leftovers(path)
    assert not second.exists()
    # POSIX ends all of a process's locks on a file when it closes any descriptor of it. Without them another would take
    # itself for the last one here, and remove the log on leaving
    other = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM documents'); c.close()"
    subprocess.run([sys.executable, "-c", other, str(path)], check=True, timeout=60)
    assert Path(f"{path}-wal").stat().st_size > 0
    assert put(store, "b", "other words") == 2
    store.close()


def test_a_file_that_cant_be_filled_is_not_put_in_place(path: Path) -> None:
    path.parent.mkdir()

    def fill(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(StorageError, match="no such table: nowhere"):
        create_file(path, fill)
    assert names(path.parent) == []


def test_other_files_of_the_folder_are_left_alone(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    others = [f".{FILE_NAME}.swp", f"{FILE_NAME}.new", ".other.sqlite3.abc.new"]
    for name in others:
        (path.parent / name).touch()
    SQLiteStore.create(path, SIGNATURE).close()
    assert names(path.parent) == sorted([*others, FILE_NAME])
