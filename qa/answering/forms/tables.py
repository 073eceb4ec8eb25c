"""The cell of a table that answers: in the row that the span is in, under the head that the question asks for.

What a table is, and which head a question means, is said in `index/tables.py` and `qa/reading/table_cells.py`.
"""

from collections.abc import Sequence

from index.tables import Cell, rows_around
from qa.answering.forms.form import Form, Shape
from qa.reading.stems import stems_of
from qa.reading.table_cells import head_scores

_MAX_CELL_WORDS = 14  # of a longer cell only the span is given


def cell_shape(question: str, text: str, start: int, end: int) -> Shape | None:
    """The cell that the question asks for, near `[start, end)`; None where that isn't in a table's row."""
    rows = rows_around(text, start)
    number = next((i for i, row in enumerate(rows) if row and row[0].start <= start <= row[-1].end), None)
    if number is None or len(rows) < 2 or len(rows[number]) < 2:
        return None
    heads = rows[0]
    asked = stems_of(question)
    number = _row_asked(rows, number, asked)
    if number == 0:
        return None
    row = rows[number]
    column = _column(question, asked, heads, row, start, end)
    cell = row[column]
    head = heads[column].text if column < len(heads) else None
    label = row[0].text if column else None
    if cell.start <= start and end <= cell.end and len(cell.text.split()) > _MAX_CELL_WORDS:
        return Shape(Form.CELL, start, end, row=label, column=head)
    return Shape(Form.CELL, cell.start, cell.end, row=label, column=head) if cell.text else None


def _row_asked(rows: Sequence[Sequence[Cell]], number: int, asked: frozenset[str]) -> int:
    """The row's number, or that of the one other row whose head the question names where this one's isn't named."""

    def named(i: int) -> float:
        label = stems_of(rows[i][0].text) if rows[i] else frozenset()
        return len(label & asked) / len(label) if label else 0.0

    if named(number) > 0:
        return number
    best = [i for i in range(1, len(rows)) if named(i) == 1]
    return best[0] if len(best) == 1 else number


def _column(
    question: str, asked: frozenset[str], heads: Sequence[Cell], row: Sequence[Cell], start: int, end: int
) -> int:
    """The column that the question asks for: by its head, else the one the span is in."""
    scores = head_scores(question, asked - stems_of(row[0].text), [head.text for head in heads], len(row))
    touched = [i for i, cell in enumerate(row) if cell.start < end and start < cell.end]
    candidates = [i for i in range(len(row)) if not _is_asked_with(row[i], asked)] or list(range(len(row)))
    best = max(candidates, key=lambda i: (scores[i], i in touched, -i))
    own = [i for i in touched if i in candidates]
    if own and scores[own[0]] >= scores[best]:
        return own[0]
    if scores[best] > 0:
        return best
    if own:
        return own[0]
    return best if len(candidates) == 1 or not touched else touched[0]


def _is_asked_with(cell: Cell, asked: frozenset[str]) -> bool:
    """Whether the cell is what the question names rather than what it asks for."""
    stems = stems_of(cell.text)
    return not cell.text or (bool(stems) and len(stems & asked) >= 0.67 * len(stems))
