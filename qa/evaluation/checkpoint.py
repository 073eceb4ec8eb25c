"""Rows kept as they come, so that a run that was stopped can go on: a header line, then a line for each row."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from index.errors import ResultsError
from qa.evaluation.results import to_json
from qa.evaluation.rows import Row


class Checkpoint:
    """The rows so far of the run that `identity` describes, by question id; `seconds` they took, over all its parts.

    Raises ResultsError if the file is another run's, unless `restart`, or if it can't be written.
    """

    def __init__(self, path: Path, identity: dict[str, Any], *, restart: bool) -> None:
        self._path = path
        self._identity = identity
        self.started = datetime.now(UTC).isoformat(timespec="seconds")
        self.rows: dict[str, Row] = {}
        self._before = 0.0
        self.begin()
        self._file = self._open(restart=restart)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Keep the file if there are rows in it; it is for the caller to remove once the results are written."""
        self._file.close()
        if not self.rows:
            self._path.unlink(missing_ok=True)

    def begin(self) -> None:
        """Count seconds from now, after what had to be prepared."""
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds that asking took, this time and before."""
        return self._before + time.perf_counter() - self._began

    def add(self, row: Row) -> None:
        """Keep a row; it is in the file when this returns."""
        self.rows[row.id] = row
        self._write({"seconds": self.seconds, "row": row})

    def _open(self, *, restart: bool) -> TextIO:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            lines = [] if restart or not self._path.exists() else self._whole_lines()
            if lines and self._take(lines):
                return self._path.open("a", encoding="utf-8")
            file = self._path.open("w", encoding="utf-8")
        except OSError as error:
            raise ResultsError(f"{self._path} can't be written ({error.strerror}): name another --output.") from error
        self._file = file
        self._write({"run": self._identity, "started": self.started})
        return file

    def _whole_lines(self) -> list[str]:
        """The file's lines, less a last one that a stop cut short, which is taken out of the file too."""
        data = self._path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) < len(data):
            with self._path.open("r+b") as file:
                file.truncate(len(whole))
        return whole.decode().split("\n")[:-1]

    def _take(self, lines: list[str]) -> bool:
        """Take over the rows of this very run; False where there are none to take over."""
        try:
            header, *rows = map(json.loads, lines)
            if header["run"] and not rows:
                return False
            if header["run"] != json.loads(json.dumps(self._identity)):
                raise ResultsError(
                    f"{self._path} has {len(rows)} rows of another run (another dataset, system, mode or settings): "
                    "add --restart to begin anew, or name another --output."
                )
            self.started = header["started"]
            self.rows = {row.id: row for row in (Row.from_json(line["row"]) for line in rows)}
            self._before = rows[-1]["seconds"]
        except (ValueError, KeyError, TypeError) as error:
            raise ResultsError(f"{self._path} is damaged: add --restart to begin anew.") from error
        return True

    def _write(self, line: dict[str, Any]) -> None:
        try:
            self._file.write(to_json(line) + "\n")
            self._file.flush()
        except OSError as error:
            raise ResultsError(
                f"{self._path} can't be written ({error.strerror}): free some room, and go on."
            ) from error
