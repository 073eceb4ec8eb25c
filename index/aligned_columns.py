"""The columns of a table in plain text whose rows don't all have every cell, or leave one blank before the next cell.

               Mon   Tue   Wed
    Eddie      -     x     x         the corner is empty: four columns, and the heads "", "Mon", "Tue" and "Wed"
    Apprentice x           x         one blank, and an empty cell: "Apprentice", "x", "" and "x"

The rows with the most parts tell where the columns are; each part of the others must stand in one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

Slice = tuple[int, int]
_FEWEST_COLUMNS = 3
_FEWEST_WHOLE_ROWS = 2  # below the heads


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a column's cells begin, or else where they end, and how far they reach, in characters of their lines."""

    start: int | None
    end: int | None
    reach: Slice

    def holds(self, part: Slice) -> bool:
        """Whether a part of a line is a cell of it."""
        return part[0] == self.start or (self.start is None and part[1] == self.end)


def rows_in_columns(text: str, lines: Sequence[Slice], rows: Sequence[Sequence[Slice]]) -> list[list[Slice]]:
    """The cells of each of `lines`, of which `rows` has the parts between gaps; empty unless they form a table.

    Only the first line, that of the heads, may begin with an empty cell. An empty one is an empty slice.
    """
    parts = [[(a - line[0], b - line[0]) for a, b in row] for line, row in zip(lines, rows, strict=True)]
    columns = _columns(parts[1:])
    if not columns:
        return []
    filled = [
        _filled(text[slice(*line)], row, columns, is_head=i == 0)
        for i, (line, row) in enumerate(zip(lines, parts, strict=True))
    ]
    if not all(filled):
        return []
    return [[(line[0] + a, line[0] + b) for a, b in row] for line, row in zip(lines, filled, strict=True)]


def _columns(rows: Sequence[Sequence[Slice]]) -> list[_Column]:
    """The columns by the rows with the most parts; empty if these don't stand below each other."""
    most = max(map(len, rows))
    whole = [row for row in rows if len(row) == most]
    if most < _FEWEST_COLUMNS or len(whole) < _FEWEST_WHOLE_ROWS:
        return []
    columns = []
    for cells in zip(*whole, strict=True):
        starts, ends = {start for start, _ in cells}, {end for _, end in cells}
        if len(starts) > 1 and len(ends) > 1:
            return []
        start, end = (min(starts), None) if len(starts) == 1 else (None, min(ends))
        columns.append(_Column(start, end, (min(starts), max(ends))))
    return columns


def _filled(line: str, parts: Sequence[Slice], columns: Sequence[_Column], *, is_head: bool) -> list[Slice]:
    """A cell for each column, some of them empty; no cells if a part stands in none or two in one."""
    cells: dict[int, Slice] = {}
    for part in _split(line, parts, columns):
        places = [i for i, column in enumerate(columns) if column.holds(part)]
        if not places and is_head:  # a head may be wider than what stands below it
            places = [i for i, column in enumerate(columns) if part[0] < column.reach[1] and column.reach[0] < part[1]]
        if len(places) != 1 or places[0] in cells:
            return []
        cells[places[0]] = part
    if 0 not in cells and not is_head:
        return []
    empty = [min(len(line), column.reach[0]) for column in columns]
    filled = [cells.get(i, (empty[i], empty[i])) for i in range(len(columns))]
    return filled if filled == sorted(filled) else []


def _split(line: str, parts: Sequence[Slice], columns: Sequence[_Column]) -> list[Slice]:
    """The parts, parted where a column begins within one, behind a blank."""
    split = []
    for begin, end in parts:
        at = begin
        for start in (column.start for column in columns):
            if start is not None and at < start < end and line[start - 1] == " ":
                split.append((at, at + len(line[at:start].rstrip())))
                at = start
        split.append((at, end))
    return split
