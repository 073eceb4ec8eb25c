"""What the earlier turns of a conversation do for a question, on `tests/data/follow-ups.json` over the seeds.

    python tests/benchmarks/conversation.py > conversation.json

Each question is asked alone and after its earlier turns. Counted are, by set and by whether the question leans on what
came before: those taken to lean, those with a right answer among the words of the passages read, those whose first
answer is right (F1 ≥ 0.5 by SQuAD's measure, however unsure), and the answers given that are right, and wrong.
"""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from common import ROOT, report

from index.storage.principals import SEES_ALL
from qa.answering.answers import Answer, Status
from qa.answering.follow_up import is_follow_up
from qa.answering.questions import Turn
from qa.assembly import Engine, filter_of
from qa.evaluation.rows import RIGHT_F1
from qa.evaluation.scoring import f1
from qa.settings import load_settings

CONVERSATIONS = ROOT / "tests" / "data" / "follow-ups.json"


def outcome(engine: Engine, conversation: dict[str, Any], history: list[Turn]) -> dict[str, Any]:
    """One question, asked after `history`: what was found, read and given."""
    question, golds = conversation["question"], conversation["answers"]
    first = engine.ask(SEES_ALL, question, filter_of(), history=history, min_confidence=0)
    given = engine.ask(SEES_ALL, question, filter_of(), history=history)
    right = _is_right(first, golds)
    texts = [" ".join(passage.text.split()) for passage in first.passages]
    return {
        "found": any(gold in text for gold in golds for text in texts),
        "right": right,
        "given_right": given.status is Status.ANSWERED and _is_right(given, golds),
        "given_wrong": given.status is Status.ANSWERED and not _is_right(given, golds),
        "text": first.answers[0].text if first.answers else "",
    }


def _is_right(answer: Answer, golds: list[str]) -> bool:
    return bool(answer.answers) and f1(answer.answers[0].text, golds) >= RIGHT_F1


def main() -> None:
    """Index the seeds, ask, count."""
    os.chdir(ROOT)
    conversations: list[dict[str, Any]] = json.loads(CONVERSATIONS.read_text())["conversations"]
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(load_settings(data=Path(folder)), writing=True)
        list(engine.indexer.add_paths([Path("seeds")], "default"))
        rows = [
            {
                **conversation,
                "taken_to_lean": is_follow_up(conversation["question"]),
                "alone": outcome(engine, conversation, []),
                "after": outcome(engine, conversation, [Turn(**turn) for turn in conversation["history"]]),
            }
            for conversation in conversations
        ]
        engine.close()
    report({"sets": counts(rows), "rows": rows})


def counts(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """By set, and by whether the question leans."""
    found: dict[str, dict[str, Any]] = {}
    for name, leaning in sorted({(row["set"], row["leans"]) for row in rows}):
        of_set = [row for row in rows if (row["set"], row["leans"]) == (name, leaning)]
        found[f"{name}, {'leaning' if leaning else 'self-contained'}"] = {
            "count": len(of_set),
            "taken_to_lean": sum(row["taken_to_lean"] for row in of_set),
            **{
                when: {key: sum(row[when][key] for row in of_set) for key in ("found", "right", "given_right", "given_wrong")}
                for when in ("alone", "after")
            },
        }  # fmt: skip
    return found


if __name__ == "__main__":
    main()
