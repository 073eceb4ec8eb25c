"""A disk that is full or read-only loses nothing, says so, and is written again once it can be."""

import random
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from support import without_privileges

from index.chunking import Chunk
from index.documents import Document
from index.errors import StorageError
from index.storage.principals import SEES_ALL
from index.storage.sqlite import database, idle
from index.storage.sqlite.store import SQLiteStore


@pytest.fixture(autouse=True)
def never_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at here is what a write does by itself."""
    monkeypatch.setattr(idle, "IDLE_SECONDS", 1000.0)


FULL = r"The disk of .*quoth\.sqlite3 is full; nothing was changed\. Free some room and try again\."


def put(store: SQLiteStore, document_id: str, text: str) -> None:
    chunks = [Chunk(start, min(start + 200, len(text))) for start in range(0, len(text), 200)]
    vectors = np.tile(np.array([0, 0.6, 0.8], np.float32), (len(chunks), 1))
    store.put(Document(document_id, document_id, text), chunks, vectors, "default")


def texts(store: SQLiteStore) -> dict[str, str]:
    with store.view(SEES_ALL) as snapshot:
        return {document.id: document.text for _, document in snapshot.documents()}


def log_of(path: Path) -> int:
    return Path(f"{path}-wal").stat().st_size


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file of this process can grow past `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_wherever_the_room_ends_what_was_acknowledged_is_there_and_nothing_of_what_was_not(
    store: SQLiteStore, path: Path
) -> None:
    rng, expected, refusals = random.Random(1), {}, []  # noqa: S311  # not for secrets
    for number in range(12):
        with files_of_at_most(rng.randrange(30_000, 60_000) * (1 + number)):
            for _ in range(20):
                document_id, text = str(rng.randrange(30)), rng.choice("abcdefghi") * rng.choice([50, 2_000, 20_000])
                try:
                    put(store, document_id, text)
                    expected[document_id] = text
                except StorageError as error:
                    refusals.append(str(error))
                    break
        assert texts(store) == expected
        assert store.verify().faults == ()
    assert len(refusals) >= 6
    assert all("nothing was changed" in refusal for refusal in refusals)
    put(store, "afterwards", "there is room")
    assert texts(store) == {**expected, "afterwards": "there is room"}
    store.close()
    assert texts(SQLiteStore(path, read_only=True)) == {**expected, "afterwards": "there is room"}


def test_the_last_of_the_disk_is_left_to_deletions(
    store: SQLiteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        put(store, name, f"{name} bees make honey " * 100)
    with monkeypatch.context() as patched:
        patched.setattr(database, "_RESERVED_BYTES", 2**62)
        patched.setattr(database, "_LOW_BYTES", 2**62)
        with pytest.raises(StorageError, match=FULL):
            put(store, "d", "words " * 10_000)
        assert log_of(path) == 0  # what the refused write took of it was given back
        assert sorted(texts(store)) == ["a", "b", "c"]
        store.delete("b", "default")
        put(store, "e", "no longer than what was deleted")  # for which the file needn't grow
        assert log_of(path) == 0
    assert sorted(texts(store)) == ["a", "c", "e"]
    put(store, "d", "words " * 10_000)
    assert log_of(path) > 0
    assert store.verify().faults == ()


def test_a_log_that_takes_room_is_emptied_as_soon_as_readers_let_it(
    store: SQLiteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_LOG_BYTES", 100_000)
    with store.view(SEES_ALL) as before:
        put(store, "a", "words " * 10_000)
        assert log_of(path) > 100_000
        assert before.summaries() == []
    put(store, "b", "few words")
    assert log_of(path) == 0
    assert store.verify().faults == ()


def test_no_room_for_the_copy_that_is_verified_names_the_cure(store: SQLiteStore) -> None:
    put(store, "a", "words " * 10_000)
    with (
        files_of_at_most(20_000),
        pytest.raises(StorageError, match=r"can't be copied to .* to be checked \(.*\): .* another folder in TMPDIR"),
    ):
        store.verify()
    assert store.verify().faults == ()


READING = """
import sys
from pathlib import Path
from index.documents import Document
from index.errors import StorageError
from index.signature import Signature
from index.signature import Signature
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import SQLiteStore
path, signature = Path(sys.argv[1]), Signature("toy", "0" * 64, 3, 100, 10)
with SQLiteStore(path, signature, read_only=True).view(SEES_ALL) as snapshot:
    print(snapshot.version, [document.text for _, document in snapshot.documents()])
try:
    SQLiteStore.create(path, signature).put(Document("b", "B", "text"), [], [], "default")
except StorageError as error:
    print(error)
"""
KILLED = """
import os, signal, sys
from pathlib import Path
import numpy
from index.chunking import Chunk
from index.documents import Document
from index.signature import Signature
from index.storage.sqlite.store import SQLiteStore
store = SQLiteStore.create(Path(sys.argv[1]), Signature("toy", "0" * 64, 3, 100, 10))
store.put(Document("a", "A", "some words"), [Chunk(0, 10)], numpy.ones((1, 3), numpy.float32), "default")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("folder_too", [False, True], ids=["file", "file-and-folder"])
def test_what_a_killed_writer_left_in_its_log_is_read_where_nothing_can_be_written(
    path: Path, folder_too: bool
) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert log_of(path) > 0
    content = path.read_bytes()
    for file in path.parent.iterdir():
        file.chmod(0o444)
    path.parent.chmod(0o555 if folder_too else 0o755)
    try:
        command = without_privileges([sys.executable, "-c", READING, str(path)])
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    finally:
        path.parent.chmod(0o755)
    lines = done.stdout.splitlines()
    assert lines[0] == "1 ['some words']"
    assert lines[1].startswith(f"{path} can't be written (attempt to write a readonly database); nothing was changed.")
    assert path.read_bytes() == content
