"""Columns of text and tables on a PDF's page, known by the gaps that run down through its lines.

Some programs draw a page of two columns line by line across both, as they draw a table:

    The committee looked at the    Harbour fees rise by seven         up to 7 m     110 crowns    60 crowns
    yearly report and then         percent from March on, said        up to 10 m    170 crowns    95 crowns
    approved the budget of 410     the treasurer, Ada Holm.           over 10 m     240 crowns    130 crowns

On the left a blank strip parts the lines, each side is full of words, and a line goes on in the one below it: that is
read side by side. On the right the lines begin, or end, below each other and say little: those are rows of cells, which
get marks between them. Whatever is neither stays in the order in which it is drawn, which is nearly always right.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from index.formats.pdf_lines import Line

_LEAST_ROWS = 3
_LEAST_GUTTER = 0.8  # times the size of the font
_MOST_COLUMNS = 3  # of text
_MOST_CELLS = 20  # of a row
_LEAST_COLUMN = 8  # times the size of the font: some sixteen characters
_LEAST_WORDS = 3  # of a line of text, on average
_FAR = 2.5  # times the size of the font, from one line's foot to the next one's
_FULL, _LEAST_FULL = 0.75, 0.6  # of a column's width, and share of its lines that reach as far
_LEAST_GOING_ON = 0.35  # share of lines that go on with a small letter in the line below
_SENTENCE_END = re.compile(r"""[.!?:;…。！？]["'”’»)\]]*$""")

_Row = tuple[Line, ...]  # lines beside each other, from left to right
_Gutter = tuple[float, float]


def in_reading_order(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The page's lines with columns one after the other."""
    rows = list(_rows(lines))
    out: list[Line] = []
    at = 0
    while at < len(rows):
        end, gutters = _block(rows, at)
        columns = _columns(rows[at:end], gutters) if end - at >= _LEAST_ROWS else []
        out += (line for part in columns or rows[at:end] for line in part)
        at = end
    return tuple(out)


def _rows(lines: Sequence[Line]) -> Iterator[_Row]:
    """Lines that are drawn one after the other and stand beside each other."""
    row: list[Line] = []
    for line in lines:
        if row and not (line.left > row[-1].right and _share_height(row[-1], line)):
            yield tuple(row)
            row = []
        row.append(line)
    if row:
        yield tuple(row)


def _share_height(one: Line, other: Line) -> bool:
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    return shared > 0.5 * min(one.top - one.bottom, other.top - other.bottom)


def _block(rows: Sequence[_Row], at: int) -> tuple[int, list[_Gutter]]:
    """The rows from `at` on that one or more blank strips run down through: where they end, and the strips."""
    gutters = _gutters(rows[at])
    end = at + 1
    while gutters and end < len(rows):
        last, line = rows[end - 1][0], rows[end][0]
        if not 0 < last.bottom - line.bottom < _FAR * max(line.size, last.size):
            break
        left = [narrowed for each in gutters if (narrowed := _narrowed(each, rows[end]))]
        if not left:
            break
        gutters = left
        end += 1
    return end, gutters


def _gutters(row: _Row) -> list[_Gutter]:
    within = [(gap.left, gap.right) for line in row for gap in line.gaps]
    between = [(line.right, after.left) for line, after in pairwise(row)]
    wide = sorted(gutter for gutter in within + between if gutter[1] - gutter[0] > _LEAST_GUTTER * row[0].size)
    return wide if len(wide) < _MOST_CELLS else []


def _narrowed(gutter: _Gutter, row: _Row) -> _Gutter | None:
    """What is blank of a strip in one more row; None where that is too narrow."""
    left, right = gutter
    for line in row:
        edges = [line.left, *(edge for gap in line.gaps for edge in (gap.left, gap.right)), line.right]
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            if begin < right and end > left:  # words in the strip: what is left of it is on one side of them
                left, right = (left, begin) if begin - left > right - end else (end, right)
    return (left, right) if right - left > _LEAST_GUTTER * row[0].size else None


def _columns(rows: Sequence[_Row], gutters: Sequence[_Gutter]) -> list[list[Line]]:
    """The rows' lines column by column; empty where they are no columns of running text."""
    columns: list[list[Line]] = [[] for _ in range(len(gutters) + 1)]
    for row in rows:
        for line in row:
            for piece in _cut(line, gutters):
                columns[sum(piece.left >= right for _, right in gutters)].append(piece)
    is_text = len(columns) <= _MOST_COLUMNS and all(map(_is_running_text, columns))
    return columns if is_text else []


def _cut(line: Line, gutters: Sequence[_Gutter]) -> Iterator[Line]:
    """A line's pieces between the strips."""
    start, left, gaps = 0, line.left, []
    for gap in line.gaps:
        if not any(gap.left <= begin and end <= gap.right for begin, end in gutters):
            gaps.append(replace(gap, start=gap.start - start, end=gap.end - start))
            continue
        text = line.text[start : gap.start]
        divided = text[-2:-1].isalpha() and text[-1] == "-"
        yield replace(
            line, text=text[: len(text) - divided], left=left, right=gap.left, divided=divided, gaps=tuple(gaps)
        )
        start, left, gaps = gap.end, gap.right, []
    yield replace(line, text=line.text[start:], left=left, gaps=tuple(gaps))


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
    return line.divided or (after.text[:1].islower() and not _SENTENCE_END.search(line.text))
