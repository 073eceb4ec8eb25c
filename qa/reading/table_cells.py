"""The table cell that a question names by its row and the head of its column.

"What does the Eider weigh?" names the row whose first cell is "Eider", and the head "Weight in kg". If a question names
exactly one row and one column, the cell where they meet answers it; readers are weak at rows of numbers.
"""

import re
from collections.abc import Iterator, Sequence

from index.cells import Cell
from index.context import HEAD_SEPARATOR
from index.tables import GAP, RULE, are_heads, line_end, rows_around
from index.tagged_tables import CELL_TAG, without_tags
from qa.reading.heads import PRICE, column_by_value, head_scores, is_key_words, tells_meaning, unit_column
from qa.reading.labelled_values import ASKING, asks_for_value, is_counted, is_measured, is_named
from qa.reading.named_rows import labels_behind_keys, named_rows
from qa.reading.stems import stems_of

Range = tuple[int, int]
_AMOUNT = re.compile(r"[£$€±~<>≤≥]?\s?\d")
_NUMBER = re.compile(r"\d")
_ON_AMOUNT = re.compile(r"\bhow (?:much|many)\b", re.IGNORECASE)
_BY_MEANING = 0.5  # the score of a head that is only like a word of the question
_ON_MEANING = stems_of("mean meaning description purpose use")
_OF_WEAK = stems_of("thing things does")
_FEWEST_OF_TITLE = 2  # words of a long title that name it
_EVENTS = stems_of("talk session lecture workshop meeting event lesson course class film show tour held happen place")
_ASKS_WHICH = re.compile(r"(?:which|what) (?P<thing>[^\W\d_]+) ", re.IGNORECASE)
_VERBS = stems_of("has have is are runs run works work uses use needs need takes take goes go comes come fits fit")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CAPTION_LINES = 2
_DIRECTION = re.compile(r"\b(?:from|to|before|after|with|without|in|out|up|down)\b", re.IGNORECASE)
_PARTED = re.compile(rf"\||{GAP.pattern}|{CELL_TAG.pattern}")  # what lies between cells


def asked_cell(question: str, passage: str, context: str = "") -> Range | None:
    """The slice `[start, end)` of the passage that is the cell which the question names; None unless exactly one is.

    Of two tables with the same rows it is that below more of the question's words.

    The heads are in the passage, or in the last line of its `context` if the passage begins in the middle of a table.
    """
    named, above = [], []
    at = 0
    for rows in tables_in(passage):
        start = rows[0][0].start
        cells = _cells_asked(question, passage, rows, context)
        named += cells
        above += [_caption(passage, at, start)] * len(cells)
        at = max(cell.end for row in rows for cell in row)
    return named[0] if len(named) == 1 else _of_best_caption(question, named, above)


def _caption(passage: str, first: int, start: int) -> str:
    """The last lines of text between the table above, or the passage's start, and a table that begins at `start`."""
    lines = [line for line in passage[first:start].splitlines() if line.strip(" |")]
    return "\n".join(lines[-_CAPTION_LINES:])


def _of_best_caption(question: str, cells: Sequence[Range], captions: Sequence[str]) -> Range | None:
    """The one cell whose table stands below more words of the question than any other; None if several do.

    "When does the last bus towards the hospital leave?" is answered by the table below "Towards the hospital", and not
    by that below "From the hospital".
    """
    words = [_caption_words(caption) for caption in captions]
    common = frozenset.intersection(*words) if words else frozenset()
    shares = [len(_caption_words(question) & (each - common)) for each in words]
    best = max(shares, default=0)
    return cells[shares.index(best)] if best and shares.count(best) == 1 else None


def _caption_words(text: str) -> frozenset[str]:
    return stems_of(text) | {word.lower() for word in _DIRECTION.findall(text)}


def tables_in(passage: str) -> Iterator[list[list[Cell]]]:
    """The rows of each table of the passage."""
    at = 0
    while parted := _PARTED.search(passage, at):
        place, is_tagged = parted.start(), parted[0].startswith("<")
        rows = [row for row in rows_around(passage, place) if row]  # a line with nothing but pipes has no cells
        if not rows or rows[0][0].start < at:  # no table, or the line of marks below one
            at = parted.end() if is_tagged else line_end(passage, place)
            continue
        if is_tagged:
            at = max(parted.end(), *(cell.end for row in rows for cell in row))
        else:  # the last line may be one of dashes
            at = max(line_end(passage, place), line_end(passage, rows[-1][0].start))
        yield rows


def _cells_asked(question: str, passage: str, rows: Sequence[Sequence[Cell]], context: str) -> list[Range]:
    """The cells of one table that the question names: one of each row that it names, else one found by other means."""
    asked = stems_of(question)
    heads, body = heads_and_body(passage, rows, context)
    rows_named = named_rows(question, heads, body)
    if not rows_named and (behind_keys := labels_behind_keys(heads, body)):
        heads, body = behind_keys
        rows_named = named_rows(question, heads, body)
    if rows_named:
        return [cell for row in rows_named if (cell := _cell_of_row(question, asked, heads, row, context))]
    for found_by in (_cell_beside, _measured_cell, _label_beside):
        if cell := found_by(question, asked, heads, body, context):
            return [cell]
    return []


def heads_and_body(
    passage: str, rows: Sequence[Sequence[Cell]], context: str
) -> tuple[list[str], Sequence[Sequence[Cell]]]:
    """The table's heads, from the context or its first row, and the rows below them."""
    last_line = context.rpartition("\n")[2]
    starts_passage = not without_tags(passage[: rows[0][0].start]).strip(" |")
    if HEAD_SEPARATOR in last_line and starts_passage and not _are_marked_heads(passage, rows[0]):
        return last_line.split(HEAD_SEPARATOR), rows
    if has_no_heads(passage, rows):
        return [], rows
    return [cell.text for cell in rows[0]], rows[1:]


def has_no_heads(text: str, rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether a table has no heads, but labels and values from its first row on, as "Weight | 3.2 kg" has one.

    With several values there is a price in each row of a column, as in "deposit | £60 | by 2 October".
    """
    if rows and (marked := are_heads(rows[0])) is not None:
        return not marked
    if len(rows) < 2 or not rows[0] or not rows[0][0].text or _are_marked_heads(text, rows[0]):
        return False
    if all(len(row) == 2 for row in rows):
        return bool(_AMOUNT.match(rows[0][1].text)) and not _YEAR.fullmatch(rows[0][1].text)
    columns = min(len(row) for row in rows)
    return any(all(PRICE.match(row[i].text) for row in rows) for i in range(1, columns))


def _are_marked_heads(passage: str, heads: Sequence[Cell]) -> bool:
    """Whether this row is marked as a table's heads: in Markdown by a line of dashes that follows it."""
    below = line_end(passage, heads[-1].end) + 1
    has_rule = below < len(passage) and bool(RULE.match(passage, below, line_end(passage, below)))
    return has_rule or bool(are_heads(heads))


def _cell_of_row(
    question: str, asked: frozenset[str], heads: Sequence[str], row: Sequence[Cell], context: str
) -> Range | None:
    """The slice of the cell of a named row under the head that the question names best; None on a tie.

    A row of a label and a value, maybe with its unit, needs no head if the question asks for nothing else. "What" alone
    names a head such as "Description" only then. Where no head is named, it is the only price if one is asked for, or
    the only number with a word of the question: "£28 left" for "how much is left".
    """
    if len(row) < 2:
        return None
    value, around = _only_value(heads, row), stems_of(f"{context} {' '.join(heads)}")
    if value and value.text and asks_for_value(question) and is_named(asked, stems_of(row[0].text), around):
        return value.start, value.end
    if not heads and (column := column_by_value(question, row)):
        return row[column].start, row[column].end
    rest = asked - stems_of(row[0].text)
    scores = head_scores(question, rest, heads, len(row))
    best = max(range(1, len(row)), key=lambda i: scores[i])
    if not any(scores[1:]):
        column = _column_with_number(question, rest, row)
        return (row[column].start, row[column].end) if column else None
    if scores[1:].count(scores[best]) > 1 or not row[best].text:
        return None
    is_weak = scores[best] <= _BY_MEANING and tells_meaning(heads[best]) and not rest & _ON_MEANING
    if is_weak and rest - around - ASKING - _OF_WEAK:
        return None
    return row[best].start, row[best].end


def _column_with_number(question: str, rest: frozenset[str], row: Sequence[Cell]) -> int | None:
    """The index of the only cell with a number that a row without a named head answers "how much" with; else None."""
    if not _ON_AMOUNT.search(question):
        return None
    worded = [i for i, cell in enumerate(row) if i and _NUMBER.search(cell.text) and stems_of(cell.text) & rest]
    return worded[0] if len(worded) == 1 else None


def _only_value(heads: Sequence[str], row: Sequence[Cell]) -> Cell | None:
    """The only cell beside the label that isn't a unit's; None if there are several."""
    values = [cell for i, cell in enumerate(row) if i and i != unit_column(heads)]
    return values[0] if len(values) == 1 else None


def _measured_cell(
    question: str, asked: frozenset[str], heads: Sequence[str], rows: Sequence[Sequence[Cell]], context: str
) -> Range | None:
    """The slice of the only value, a number, whose label is what the question measures: "How heavy is it?"."""
    around = stems_of(f"{context} {' '.join(heads)}")
    values = [
        value
        for row in rows
        if (value := _only_value(heads, row))
        and _AMOUNT.match(value.text)
        and (
            is_measured(question, asked, stems_of(row[0].text), around)
            or is_counted(question, asked, stems_of(row[0].text), around)
        )
    ]
    return (values[0].start, values[0].end) if len(values) == 1 else None


def _cell_beside(
    question: str, asked: frozenset[str], heads: Sequence[str], rows: Sequence[Sequence[Cell]], context: str
) -> Range | None:
    """The slice of the cell that is asked for in the only row with a cell that is named; it has two words or more.

    | 9:30 | Kiln | What rye can do |      "In which room is What rye can do?": "Kiln", and "When is it?": "9:30"

    A title is named, too, by what stands before its colon, and a long one by some of its words, if no other row has as
    many. Key words that only name a cell ask for what it means.
    """
    named = _named_cell(asked, heads, rows, context)
    if not named:
        return None
    row, at = named
    stems = stems_of(row[at].text)
    scores = [
        0.0 if i == at else score for i, score in enumerate(head_scores(question, asked - stems, heads, len(row)))
    ]
    if is_key_words(question) and (meanings := [i for i, head in enumerate(heads) if tells_meaning(head)]):
        scores = [float(i == meanings[0]) for i in range(len(row))]
    best = scores.index(max(scores))
    is_clear = scores[best] > 0 and scores.count(scores[best]) == 1 and row[best].text
    return (row[best].start, row[best].end) if is_clear else None


def _named_cell(
    asked: frozenset[str], heads: Sequence[str], rows: Sequence[Sequence[Cell]], context: str
) -> tuple[Sequence[Cell], int] | None:
    """The only row with a cell that is named, and the cell's index in it."""
    cells = [(row, i) for row in rows for i, cell in enumerate(row) if i and cell.text]
    whole = [(row, i) for row, i in cells if len(stems := stems_of(row[i].text)) > 1 and stems <= asked]
    if whole:
        return whole[0] if len(whole) == 1 else None
    leads = (stems_of(row[i].text.rpartition(": ")[0]) for row, i in cells)
    if led := [place for place, lead in zip(cells, leads, strict=True) if lead and lead <= asked]:
        return led[0] if len(led) == 1 else None
    return _partly_named_cell(asked, heads, cells, context)


def _partly_named_cell(
    asked: frozenset[str], heads: Sequence[str], cells: Sequence[tuple[Sequence[Cell], int]], context: str
) -> tuple[Sequence[Cell], int] | None:
    """The cell of a long title with more words of the question than any other, if that leaves hardly a word out."""
    common = [len(stems_of(row[i].text) & asked) for row, i in cells]
    best = max(common, default=0)
    if best < _FEWEST_OF_TITLE or common.count(best) > 1:
        return None
    row, i = cells[common.index(best)]
    explained = stems_of(f"{context} {' '.join(heads)} {' '.join(cell.text for cell in row)}") | ASKING | _EVENTS
    is_long = len(stems_of(row[i].text)) > _FEWEST_OF_TITLE
    return (row, i) if is_long and not asked - explained else None


def _label_beside(
    question: str, asked: frozenset[str], heads: Sequence[str], rows: Sequence[Sequence[Cell]], context: str
) -> Range | None:
    """The slice of the label of the only row that has what is said of the thing asked for.

    | Boat | Berth           |      "Which boat lies at the northern quay?" names "Eider" by two words of one cell, with
    | Eider | northern quay  |      none left over
    """
    which = _ASKS_WHICH.match(question)
    thing = stems_of(which["thing"]) if which else frozenset()
    if not thing or not thing <= stems_of(f"{context} {heads[0] if heads else ''}"):
        return None
    said = asked - thing - _VERBS
    labels = [row[0] for row in rows if any(len(said) > 1 and said <= stems_of(cell.text) for cell in row[1:])]
    return (labels[0].start, labels[0].end) if len(labels) == 1 and labels[0].text else None
