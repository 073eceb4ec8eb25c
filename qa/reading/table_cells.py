"""The cell that a question names by its row and the head of its column.

"What does the Eider weigh?" names the row whose first cell is "Eider", and the head "Weight in kg". Where exactly one
row and one column are named, the cell where they meet answers, whatever a reader makes of rows of numbers.
"""

import re
from collections.abc import Sequence

from index.tables import RULE, Cell, line_end, rows_around
from qa.reading.stems import stems_of

Range = tuple[int, int]

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
_PARTED = " | "  # the heads of a context's last line, as `index/context.py` writes it


def asked_cell(question: str, passage: str, context: str = "") -> Range | None:
    """Where in the passage the cell is that the question names; None where it names none, or more than one.

    The heads are those of the table in the passage, or of the table that the passage is in the midst of: then they are
    the last line of its `context`.
    """
    if "|" not in passage:
        return None
    asked = stems_of(question)
    named: list[Range] = []
    at = 0
    while (pipe := passage.find("|", at)) >= 0:
        rows = [row for row in rows_around(passage, pipe) if row]  # a line of marks alone has no cells
        if not rows:
            at = line_end(passage, pipe)
            continue
        at = max(line_end(passage, pipe), line_end(passage, rows[-1][0].start))  # a line of dashes may come last
        heads, body = _heads_and_body(passage, rows, context)
        named += [place for row in body if (place := _cell_of_row(question, asked, heads, row))]
    return named[0] if len(named) == 1 else None


def _heads_and_body(passage: str, rows: list[list[Cell]], context: str) -> tuple[list[str], list[list[Cell]]]:
    above = context.rpartition("\n")[2]
    is_begun_before = not passage[: rows[0][0].start].strip(" |")
    if _PARTED in above and is_begun_before and not _is_ruled(passage, rows[0]):
        return above.split(_PARTED), rows
    return [cell.text for cell in rows[0]], rows[1:]


def _is_ruled(passage: str, heads: Sequence[Cell]) -> bool:
    """Whether a line of dashes stands below."""
    below = line_end(passage, heads[-1].end) + 1
    return bool(RULE.match(passage, below, line_end(passage, below))) if below < len(passage) else False


def _cell_of_row(question: str, asked: frozenset[str], heads: Sequence[str], row: Sequence[Cell]) -> Range | None:
    """The cell under the one head that the question names best, if it names the row."""
    label = stems_of(row[0].text)
    if not label or not label <= asked or len(row) < 2:
        return None
    scores = head_scores(question, asked - label, heads, len(row))
    best = max(range(1, len(row)), key=lambda i: scores[i])
    if not scores[best] or scores[1:].count(scores[best]) > 1 or not row[best].text:
        return None
    return row[best].start, row[best].end


def head_scores(question: str, asked: frozenset[str], heads: Sequence[str], columns: int) -> list[float]:
    """How well each column's head says what is asked: common stems, and half a point for a word of like meaning."""
    words = {*re.findall(r"[a-z]+", question.lower())}

    def score(head: str) -> float:
        alike = {*re.findall(r"[a-z]+", head.lower())}
        return len(stems_of(head) & asked) + 0.5 * any(words & group and alike & group for group in _LIKE)

    return [score(heads[i]) if i < len(heads) else 0.0 for i in range(columns)]
