"""SQLite underneath the data file: connections to it, its errors as ours, and the room it needs on the disk.

What is changed is first written to a log beside the file (`-wal`) and moved into the file later. A disk that fills up
in between would keep both from shrinking, and even deleting needs some room; so the log is emptied where it takes too
much, and the last of the disk is left to deletions.
"""

import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from index.errors import BusyError, StorageError

BUSY_SECONDS = 10.0
_LOG_BYTES = 64 * 2**20  # a log of more is emptied
_LOW_BYTES = 64 * 2**20  # and any, where the disk has no more left than this
_SETTINGS = """PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;
    PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"""
_CHECK_SECONDS = 60.0  # that reading all of a file may take, and as long again for each of this many bytes
_CHECK_BYTES = 60 * 2**20
_CHECK_STEPS = 10_000  # of SQLite's, after which the time is looked at
# Left to deletions, which write the full-text index anew, a tenth of the file: at least this, and this part of the file
_RESERVED_BYTES = 4 * 2**20
_RESERVED_SHARE = 0.25


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection for reading (`mode` "ro") or for writing ("rw") in transactions that are begun and ended by hand.

    No statement that stands in the file may call what has effects. What a killed process left half done is undone
    first, which needs a file that can be written.
    """
    connection = _open(path, mode)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        if sys.version_info >= (3, 12):  # no statement changes SQLite's own tables; before, Python can't ask for it
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        _recover(connection, path)
        connection.executescript(_SETTINGS)
    except sqlite3.Error:
        connection.close()
        raise
    except UnicodeDecodeError as error:  # of SQLite's own message, which quotes what it couldn't read
        connection.close()
        raise sqlite3.DatabaseError("its table of tables isn't text") from error
    return connection


def _recover(connection: sqlite3.Connection, path: Path) -> None:
    """Read the file, undoing what was left half done if this connection may only read."""
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError as error:
        if _name(error) != "SQLITE_READONLY_ROLLBACK":
            raise
        with closing(_open(path, "rw")) as writer:
            writer.execute("PRAGMA schema_version").fetchone()


def _open(path: Path, mode: str) -> sqlite3.Connection:
    # In a folder that can't be written SQLite can't make the files by which readers and writers agree; but then nobody
    # writes, and a file without a log or a journal can be read as one that never changes.
    beside = any(Path(f"{path}{end}").exists() for end in ("-wal", "-journal"))
    frozen = mode == "ro" and not os.access(path.parent, os.W_OK) and not beside
    immutable = "&immutable=1" if frozen else ""
    return sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}{immutable}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """SQLite's errors → ours, with the cure."""
    try:
        yield
    except sqlite3.OperationalError as error:
        name = _name(error)
        if name.startswith("SQLITE_BUSY"):
            raise BusyError(
                f"Another process has been writing to {path} for {BUSY_SECONDS:.0f} s: try again.", file=path
            ) from error
        if name == "SQLITE_INTERRUPT":
            raise StorageError(
                f"{path} takes longer to read than any whole file of its size; nothing was changed. Restore a backup, "
                "or if its disk is that slow, copy it to another.",
                file=path,
            ) from error
        if name.startswith("SQLITE_FULL"):
            raise _full(path) from error
        if name == "SQLITE_READONLY_ROLLBACK":
            raise StorageError(
                f"{path} was being changed when its process was killed, and that can't be undone by who may not write "
                "it: run any command, such as `quoth documents`, once as somebody who may write the file and its "
                "folder.",
                file=path,
            ) from error
        if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
            raise StorageError(
                f"{path} can't be written ({error}); nothing was changed. Check its permissions, or choose another "
                "folder with --data.",
                file=path,
            ) from error
        raise StorageError(f"{path} failed ({error}); nothing was changed.", file=path) from error
    except sqlite3.DatabaseError as error:
        if _name(error) == "SQLITE_CORRUPT_VTAB":
            raise StorageError(
                f"A full-text index of {path} is damaged ({error}); nothing was changed. "
                "Make it anew with `quoth repair`.",
                file=path,
            ) from error
        raise StorageError(
            f"{path} is damaged or no Quoth index ({error}): restore a backup, or move it away and index "
            "your documents anew.",
            file=path,
        ) from error


@contextmanager
def deadline(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Let statements fail after a time in which any whole file of its size is read on a slow disk.

    A damaged or crafted one can name the same pages again and again, and be read without an end.
    """
    ends = time.monotonic() + _CHECK_SECONDS * (1 + path.stat().st_size / _CHECK_BYTES)
    connection.set_progress_handler(lambda: time.monotonic() > ends, _CHECK_STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


def _name(error: sqlite3.Error) -> str:
    """Such as SQLITE_BUSY; empty for an error of Python's own."""
    return str(getattr(error, "sqlite_errorname", ""))


def identity(path: Path) -> tuple[int, int] | None:
    """What the file is known by, whatever its name; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def check_room(connection: sqlite3.Connection, path: Path) -> None:
    """Raise StorageError if committing would make the file take what is reserved of the disk."""
    (pages,), (size,) = (connection.execute(f"PRAGMA page_{what}").fetchone() for what in ("count", "size"))
    with suppress(OSError):
        growth = pages * size - path.stat().st_size
        reserved = max(_RESERVED_BYTES, _RESERVED_SHARE * pages * size)
        if growth > 0 and _free_bytes(path) < growth + reserved:
            raise _full(path)


def log_takes_room(path: Path) -> bool:
    """Whether the log has to be emptied, as after a write that the disk had no room for."""
    length = log_size(path)
    return length > _LOG_BYTES or (length > 0 and _free_bytes(path) < _LOW_BYTES)


def log_size(path: Path) -> int:
    """Bytes of the log beside the file; 0 where there is none."""
    with suppress(OSError):
        return Path(f"{path}-wal").stat().st_size
    return 0


def _free_bytes(path: Path) -> float:
    disk = shutil.disk_usage(path.parent)
    return disk.free if disk.total else float("inf")  # some file systems don't know their size


def _full(path: Path) -> StorageError:
    return StorageError(f"The disk of {path} is full; nothing was changed. Free some room and try again.", file=path)
