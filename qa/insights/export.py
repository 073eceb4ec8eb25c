"""Kept questions as CSV, a line each, newest first."""

import csv
import io
from collections.abc import Iterator

from index.questions import KeptQuestion, WhichQuestions
from index.storage.base import View
from qa.text_format import escape_controls

COLUMNS = (
    "asked", "collection", "outcome", "reason", "confidence", "verdict", "documents", "index_version", "milliseconds",
    "answer_id", "question",
)  # fmt: skip
_PAGE = 5_000  # questions read at a time


def lines(view: View, which: WhichQuestions) -> Iterator[str]:
    """The header, and a line for each question."""
    yield _line(COLUMNS)
    offset = 0
    while page := view.questions(which, limit=_PAGE, offset=offset):
        for kept in page:
            yield _line(_cells(kept))
        offset += len(page)


def _cells(kept: KeptQuestion) -> tuple[object, ...]:
    one = kept.question
    documents = " ".join(one.document_ids)
    return (
        one.asked, one.collection, one.outcome, one.reason, one.confidence, kept.verdict, documents, one.index_version,
        one.milliseconds, one.answer_id, one.text,
    )  # fmt: skip


def _line(cells: tuple[object, ...]) -> str:
    file = io.StringIO()
    csv.writer(file).writerow(["" if cell is None else _harmless(str(cell)) for cell in cells])
    return file.getvalue()


def _harmless(cell: str) -> str:
    """The cell without control characters, and with an apostrophe in front if a spreadsheet would run it as a formula.

    Anybody may ask "=HYPERLINK(…)".
    """
    cell = escape_controls(cell)
    return f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@")) else cell
