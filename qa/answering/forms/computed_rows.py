"""The rows of a table that a question asks for, computed over all of it: one label or value, or a list of them."""

from index.cells import Cell
from index.context import context_of
from index.documents import Document
from index.tables import rows_around
from qa.answering.forms.form import Form, Part, Shape
from qa.answering.forms.lists import MAX_PARTS
from qa.reading.asked_rows import asked_cells

_MOST_ROWS = 400


def computed_rows(question: str, document: Document, start: int) -> Shape | None:
    """The cell or the list of cells that a question asks of all rows of the table at `start`; else None.

    "Which boats have oars?" gets "Eider" and "Teal", and "the cheapest boat" "Eider", whichever row the span is in.
    """
    rows = [row for row in rows_around(document.text, start) if row]
    if not 2 < len(rows) <= _MOST_ROWS:
        return None
    cells = asked_cells(question, document.text, rows, context_of(document, rows[0][0].start))
    if not cells or len(cells) > MAX_PARTS:
        return None
    if len(cells) == 1:
        return _cell(rows, cells[0])
    parts = tuple(Part(cell.start, cell.end, document.text[cell.start : cell.end]) for cell in cells)
    return Shape(Form.LIST, min(part.start for part in parts), max(part.end for part in parts), parts)


def _cell(rows: list[list[Cell]], cell: Cell) -> Shape:
    """A single cell with its row and column; a label has no row besides itself, and a head neither."""
    row = next((row for row in rows[1:] if cell in row), None)
    if row is None:
        return Shape(Form.CELL, cell.start, cell.end)
    column = row.index(cell)
    head = rows[0][column].text if column < len(rows[0]) else None
    return Shape(Form.CELL, cell.start, cell.end, row=row[0].text if column else None, column=head)
