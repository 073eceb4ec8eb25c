"""Tables in a document's text: their rows, cells and column heads.

A table is one of Markdown's (heads above a line of dashes), or lines with cells separated by " | ", the first of them
with the heads. A chunk from the middle of a table has no heads, so its rows mean little by themselves; `heads_above`
finds them. Or its cells stand below each other, parted by white space, as reStructuredText and plain text have them:

    ======  =======
    Buffer  Storage    the lines of marks may be left out
    ======  =======
    P1      2–8 °C
    P2      dry
    ======  =======

Without such lines there must be three rows at the least: words may stand below each other by chance. Numbers may end
below each other instead. Where cells are missing, `aligned_columns.py` finds the columns. The items of a list, with
blanks between their marks and words, are no rows.

Heads may take two rows, of which the second repeats what spans both, as the text of HTML has it:

    Boat | Price per hour | | Weight
    Boat | members | guests | Weight   the heads "Boat", "Price per hour: members", "Price per hour: guests", "Weight"
    Eider | 40 | 55 | 120 kg

Those that a text has in HTML's tags are found by `tagged_tables.py`.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile, pairwise

from index.aligned_columns import rows_in_columns
from index.cells import Cell
from index.tagged_tables import tagged_rows

RULE = re.compile(r"\s*(?:\|\s*)?:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*(?:\|\s*)?$")
_PIPE = re.compile(r"(?<!\\)\|")
_SEPARATED = re.compile(r"\S \| \S")
_MAX_ROWS = 2_000
_MOST_HEAD_ROWS = 2
_MOST_HEAD_LINES = 4  # with a line of dashes, and the first row below them
_MAX_ROW_CHARS = 20_000  # a longer line is no row: looking for one would read all of it again for every chunk

Slice = tuple[int, int]

GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
_LIST_ITEM = re.compile(r"\s*(?:[-*+•‣◦▪–·o]|\(?\d{1,3}[.)]|#\.|\(?(?:[a-z]|[ivx]{1,4})\)) {2,}(?=\S)")
_BLANKS = re.compile(r"(?<=\S) +(?=\S)")
_MARKS = re.compile(r"(?<![ =-]) *+[=-]{2,}+(?: ++[=-]{2,}+)++ *+$")
_LONE_RULE = re.compile(r" *+(?:-{5,}+|={5,}+|_{5,}+) *+$")
_NUMBER = re.compile(r"[^\w\s]{0,2} ?\d[\d.,:]{0,20}(?: ?[%€£$°]| ?[^\W\d_]{1,5})?|[–—-]")  # "£4.20", "1,5 kg", "-"
_MAX_ALIGNED_CHARS = 400  # of a row
_MAX_ALIGNED_ROWS = 100  # with marks; lines of a log have gaps, too, and all around each chunk of it are looked at
_FEWEST_ROWS = 3


def rows_around(text: str, place: int) -> list[list[Cell]]:
    """The rows of the table that holds the character at `place`, heads first; empty if it isn't in a table."""
    if tagged := tagged_rows(text, place):
        return _with_one_head(tagged)
    first = _line_start(text, place)
    if first is None:
        return []
    if not _is_row(text, first):
        return [[Cell(*cell, text[slice(*cell)]) for cell in row] for row in aligned_rows(text, place)]
    starts = _starts_above(text, first)
    at = first
    while len(starts) < _MAX_ROWS and (stop := text.find("\n", at)) >= 0 and _is_row(text, stop + 1):
        starts.append(at := stop + 1)
    barred = _is_barred(text, starts)
    return _with_one_head(
        [cells_of(text, at, barred=barred) for at in starts if not RULE.match(text, at, line_end(text, at))]
    )


def _with_one_head(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The rows, of which the first two are one if they are heads that belong together."""
    if len(rows) < _MOST_HEAD_ROWS + 1 or not _go_on_in(rows[0], rows[1]):
        return rows
    heads, group = [], ""
    missing = len(rows[1]) - len(rows[0])
    for above, below in zip([*rows[0], *rows[0][-1:] * missing], rows[1], strict=True):
        group = above.text or group
        text = below.text if below.text in ("", group) or not group else f"{group}: {below.text}"
        heads.append(Cell(above.start, below.end, text or group, below.is_head))
    return [heads, *rows[2:]]


def _go_on_in(heads: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Whether the row below heads goes on with them: it repeats the first, and parts one that has none beside it."""
    if len(heads) > len(below) or not heads or not heads[0].text or heads[0].text != below[0].text:
        return False
    return len(heads) < len(below) or not all(cell.text for cell in heads)


def heads_above(text: str, place: int) -> list[str]:
    """The heads of the columns if the character at `place` is in a row below them; else empty."""
    if tagged := tagged_rows(text, place, _MOST_HEAD_ROWS + 1):
        row = _with_one_head(tagged)[0]
        is_below = max(cell.end for cell in row) <= place and are_heads(row) is not False
        return [cell.text for cell in row] if is_below else []
    first = _line_start(text, place)
    if first is None:
        return []
    if not _is_row(text, first):
        heads, *rows = aligned_rows(text, place) or [[]]
        return [text[slice(*cell)] for cell in heads] if rows and rows[0][0][0] <= line_end(text, first) else []
    starts = _starts_above(text, first)
    if len(starts) == _MAX_ROWS or starts[0] == first:
        return []
    top = [at for at in starts[:_MOST_HEAD_LINES] if not RULE.match(text, at, line_end(text, at))]
    barred = _is_barred(text, starts)
    named = _with_one_head([cells_of(text, at, barred=barred) for at in top])
    return [cell.text for cell in named[0]] if named else []


def are_heads(row: Sequence[Cell]) -> bool | None:
    """Whether the cells of a first row are marked as the heads of columns; None where nothing says what they are.

    If only the first is marked, it is the row's.
    """
    if len(row) < 2 or all(cell.is_head is None for cell in row):
        return None
    if all(cell.is_head for cell in row[1:]):
        return True
    return False if row[0].is_head else None


def extent(row: Sequence[Cell]) -> Slice:
    """The slice with all cells of a row that have words; those that span it may stand in a row above."""
    cells = [cell for cell in row if cell.text] or row
    return min(cell.start for cell in cells), max(cell.end for cell in cells)


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


def aligned_rows(text: str, place: int) -> list[list[Slice]]:
    """The cells `[start, end)` of each row of the table that holds the character at `place`, heads first.

    Empty if it is in none, or if a cell goes on in the next line.
    """
    return _rows(text, lines_with_gaps(text, place))


def table_lines(text: str, lines: Sequence[Slice]) -> list[tuple[Slice, bool]]:
    """The lines with gaps that are a table, each with whether it belongs to the one above it; else none.

    Heads are one with the marks above and below them, and so is the last row with those below it.
    """
    if not _rows(text, lines):
        return []
    marked = [_are_marks(text, *line) or _is_rule(text, *line) for line in lines]
    return [(line, i > 0 and (marked[i] or marked[:i] == [True])) for i, line in enumerate(lines)]


def _rows(text: str, lines: Sequence[Slice]) -> list[list[Slice]]:
    if len(lines) > _MAX_ALIGNED_ROWS:
        return []
    marks = [line for line in lines if _are_marks(text, *line)]
    rows = [line for line in lines if not (_are_marks(text, *line) or _is_rule(text, *line))]
    if len(rows) < (2 if marks else _FEWEST_ROWS):
        return []
    if marks and text[text.rfind("\n", 0, lines[0][0] - 1) + 1 : lines[0][0]].strip():
        return []  # a row without a gap stands above, so this isn't all of the table
    if not marks:
        return _rows_without_marks(text, rows)
    columns = _columns(text, *marks[0])
    cells = [_cells(text, line, columns) for line in rows]
    return cells if all(row and row[0][0] < row[0][1] for row in cells) else []


def _rows_without_marks(text: str, lines: Sequence[Slice]) -> list[list[Slice]]:
    """The cells of each line, if those of a column begin at one place, or end at one and are numbers below a head.

    Item       Unit    Price
    Oak board  metre   12.50
    Wood glue  bottle   6.80
    """
    rows = [_parted(text, line) for line in lines]
    if any(len(row) != len(rows[0]) for row in rows):
        return rows_in_columns(text, lines, rows)
    if len(rows[0]) == 2 and all(_LIST_ITEM.match(text, *line) for line in lines):
        return []  # a list: "*   oars"
    for column in zip(*rows, strict=True):
        starts, ends = ({cell[side] - line[0] for cell, line in zip(column, lines, strict=True)} for side in (0, 1))
        are_numbers = [bool(_NUMBER.fullmatch(text, *cell)) for cell in column]
        is_of_numbers = all(are_numbers[1:]) and not are_numbers[0]
        if len(starts) > 1 and (len(ends) > 1 or not is_of_numbers):
            return []
    return rows


def _parted(text: str, line: Slice) -> list[Slice]:
    """The parts of a line between its gaps."""
    ((first, last),) = _stripped(text, line)
    gaps = [gap.span() for gap in GAP.finditer(text, *line)]
    return list(zip([first, *(end for _, end in gaps)], [*(start for start, _ in gaps), last], strict=True))


def lines_with_gaps(text: str, place: int) -> list[Slice]:
    """The lines with gaps, or of marks or a rule, that follow each other, one of them with the character at `place`.

    Of more than _MAX_ALIGNED_ROWS above or below it, one more than that: too many for a table.
    """
    line = _line(text, place)
    if line is None:
        return []
    above: list[Slice] = []
    at: Slice | None = line
    while at and at[0] > 0 and len(above) <= _MAX_ALIGNED_ROWS and (at := _line(text, at[0] - 1)):
        above.append(at)
    below = [line]
    while below[-1][1] < len(text) and len(below) <= _MAX_ALIGNED_ROWS and (at := _line(text, below[-1][1] + 1)):
        below.append(at)
    lines = [*reversed(above), *below]
    return list(dropwhile(lambda line: _is_rule(text, *line), lines))  # a title's


def _line(text: str, place: int) -> Slice | None:
    """The line with the character at `place`; None if it has no gap, is no rule, or is too long for a row."""
    start = text.rfind("\n", max(0, place - _MAX_ALIGNED_CHARS), place) + 1
    end = text.find("\n", place, place + _MAX_ALIGNED_CHARS)
    end = len(text) if end < 0 else end
    if end - start > _MAX_ALIGNED_CHARS:
        return None
    is_part = GAP.search(text, start, end) or _are_marks(text, start, end) or _is_rule(text, start, end)
    return (start, end) if is_part else None


def _are_marks(text: str, start: int, end: int) -> bool:
    return bool(_MARKS.match(text, start, end))


def _is_rule(text: str, start: int, end: int) -> bool:
    """Whether a line is a single rule, from the first column to the last."""
    return bool(_LONE_RULE.match(text, start, end))


def _columns(text: str, start: int, end: int) -> list[int]:
    """Where the columns below a line of marks begin, in characters from its start."""
    first = end - len(text[start:end].lstrip())
    return [place - start for place in (first, *(found.end() for found in _BLANKS.finditer(text, start, end)))]


def _cells(text: str, line: Slice, columns: Sequence[int]) -> list[Slice]:
    """The cells of a line below these columns, without white space; none if a word stands across two of them."""
    start, end = line
    if any(text[start + column - 1 : end][:1].strip() for column in columns[1:]):
        return []
    edges = [start, *(min(start + column, end) for column in columns[1:]), end]
    return list(_stripped(text, edges))


def _stripped(text: str, edges: Sequence[int]) -> Iterator[Slice]:
    for first, last in pairwise(edges):
        words = text[first:last]
        begin = first + len(words) - len(words.lstrip())
        yield begin, max(begin, first + len(words.rstrip()))
