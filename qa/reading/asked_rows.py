"""What a question asks of all rows of a table: the one with the most of something, or those that have what it tells."""

from collections.abc import Callable, Sequence

from index.cells import Cell
from qa.reading.fitting_rows import fitting_cells
from qa.reading.ranked_rows import ranked_cells
from qa.reading.table_cells import heads_and_body, tables_in
from qa.reading.table_columns import Table, table_of, words_in

Range = tuple[int, int]
_LINES_ABOVE = 2
_MAX_CHARS_ABOVE = 300


def asked_by_rank(question: str, passage: str, context: str = "") -> Range | None:
    """The slice `[start, end)` of the passage that has the most or least of what a question asks for; else None.

    Where the table goes on beyond the passage it is that of this part; its form looks at all of it.
    """
    return _first(question, passage, context, ranked_cells)


def asked_by_cells(question: str, passage: str, context: str = "") -> Range | None:
    """The slice of the first of those that have what a question tells of them; None unless they are in one table."""
    return _first(question, passage, context, fitting_cells)


def asked_cells(question: str, text: str, rows: Sequence[Sequence[Cell]], context: str) -> list[Cell]:
    """The cells that a question asks for of all rows of a table, given by its `rows` with heads; empty if unclear."""
    table = _table(question, text, rows, context)
    return (_cells(question, table, ranked_cells) or _cells(question, table, fitting_cells)) if table else []


def _first(question: str, passage: str, context: str, cells_of: Callable[[str, Table], list[Cell]]) -> Range | None:
    found = [
        cells
        for rows in tables_in(passage)
        if (table := _table(question, passage, rows, context)) and (cells := _cells(question, table, cells_of))
    ]
    return (found[0][0].start, found[0][0].end) if len(found) == 1 else None


def _cells(question: str, table: Table, cells_of: Callable[[str, Table], list[Cell]]) -> list[Cell]:
    """The cells asked for of a table's rows; else of its columns: "which doors does the red badge open"."""
    if cells := cells_of(question, table):
        return cells
    turned = table.transposed()
    return cells_of(question, turned) if turned else []


def _table(question: str, text: str, rows: Sequence[Sequence[Cell]], context: str) -> Table | None:
    """The table of these rows; None for a part of one without heads, below a line that the question has no word of.

    Dish | Small
    Starters          the dishes below "Mains" are all there are only for a question on mains
    Squid | £5.40
    Mains
    """
    rows = [row for row in rows if row]
    if not rows:
        return None
    heads, body = heads_and_body(text, rows, context)
    above = text[max(0, rows[0][0].start - _MAX_CHARS_ABOVE) : rows[0][0].start]
    lines = above.rstrip(" |").splitlines() or [""]
    is_section = not heads and bool(lines[-1].strip() or (lines[-2:-1] and lines[-2].strip()))
    told = [line for line in lines if line.strip(" |")][-_LINES_ABOVE:]
    if is_section and told and not words_in(told[-1]) & words_in(question):
        return None
    are_own = len(body) < len(rows)
    return table_of(rows[0] if are_own else heads, body, "\n".join([context, *told]))
