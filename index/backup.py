"""One version of a data file → another file, while others go on reading and writing."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from index.errors import StorageError
from index.store import Store


def back_up(store: Store, path: Path) -> int:
    """Write one version of the whole data file to `path`, and return the version.

    Raises StorageError where there is a file already or none can be written; nothing half made is left then.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        with store.snapshot() as snapshot:
            copy = sqlite3.connect(partial)
            try:
                snapshot.copy_to(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # so that it is one file, also while it is read
            finally:
                copy.close()
        os.link(partial, path)  # unlike a rename it replaces nothing
        return snapshot.version
    except (OSError, sqlite3.Error, StorageError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise StorageError(f"{path} can't be written ({why}): name another file.") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
