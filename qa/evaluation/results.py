"""The results of an evaluation as a JSON file, written atomically and checked when read."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from index.errors import ResultsError
from qa.evaluation.metrics import metrics
from qa.evaluation.rows import Row

FORMAT = 2
"""Format 1 computed `metrics.retrieval` over documents; its rows lack types, forms, verdicts and list scores."""


@dataclass(frozen=True, slots=True)
class Results:
    """The outcome of one evaluation: `subject` describes the system asked, `misses` counts the misses of each stage."""

    format: int
    dataset: dict[str, Any]
    subject: dict[str, Any]
    started: str
    seconds: float
    concurrency: int
    metrics: dict[str, Any]
    misses: dict[str, int]
    rows: tuple[Row, ...]


def load(path: Path) -> Results:
    """Read the results that `save` wrote; the metrics of a format 1 file are computed anew.

    Raises ResultsError, naming the file and the key, if the file isn't a whole results file.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResultsError(
            f"{path} can't be read ({error.strerror}): name a file that quoth evaluate wrote."
        ) from error
    except ValueError as error:  # not UTF-8, or not JSON
        raise ResultsError(f"{path} is not JSON ({error}): name a file that quoth evaluate wrote.") from error
    return from_json(values, path)


def from_json(values: Any, path: Path) -> Results:  # noqa: ANN401  # any JSON
    """The results from the JSON of the file at `path`. Raises ResultsError as `load` does."""
    if not isinstance(values, dict) or "format" not in values:
        raise ResultsError(f"{path} has no key “format”: name a file that quoth evaluate wrote.")
    if values["format"] not in (1, FORMAT):
        raise ResultsError(
            f"{path} has format {values['format']!r}, and this Quoth reads formats 1 and {FORMAT}: evaluate again "
            "with it."
        )
    results = _checked(values, path)
    if results.format == FORMAT or not results.rows:
        return results
    lost_gold = (results.metrics.get("retrieval") or {}).get("lost_gold", 0)
    mode, seconds = results.dataset["mode"], results.seconds
    return replace(results, metrics=metrics(results.rows, mode=mode, lost_gold=lost_gold, seconds=seconds))


def save(results: Results, path: Path) -> None:
    """Write `results` to `path`, replacing it in one step. Raises ResultsError if it can't be written."""
    write_whole(to_json(results, indent=1) + "\n", path)


def to_json(value: Any, indent: int | None = None) -> str:  # noqa: ANN401  # results, a row, or a container of them
    """`value` as JSON, a dataclass as an object of its fields. Raises ValueError for NaN, which JSON lacks."""
    return json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False, default=_fields)


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401
    if not is_dataclass(value):
        raise TypeError(f"{type(value).__name__} can't be written as JSON")
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _checked(values: dict[str, Any], path: Path) -> Results:
    for field in fields(Results):
        if field.name not in values:
            raise ResultsError(f"{path} has no key “{field.name}”: it isn't whole, evaluate again.")
    for key, kind in (("dataset", dict), ("subject", dict), ("metrics", dict), ("misses", dict), ("rows", list)):
        if not isinstance(values[key], kind):
            raise ResultsError(f"{path}: “{key}” is not {'a list' if kind is list else 'an object'}: evaluate again.")
    return Results(**{**values, "rows": tuple(_row(row, n, path) for n, row in enumerate(values["rows"]))})


def _row(values: Any, number: int, path: Path) -> Row:  # noqa: ANN401  # any JSON
    try:
        return Row.from_json(values)
    except KeyError as error:
        raise ResultsError(
            f"{path}: rows[{number}] has no key “{error.args[0]}”: it isn't whole, evaluate again."
        ) from error
    except TypeError as error:
        raise ResultsError(f"{path}: rows[{number}] isn't a row ({error}): it isn't whole, evaluate again.") from error


def write_whole(text: str, path: Path, errors: str = "backslashreplace") -> None:
    r"""Write `text` to `path` as UTF-8, replacing an existing file in one step; missing folders are created.

    `errors` says how to encode half a surrogate pair, which isn't valid text; the default writes \udXXX, as JSON does.
    Raises ResultsError if the file can't be written.
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
        with suppress(OSError):  # it exists only after a failure
            partial.unlink()
