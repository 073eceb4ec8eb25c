"""An evaluation's results as a JSON file: written whole or not at all, and checked when read."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from index.errors import ResultsError

FORMAT = 1
_KEYS = ("dataset", "subject", "started", "seconds", "concurrency", "metrics", "misses", "rows")
_ROW_KEYS = (
    "id", "question", "answerable", "golds", "gold_documents", "status", "reason", "answer", "candidates", "passages",
    "em", "f1", "best_em", "best_f1", "confidence", "gold_rank", "missed", "latency_ms", "timings_ms",
)  # fmt: skip


def load(path: Path) -> dict[str, Any]:
    """The results that `save` wrote. Raises ResultsError, naming the file and the key, for anything else."""
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResultsError(
            f"{path} can't be read ({error.strerror}): name a file that quoth evaluate wrote."
        ) from error
    except ValueError as error:  # not UTF-8, or not JSON
        raise ResultsError(f"{path} is not JSON ({error}): name a file that quoth evaluate wrote.") from error
    if not isinstance(results, dict) or "format" not in results:
        raise ResultsError(f"{path} has no key “format”: name a file that quoth evaluate wrote.")
    if results["format"] != FORMAT:
        raise ResultsError(
            f"{path} has format {results['format']!r}, and this Quoth reads format {FORMAT}: evaluate again with it."
        )
    _check(results, path)
    return results


def save(results: dict[str, Any], path: Path) -> None:
    """Write `results` to `path`, replacing it in one step. Raises ResultsError if it can't be written."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8", errors="backslashreplace") as file:
            json.dump(results, file, ensure_ascii=False, indent=1, allow_nan=False)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise ResultsError(f"{path} can't be written ({error.strerror}): name another place.") from error
    finally:
        with suppress(OSError):  # it is there only if something went wrong
            partial.unlink()


def _check(results: dict[str, Any], path: Path) -> None:
    for key in _KEYS:
        if key not in results:
            raise ResultsError(f"{path} has no key “{key}”: it isn't whole, evaluate again.")
    for key, kind in (("dataset", dict), ("subject", dict), ("metrics", dict), ("misses", dict), ("rows", list)):
        if not isinstance(results[key], kind):
            raise ResultsError(f"{path}: “{key}” is not {'a list' if kind is list else 'an object'}: evaluate again.")
    for number, row in enumerate(results["rows"]):
        for key in _ROW_KEYS:
            if not isinstance(row, dict) or key not in row:
                raise ResultsError(f"{path}: rows[{number}] has no key “{key}”: it isn't whole, evaluate again.")
