"""The table cell that answers: in the row that holds the span, under the head that the question asks for.

`index/tables.py` finds tables, `qa/reading/table_cells.py` the heads that a question names.
"""

import re
from collections.abc import Container, Sequence

from index.cells import Cell
from index.tables import extent, line_end, rows_around
from index.tagged_tables import row_touched
from qa.answering.forms.form import Form, Part, Shape
from qa.answering.forms.lists import MAX_PARTS
from qa.reading.denied_kinds import row_of_others
from qa.reading.heads import PRICE, asks_price, column_by_value, head_scores, is_key_words, tells_meaning, unit_column
from qa.reading.measures import measure_asked
from qa.reading.named_rows import is_named_with, labels_behind_keys, listed_in, words_of
from qa.reading.ranges import row_within
from qa.reading.role_holders import names_role
from qa.reading.stated_verdicts import stated_verdict
from qa.reading.stems import stems_of
from qa.reading.table_cells import has_no_heads
from qa.reading.unasked_columns import is_of_other_kind, kind_of_question

_HALF_NAMED = 0.5
_FEWEST_IN_LIST = 2
_MAX_CELL_WORDS = 14  # a longer cell is cut to the span
_LISTED = re.compile(r"\s?[,;/&]\s?|\sand\s")
_BRACKETS = re.compile(r"\([^()]*\)")
_NO_UNIT = re.compile(r"[-–—/.]+|n/?a|none", re.IGNORECASE)


def cell_shape(question: str, text: str, start: int, end: int) -> Shape | None:
    """The cell that the question asks for, near `[start, end)`; None if that isn't in a row below a table's heads.

    | Boat  | Price | Weight |    "What does the Eider weigh?" with the span "40":
    | Eider | 40    | 120 kg |    the cell "120 kg", row "Eider", column "Weight"
    """
    rows: Sequence[Sequence[Cell]] = rows_around(text, start)
    number = next((i for i, row in enumerate(rows) if row and _is_in(start, row)), None)
    if number is None or len(rows) < 2 or len(rows[number]) < 2:
        return None
    heads = [] if has_no_heads(text, rows) else [cell.text for cell in rows[0]]
    asked = stems_of(question)
    if not any(_share_named(row, asked) for row in rows[bool(heads) :]):
        heads, rows = _with_labels_first(heads, rows)
    within = row_within(question, heads[0] if heads else "", [[cell.text for cell in row] for row in rows])
    within = within or row_of_others(question, [row[0].text if row else "" for row in rows])
    number = within or _asked_row(rows, number, asked, bool(heads))
    if heads and number == 0:
        return None
    row = rows[number]
    is_measured = bool(measure_asked(question).named & stems_of(row[0].text))
    names_row = (
        number == within or is_measured or _share_named(row, asked) == 1 or is_named_with(row[0].text, heads, question)
    )
    names_row = names_row or names_role(question, heads, row[0].text)
    column = _column(
        question, asked, heads, row, start, end, names_row=names_row, others=_of_other_kind(question, rows)
    )
    cell = row[column]
    head = heads[column] if column < len(heads) else None
    label = _with_unit(row, heads, column) if column else None
    if cell.start <= start and end <= cell.end and len(cell.text.split()) > _MAX_CELL_WORDS:
        return Shape(Form.CELL, start, end, row=label, column=head)
    first, last = asked_part(question, row[0].text, cell)
    return Shape(Form.CELL, first, last, row=label, column=head) if cell.text else None


def yes_no_cell(question: str, text: str, start: int, end: int) -> Shape | None:
    """The row around `[start, end)` with the verdict that the cell asked for states; None if none is.

    "Is the Eider free?" below the head "Free" with the cell "no": the row of the Eider, and no. It is the cell of the
    span, or one that the question names by its row and head.
    """
    rows: Sequence[Sequence[Cell]] = rows_around(text, start)
    row = next((row for row in rows if row and _is_in(start, row)), None)
    cell = cell_shape(question, text, start, end) if row else None
    if not row or not cell:
        return None
    of_cell = next((each for each in rows if each and _is_in(cell.start, each)), row)
    if (cell.start, cell.end) != (start, end) and not _is_named(question, rows, of_cell, cell.start):
        return None
    verdict = stated_verdict(question, text[cell.start : cell.end], (each.text for row in rows[1:] for each in row))
    if not verdict:
        return None
    line = text.rfind("\n", 0, of_cell[0].start) + 1, line_end(text, of_cell[-1].start)
    first, last = row_touched(text, cell.start, cell.end) or line
    words = text[first:last]
    first += len(words) - len(words.lstrip())
    return Shape(Form.YES_NO, first, first + len(words.strip()), verdict=verdict, is_stated=True)


def _is_named(question: str, rows: Sequence[Sequence[Cell]], row: Sequence[Cell], place: int) -> bool:
    """Whether a question names the row and the head of the cell at `place`."""
    asked = stems_of(question)
    scores = head_scores(question, asked - stems_of(row[0].text), [head.text for head in rows[0]], len(row))
    column = next((i for i, cell in enumerate(row) if cell.start <= place < max(cell.end, cell.start + 1)), 0)
    return bool(column) and scores[column] > 0 and _share_named(row, asked) > 0


def asked_part(question: str, label: str, cell: Cell) -> tuple[int, int]:
    """The slice of the part of a cell that the question asks for; all of it if that isn't clear.

    "How heavy is it?" asks for "480 g" of the row "Size, weight" with "21 × 15 cm, 480 g", and what something costs is
    "€35 for parts" of "20 places; €35 for parts".
    """
    parts = _parted(cell.text, ";") if ";" in cell.text else _parted(cell.text, ",")
    if len(parts) < _FEWEST_IN_LIST or len(cell.text) != cell.end - cell.start:  # with tags in it
        return cell.start, cell.end
    asked = stems_of(question)
    things = [stems_of(thing) for thing in _LISTED.split(_BRACKETS.sub("", label))]
    if len(things) == len(parts):
        measured = measure_asked(question).named
        named = [part for part, thing in zip(parts, things, strict=True) if thing and thing <= asked | measured]
    else:
        named = [part for part in parts if asks_price(question) and PRICE.search(cell.text[slice(*part)])]
    first, last = named[0] if len(named) == 1 else (0, len(cell.text))
    return cell.start + first, cell.start + last


def _parted(text: str, mark: str) -> list[tuple[int, int]]:
    """The slices of a text between marks that a blank follows, without blanks around."""
    parts, at = [], 0
    for part in text.split(f"{mark} "):
        parts.append((at + len(part) - len(part.lstrip()), at + len(part.rstrip())))
        at += len(part) + len(mark) + 1
    return parts


def _is_in(place: int, row: Sequence[Cell]) -> bool:
    first, last = extent(row)
    return first <= place <= last


def column_shape(question: str, text: str, start: int, end: int) -> Shape | None:
    """A list of the cells below the head that is asked for, of all rows that the span touches; None for fewer than two.

    "Which boats are there?" with a span from "Eider | 40" to "Teal | 30" gets "Eider" and "Teal".
    """
    heads, *body = rows_around(text, start) or [[]]
    touched = [row for row in body if row and extent(row)[0] < end and start < extent(row)[1]]
    if len(touched) < _FEWEST_IN_LIST:
        return None
    columns = min(map(len, touched))
    scores = head_scores(question, stems_of(question), [head.text for head in heads], columns)
    words = [stems_of(word) for word in question.split()]

    def first_named(i: int) -> int:
        """The number of the question's first word that the head has: "which boats" before "with two seats"."""
        head = stems_of(heads[i].text) if i < len(heads) else frozenset()
        return next((number for number, stems in enumerate(words) if stems & head), len(words))

    own = next((i for i, cell in enumerate(touched[0][:columns]) if start < cell.end), 0)
    best = max(range(columns), key=lambda i: (scores[i] > 0, -first_named(i), scores[i], i == own))
    parts = tuple(Part(cell.start, cell.end, cell.text) for row in touched if (cell := row[best]).text)
    return Shape(Form.LIST, parts[0].start, parts[-1].end, parts) if len(parts) >= _FEWEST_IN_LIST else None


def below_heads(question: str, text: str, start: int, end: int) -> Shape | None:
    """What the question asks of a table if the span begins in its heads; None if it doesn't, or there are few rows.

    "Which boats are there?" with the span "Boat | Price" gets "Eider" and "Teal", the cells below "Boat". It gets the
    span itself if no head is named, or several are: "Which boats have oars?".
    """
    heads, *body = [row for row in rows_around(text, start)[: MAX_PARTS + 1] if row] or [[]]
    if len(body) < _FEWEST_IN_LIST or start >= extent(body[0])[0]:
        return None
    if has_no_heads(text, [heads, *body]) or ": " in heads[0].text:  # "Sizes: small | large"
        return None
    scores = head_scores(question, stems_of(question), [head.text for head in heads], len(heads))
    column = column_shape(question, text, start, extent(body[-1])[1]) if sum(map(bool, scores)) == 1 else None
    return column or Shape(Form.SPAN, start, end)


def _with_unit(row: Sequence[Cell], heads: Sequence[str], column: int) -> str:
    """The row's label, with the unit of the cell if that stands in a column of its own: "Weight (kg)".

    The answer is a slice of the text, so the unit can't be behind the number itself.
    """
    label, units = row[0].text, unit_column(heads)
    if units is None or units in (0, column) or units >= len(row) or not row[column].text[-1:].isdigit():
        return label
    unit = row[units].text
    return f"{label} ({unit})" if unit and not _NO_UNIT.fullmatch(unit) else label


def _with_labels_first(heads: list[str], rows: Sequence[Sequence[Cell]]) -> tuple[list[str], Sequence[Sequence[Cell]]]:
    """The heads and rows of a table, the rows with their labels in front if they stand behind short keys."""
    moved = labels_behind_keys(heads, rows[1:]) if heads else None
    return (moved[0], [rows[0], *moved[1]]) if moved else (heads, rows)


def _share_named(row: Sequence[Cell], asked: frozenset[str]) -> float:
    """How much of a row's first cell, of its words alone or of one thing that it lists the question has, in [0, 1]."""
    label = row[0].text if row else ""
    ways = (stems_of(label), words_of(label), *listed_in(label))
    return max((len(stems & asked) / len(stems) for stems in ways if stems), default=0)


def _asked_row(rows: Sequence[Sequence[Cell]], number: int, asked: frozenset[str], has_heads: bool) -> int:
    """The index of the row to answer from: `number`, or another one if only that one is named in the question.

    The first row is the heads', if the table has some.
    A row is named in full if the question has all stems of its first cell, or of one thing of several that this lists;
    else half of them name it if no other row has any. Row `number` keeps its place if the question has any stem of its
    first cell, and no other row is the only one that is named in full.
    """
    shares = [_share_named(row, asked) for row in rows]
    rows_below = [(i, share) for i, share in enumerate(shares) if i >= has_heads]
    whole = [i for i, share in rows_below if share == 1]
    if shares[number] > 0 and not (shares[number] < 1 and len(whole) == 1):
        return number
    named = whole or [i for i, share in rows_below if share]
    return named[0] if len(named) == 1 and shares[named[0]] >= _HALF_NAMED else number


def _column(
    question: str,
    asked: frozenset[str],
    heads: Sequence[str],
    row: Sequence[Cell],
    start: int,
    end: int,
    *,
    names_row: bool,
    others: Container[int] = (),
) -> int:
    """The index of the column that the question asks for: the one with the best head, else the one with the span.

    `names_row`: the first cell is what the question tells, so it can't be what it asks for. `others` are the indices of
    columns with another kind of thing than it asks for.
    A cell that the question names itself can't be the answer, unless all are named.
    """
    if not heads and (by_value := column_by_value(question, row)):
        return by_value
    scores = head_scores(question, asked - stems_of(row[0].text), heads, len(row))
    touched = [i for i, cell in enumerate(row) if cell.start < end and start < cell.end]
    rest = asked - stems_of(row[0].text) if names_row else asked  # the 4 of "Zone 4" isn't that of "£4"
    unasked = [i for i in range(len(row)) if not (_is_asked_with(row[i], rest) or (names_row and i == 0))]
    candidates = [i for i in unasked if i not in others] or unasked or list(range(len(row)))
    best = max(candidates, key=lambda i: (scores[i], i in touched, -i))
    own = [i for i in touched if i in candidates]
    if own and own[0] < len(heads) and tells_meaning(heads[own[0]]) and is_key_words(question):
        return own[0]
    if own and scores[own[0]] >= scores[best]:
        return own[0]
    if scores[best] > 0:
        return best
    if own:
        return own[0]
    return best if len(candidates) == 1 or not touched else touched[0]


def _of_other_kind(question: str, rows: Sequence[Sequence[Cell]]) -> list[int]:
    """The indices of the columns that hold another kind of thing than the question asks for."""
    kind = kind_of_question(question)
    columns = range(1, max(map(len, rows), default=0)) if kind else ()
    return [
        i
        for i in columns
        if kind
        and is_of_other_kind(kind, rows[0][i].text if i < len(rows[0]) else "", [r[i] for r in rows[1:] if i < len(r)])
    ]


def _is_asked_with(cell: Cell, asked: frozenset[str]) -> bool:
    """Whether the question names the cell itself (two thirds of its stems), or the cell is empty."""
    stems = stems_of(cell.text)
    return not cell.text or (bool(stems) and len(stems & asked) >= 0.67 * len(stems))
