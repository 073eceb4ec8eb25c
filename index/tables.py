"""Tables in a document's text: their rows, cells and column heads.

A table is one of Markdown's (heads above a line of dashes), or lines with cells separated by " | ", the first of them
with the heads. A chunk from the middle of a table has no heads, so its rows mean little by themselves; `heads_above`
finds them.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

RULE = re.compile(r"\s*(?:\|\s*)?:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*(?:\|\s*)?$")
_PIPE = re.compile(r"(?<!\\)\|")
_SEPARATED = re.compile(r"\S \| \S")
_MAX_ROWS = 2_000
_MAX_ROW_CHARS = 20_000  # a longer line is no row: looking for one would read all of it again for every chunk


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: `text` is the slice `[start, end)` of the document's text, without white space around."""

    start: int
    end: int
    text: str


def rows_around(text: str, place: int) -> list[list[Cell]]:
    """The rows of the table that holds the character at `place`, heads first; empty if it isn't in a table."""
    first = _line_start(text, place)
    if first is None or not _is_row(text, first):
        return []
    starts = _starts_above(text, first)
    at = first
    while len(starts) < _MAX_ROWS and (stop := text.find("\n", at)) >= 0 and _is_row(text, stop + 1):
        starts.append(at := stop + 1)
    barred = _is_barred(text, starts)
    return [cells_of(text, at, barred=barred) for at in starts if not RULE.match(text, at, line_end(text, at))]


def heads_above(text: str, place: int) -> list[str]:
    """The heads of the columns if the character at `place` is in a row below them; else empty."""
    first = _line_start(text, place)
    if first is None or not _is_row(text, first):
        return []
    starts = _starts_above(text, first)
    if len(starts) == _MAX_ROWS or starts[0] == first:
        return []
    return [cell.text for cell in cells_of(text, starts[0], barred=_is_barred(text, [*starts, first]))]


def _starts_above(text: str, first: int) -> list[int]:
    """The offset of each row, from the table's first one to the one that begins at `first`."""
    starts = [first]
    while starts[-1] > 0 and len(starts) < _MAX_ROWS:
        before = _line_start(text, starts[-1] - 1)
        if before is None or not _is_row(text, before):
            break
        starts.append(before)
    return starts[::-1]


def line_end(text: str, start: int) -> int:
    """The end of the line that begins at `start`, before its line break."""
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _is_row(text: str, start: int) -> bool:
    """Whether the line that begins at `start` is a table's row, or its line of dashes."""
    end = text.find("\n", start, start + _MAX_ROW_CHARS)
    if end < 0:
        end = len(text)
    if end - start > _MAX_ROW_CHARS:
        return False
    line = text[start:end]
    return line.lstrip().startswith("|") or bool(_SEPARATED.search(line))


def _line_start(text: str, place: int) -> int | None:
    """Where the line begins that holds the character at `place`; None for one that is too long for a row."""
    floor = max(0, place - _MAX_ROW_CHARS)
    found = text.rfind("\n", floor, place)
    return found + 1 if found >= 0 or floor == 0 else None


def _is_barred(text: str, starts: list[int]) -> bool:
    """Whether most rows begin with a bar; where they don't, one that does has an empty first cell."""
    lines = (text[start : line_end(text, start)] for start in starts)
    return sum(line.lstrip().startswith("|") for line in lines) * 2 > len(starts)


def cells_of(text: str, start: int, *, barred: bool = True) -> list[Cell]:
    """The cells of the row that begins at `start`: "Eider" and "40" of "| Eider | 40 |", and of "Eider | 40".

    Where the table's rows aren't `barred`, the first cell of "| Eider | 40" is empty.
    """
    end = line_end(text, start)
    pipes = [pipe.start() for pipe in _PIPE.finditer(text, start, end)]
    edges = [start - 1, *pipes, end]  # a cell lies between two edges
    if barred and pipes and not text[start : pipes[0]].strip():
        edges = edges[1:]
    if len(edges) > 1 and pipes and not text[pipes[-1] + 1 : end].strip():
        edges = edges[:-1]
    cells = []
    for left, right in pairwise(edges):
        words = text[left + 1 : right]
        first = left + 1 + len(words) - len(words.lstrip())
        cells.append(Cell(first, max(first, left + 1 + len(words.rstrip())), words.strip()))
    return cells
