"""The tables of questions that were asked.

In `questions` are the figures, in `question_documents` the documents that the first answer cites, and in
`question_texts` the words, with their vector as little-endian float16. Figures are added up from small rows that way,
and words can be removed by themselves.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
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
from index.storage.question_rows import kept_question, stored_vector, uses_of

Rows = Callable[..., Iterable[tuple[Any, ...]]]
"""Runs a SELECT in which `documents` has only those that the principal may see."""

_DAY = "substr(asked, 1, 10)"  # as the index questions_by_day has it
# The last verdict on a question's answer; {seen} is the condition for feedback that the principal may see
_VERDICT = """(SELECT verdict FROM feedback WHERE feedback.collection = questions.collection
    AND feedback.answer_id = questions.answer_id AND {seen} ORDER BY feedback.id DESC LIMIT 1)"""
# Whether that is :verdict, which few answers have
_JUDGED = "(answer_id IN (SELECT answer_id FROM feedback WHERE verdict = :verdict) AND {verdict} = :verdict)"
# A question is visible if its collection is, and so is every document that its first answer cites
ANSWERED_BY_NOTHING_HIDDEN = """questions.collection IN (SELECT collection FROM documents) AND cited = (
    SELECT count(*) FROM question_documents AS cites JOIN documents
        ON documents.collection = cites.collection AND documents.id = cites.document_id
    WHERE cites.question = questions.id)"""
_LISTED = """SELECT questions.id, {verdict}, asked, questions.collection, outcome, reason, confidence,
    index_version, milliseconds, answer_id, text, vector,
    (SELECT json_group_array(document_id) FROM (SELECT document_id FROM question_documents AS cites JOIN documents
        ON documents.collection = cites.collection AND documents.id = document_id
        WHERE cites.question = questions.id ORDER BY 1))
    FROM questions LEFT JOIN question_texts ON question_texts.question = questions.id
    WHERE {where} ORDER BY questions.id DESC LIMIT :limit OFFSET :offset"""
_FIGURES = """SELECT {day}, outcome, reason, milliseconds, count(*) FROM questions WHERE {where}
    GROUP BY {day}, collection, outcome, reason, milliseconds"""
_VERDICTS = """SELECT verdict, count(*) FROM feedback
    WHERE (:since IS NULL OR given >= :since) AND (:until IS NULL OR given < :until)
    AND (:collection IS NULL OR collection = :collection) AND {seen} GROUP BY 1"""
_USES = """SELECT documents.collection, documents.id, title, uses FROM (
        SELECT question_documents.collection, document_id, count(*) AS uses FROM {source} WHERE {where} GROUP BY 1, 2
    ) AS used JOIN documents ON documents.collection = used.collection AND documents.id = document_id
    ORDER BY uses DESC, 1, 2"""
_WORDINGS = f"""SELECT text, count(*), count(*) FILTER (WHERE {{wrong}})
    FROM questions JOIN question_texts ON question = questions.id
    WHERE questions.collection = :collection AND outcome = 'answered' AND {ANSWERED_BY_NOTHING_HIDDEN}
    GROUP BY text ORDER BY 2 DESC, max(questions.id) DESC"""  # noqa: S608  # ours
_NAMES = "SELECT collection, id FROM documents WHERE :collection IS NULL OR collection = :collection ORDER BY 1, 2"
_TITLE = "SELECT title FROM documents WHERE collection = :collection AND id = :id"
_TEXTS = "SELECT questions.id, text FROM questions JOIN question_texts ON question = questions.id WHERE {where}"


def keep(connection: sqlite3.Connection, questions: Sequence[AskedQuestion]) -> None:
    """Store questions, in their order."""
    for one in questions:
        number = connection.execute(
            "INSERT INTO questions (asked, collection, outcome, reason, confidence, index_version, milliseconds,"
            " answer_id, cited) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                one.asked, one.collection, one.outcome, one.reason, one.confidence, one.index_version,
                one.milliseconds, one.answer_id, len(set(one.document_ids)),
            ),
        ).lastrowid  # fmt: skip
        connection.executemany(
            "INSERT INTO question_documents (collection, document_id, day, question) VALUES (?, ?, ?, ?)",
            [(one.collection, document_id, one.asked[:10], number) for document_id in set(one.document_ids)],
        )
        if one.text is not None:
            vector = stored_vector(one.vector)
            connection.execute("INSERT INTO question_texts VALUES (?, ?, ?)", (number, one.text, vector))


def forget(connection: sqlite3.Connection, which: WhichQuestions, words: str | None, *, only_words: bool) -> int:
    """Remove questions, or only their words; with `words`, only those that contain them. Returns their number."""
    chosen, values = _where(which), asdict(which)
    if words is not None:
        rows = connection.execute(_TEXTS.format(where=chosen), values).fetchall()
        values = {"numbers": json.dumps([number for number, text in rows if contains(text, words)])}
        chosen = "questions.id IN (SELECT value FROM json_each(:numbers))"
    if only_words:
        statement = f"DELETE FROM question_texts WHERE question IN (SELECT id FROM questions WHERE {chosen})"  # noqa: S608  # ours
    else:
        statement = f"DELETE FROM questions WHERE {chosen}"  # noqa: S608  # ours
    return connection.execute(statement, values).rowcount


def forget_document(connection: sqlite3.Connection, document_id: str, collection: str) -> None:
    """Remove a document's id from the questions that it answered, before it is removed without a trace."""
    connection.execute(
        "DELETE FROM question_documents WHERE collection = ? AND document_id = ?", (collection, document_id)
    )


def listed(rows: Rows, which: WhichQuestions, seen: tuple[str, str], limit: int, offset: int) -> list[KeptQuestion]:
    """The questions, newest first. `seen`: the conditions for feedback and for questions that may be seen."""
    where = _where(which, seen, day="asked")  # by the table's own order, for by the index all rows would be sorted
    query = _LISTED.format(verdict=_VERDICT.format(seen=seen[0]), where=where)
    return [
        kept_question(row[:-1], tuple(json.loads(row[-1])))
        for row in rows(query, **asdict(which), limit=limit, offset=offset)
    ]


def figures(rows: Rows, which: WhichQuestions, seen: tuple[str, str]) -> QuestionFigures:
    """What the questions add up to; `seen` as in `listed`."""
    values = asdict(which)
    parts = rows(_FIGURES.format(day=_DAY, where=_where(which, seen)), **values)
    verdicts = rows(_VERDICTS.format(seen=seen[0]), **values)
    return added_up(parts, dict(verdicts))


def uses(rows: Rows, which: WhichQuestions, seen: tuple[str, str], limit: int) -> DocumentUses:
    """Which documents answer the questions, and which never; at most `limit` of each are listed."""
    values, day, source = asdict(which), "day", "question_documents"
    if which.outcome or which.verdict or seen[1] or not _is_days(which):
        day, source = _DAY, "question_documents JOIN questions ON questions.id = question"
    where = _where(which, seen, day=day, table="question_documents")
    most = [DocumentUse(*row) for row in rows(_USES.format(source=source, where=where), **values)]

    def title_of(collection: str, document_id: str) -> str:
        ((title,),) = rows(_TITLE, collection=collection, id=document_id)
        return str(title)

    return uses_of(most, rows(_NAMES, collection=which.collection), title_of, limit)


def answered_wordings(rows: Rows, collection: str, feedback_seen: str) -> list[AnsweredWording]:
    """The words of a collection's answered questions; `feedback_seen` is the condition for feedback that counts."""
    query = _WORDINGS.format(wrong=_JUDGED.format(verdict=_VERDICT.format(seen=feedback_seen)))
    return [AnsweredWording(*row) for row in rows(query, collection=collection, verdict="wrong")]


def _where(
    which: WhichQuestions, seen: tuple[str, str] = ("1", ""), *, day: str = _DAY, table: str = "questions"
) -> str:
    """The condition for the questions that are meant and may be seen. Whole days are compared by `day`."""
    at = day if _is_days(which) else "asked"
    verdict = _JUDGED.format(verdict=_VERDICT.format(seen=seen[0]))
    conditions = {
        f"{at} >= :since": which.since,
        f"{at} < :until": which.until,
        f"{table}.collection = :collection": which.collection,
        "outcome = :outcome": which.outcome,
        verdict: which.verdict,
        seen[1]: seen[1] or None,
    }
    return " AND ".join(condition for condition, value in conditions.items() if value is not None) or "1"


def _is_days(which: WhichQuestions) -> bool:
    """Whether it begins and ends with a day, not with a time within one."""
    return all(len(bound or "2026-11-28") == len("2026-11-28") for bound in (which.since, which.until))
