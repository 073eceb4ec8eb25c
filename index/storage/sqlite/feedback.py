"""The table of feedback."""

import json
import sqlite3
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from index.feedback import Feedback, KeptFeedback, KeptSpan, NoAnswer, Words

# Feedback is visible if its collection is, and so are the documents that its answer and its correction quote
QUOTES_NOTHING_HIDDEN = """feedback.collection IN (SELECT collection FROM documents) AND NOT EXISTS (
    SELECT 1 FROM (SELECT json_extract(answer, '$.document_id') AS quoted
        UNION ALL SELECT json_extract(correction, '$.document_id'))
    WHERE quoted IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM documents WHERE documents.collection = feedback.collection AND documents.id = quoted))"""
ROW = """SELECT id, given, collection, question, answer_id, verdict, answer, correction, reason, comment
    FROM feedback LEFT JOIN feedback_remarks ON feedback_remarks.feedback = feedback.id"""
LISTED = (
    ROW
    + """
    WHERE (:collection IS NULL OR collection = :collection) AND {seen} ORDER BY id LIMIT :limit OFFSET :offset"""
)
COUNTS = "SELECT collection, count(*) FROM feedback WHERE {seen} GROUP BY 1 ORDER BY 1"


def keep(connection: sqlite3.Connection, feedback: Feedback) -> tuple[int, bool]:
    """Store feedback; returns (its number, whether it is new).

    If it is the same as the last feedback on that answer, nothing is stored. If it is the same as earlier feedback, it
    replaces that under a new, higher number.
    """
    judged = (feedback.collection, feedback.answer_id, feedback.question)
    last = connection.execute(
        "SELECT id, sha256 FROM feedback WHERE collection = ? AND answer_id = ? AND question = ? ORDER BY id DESC",
        judged,
    ).fetchone()
    if last and last[1] == feedback.sha256:
        return int(last[0]), False
    number = connection.execute(
        "INSERT OR REPLACE INTO feedback (collection, answer_id, question, verdict, answer, correction, sha256, given)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *judged,
            feedback.verdict,
            _json(feedback.answer),
            _json(feedback.correction),
            feedback.sha256,
            datetime.now(UTC).isoformat(timespec="seconds"),
        ),
    ).lastrowid
    if feedback.reason or feedback.comment:
        remarks = (number, feedback.reason, feedback.comment)
        connection.execute("INSERT INTO feedback_remarks (feedback, reason, comment) VALUES (?, ?, ?)", remarks)
    return int(number or 0), True


def forget(connection: sqlite3.Connection, document_id: str, collection: str) -> None:
    """Remove feedback that quotes a document, before the document itself is removed without a trace.

    It quotes the document by its id, or if the text of its correction is in this document of the collection only.
    """
    connection.execute(
        "DELETE FROM feedback WHERE collection = ?1"
        " AND ?2 IN (json_extract(answer, '$.document_id'), json_extract(correction, '$.document_id'))",
        (collection, document_id),
    )
    connection.execute(
        """DELETE FROM feedback WHERE collection = ?1 AND json_extract(correction, '$.text') IS NOT NULL
        AND (SELECT group_concat(id = ?2) FROM documents
            WHERE collection = ?1 AND instr(text, json_extract(correction, '$.text'))) = '1'""",
        (collection, document_id),
    )


def _json(value: KeptSpan | Words | NoAnswer | None) -> str | None:
    return None if value is None else json.dumps(asdict(value))


def kept(row: tuple[Any, ...]) -> KeptFeedback:
    """The feedback in a row that ROW selects."""
    number, given, collection, question, answer_id, verdict, answer, correction, reason, comment = row
    span = KeptSpan(**json.loads(answer)) if answer else None
    feedback = Feedback(collection, question, answer_id, verdict, span, _correction(correction), reason, comment)
    return KeptFeedback(number, given, feedback)


def _correction(text: str | None) -> KeptSpan | Words | NoAnswer | None:
    if text is None:
        return None
    value = json.loads(text)
    kind = Words if "text" in value else NoAnswer if "no_answer" in value else KeptSpan
    return kind(**value)
