"""Tells when something in a folder has changed, as the system sees it, and when a folder that was gone is back."""

from collections.abc import Iterator
from pathlib import Path, PurePath
from threading import Event

_QUIET_MS = 300  # without a change, after which a burst of changes is over
_LONGEST_MS = 3000  # that a burst is waited for
_WAKE_MS = 500  # between two looks at whether to stop, and whether the folder is still there


def changes_in(folder: Path, stop: Event) -> Iterator[None]:
    """One item for each burst of changes in the folder, until `stop` is set, and one when it begins to be watched.

    So what changed before isn't missed, and what changes while an item is worked on is in the next one. A folder that
    is gone is waited for. Hidden files and folders don't count.
    """
    from watchfiles import watch

    def counts(_: object, path: str) -> bool:
        inside = PurePath(path).relative_to(folder) if PurePath(path).is_relative_to(folder) else PurePath(path).name
        return not any(part.startswith(".") for part in PurePath(inside).parts)

    while not stop.is_set():
        try:
            identity, is_new = _identity(folder), True
            for changes in watch(
                folder,
                watch_filter=counts,
                debounce=_LONGEST_MS,
                step=_QUIET_MS,
                rust_timeout=_WAKE_MS,
                yield_on_timeout=True,
                stop_event=stop,
            ):
                if _identity(folder) != identity:  # gone, or another folder: what is watched is the one that was here
                    break
                if changes or is_new:
                    yield None
                is_new = False
        except (FileNotFoundError, NotADirectoryError):
            stop.wait(_WAKE_MS / 1000)


def _identity(folder: Path) -> tuple[int, int]:
    """What tells a folder from another that took its place. Raises FileNotFoundError where there is none."""
    status = folder.stat()
    return status.st_dev, status.st_ino
