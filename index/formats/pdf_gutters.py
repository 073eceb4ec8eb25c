"""Rows of a PDF's page, and the blank strips that run down through several of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from index.formats.pdf_lines import Line

_LEAST_GUTTER = 0.8  # times the size of the font
_MOST_CELLS = 20  # of a row
_FAR = 2.5  # times the size of the font, from one line's foot to the next one's

Row = tuple[Line, ...]
"""Lines beside each other, from left to right."""

Gutter = tuple[float, float]
"""Where a blank strip begins and ends, from left to right."""


def rows_of(lines: Sequence[Line]) -> Iterator[Row]:
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


def block_from(rows: Sequence[Row], at: int) -> tuple[int, list[Gutter]]:
    """The rows from `at` on that one or more blank strips run down through: where they end, and the strips."""
    gutters = gutters_of(rows[at])
    end = at + 1
    while gutters and end < len(rows):
        last, line = rows[end - 1][0], rows[end][0]
        if not 0 < last.bottom - line.bottom < _FAR * max(line.size, last.size):
            break
        left = [left_of_it for each in gutters if (left_of_it := narrowed(each, rows[end]))]
        if not left:
            break
        gutters = left
        end += 1
    return end, gutters


def gutters_of(row: Row) -> list[Gutter]:
    """The wide blanks of a row, from left to right; none where there are more than a table has cells."""
    within = [(gap.left, gap.right) for line in row for gap in line.gaps]
    between = [(line.right, after.left) for line, after in pairwise(row)]
    wide = sorted(gutter for gutter in within + between if gutter[1] - gutter[0] > _LEAST_GUTTER * row[0].size)
    return wide if len(wide) < _MOST_CELLS else []


def narrowed(gutter: Gutter, row: Row) -> Gutter | None:
    """What is blank of a strip in one more row; None where that is too narrow."""
    left, right = gutter
    for line in row:
        edges = [line.left, *(edge for gap in line.gaps for edge in (gap.left, gap.right)), line.right]
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            if begin < right and end > left:  # words in the strip: what is left of it is on one side of them
                left, right = (left, begin) if begin - left > right - end else (end, right)
    return (left, right) if right - left > _LEAST_GUTTER * row[0].size else None


def cut(line: Line, gutters: Sequence[Gutter]) -> Iterator[Line]:
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


def column_of(piece: Line, gutters: Sequence[Gutter]) -> int:
    """How many strips a piece is to the right of."""
    return sum(piece.left >= right for _, right in gutters)
