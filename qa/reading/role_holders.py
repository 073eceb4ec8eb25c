"""Who has a role, an account or a key that a table names in one word: "Who has the admin role?" of "libra_admin".

| Role           | Held by   |      The row is told by a part of its name that no other row has, and the answer stands
| `libra_admin`  | Ann Bos   |      in the column of people. Readers take the role's own name, as if it were somebody's.
| `libra_report` | Ida Lund  |
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.cells import Cell
from index.tables import rows_around
from qa.reading.stems import stems_of

Range = tuple[int, int]

_ASKS_WHO = re.compile(r"^\W*(?:(?:and|so|but) )?(?:who|whom|whose|who['’]s)\b", re.IGNORECASE)
_PEOPLE = re.compile(
    r"\W*(?:(?:held|owned|used|kept|managed) by|holders?|owners?|who|names?|persons?|people|contacts?|keepers?|"
    r"responsible|members?|staff|users?|assigned to|in charge|managers?|maintainers?)\W*$",
    re.IGNORECASE,
)
_NAME_IN_ONE = re.compile(r"`?[^\W_]+(?:[_.:/-][^\W_]+)+`?")
_ROW = re.compile(r"^[^\n|]*\|[^\n]*$", re.MULTILINE)
_GENERAL = stems_of(
    "role account key user group right permission team service holds hold held owns own owned owner holder charge "
    "responsible person people name called manages manage currently now contact belongs uses"
)


@dataclass(frozen=True, slots=True)
class Holders:
    """The cell with those who are asked for, if one row is named, and the cells with names of roles: no answers."""

    cell: Range | None
    names: tuple[Range, ...]


def asked_holders(question: str, passage: str, context: str = "") -> Holders:
    """Who is asked for in tables of roles, accounts or keys that have a name in one word each."""
    if not _ASKS_WHO.search(question):
        return Holders(None, ())
    asked = stems_of(question)
    cells: list[Range] = []
    names: list[Range] = []
    for heads, rows, column in _tables(passage):
        names += [(row[0].start, row[0].end) for row in rows]
        known = stems_of(f"{context} {' '.join(head.text for head in heads)}") | _GENERAL
        named = _named(asked, known, rows)
        if named and len(named) > column and named[column].text:
            cells.append((named[column].start, named[column].end))
    return Holders(cells[0] if len(cells) == 1 else None, tuple(names))


def names_role(question: str, heads: Sequence[str], label: str) -> bool:
    """Whether a row's label is the name of a role, in one word, where "who" asks for the people in another column."""
    is_asked = bool(_ASKS_WHO.search(question) and _NAME_IN_ONE.fullmatch(label))
    return is_asked and any(map(_PEOPLE.match, heads[1:]))


def _named(asked: frozenset[str], known: frozenset[str], rows: Sequence[Sequence[Cell]]) -> Sequence[Cell] | None:
    """The only row with a part of its name in the question, which has no further words; else None."""
    parts = [stems_of(row[0].text) for row in rows]
    named = [i for i, own in enumerate(parts) if own & asked - known]
    is_told = len(named) == 1 and asked - parts[named[0]] <= known
    return rows[named[0]] if is_told else None


def _tables(passage: str) -> Iterator[tuple[Sequence[Cell], Sequence[Sequence[Cell]], int]]:
    """Heads, rows and the column of people of each table whose first column has nothing but names in one word."""
    at = 0
    while line := _ROW.search(passage, at):
        table = rows_around(passage, line.start())
        at = line.end()
        if len(table) < 2 or not all(table):
            continue
        at = max(at, *(cell.end for row in table for cell in row))
        heads, rows = table[0], table[1:]
        columns = [i for i, head in enumerate(heads) if i and _PEOPLE.match(head.text)]
        if len(columns) == 1 and all(_NAME_IN_ONE.fullmatch(row[0].text) for row in rows):
            yield heads, rows, columns[0]
