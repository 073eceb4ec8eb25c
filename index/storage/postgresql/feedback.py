"""The table of feedback."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from psycopg.types.json import Jsonb

from index.errors import FeedbackError
from index.feedback import Feedback, KeptFeedback, KeptSpan, NoAnswer, Words
from index.storage.postgresql.connection import Database
from index.storage.postgresql.rows import is_storable, repr_of

# Neither what was judged nor what would be right may stand in a document that is hidden, nor in a hidden collection
QUOTES_NOTHING_HIDDEN = """feedback.collection IN (SELECT collection FROM documents) AND NOT EXISTS (
    SELECT 1 FROM (VALUES (answer ->> 'document_id'), (correction ->> 'document_id')) AS span (quoted)
    WHERE quoted IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM documents WHERE documents.collection = feedback.collection AND documents.id = quoted))"""
LISTED = """SELECT id, given, collection, question, answer_id, verdict, answer, correction, reason, comment
    FROM feedback WHERE (%(collection)s::text IS NULL OR collection = %(collection)s) AND {seen}
    ORDER BY id LIMIT %(limit)s OFFSET %(offset)s"""
COUNTS = "SELECT collection, count(*) FROM feedback WHERE {seen} GROUP BY 1 ORDER BY 1"


def keep(connection: Database, feedback: Feedback) -> tuple[int, bool]:
    """Keep it, and return its number and whether it is new.

    What was said last of this answer, said again, is not kept twice; said again after something else, it is the last
    again, under a new number. Raises FeedbackError for what PostgreSQL's text can't hold.
    """
    if not is_storable(repr_of(asdict(feedback))):
        raise FeedbackError("The feedback has a NUL or half a surrogate pair in it: leave it out.")
    of_the_answer = (feedback.collection, feedback.answer_id, feedback.question)
    last = connection.execute(
        """SELECT id, sha256 FROM feedback WHERE collection = %s AND answer_id = %s AND question = %s
        ORDER BY id DESC LIMIT 1""",
        of_the_answer,
    ).fetchone()
    if last and last[1] == feedback.sha256:
        return int(last[0]), False
    connection.execute("DELETE FROM feedback WHERE sha256 = %s", (feedback.sha256,))
    (number,) = connection.execute(
        """INSERT INTO feedback
            (collection, answer_id, question, verdict, answer, correction, reason, comment, sha256, given)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id""",
        (
            *of_the_answer,
            feedback.verdict,
            _json(feedback.answer),
            _json(feedback.correction),
            feedback.reason,
            feedback.comment,
            feedback.sha256,
            datetime.now(UTC).isoformat(timespec="seconds"),
        ),
    ).fetchone() or (0,)
    return int(number), True


def forget(connection: Database, document_id: str, collection: str) -> None:
    """Remove what quotes a document that is to leave no trace, and is still there: by its name, or by its words.

    Words are its own if they stand in it and in no other document of the collection.
    """
    values = {"collection": collection, "id": document_id}
    connection.execute(
        """DELETE FROM feedback WHERE collection = %(collection)s
        AND %(id)s IN (answer ->> 'document_id', correction ->> 'document_id')""",
        values,
    )
    connection.execute(
        """DELETE FROM feedback WHERE collection = %(collection)s AND correction ->> 'text' IS NOT NULL
        AND (SELECT array_agg(id) = ARRAY[%(id)s] COLLATE "C" FROM documents
            WHERE collection = %(collection)s AND strpos(text, correction ->> 'text') > 0)""",
        values,
    )


def kept(row: tuple[Any, ...]) -> KeptFeedback:
    """A row of LISTED."""
    number, given, collection, question, answer_id, verdict, answer, correction, reason, comment = row
    span = KeptSpan(**answer) if answer else None
    feedback = Feedback(collection, question, answer_id, verdict, span, _correction(correction), reason, comment)
    return KeptFeedback(number, given, feedback)


def _json(value: KeptSpan | Words | NoAnswer | None) -> Jsonb | None:
    return None if value is None else Jsonb(asdict(value), dumps=json.dumps)


def _correction(value: dict[str, Any] | None) -> KeptSpan | Words | NoAnswer | None:
    if value is None:
        return None
    kind = Words if "text" in value else NoAnswer if "no_answer" in value else KeptSpan
    return kind(**value)
