"""A table's row told in words, as readers know them: each cell behind the head of its column.

| Boat  | Price | Weight |
| Eider | 40    | 120 kg |      "Eider: Price: 40. Weight: 120 kg."
"""

from collections.abc import Sequence
from dataclasses import dataclass

from index.cells import Cell
from index.tables import extent, rows_around
from qa.reading.table_cells import heads_and_body

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A row in words, its cells that have some, and the slice of the words `text` that each cell has."""

    text: str
    cells: tuple[Cell, ...]
    places: tuple[Range, ...]

    def place_of(self, start: int, end: int) -> Range:
        """The slice of the words that is `[start, end)` of the passage; whole cells where it reaches beyond one."""
        touched = [i for i, cell in enumerate(self.cells) if cell.start < end and start < cell.end]
        if not touched:
            return self.places[0]
        first, last = touched[0], touched[-1]
        cell = self.cells[first]
        if first == last and cell.end - cell.start == len(cell.text):
            shift = self.places[first][0] - cell.start
            return max(start, cell.start) + shift, min(end, cell.end) + shift
        return self.places[first][0], self.places[last][1]


def told_row(passage: str, start: int, context: str) -> ToldRow | None:
    """The row of a table's body that holds the character at `start`; None if there is none with two cells or more."""
    rows: Sequence[Sequence[Cell]] = [row for row in rows_around(passage, start) if row]
    if not rows:
        return None
    heads, body = heads_and_body(passage, rows, context)
    row = next((row for row in body if extent(row)[0] <= start <= extent(row)[1]), None)
    if row is None or sum(bool(cell.text) for cell in row) < 2:
        return None
    text, cells, places = "", [], []
    for i, cell in enumerate(row):
        if not cell.text:
            continue
        head = heads[i] if i and i < len(heads) else ""
        text += f"{head}: " if head else ""
        cells.append(cell)
        places.append((len(text), len(text) + len(cell.text)))
        text += cell.text + (". " if i else ": ")
    return ToldRow(text.rstrip(), tuple(cells), tuple(places))
