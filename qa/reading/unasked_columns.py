"""The columns of a table that hold another kind of thing than a question asks for, so that none of their cells answers.

| What | Renews    | Per year |      "When does the gym membership end?" isn't answered by "£240", however little
| Gym  | 3 October | £240     |      the head "Renews" has of the question, and "How heavy is it?" by neither

Only kinds that head or cells tell plainly count: money, mass, length, time, a day or time of day, and people.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from index.cells import Cell
from index.language.months import MONTH
from qa.reading.quantities import is_money, quantity_of
from qa.reading.table_cells import heads_and_body, tables_in

Range = tuple[int, int]

MONEY, MASS, LENGTH, TIME, MOMENT, PERSON = "money", "mass", "length", "time", "moment", "person"

# How a question asks for a kind → the kind
_ASKED = tuple(
    (re.compile(asked, re.IGNORECASE), kind)
    for asked, kind in (
        (r"^(?:and |so |but )?(?:when|since when|until when|by when|(?:what|which) (?:day|date|time))\b", MOMENT),
        (r"\bhow heavy\b|\bhow much [^?]{1,60} weighs?\b|\bwhat [^?]{1,40} weighs?\b|\bweight of\b", MASS),
        (r"\bhow (?:tall|high|wide|broad|deep|thick|far)\b", LENGTH),
        (r"\bhow much (?:does|do|did|will|would) [^?]{1,60} (?:cost|costs|charge)\b|\b(?:price|cost) of\b", MONEY),
        (r"^(?:and |so |but )?(?:who|whom|by whom|with whom)\b(?! (?:is|are) \w+ (?:for|at)\b)", PERSON),
    )
)
_OTHER_SENSE = re.compile(
    r"\bhow far (?:in advance|ahead|along)\b|\bhow high (?:is|are) the (?:fee|price|cost|rate)", re.I
)
_HEAD_KINDS = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), kind)
    for words, kind in (
        (r"prices?|costs?|fees?|fares?|rent|deposit|premium|salary|per (?:year|month|week|day|night|hour)", MONEY),
        (r"weight|mass|kg", MASS),
        (r"height|width|depth|thickness|distance", LENGTH),
    )
)
_CURRENCY_HEAD = re.compile(r"[€£$]|\b(?:EUR|GBP|USD|CHF)\b")
_UNIT_IN_HEAD = re.compile(r"[(\[,]\s?([^()\[\],\d]{1,12})[)\]]?\s*$")
_MOMENT_CELL = re.compile(
    rf"\d{{1,2}}[:.]\d\d|\b\d{{1,2}}\s?(?:am|pm|h\b|o['’]clock)|\b{MONTH}\b|\b(?:mon|tue|wed|thu|fri|sat|sun)\w*\b|"
    r"\d{4}-\d\d|\d{1,2}[./]\d{1,2}|\b(?:19|20)\d\d\b|\b(?:daily|weekly|monthly|yearly|noon|midnight|closed|spring|"
    r"summer|autumn|winter|christmas|easter|always|never|day|week|month|morning|evening|night)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{3}")
_LOOKED_AT = 12  # rows of a table, to tell what a column holds


def of_unasked_columns(question: str, passage: str, context: str = "") -> list[Range]:
    """The slices of all cells in columns that hold another kind of thing than the question asks for."""
    asked = kind_of_question(question)
    return [] if asked is None else list(_unasked(asked, passage, context))


def kind_of_question(question: str) -> str | None:
    """The kind that a question asks for; None where it may be any, or isn't plain."""
    if _OTHER_SENSE.search(question):
        return None
    return next((kind for pattern, kind in _ASKED if pattern.search(question.strip())), None)


def _unasked(asked: str, passage: str, context: str) -> Iterator[Range]:
    for rows in tables_in(passage):
        heads, body = heads_and_body(passage, rows, context)
        for i in range(1, max(map(len, body), default=0)):
            cells = [row[i] for row in body if i < len(row)]
            if is_of_other_kind(asked, heads[i] if i < len(heads) else "", cells):
                yield from ((cell.start, cell.end) for cell in cells if cell.text)


def is_of_other_kind(asked: str, head: str, cells: Sequence[Cell]) -> bool:
    """Whether a column with this head and these cells holds another kind than `asked`.

    Of plain numbers, as "4" below "Seats", nothing is told.
    """
    words = [cell.text for cell in islice((cell for cell in cells if cell.text), _LOOKED_AT)]
    if not words:
        return False
    has_moments = any(map(_MOMENT_CELL.search, words))
    kinds = {kind for text in words if (kind := _kind_of_cell(text))}
    of_head = _kind_of_head(head)
    if of_head:
        kinds.add(of_head)
    if asked == MOMENT:
        return not has_moments and bool(kinds) and kinds <= {MONEY, MASS, LENGTH}
    if asked == PERSON:
        return bool(kinds) and not any(_WORD.search(_without_units(text)) for text in words)
    return bool(kinds) and asked not in kinds and not (kinds - {MONEY, MASS, LENGTH, TIME}) and len(kinds) == 1


def _kind_of_head(head: str) -> str | None:
    if _CURRENCY_HEAD.search(head):
        return MONEY
    if (unit := _UNIT_IN_HEAD.search(head)) and (kind := _kind_of_cell(f"1 {unit[1]}")):
        return kind
    return next((kind for pattern, kind in _HEAD_KINDS if pattern.search(head)), None)


def _kind_of_cell(text: str) -> str | None:
    """The kind of a cell that is a number with its unit; None for any other."""
    if (quantity := quantity_of(text)) is None:
        return None
    _, dimension = quantity
    if is_money(dimension):
        return MONEY
    return dimension if dimension in (MASS, LENGTH, TIME) else None


def _without_units(text: str) -> str:
    return re.sub(r"\d[\d.,]*\s?[^\W\d_]{0,12}", "", text)
