"""The tables of questions that were asked.

In `questions` are the figures, in `question_documents` the documents that the first answer cites, and in
`question_texts` the words, with their vector as little-endian float16.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from index.questions import (
    AnsweredWording,
    AskedQuestion,
    DocumentUse,
    DocumentUses,
    KeptQuestion,
    QuestionFigures,
    WhichQuestions,
    added_up,
    contains,
)
from index.storage.postgresql.connection import Database
from index.storage.question_rows import kept_question, stored_vector, uses_of

Rows = Callable[..., list[tuple[Any, ...]]]
"""Runs a SELECT in which `documents` has only those that the principal may see."""

# The last verdict on a question's answer; {seen} is the condition for feedback that the principal may see
_VERDICT = """(SELECT verdict FROM feedback WHERE feedback.collection = questions.collection
    AND feedback.answer_id = questions.answer_id AND {seen} ORDER BY feedback.id DESC LIMIT 1)"""
_WHERE = """(%(since)s::text IS NULL OR asked >= %(since)s) AND (%(until)s::text IS NULL OR asked < %(until)s)
    AND (%(collection)s::text IS NULL OR questions.collection = %(collection)s)
    AND (%(outcome)s::text IS NULL OR outcome = %(outcome)s)
    AND (%(verdict)s::text IS NULL OR (answer_id IN (SELECT answer_id FROM feedback WHERE verdict = %(verdict)s)
        AND {verdict} = %(verdict)s))"""
# A question is visible if its collection is, and so is every document that its first answer cites
ANSWERED_BY_NOTHING_HIDDEN = """ AND questions.collection IN (SELECT collection FROM documents) AND cited = (
    SELECT count(*) FROM question_documents JOIN documents
        ON documents.collection = questions.collection AND documents.id = question_documents.document_id
    WHERE question = questions.id)"""
_LISTED = """SELECT questions.id, {verdict}, asked, questions.collection, outcome, reason, confidence,
    index_version, milliseconds, answer_id, question_texts.text, vector,
    ARRAY(SELECT document_id FROM question_documents JOIN documents
        ON documents.collection = questions.collection AND documents.id = document_id
        WHERE question = questions.id ORDER BY 1)
    FROM questions LEFT JOIN question_texts ON question = questions.id
    WHERE {where} ORDER BY questions.id DESC LIMIT %(limit)s OFFSET %(offset)s"""
_FIGURES = """SELECT left(asked, 10), outcome, reason, milliseconds, count(*) FROM questions WHERE {where}
    GROUP BY 1, 2, 3, 4"""
_VERDICTS = """SELECT verdict, count(*) FROM feedback
    WHERE (%(since)s::text IS NULL OR given COLLATE "C" >= %(since)s)
    AND (%(until)s::text IS NULL OR given COLLATE "C" < %(until)s)
    AND (%(collection)s::text IS NULL OR collection = %(collection)s) AND {seen} GROUP BY 1"""
_USES = """SELECT documents.collection, documents.id, max(title), count(*) AS uses
    FROM questions JOIN question_documents ON question = questions.id
    JOIN documents ON documents.collection = questions.collection AND documents.id = document_id
    WHERE {where} GROUP BY 1, 2 ORDER BY uses DESC, 1, 2"""
_WORDINGS = f"""SELECT question_texts.text, count(*), count(*) FILTER (WHERE {{verdict}} = 'wrong')
    FROM questions JOIN question_texts ON question = questions.id
    WHERE questions.collection = %(collection)s AND outcome = 'answered' {ANSWERED_BY_NOTHING_HIDDEN}
    GROUP BY 1 ORDER BY 2 DESC, max(questions.id) DESC"""  # noqa: S608  # ours
_NAMES = """SELECT collection, id FROM documents
    WHERE %(collection)s::text IS NULL OR collection = %(collection)s ORDER BY 1, 2"""
_TITLE = "SELECT title FROM documents WHERE collection = %(collection)s AND id = %(id)s"
_TEXTS = "SELECT questions.id, text FROM questions JOIN question_texts ON question = questions.id WHERE {where}"


def keep(connection: Database, questions: Sequence[AskedQuestion]) -> None:
    """Store questions, in their order. A NUL or half a surrogate pair, which no text here holds, becomes "�"."""
    for one in questions:
        (number,) = connection.execute(
            """INSERT INTO questions (asked, collection, outcome, reason, confidence, index_version, milliseconds,
            answer_id, cited) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id""",
            (
                one.asked, one.collection, one.outcome, one.reason, one.confidence, one.index_version,
                one.milliseconds, one.answer_id, len(set(one.document_ids)),
            ),
        ).fetchone() or (0,)  # fmt: skip
        for document_id in dict.fromkeys(one.document_ids):
            connection.execute("INSERT INTO question_documents VALUES (%s, %s)", (number, document_id))
        if one.text is not None:
            vector = stored_vector(one.vector)
            connection.execute("INSERT INTO question_texts VALUES (%s, %s, %s)", (number, _storable(one.text), vector))


def forget(connection: Database, which: WhichQuestions, words: str | None, *, only_words: bool) -> int:
    """Remove questions, or only their words; with `words`, only those that contain them. Returns their number."""
    chosen, values = _where(), asdict(which)
    if words is not None:
        rows = connection.execute(_TEXTS.format(where=chosen).encode(), values).fetchall()
        values = {"numbers": [number for number, text in rows if contains(text, words)]}
        chosen = "questions.id = ANY (%(numbers)s)"
    if only_words:
        statement = f"DELETE FROM question_texts WHERE question IN (SELECT id FROM questions WHERE {chosen})"  # noqa: S608  # ours
    else:
        statement = f"DELETE FROM questions WHERE {chosen}"  # noqa: S608  # ours
    return connection.execute(statement.encode(), values).rowcount


def forget_document(connection: Database, document_id: str, collection: str) -> None:
    """Remove a document's id from the questions that it answered, before it is removed without a trace."""
    connection.execute(
        """DELETE FROM question_documents USING questions WHERE question = questions.id AND document_id = %s
        AND questions.collection = %s""",
        (document_id, collection),
    )


def listed(rows: Rows, which: WhichQuestions, seen: tuple[str, str], limit: int, offset: int) -> list[KeptQuestion]:
    """The questions, newest first. `seen`: the conditions for feedback and for questions that may be seen."""
    query = _LISTED.format(verdict=_VERDICT.format(seen=seen[0]), where=_where(*seen))
    return [
        kept_question(row[:-1], tuple(row[-1]))
        for row in rows(query, **asdict(which), limit=None if limit < 0 else limit, offset=offset)
    ]


def figures(rows: Rows, which: WhichQuestions, seen: tuple[str, str]) -> QuestionFigures:
    """What the questions add up to; `seen` as in `listed`."""
    values = asdict(which)
    parts = rows(_FIGURES.format(where=_where(*seen)), **values)
    verdicts = rows(_VERDICTS.format(seen=seen[0]), **values)
    return added_up(parts, dict(verdicts))


def uses(rows: Rows, which: WhichQuestions, seen: tuple[str, str], limit: int) -> DocumentUses:
    """Which documents answer the questions, and which never; at most `limit` of each are listed."""
    most = [DocumentUse(*row) for row in rows(_USES.format(where=_where(*seen)), **asdict(which))]

    def title_of(collection: str, document_id: str) -> str:
        ((title,),) = rows(_TITLE, collection=collection, id=document_id)
        return str(title)

    return uses_of(most, rows(_NAMES, collection=which.collection), title_of, limit)


def answered_wordings(rows: Rows, collection: str, feedback_seen: str) -> list[AnsweredWording]:
    """The words of a collection's answered questions; `feedback_seen` is the condition for feedback that counts."""
    query = _WORDINGS.format(verdict=_VERDICT.format(seen=feedback_seen))
    return [AnsweredWording(*row) for row in rows(query, collection=collection)]


def _where(feedback_seen: str = "true", questions_seen: str = "") -> str:
    """The condition for the questions that are meant and may be seen."""
    return _WHERE.format(verdict=_VERDICT.format(seen=feedback_seen)) + questions_seen


def _storable(text: str) -> str:
    return text.replace("\0", "�").encode("utf-8", "replace").decode()
