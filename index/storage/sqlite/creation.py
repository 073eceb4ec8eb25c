"""Creates a data file: under a temporary name first, then linked into place, so that no incomplete one is ever seen.

The process that creates one holds a lock on it (`flock`, which ends with the process). So the next process that opens
the data file for writing can tell the leftovers of a killed process, which it removes, from a file in the making.
"""

import fcntl
import glob
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from index.storage.sqlite.database import connect, sqlite_errors

_SUFFIX = ".new"
_BESIDE = ("-journal", "-wal", "-shm")  # endings of the files that SQLite keeps beside a data file


def create_file(path: Path, fill: Callable[[sqlite3.Connection], None]) -> None:
    """Create the data file with what `fill` writes in one transaction, unless another process does so first.

    Raises OSError or StorageError if that is impossible.
    """
    remove_leftovers(path)
    with _unfinished(path) as unfinished:
        with sqlite_errors(path), closing(connect(unfinished, "rw")) as connection:
            # Set the journal mode now: changing it later would leave a journal behind if the process is killed
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN")
            fill(connection)
            connection.commit()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # moves everything into the one file, or raises
        with suppress(FileExistsError):  # another process was first, with the same file
            os.link(unfinished, path)


def remove_leftovers(path: Path) -> None:
    """Remove the temporary files of killed processes that were creating this data file; those of living ones stay."""
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.*{_SUFFIX}"):
        with suppress(OSError):  # the folder can't be written, or another process has removed it
            if path.exists() and leftover.samefile(path):
                leftover.unlink()  # don't open it: closing it would release SQLite's locks on the data file
            else:
                _remove_if_abandoned(leftover)


def _remove_if_abandoned(leftover: Path) -> None:
    descriptor = os.open(leftover, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises OSError while a process is creating it
        _remove(leftover)
    finally:
        os.close(descriptor)


@contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """A new temporary file beside `path`, locked until it is removed at the end."""
    descriptor, unfinished = _locked_file(path)
    try:
        yield unfinished
    finally:
        with suppress(OSError):
            _remove(unfinished)
        os.close(descriptor)


def _locked_file(path: Path) -> tuple[int, Path]:
    """(Descriptor, path) of a new temporary file that this process has locked."""
    while True:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_SUFFIX)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return descriptor, Path(name)
        os.close(descriptor)  # another process took it for a leftover before it was locked: try again


def _remove(unfinished: Path) -> None:
    """Remove a file and those beside it; the file last, so that the others are never left alone."""
    for end in _BESIDE:
        unfinished.with_name(unfinished.name + end).unlink(missing_ok=True)
    unfinished.unlink(missing_ok=True)
