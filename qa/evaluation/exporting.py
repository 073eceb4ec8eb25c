"""Results → rows as RAGAS and the tools that follow it read them, one JSON object a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.evaluation.writing import write_whole


def rows(results: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """`question`, `answer` ("" for silence), `contexts` (the passages read, best first), and the gold answers: all as
    `ground_truths`, the first as `ground_truth` ("" where there is none); and the question's `id`.
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
    lines = [json.dumps(row, ensure_ascii=False) for row in rows(results)]
    write_whole("".join(f"{line}\n" for line in lines), path)
    return len(lines)
