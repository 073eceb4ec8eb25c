"""Columns of text and tables on a PDF's page, known by the gaps that run down through its lines.

Some programs draw a page of two columns line by line across both, as they draw a table:

    The committee looked at the    Harbour fees rise by seven         up to 7 m     110 crowns    60 crowns
    yearly report and then         percent from March on, said        up to 10 m    170 crowns    95 crowns
    approved the budget of 410     the treasurer, Ada Holm.           over 10 m     240 crowns    130 crowns

On the left a blank strip parts the lines, each side is full of words, and a line goes on in the one below it: that is
read side by side. On the right the lines begin, or end, below each other and say little: those are rows of cells, which
get marks between them. Whatever is neither stays in the order in which it is drawn, which is nearly always right.
"""

from collections.abc import Sequence
from itertools import pairwise

from index.formats.pdf_gutters import Gutter, Row, block_from, column_of, cut, gutters_of, rows_of
from index.formats.pdf_lines import SENTENCE_END, Line
from index.formats.pdf_tables import table_of, with_heads

_LEAST_ROWS = 3
_MOST_COLUMNS = 3  # of text
_LEAST_COLUMN = 8  # times the size of the font: some sixteen characters
_LEAST_WORDS = 3  # of a line of text, on average
_FULL, _LEAST_FULL = 0.75, 0.6  # of a column's width, and share of its lines that reach as far
_LEAST_GOING_ON = 0.35  # share of lines that go on with a small letter in the line below


def in_reading_order(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The page's lines with columns one after the other, and with marks between the cells of a table's rows."""
    rows = list(rows_of(lines))
    out: list[Line] = []
    at = 0
    while at < len(rows):
        end, gutters = block_from(rows, at)
        block = rows[at:end]
        at = end
        if len(block) >= _LEAST_ROWS:
            if columns := _columns(block, gutters):
                out += (line for column in columns for line in column)
                continue
            if table := table_of(block, gutters):
                out += with_heads(table, block, gutters, out)
                continue
            # a head without words above the first column hides a strip: the rows below it are looked at again
            fullest = max(range(len(block)), key=lambda i: len(gutters_of(block[i])))
            at, block = (end - len(block) + fullest, block[:fullest]) if fullest else (end, block)
        out += (line for row in block for line in row)
    return tuple(out)


def _columns(rows: Sequence[Row], gutters: Sequence[Gutter]) -> list[list[Line]]:
    """The rows' lines column by column; empty where they are no columns of running text."""
    columns: list[list[Line]] = [[] for _ in range(len(gutters) + 1)]
    for row in rows:
        for line in row:
            for piece in cut(line, gutters):
                columns[column_of(piece, gutters)].append(piece)
    is_text = len(columns) <= _MOST_COLUMNS and all(map(_is_running_text, columns))
    return columns if is_text else []


def _is_running_text(column: Sequence[Line]) -> bool:
    if len(column) < _LEAST_ROWS:
        return False
    left, right = min(line.left for line in column), max(line.right for line in column)
    words = sum(len(line.text.split()) for line in column)
    if right - left < _LEAST_COLUMN * column[0].size or words < _LEAST_WORDS * len(column):
        return False
    full = sum(line.right - left >= _FULL * (right - left) for line in column)
    going_on = sum(_goes_on(line, after) for line, after in pairwise(column))
    return full >= _LEAST_FULL * len(column) and going_on >= _LEAST_GOING_ON * (len(column) - 1)


def _goes_on(line: Line, after: Line) -> bool:
    return line.divided or (after.text[:1].islower() and not SENTENCE_END.search(line.text))
