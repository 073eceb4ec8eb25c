"""A new data file: made under another name and put in place whole, so that none is ever seen half made.

Whoever makes one holds a lock on it (`flock`, which ends with its process). By that the next one to open the data file
for writing tells what a killed process left from what is still being made, and removes it.
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
_BESIDE = ("-journal", "-wal", "-shm")  # what SQLite keeps beside a file, by the end of its name


def create_file(path: Path, fill: Callable[[sqlite3.Connection], None]) -> None:
    """Make the data file, with what `fill` writes in one transaction, unless another process is first.

    Raises OSError and StorageError where none can be made.
    """
    remove_leftovers(path)
    with _unfinished(path) as unfinished:
        with sqlite_errors(path), closing(connect(unfinished, "rw")) as connection:
            # A file that is put in place as it will be used needs no change by which a kill could leave a journal
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN")
            fill(connection)
            connection.commit()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all into the one file; raises where it can't
        with suppress(FileExistsError):  # another process was first: its file is as good
            os.link(unfinished, path)


def remove_leftovers(path: Path) -> None:
    """Remove what killed processes left when they made this data file; what a living one is making stays."""
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.*{_SUFFIX}"):
        with suppress(OSError):  # such as where nothing can be written, or another process removed it
            if path.exists() and leftover.samefile(path):
                leftover.unlink()  # without opening it: closing it again would end SQLite's locks on the data file
            else:
                _remove_if_abandoned(leftover)


def _remove_if_abandoned(leftover: Path) -> None:
    descriptor = os.open(leftover, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # OSError: somebody is making it
        _remove(leftover)
    finally:
        os.close(descriptor)


@contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """A file beside `path`, of a name of its own and locked until it is gone again."""
    descriptor, unfinished = _locked_file(path)
    try:
        yield unfinished
    finally:
        with suppress(OSError):
            _remove(unfinished)
        os.close(descriptor)


def _locked_file(path: Path) -> tuple[int, Path]:
    while True:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_SUFFIX)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return descriptor, Path(name)
        os.close(descriptor)  # removed as a leftover, before it was locked


def _remove(unfinished: Path) -> None:
    """The file last, so that what stands beside it is never left without it."""
    for end in _BESIDE:
        unfinished.with_name(unfinished.name + end).unlink(missing_ok=True)
    unfinished.unlink(missing_ok=True)
