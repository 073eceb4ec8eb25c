"""Which of two things in a table, or in lines of labels and values, has more or less of what a question compares.

"Which is cheaper, the Eider or the Teal?" names two rows and a column. Readers take either name, without the numbers.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.cells import Cell
from index.tables import rows_around
from index.tagged_tables import CELL_TAG
from qa.reading.labelled_values import labelled_lines
from qa.reading.quantities import MONEY, is_money, quantity_of
from qa.reading.stems import stems_of

Range = tuple[int, int]

MEASURES = (
    ("cheaper|less expensive|costs? less", False, "price cost fee charge rate fare rent", "money"),
    ("dearer|pricier|more expensive|costlier|costs? more", True, "price cost fee charge rate fare rent", "money"),
    ("heavier|weighs? more", True, "weight mass weighs", "mass"),
    ("lighter|weighs? less", False, "weight mass weighs", "mass"),
    ("longer|lasts? longer|takes? longer", True, "length duration time takes period long", "length time"),
    ("shorter", False, "length duration time takes period long", "length time"),
    ("taller|higher", True, "height altitude elevation", "length"),
    ("lower", False, "height altitude elevation", "length"),
    ("wider|broader", True, "width", "length"),
    ("narrower", False, "width", "length"),
    ("deeper", True, "depth", "length"),
    ("shallower", False, "depth", "length"),
    ("thicker", True, "thickness", "length"),
    ("thinner", False, "thickness", "length"),
    ("faster|quicker", True, "speed", "speed"),
    ("slower", False, "speed", "speed"),
    ("bigger|larger", True, "size area capacity volume", "area volume"),
    ("smaller", False, "size area capacity volume", "area volume"),
    ("older", False, "year built founded opened harvested made since", ""),
    ("newer|younger", True, "year built founded opened harvested made since", ""),
    ("hotter|warmer", True, "temperature", "temperature"),
    ("colder|cooler", False, "temperature", "temperature"),
    ("louder|noisier", True, "noise sound", "sound"),
    ("quieter", False, "noise sound", "sound"),
)
"""How a question compares, as an expression; whether it is more that is asked for; heads' words; units."""

_MEASURES = tuple(
    (re.compile(rf"\b(?:{asked})\b", re.IGNORECASE), is_more, stems_of(heads), frozenset(units.split()))
    for asked, is_more, heads, units in MEASURES
)
_COUNTED = re.compile(
    r"\b(?:(?P<more>more)|fewer|less)\s+(?P<noun>[^\W\d_]{3,20}(?:\s[^\W\d_]{3,20})?)\b", re.IGNORECASE
)
_THING = r"(?:the\s|an?\s)?(?P<{}>[^,?:;]{{1,60}}?)"
_THAN = re.compile(
    rf"^(?:and\s|so\s)?(?:is|are|was|were|does|do|did|has|have|can|will)\s{_THING.format('one')}\s(?P<how>[^,?:;]{{0,30}}?\b"
    rf"(?:\w{{3,12}}er|more|less|fewer)\b[^,?:;]{{0,40}}?)\sthan\s{_THING.format('other')}\s*\?*$",
    re.IGNORECASE,
)
_OR = (
    re.compile(
        rf"^(?P<how>[^,?:;]{{3,80}}?)(?:[,:–—]|\s-)\s{_THING.format('one')}\sor\s{_THING.format('other')}\s*\?*$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^(?:and\s|so\s)?(?:is|are|was|were|does|do|has|have)\s{_THING.format('one')}\sor\s{_THING.format('other')}"
        r"\s(?P<how>(?:the\s)?(?:\w{3,12}er|more|less|fewer|costs?|weighs?|takes?|lasts?)\b[^,?:;]{0,40}?)\s*\?*$",
        re.IGNORECASE,
    ),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a question compares: two things by their stems, in what, and whether it is more of that.

    `is_yes_no`: whether it asks if the first has more, not which of them has.
    """

    one: frozenset[str]
    other: frozenset[str]
    is_more: bool
    heads: frozenset[str]
    units: frozenset[str]
    is_yes_no: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """The two things with their values, the first one first, and whether it is asked for: None if they are equal."""

    labels: tuple[Cell, Cell]
    values: tuple[Cell, Cell]
    first_has_it: bool | None


def comparison_asked(question: str) -> Comparison | None:
    """What a question compares; None if it doesn't compare two things in one thing that can be measured."""
    question = question.strip()
    found, is_yes_no = _THAN.match(question), True
    if not found:
        found, is_yes_no = next((match for each in _OR if (match := each.match(question))), None), False
    if not found:
        return None
    one, other = stems_of(found["one"]), stems_of(found["other"])
    one, other = one - other, other - one  # "the large or the small boat"
    for pattern, is_more, heads, units in _MEASURES:
        if pattern.search(found["how"]):
            return Comparison(one, other, is_more, heads, units, is_yes_no) if one and other else None
    counted = _COUNTED.search(found["how"])
    if not counted or not one or not other:
        return None
    return Comparison(one, other, bool(counted["more"]), stems_of(counted["noun"]), frozenset(), is_yes_no)


def compared_at(comparison: Comparison, text: str, place: int) -> Compared | None:
    """The two things in the table that holds the character at `place`, with the values that are compared."""
    rows = [row for row in rows_around(text, place) if len(row) > 1]
    both = _rows_of(comparison, rows)
    if both is None:
        return None
    first, second = both
    columns = [i for i, head in enumerate(rows[0]) if i and stems_of(head.text) & comparison.heads]
    if not columns and comparison.units:
        pairs = enumerate(zip(first, second, strict=False))
        columns = [i for i, cells in pairs if i and all(_fits(comparison, cell) for cell in cells)]
    if len(columns) != 1 or columns[0] >= min(len(first), len(second)):
        return None
    return _compared(comparison, (first[0], second[0]), (first[columns[0]], second[columns[0]]))


def compared_lines(comparison: Comparison, text: str, start: int, end: int) -> Compared | None:
    """The two things in lines of labels and values in `[start, end)`: "Eider: 40 crowns" above "Teal: 30 crowns"."""
    rows = [
        [Cell(start + a, start + b, text[start + a : start + b]) for a, b in line]
        for line in labelled_lines(text[start:end])
    ]
    both = _rows_of(comparison, rows)
    if both is None:
        return None
    first, second = both
    is_measured = all(_fits(comparison, row[1]) or stems_of(row[0].text) & comparison.heads for row in both)
    return _compared(comparison, (first[0], second[0]), (first[1], second[1])) if is_measured else None


def asked_for(question: str, passage: str) -> Range | None:
    """The slice of the passage that is the one of two things which a question asks for; None if that isn't clear.

    Where it asks whether the first has more, it is the value of that.
    """
    comparison = comparison_asked(question)
    if comparison is None:
        return None
    found = [each for place in _tables(passage) if (each := compared_at(comparison, passage, place))]
    if not found and (in_lines := compared_lines(comparison, passage, 0, len(passage))):
        found = [in_lines]
    if len(found) != 1:
        return None
    cell = found[0].values[0] if comparison.is_yes_no else winner(found[0])
    return (cell.start, cell.end) if cell else None


def winner(compared: Compared) -> Cell | None:
    """The label of the one that is asked for; None if both have as much."""
    return None if compared.first_has_it is None else compared.labels[not compared.first_has_it]


def _rows_of(comparison: Comparison, rows: Sequence[list[Cell]]) -> tuple[list[Cell], list[Cell]] | None:
    """The rows of the two things, each the only one whose label has all stems of the one and not of the other."""
    found = []
    for asked, others in ((comparison.one, comparison.other), (comparison.other, comparison.one)):
        named = [row for row in rows if asked <= (stems := stems_of(row[0].text)) and not others <= stems]
        if len(named) != 1:
            return None
        found += named
    return found[0], found[1]


def _tables(passage: str) -> Iterator[int]:
    """A place in each table of the passage."""
    at = 0
    for parted in re.finditer(rf" \| |^\||{CELL_TAG.pattern}", passage, re.MULTILINE):
        if parted.start() < at:
            continue
        rows = rows_around(passage, parted.start())
        at = max((cell.end for row in rows for cell in row), default=parted.end())
        if rows:
            yield parted.start()


def _compared(comparison: Comparison, labels: tuple[Cell, Cell], values: tuple[Cell, Cell]) -> Compared | None:
    """The two things compared by these values; None for other than two numbers of one dimension."""
    one, other = (quantity_of(cell.text) for cell in values)
    if one is None or other is None or one[1] != other[1]:
        return None
    return Compared(labels, values, None if one[0] == other[0] else (one[0] > other[0]) == comparison.is_more)


def _fits(comparison: Comparison, cell: Cell) -> bool:
    """Whether a cell has a number in a unit that measures what is compared."""
    if (quantity := quantity_of(cell.text)) is None:
        return False
    _, dimension = quantity
    return dimension in comparison.units or (is_money(dimension) and MONEY in comparison.units)
