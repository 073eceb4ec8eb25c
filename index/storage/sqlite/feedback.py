"""The table of feedback."""

import json
import sqlite3
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from index.feedback import Feedback, KeptFeedback, KeptSpan, NoAnswer, Words

_LISTED = """SELECT id, given, collection, question, answer_id, verdict, answer, correction FROM feedback
    WHERE ?1 IS NULL OR collection = ?1 ORDER BY id LIMIT ?2 OFFSET ?3"""


def keep(connection: sqlite3.Connection, feedback: Feedback) -> tuple[int, bool]:
    """Keep it, and return its number and whether it is new.

    What was said last of this answer, said again, is not kept twice; said again after something else, it is the last
    again, under a new number.
    """
    of_the_answer = (feedback.collection, feedback.answer_id, feedback.question)
    last = connection.execute(
        "SELECT id, sha256 FROM feedback WHERE collection = ? AND answer_id = ? AND question = ? ORDER BY id DESC",
        of_the_answer,
    ).fetchone()
    if last and last[1] == feedback.sha256:
        return int(last[0]), False
    number = connection.execute(
        "INSERT OR REPLACE INTO feedback (collection, answer_id, question, verdict, answer, correction, sha256, given)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *of_the_answer,
            feedback.verdict,
            _json(feedback.answer),
            _json(feedback.correction),
            feedback.sha256,
            datetime.now(UTC).isoformat(timespec="seconds"),
        ),
    ).lastrowid
    return int(number or 0), True


def listed(
    connection: sqlite3.Connection, collection: str | None = None, *, limit: int = -1, offset: int = 0
) -> list[KeptFeedback]:
    """In the order it was given, of all collections unless one is named; `limit` -1 is no limit."""
    return [_kept(row) for row in connection.execute(_LISTED, (collection, limit, offset))]


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Collection → how often feedback was given on it."""
    return dict(connection.execute("SELECT collection, count(*) FROM feedback GROUP BY 1 ORDER BY 1"))


def forget(connection: sqlite3.Connection, document_id: str, collection: str) -> None:
    """Remove what quotes a document that is to leave no trace."""
    connection.execute(
        "DELETE FROM feedback WHERE collection = ?1"
        " AND ?2 IN (json_extract(answer, '$.document_id'), json_extract(correction, '$.document_id'))",
        (collection, document_id),
    )


def _json(value: KeptSpan | Words | NoAnswer | None) -> str | None:
    return None if value is None else json.dumps(asdict(value))


def _kept(row: tuple[Any, ...]) -> KeptFeedback:
    number, given, collection, question, answer_id, verdict, answer, correction = row
    span = KeptSpan(**json.loads(answer)) if answer else None
    feedback = Feedback(collection, question, answer_id, verdict, span, _correction(correction))
    return KeptFeedback(number, given, feedback)


def _correction(text: str | None) -> KeptSpan | Words | NoAnswer | None:
    if text is None:
        return None
    value = json.loads(text)
    kind = Words if "text" in value else NoAnswer if "no_answer" in value else KeptSpan
    return kind(**value)
