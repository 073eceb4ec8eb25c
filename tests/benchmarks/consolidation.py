"""Agreement and disagreement between documents, on the invented sets in `tests/data/consolidation.json`.

    python tests/benchmarks/consolidation.py > consolidation.json

An agreement is found if one answer has the citations of all its documents, a disagreement if `conflict` is true and at
least two right answers are given; a control must have no conflict. All sets are in one data file, a collection each.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

from common import ROOT, report

from index.documents import Document
from index.storage.principals import SEES_ALL
from qa.answering.answer_equivalence import same_fact
from qa.answering.answers import Answer
from qa.assembly import Engine, filter_of
from qa.settings import load_settings

CASES = ROOT / "tests" / "data" / "consolidation.json"


def answers(engine: Engine) -> list[tuple[dict[str, Any], Answer]]:
    """Each case with its answer, the documents indexed before any question is asked."""
    cases: list[dict[str, Any]] = json.loads(CASES.read_text())["cases"]
    for case in cases:
        for number, text in enumerate(case["documents"], 1):
            engine.indexer.add(Document(f"{case['id']}-{number}", f"Document {number}", text), case["id"])
    return [(case, engine.ask(SEES_ALL, case["question"], filter_of(case["id"]))) for case in cases]


def outcome(case: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """What one case came to; `right`: as its kind wants it."""
    texts = [given.text for given in answer.answers]
    supports = [given.support for given in answer.answers]
    if case["kind"] == "agreement":
        right = supports == [case["support"]] and _is_right(texts[0], case)
    elif case["kind"] == "disagreement":
        right = answer.conflict and sum(_is_right(text, case) for text in texts) >= 2
    else:
        right = not answer.conflict
    return {
        "id": case["id"],
        "kind": case["kind"],
        "right": right,
        "answered": bool(texts),
        "conflict": answer.conflict,
        "given": texts,
        "support": supports,
        "confidence": [given.confidence for given in answer.answers],
    }


def counts(rows: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """By kind: how many there are, were answered at all, came out right, and have `conflict`."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        kind = found.setdefault(row["kind"], {"count": 0, "answered": 0, "right": 0, "conflict": 0})
        kind["count"] += 1
        for name in ("answered", "right", "conflict"):
            kind[name] += row[name]
    return found


def _is_right(text: str, case: dict[str, Any]) -> bool:
    return any(same_fact(text, right) for right in case["answers"])


def main() -> None:
    """Index, ask, report."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(load_settings(data=Path(folder)), writing=True)
        rows = [outcome(case, answer) for case, answer in answers(engine)]
        engine.close()
    report({"kinds": counts(rows), "rows": rows})


if __name__ == "__main__":
    main()
