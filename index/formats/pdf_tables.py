"""Rows of cells on a PDF's page → lines with marks between the cells, the heads of the columns first.

    Boat          Summer        Winter                Boat | Summer | Winter
    up to 7 m     110 crowns    60 crowns             up to 7 m | 110 crowns | 60 crowns
    up to 10 m    170 crowns    95 crowns             up to 10 m | 170 crowns | 95 crowns

No table is made of rows whose heads aren't known, since each reader of one takes its first row for them.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from index.formats.pdf_gutters import Gutter, Row, column_of, cut, narrowed
from index.formats.pdf_lines import Line

_LEAST_CELLS = 2  # of a row, with words
_ALIGNED, _LEAST_ALIGNED = 2, 0.7  # points, and share of a column's cells
_SAME_SIZE = 0.5  # points
_MOST_HEAD_LINES = 8
_NEAR, _NEXT_LINE = 4, 1.6  # times the size of the font: from the heads to the rows, and between the lines of one head
_MARK = re.compile(r"[^\w\s]{1,2}|\(?\w{1,4}[.)]|\d{1,3}(?:\.\d{1,3})+\.?")  # of a list
_COMMENT = re.compile(r"#|//|/\*|%|;|--")
_LEADERS = re.compile(r"(?:\. ?){4}")  # of a table of contents, which is none
_DIGIT = re.compile(r"\d")


def table_of(rows: Sequence[Row], gutters: Sequence[Gutter]) -> list[Line]:
    """The rows as lines with marks between their cells; empty where they are no table, or one that isn't plain.

    Each row has at least two cells and no wide blanks but between columns, and the cells of each column begin, end or
    have their middles below each other. A list is none, whose first cells are its marks, "3." or "-".
    """
    columns: list[list[Line]] = [[] for _ in range(len(gutters) + 1)]
    out = []
    for row in rows:
        cells = [""] * len(columns)
        for piece in (piece for line in row for piece in cut(line, gutters)):
            column = column_of(piece, gutters)
            if piece.gaps or cells[column] or _LEADERS.search(piece.text):
                return []
            cells[column] = piece.text + "-" * piece.divided
            columns[column].append(piece)
        if sum(map(bool, cells)) < _LEAST_CELLS:
            return []
        out.append(_row(cells, row[0], row[-1]))
    is_list = sum(bool(_MARK.fullmatch(cell.text)) for cell in columns[0]) > len(rows) / 2
    is_code = sum(bool(_COMMENT.match(cell.text)) for cell in columns[-1]) > len(rows) / 2
    return out if all(map(_is_aligned, columns)) and not is_list and not is_code else []


def with_heads(table: list[Line], rows: Sequence[Row], gutters: Sequence[Gutter], above: list[Line]) -> list[Line]:
    """The table, if the heads of its columns are known: those right above it, which go from there, or its first row.

    Otherwise the rows as they were.
    """
    count, strips = _head_lines(rows[0], gutters, above)
    if count:
        heads = above[-count:]
        del above[-count:]
        cells = [""] * (len(gutters) + 1)
        for line in heads:
            for piece in cut(line, strips):
                column = column_of(piece, strips)
                cells[column] = f"{cells[column]} {piece.text}{'-' * piece.divided}".strip()
        return [_row(cells, heads[0], heads[-1]), *table]
    return table if rows[0][0].bold or _is_head(table) else [line for row in rows for line in row]


def _head_lines(first: Row, gutters: Sequence[Gutter], above: Sequence[Line]) -> tuple[int, Sequence[Gutter]]:
    """How many of the last lines above a table are its heads, which may have two lines each; what is blank in them too.

    What stands above a single column is no head.
    """
    lowest: dict[int, float] = {}  # column → the foot of its topmost line so far
    count = 0
    for line in above[: -_MOST_HEAD_LINES - 1 : -1]:
        strips = [strip for gutter in gutters if (strip := narrowed(gutter, (line,)))]
        if line.row or len(strips) < len(gutters) or abs(line.size - first[0].size) > _SAME_SIZE:
            break
        columns = {column_of(piece, strips) for piece in cut(line, strips)}
        if not all(_is_near(line, first[0].bottom, lowest.get(column)) for column in columns):
            break
        gutters = strips
        lowest |= dict.fromkeys(columns, line.bottom)
        count += 1
    return (count if len(lowest) >= max(_LEAST_CELLS, len(gutters)) else 0), gutters


def _is_near(line: Line, rows: float, head: float | None) -> bool:
    """Whether a line is near enough to the feet of the first row and of the head's line below it, if there is one."""
    return line.bottom - rows < _NEAR * line.size and (head is None or 0 < line.bottom - head < _NEXT_LINE * line.size)


def _is_head(table: Sequence[Line]) -> bool:
    """Whether the first row is of another kind than the others: most of those have digits where it has none.

    Of three columns and more it is enough that it has none where they have them.
    """
    first, *others = ([bool(_DIGIT.search(cell)) for cell in line.text.split(" | ")] for line in table)
    mostly = [sum(row[i] for row in others if i < len(row)) > len(others) / 2 for i in range(1, len(first))]
    same = any(here and there for here, there in zip(first[1:], mostly, strict=True))
    return not same and (any(mostly) or len(first) > _LEAST_CELLS)


def _row(cells: Sequence[str], first: Line, last: Line) -> Line:
    return replace(
        first, text=" | ".join(cells).strip(), right=last.right, divided=False, gaps=(), bold=False, row=True
    )


def _is_aligned(column: Sequence[Line]) -> bool:
    edges = ([c.left for c in column], [c.right for c in column], [(c.left + c.right) / 2 for c in column])
    return any(_are_near(places, median(places)) for places in edges)


def _are_near(places: Sequence[float], middle: float) -> bool:
    return sum(abs(place - middle) < _ALIGNED for place in places) >= _LEAST_ALIGNED * len(places)
