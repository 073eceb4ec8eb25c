"""What the evaluation's tests share: a small dataset, and rows as results have them."""

import json
from pathlib import Path
from typing import Any

from qa.evaluation.datasets.dataset import Gold
from qa.evaluation.rows import Candidate, Passage, Place, Row

FERRY = "The ferry to Orm sails at noon. It carries forty passengers and a dozen bicycles."
BRIDGE = "The bridge at Orm was built by Ada Kestrel in 1871. It replaced a ford."
BEES = "Bees collect nectar and pollen in summer. A colony winters on thirty pounds of honey."


def squad_question(name: str, question: str, context: str, *answers: str) -> dict[str, Any]:
    """A question of a SQuAD file, with each answer where it first occurs."""
    given = [{"text": answer, "answer_start": context.index(answer)} for answer in answers]
    return {"id": name, "question": question, "answers": given}


def squad_file(folder: Path) -> Path:
    """Two articles, three paragraphs, five questions, one of them without an answer."""
    orm = {
        "title": "Orm",
        "paragraphs": [
            {
                "context": FERRY,
                "qas": [
                    squad_question("q1", "When does the ferry to Orm sail?", FERRY, "noon", "at noon"),
                    squad_question("q2", "How many passengers does the ferry carry?", FERRY, "forty"),
                ],
            },
            {
                "context": BRIDGE,
                "qas": [
                    squad_question("q3", "Who built the bridge at Orm?", BRIDGE, "Ada Kestrel"),
                    squad_question("q4", "Who signed the treaty of Lisbon?", BRIDGE),
                ],
            },
        ],
    }
    bees = {
        "title": "Bees",
        "paragraphs": [
            {
                "context": BEES,
                "qas": [squad_question("q5", "What do bees collect in summer?", BEES, "nectar and pollen")],
            }
        ],
    }
    path = folder / "orm.json"
    path.write_text(json.dumps({"version": "v2.0", "data": [orm, bees]}))
    return path


def row(**values: Any) -> Row:
    """A row of the results; `best` is (text, confidence) of the first candidate, `answer` what was given."""
    text, confidence = values.pop("best", ("", 0.0))
    candidates = (Candidate(text, confidence, citations=(Place("a", 0, len(text)),)),) if text else ()
    plain = {
        "id": "q", "question": "Who?", "answerable": True, "golds": (), "gold_documents": (), "gold_relevances": (),
        "status": "answered", "reason": None, "answer": "", "candidates": candidates,
        "passages": (), "em": 0.0, "f1": 0.0, "best_em": 0.0, "best_f1": 0.0, "confidence": confidence,
        "gold_rank": None, "missed": None, "latency_ms": 1.0, "timings_ms": None,
    }  # fmt: skip
    return Row(**{**plain, **values})


def passage(document_id: str, start: int, text: str) -> Passage:
    return Passage(document_id, start, start + len(text), text, 0.1)


def gold(text: str, document_id: str, start: int | None = None) -> Gold:
    return Gold(text, document_id, start, None if start is None else start + len(text))
