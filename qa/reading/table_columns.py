"""A table with what its columns hold: amounts, verdicts, or words; and the stems that questions and tables have alike.

| Laptop | Price (£) | Touch screen |      amounts of "£" in the second column, though the unit is in its head,
| Corvo  | 1,120     | no           |      and verdicts in the third
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from index.cells import Cell
from qa.reading.named_rows import labels_behind_keys, words_of
from qa.reading.quantities import is_measured, is_money, quantity_of
from qa.reading.stated_verdicts import Verdict, stated_verdict
from qa.reading.stems import stems_of

Amount = tuple[float, str]
"""A number in the base unit of its dimension, and that dimension, as `quantity_of` has it; "clock" for a time."""

CLOCK = "clock"
_BLANK = re.compile(r"[-–—.]{0,3}|n/?a", re.IGNORECASE)
_ZERO = re.compile(r"(?:free|none|nil|nothing|no|no charge|included)(?: of charge)?", re.IGNORECASE)
_NO_LIMIT = re.compile(r"unlimited|no limit|∞", re.IGNORECASE)
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.](\d\d))?(?:[:.](\d{1,2}))? ?([ap])\.?m\.?|(\d{1,2}):(\d\d(?:\.\d)?)", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"\(([^()]{1,12})\)\s*$|,\s([^\s,()]{1,6})$")
_FEWEST_BEHIND_KEYS = 2  # cells
_KEY = re.compile(r"(?:#|[A-Z])?\d{1,4}[.)]?")
_PER = re.compile(r"[%/]")
_SIGN = re.compile(r"[£$€]")
_BARE_NUMBER = re.compile(r"[\d.,]+")
_RANKS = stems_of("rank place position pos no standing")
_EDGES = " \t*_`"
_DAYS = {
    stem: name[:3]
    for name in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    for stem in (name[:5], name[:4])
}
DAYS = frozenset(_DAYS.values())
"""What `words_in` has for the days of the week."""
_PLURAL_OF_S = re.compile(r"(?<=ss)es\b", re.IGNORECASE)
_PLURAL = re.compile(r"(?<=\w\w[b-df-hj-np-tvwxz])ies\b(?<!series)(?<!movies)")
_MOST_EMPTY = 0.75  # of a column's cells, if it is one of amounts
_MOST_ROWS = 400  # a longer table is not looked through


def words_in(text: str) -> frozenset[str]:
    """The stems of a text's words, of days and plurals in one form: "Fri" and "on Fridays" have the same."""
    return frozenset(_DAYS.get(stem, stem) for stem in stems_of(_PLURAL.sub("y", _PLURAL_OF_S.sub("", text))))


@dataclass(frozen=True, slots=True)
class Table:
    """A table's heads and rows. `around` are the stems of its title, headings and the lines above it.

    `head_cells` are the heads where they stand in the text that the rows are slices of; else empty. `label` is the
    index of the column with the rows' labels: the first one that isn't a rank or a short key. `is_turned`: whether what
    are rows here are the columns of the text's table.
    """

    heads: tuple[str, ...]
    rows: tuple[Sequence[Cell], ...]
    around: frozenset[str]
    head_cells: tuple[Cell, ...] = ()
    label: int = 0
    is_turned: bool = False

    @property
    def columns(self) -> range:
        """The indices of the columns that all rows have."""
        return range(min(map(len, self.rows)))

    @property
    def is_rest(self) -> bool:
        """Whether the table begins above the text that its rows are slices of."""
        return bool(self.heads) and not self.head_cells

    def words_of_head(self, column: int) -> frozenset[str]:
        """The stems of a column's head, without those of a unit behind it; empty if it has none."""
        head = self.heads[column] if column < len(self.heads) else ""
        found = _IN_BRACKETS.search(head)
        return words_in(head[: found.start()] if found and _is_unit(found[1] or found[2]) else head)

    def words_of_row(self, row: Sequence[Cell], columns: Iterable[int]) -> frozenset[str]:
        """The stems of a row's cells in these columns."""
        return frozenset().union(*(words_in(row[i].text) for i in columns))

    def amounts(self, column: int) -> list[Amount | None] | None:
        """The amount of each row, None where the cell is blank; None for a column that holds anything else.

        All are of one dimension. "Free" is nothing, "unlimited" more than any number.
        """
        unit = self._unit(column)
        found = [_amount_of(row[column].text, unit) for row in self.rows]
        known = [amount for amount in found if amount is not None]
        dimensions = {amount[1] for amount in known} - {""}
        texts = [row[column].text.strip(_EDGES) for row in self.rows]
        blank = sum(bool(_BLANK.fullmatch(text)) for text in texts)
        if len(known) + blank < len(found) or len(dimensions) > 1 or blank > _MOST_EMPTY * len(found):
            return None
        dimension = next(iter(dimensions), "")
        if not any(0 < number < inf for number, _ in known):
            return None
        return [amount and (amount[0], dimension) for amount in found]

    def verdicts(self, column: int) -> list[Verdict | None] | None:
        """Yes or no of each row, None where the cell is blank; None for a column that doesn't hold verdicts."""
        texts = [row[column].text for row in self.rows]
        found = [stated_verdict("", text, texts) for text in texts]
        unclear = [text for text, verdict in zip(texts, found, strict=True) if not verdict and text.strip(_EDGES)]
        is_of_verdicts = {"yes", "no"} <= {*found} or (not unclear and "yes" in found)
        return found if is_of_verdicts and not unclear else None

    def ranks(self) -> list[float] | None:
        """The rank of each row, where a column has them, 1 for the first; else None."""
        for i in () if self.is_turned else self.columns:
            is_ranks = self.heads and i < len(self.heads) and (self.words_of_head(i) <= _RANKS)
            numbers = [
                re.fullmatch(r"=?(\d{1,3})(?:\.|st|nd|rd|th)?=?", row[i].text.strip(_EDGES)) for row in self.rows
            ]
            if is_ranks and all(numbers):
                return [float(number[1]) for number in numbers if number]
        return None

    def transposed(self) -> "Table | None":
        """The table with its columns for rows; None where the heads stand in another text, or rows have none."""
        if len(self.head_cells) < len(self.columns) or len(self.columns) <= 2 or self.label:
            return None
        labels = tuple(row[0].text for row in self.rows)
        rows = tuple([self.head_cells[i], *(row[i] for row in self.rows)] for i in self.columns[1:])
        heads = (self.head_cells[0], *(row[0] for row in self.rows))
        return Table((self.heads[0], *labels), rows, self.around, heads, is_turned=True)

    def _unit(self, column: int) -> str:
        """The unit in a column's head, as "kg" of "Weight (kg)" and "€"; "" if it has none."""
        head = self.heads[column] if column < len(self.heads) else ""
        if sign := _SIGN.search(head):
            return sign[0]
        found = _IN_BRACKETS.search(head)
        unit = ((found[1] or found[2]) if found else head).strip(". ")
        return unit if _is_unit(unit) and not _PER.search(unit) else ""


def table_of(heads: Sequence[Cell] | Sequence[str], rows: Sequence[Sequence[Cell]], around: str) -> Table | None:
    """The table with these heads, cells or their words, below a text `around`; None if it is too short or long."""
    body = [row for row in rows if len(row) > 1 and any(cell.text for cell in row[1:])]
    words = tuple(head if isinstance(head, str) else head.text for head in heads)
    if not 1 < len(body) <= _MOST_ROWS or ": " in "".join(words[:1]):  # "Sizes: small | large"
        return None
    cells = tuple(head for head in heads if isinstance(head, Cell))
    return Table(words, tuple(body), words_in(around), cells, int(_are_behind_keys(words, body)))


def _are_behind_keys(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the labels stand in the second column, behind numbers or other keys; days are no keys."""
    keys = [row[0].text for row in rows]
    if any(_DAYS.get(key.lower()[:5]) or key.lower()[:3] in _DAYS.values() for key in keys):
        return False
    are_numbers = all(_KEY.fullmatch(key) for key in keys) and all(words_of(row[1].text) for row in rows)
    return bool(heads and labels_behind_keys(list(heads), rows)) or (are_numbers and len(rows[0]) > _FEWEST_BEHIND_KEYS)


def agree(one: str, other: str) -> bool:
    """Whether amounts of two dimensions may be of the same thing: of money in two spellings, or one without a unit."""
    return one == other or not one or not other or (is_money(one) and is_money(other))


def _is_unit(words: str) -> bool:
    quantity = quantity_of(f"1 {words}")
    return bool((quantity and is_measured(quantity[1])) or _SIGN.fullmatch(words) or _PER.search(words))


def _amount_of(text: str, unit: str) -> Amount | None:
    text = text.strip(_EDGES)
    if _ZERO.fullmatch(text):
        return 0.0, ""
    if _NO_LIMIT.fullmatch(text):
        return inf, ""
    if clock := _CLOCK.fullmatch(text):
        if clock[5]:
            return 60.0 * int(clock[5]) + float(clock[6]), CLOCK
        afternoon = 12 * (clock[4].lower() == "p")
        return 60.0 * (int(clock[1]) % 12 + afternoon) + int(clock[2] or 0), CLOCK
    if _BARE_NUMBER.fullmatch(text) and unit:
        sign = _SIGN.fullmatch(unit)
        with_unit = quantity_of(f"{unit}{text}" if sign else f"{text} {unit}")
        return with_unit or quantity_of(text)
    return quantity_of(text)
