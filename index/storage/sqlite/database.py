"""SQLite below the data file: connections, SQLite's errors as Quoth's, and space on the disk.

A change is first written to a log beside the file (`-wal`) and moved into the file later. On a full disk neither could
shrink any more, and even deleting needs some space. So the log is emptied when it gets large, and the last space on the
disk is reserved for deletions.
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
_STATEMENTS = 2_000  # kept prepared: some for each full-text index of a large collection
_LOG_BYTES = 64 * 2**20  # a larger log is emptied
_LOW_BYTES = 64 * 2**20  # any log is emptied if the disk has less free than this
_SETTINGS = """PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;
    PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"""
# Reading a whole file may take _CHECK_SECONDS, and as long again for each _CHECK_BYTES of it
_CHECK_SECONDS = 60.0
_CHECK_BYTES = 60 * 2**20
_CHECK_STEPS = 10_000  # SQLite's virtual-machine steps between two looks at the clock
# Reserved for deletions, which rewrite the full-text index, about a tenth of the file: the larger of both
_RESERVED_BYTES = 4 * 2**20
_RESERVED_SHARE = 0.25  # of the file's size


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection for reading (`mode` "ro") or writing ("rw"), without automatic transactions.

    SQL stored in the file can't call functions with side effects. A change that a killed process left unfinished is
    rolled back first, for which the file must be writable.
    """
    connection = _open(path, mode)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        if sys.version_info >= (3, 12):  # forbid changes of SQLite's own tables; older Pythons can't set this
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        _recover(connection, path)
        connection.executescript(_SETTINGS)
    except sqlite3.Error:
        connection.close()
        raise
    except UnicodeDecodeError as error:  # SQLite's message quotes what it couldn't read
        connection.close()
        raise sqlite3.DatabaseError("its table of tables isn't text") from error
    return connection


def _recover(connection: sqlite3.Connection, path: Path) -> None:
    """Read the file once; if it has an unfinished change that a reader can't roll back, a writer does."""
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError as error:
        if _name(error) != "SQLITE_READONLY_ROLLBACK":
            raise
        with closing(_open(path, "rw")) as writer:
            writer.execute("PRAGMA schema_version").fetchone()


def _open(path: Path, mode: str) -> sqlite3.Connection:
    # In a read-only folder SQLite can't create the files that readers and writers share. But then nobody writes, so a
    # file without a log or journal can be opened as one that never changes.
    beside = any(Path(f"{path}{end}").exists() for end in ("-wal", "-journal"))
    frozen = mode == "ro" and not os.access(path.parent, os.W_OK) and not beside
    immutable = "&immutable=1" if frozen else ""
    return sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}{immutable}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_STATEMENTS,
    )


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Inside, SQLite's errors become Quoth's, which name the cure."""
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
    """Inside, statements fail after a time that suffices to read a whole file of this size from a slow disk.

    A damaged or malicious file can refer to the same pages again and again, so that reading it would never end.
    """
    ends = time.monotonic() + _CHECK_SECONDS * (1 + path.stat().st_size / _CHECK_BYTES)
    connection.set_progress_handler(lambda: time.monotonic() > ends, _CHECK_STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


def _name(error: sqlite3.Error) -> str:
    """SQLite's name of an error, such as SQLITE_BUSY; "" for one that Python raised itself."""
    return str(getattr(error, "sqlite_errorname", ""))


def identity(path: Path) -> tuple[int, int] | None:
    """(Device, inode) of a file, which stay the same when it is renamed; None if there is no file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def check_room(connection: sqlite3.Connection, path: Path) -> None:
    """Raise StorageError if committing would use disk space that is reserved for deletions.

    A file that grows by 10 MB to 100 MB needs 10 + max(4, 25) = 35 MB free.
    """
    (pages,), (size,) = (connection.execute(f"PRAGMA page_{what}").fetchone() for what in ("count", "size"))
    with suppress(OSError):
        growth = pages * size - path.stat().st_size
        reserved = max(_RESERVED_BYTES, _RESERVED_SHARE * pages * size)
        if growth > 0 and _free_bytes(path) < growth + reserved:
            raise _full(path)


def log_takes_room(path: Path) -> bool:
    """Whether the log must be emptied: it is large, or the disk is nearly full."""
    length = log_size(path)
    return length > _LOG_BYTES or (length > 0 and _free_bytes(path) < _LOW_BYTES)


def log_size(path: Path) -> int:
    """The size of the log beside the file in bytes; 0 if there is none."""
    with suppress(OSError):
        return Path(f"{path}-wal").stat().st_size
    return 0


def _free_bytes(path: Path) -> float:
    disk = shutil.disk_usage(path.parent)
    return disk.free if disk.total else float("inf")  # some file systems don't know their size


def _full(path: Path) -> StorageError:
    return StorageError(f"The disk of {path} is full; nothing was changed. Free some room and try again.", file=path)
