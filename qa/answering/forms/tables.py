"""The cell of a table that answers: in the row that the span is in, under the head that the question asks for.

Tables are Markdown's (heads above a line of dashes) and lines of cells parted by " | ", of which the first has the
heads.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.answering.forms.form import Form, Shape
from qa.reading.guards import stems_of

_RULE = re.compile(r"\s*(?:\|\s*)?:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*(?:\|\s*)?$")
_PIPE = re.compile(r"(?<!\\)\|")
_MAX_ROWS = 2_000
_MAX_CELL_WORDS = 14  # of a longer cell only the span is given

# What a head may be called where the question says it in another word
_LIKE = [
    {"cost", "price", "fee", "charge", "pay", "rate", "expensive", "money", "much", "fare", "rent"},
    {"weigh", "weight", "heavy", "mass", "kg"},
    {"when", "date", "day", "time", "hours", "deadline", "due", "schedule", "opens", "year"},
    {"who", "name", "person", "contact", "owner", "author", "responsible", "lead", "by"},
    {"where", "place", "location", "address", "room", "url", "site", "link", "venue"},
    {"long", "duration", "length", "period", "retention", "term"},
    {"many", "number", "count", "quantity", "amount", "total"},
    {"phone", "number", "telephone", "call", "ring", "extension", "tel"},
    {"colour", "color", "shade"},
    {"what", "description", "purpose", "meaning", "use", "mean"},
    {"tall", "height", "high"},
    {"big", "size", "large", "capacity", "dimensions"},
    {"fast", "speed", "quick"},
    {"old", "age", "built", "year"},
]


@dataclass(frozen=True, slots=True)
class Cell:
    """The slice `[start, end)` of the text that a cell's words are."""

    start: int
    end: int
    text: str


def cell_shape(question: str, text: str, start: int, end: int) -> Shape | None:
    """The cell that the question asks for, near `[start, end)`; None where that isn't in a table's row."""
    rows = rows_around(text, start)
    number = next((i for i, row in enumerate(rows) if row and row[0].start <= start <= row[-1].end), None)
    if number is None or len(rows) < 2 or len(rows[number]) < 2:
        return None
    heads = rows[0]
    asked = stems_of(question)
    number = _row_asked(rows, number, asked)
    if number == 0:
        return None
    row = rows[number]
    column = _column(question, asked, heads, row, start, end)
    cell = row[column]
    head = heads[column].text if column < len(heads) else None
    label = row[0].text if column else None
    if cell.start <= start and end <= cell.end and len(cell.text.split()) > _MAX_CELL_WORDS:
        return Shape(Form.CELL, start, end, row=label, column=head)
    return Shape(Form.CELL, cell.start, cell.end, row=label, column=head) if cell.text else None


def rows_around(text: str, place: int) -> list[list[Cell]]:
    """The rows of the table that holds the character at `place`, heads first; empty where it is in none."""
    first = text.rfind("\n", 0, place) + 1
    if not _is_row(text, first):
        return []
    starts = [first]
    while starts[0] > 0 and len(starts) < _MAX_ROWS:
        before = text.rfind("\n", 0, starts[0] - 1) + 1
        if not _is_row(text, before):
            break
        starts.insert(0, before)
    at = first
    while len(starts) < _MAX_ROWS and (stop := text.find("\n", at)) >= 0 and _is_row(text, stop + 1):
        starts.append(at := stop + 1)
    return [_cells(text, at) for at in starts if not _RULE.match(text, at, _line_end(text, at))]


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _is_row(text: str, start: int) -> bool:
    line = text[start : _line_end(text, start)]
    return line.lstrip().startswith("|") or bool(re.search(r"\S \| \S", line))


def _cells(text: str, start: int) -> list[Cell]:
    """The cells of the row that begins at `start`, without the marks at its edges."""
    end = _line_end(text, start)
    marks = [mark.start() for mark in _PIPE.finditer(text, start, end)]
    edges = [start - 1, *marks, end]
    if marks and not text[start : marks[0]].strip():
        edges = edges[1:]
    if len(edges) > 1 and marks and not text[marks[-1] + 1 : end].strip():
        edges = edges[:-1]
    cells = []
    for left, right in pairwise(edges):
        words = text[left + 1 : right]
        first = left + 1 + len(words) - len(words.lstrip())
        cells.append(Cell(first, max(first, left + 1 + len(words.rstrip())), words.strip()))
    return cells


def _row_asked(rows: Sequence[Sequence[Cell]], number: int, asked: frozenset[str]) -> int:
    """The row's number, or that of the one other row whose head the question names where this one's isn't named."""

    def named(i: int) -> float:
        label = stems_of(rows[i][0].text) if rows[i] else frozenset()
        return len(label & asked) / len(label) if label else 0.0

    if named(number) > 0:
        return number
    best = [i for i in range(1, len(rows)) if named(i) == 1]
    return best[0] if len(best) == 1 else number


def _column(
    question: str, asked: frozenset[str], heads: Sequence[Cell], row: Sequence[Cell], start: int, end: int
) -> int:
    """The column that the question asks for: by its head, else the one the span is in."""
    words = {*re.findall(r"[a-z]+", question.lower())}
    label = stems_of(row[0].text)

    def score(column: int) -> float:
        head = heads[column].text.lower() if column < len(heads) else ""
        common = len(stems_of(head) & (asked - label))
        alike = sum(bool(words & group) and bool(set(re.findall(r"[a-z]+", head)) & group) for group in _LIKE)
        return common + 0.5 * bool(alike)

    touched = [i for i, cell in enumerate(row) if cell.start < end and start < cell.end]
    candidates = [i for i in range(len(row)) if not _is_asked_with(row[i], asked)] or list(range(len(row)))
    best = max(candidates, key=lambda i: (score(i), i in touched, -i))
    own = [i for i in touched if i in candidates]
    if own and score(own[0]) >= score(best):
        return own[0]
    if score(best) > 0:
        return best
    if own:
        return own[0]
    return best if len(candidates) == 1 or not touched else touched[0]


def _is_asked_with(cell: Cell, asked: frozenset[str]) -> bool:
    """Whether the cell is what the question names rather than what it asks for."""
    stems = stems_of(cell.text)
    return not cell.text or (bool(stems) and len(stems & asked) >= 0.67 * len(stems))
