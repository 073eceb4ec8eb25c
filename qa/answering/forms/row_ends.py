"""A span over the end of a table's row, cut to the cell that the question asks for.

| Battery | Leaked? | Score |    Of "Score⏎Voltra Max" the second is a row's, and the head above it no answer.
| Voltra  | no      | 82    |
"""

from index.cells import Cell
from index.tables import extent, rows_around
from qa.answering.forms.form import Form, Shape
from qa.answering.forms.tables import cell_shape
from qa.reading.table_cells import has_no_heads


def cut_at_row_end(question: str, text: str, shape: Shape) -> Shape:
    """The cell asked for in the row that the span covers most of, heads left out; the shape itself if it is in one row.

    Only plain spans are cut.
    """
    start, end = shape.start, shape.end
    if shape.form is not Form.SPAN or "\n" not in text[start:end]:
        return shape
    rows = [row for row in rows_around(text, start) if row]
    body = rows if has_no_heads(text, rows) else rows[1:]
    touched = [row for row in rows if _covered(row, start, end)]
    below = [row for row in touched if row in body]
    if len(touched) < 2 or not below or end > extent(rows[-1])[1]:
        return shape
    row = max(below, key=lambda row: _covered(row, start, end))
    first = next(cell for cell in row if cell.text and cell.start < end and start < cell.end)
    return cell_shape(question, text, first.start, first.end) or Shape(Form.CELL, first.start, first.end)


def _covered(row: list[Cell], start: int, end: int) -> int:
    """How many characters of a row's cells the slice covers."""
    return sum(max(0, min(end, cell.end) - max(start, cell.start)) for cell in row)
