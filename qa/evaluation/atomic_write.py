"""Text → a file, whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path

from index.errors import ResultsError


def write_whole(text: str, path: Path, errors: str = "backslashreplace") -> None:
    r"""Write `text` to `path` as UTF-8, replacing what was there in one step; the folder is made if there is none.

    `errors` says what becomes of half a surrogate pair, which isn't text; by default \udXXX, which is JSON. Raises
    ResultsError if it can't be written.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8", errors=errors, newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise ResultsError(f"{path} can't be written ({error.strerror}): name another place.") from error
    finally:
        with suppress(OSError):  # it is there only if something went wrong
            partial.unlink()
