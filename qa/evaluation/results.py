"""An evaluation's results as a JSON file, written whole or not at all and checked when read; and its rows for RAGAS."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import ResultsError
from qa.evaluation.atomic_write import write_whole

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
    write_whole(json.dumps(results, ensure_ascii=False, indent=1, allow_nan=False) + "\n", path)


def ragas_rows(results: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """As RAGAS and the tools that follow it read them: `question`, `answer` ("" for silence), `contexts` (the passages
    read, best first), the gold answers, all as `ground_truths` and the first as `ground_truth` ("" where there is
    none), and the question's `id`.
    """
    for row in results["rows"]:
        golds = list(dict.fromkeys(gold["text"] for gold in row["golds"]))
        yield {
            "id": row["id"],
            "question": row["question"],
            "answer": row["answer"],
            "contexts": [passage["text"] for passage in row["passages"]],
            "ground_truth": golds[0] if golds else "",
            "ground_truths": golds,
        }


def export(results: dict[str, Any], path: Path) -> int:
    """Write the rows to `path` (UTF-8) and return how many. Raises ResultsError if it can't be written."""
    lines = [json.dumps(row, ensure_ascii=False) for row in ragas_rows(results)]
    write_whole("".join(f"{line}\n" for line in lines), path)
    return len(lines)


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
