"""Tables of a page: in which column each cell stands, where some span several rows or columns.

They are written into the document's text as rows of cells between bars, which `index/tables.py` reads. Tables in tags
that stand in a text of another format are read by `index/tagged_tables.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

CELLS = {"td", "th"}
_MOST_SPANNED = 100  # columns or rows by one cell
_MOST_COLUMNS = 1000
_MOST_REPEATED = 200  # characters; longer words are no label
_MOST_IN_ALL = 100_000  # characters that a table repeats
_NUMBER = re.compile(r"\d{1,9}")


@dataclass(slots=True)
class Table:
    """A table that is being written, row by row.

    Its cells belong together if it `has_columns`; else it only lays out the page. What spans several rows stands in
    each of them, so that a row says all that it shows; what spans several columns stands in the first of them.
    `_spanning`: column → for how many more rows, and the words.
    """

    has_columns: bool
    _column: int = 0
    _left: int = _MOST_IN_ALL
    _spanning: dict[int, tuple[int, str]] = field(default_factory=dict)

    def before_cell(self) -> Iterator[str]:
        """The words of the cells from above that stand before the row's next cell, each with its column left of it."""
        while self._column in self._spanning:
            yield self._from_above(self._column)
            self._column += 1

    def add_cell(self, cell: "_Element", words: str) -> int:
        """The row's next cell has these words. Returns how many more columns it spans."""
        width, height = _span(cell, "colspan"), _span(cell, "rowspan")
        width = max(min(width, _MOST_COLUMNS - self._column), 1)
        if height > 1 and self._column < _MOST_COLUMNS:
            words = " ".join(words.split())
            self._spanning[self._column] = (height - 1, words if len(words) <= _MOST_REPEATED else "")
            self._spanning |= dict.fromkeys(range(self._column + 1, self._column + width), (height - 1, ""))
        self._column += width
        return width - 1

    def end_row(self) -> Iterator[str]:
        """The words of the cells from above that stand behind the row's last cell, with empty ones between them."""
        last = max(self._spanning, default=-1)
        while self._column <= last:
            yield self._from_above(self._column) if self._column in self._spanning else ""
            self._column += 1
        self._column = 0

    def _from_above(self, column: int) -> str:
        rows, words = self._spanning.pop(column)
        if rows > 1:
            self._spanning[column] = (rows - 1, words)
        if len(words) > self._left:
            return ""
        self._left -= len(words)
        return words


def table_of(element: "_Element") -> Table:
    """The table that an element is, before its first row."""
    return Table(_has_columns(element))


def _has_columns(table: "_Element") -> bool:
    """Whether a table's cells belong together: it has rows of several cells, and no table in it, which lays out."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    return any(sum(cell.tag in CELLS for cell in row) > 1 for row in table.iter("tr"))


def _span(cell: "_Element", name: str) -> int:
    number = (cell.get(name) or "").strip()
    return min(max(int(number), 1), _MOST_SPANNED) if _NUMBER.fullmatch(number) else 1
