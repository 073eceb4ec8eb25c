"""A sheet of cells → blocks: a heading with the sheet's name, lines that stand alone, and tables.

Empty rows part what stands on a sheet. Of each part the first rows with one cell are its caption, as people write them
above a table; the row below has the heads of the columns.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from index.errors import TooLargeError
from index.formats.blocks import Blocks

MAX_CELLS = 500_000  # with something in them, of all sheets: a few thousand pages
_NAMED_A_SHEET = re.compile(r"(?i)sheet|table\b")  # whose name says so


def write_sheet(blocks: Blocks, title: str, rows: Iterable[Sequence[str]]) -> None:
    """Write a sheet that has anything on it. A row is its cells' words, "" where there are none."""
    has_heading = False
    for part in _parts(rows):
        if not has_heading:
            blocks.heading(title if _NAMED_A_SHEET.match(title) else f"Sheet {title}", 1)
            has_heading = True
        first = next((i for i, row in enumerate(part) if sum(map(bool, row)) > 1), len(part))
        for row in part[:first]:
            blocks.paragraph(" ".join(filter(None, row)))
        blocks.table(part[first:])


class CellCount:
    """Counts the cells of a document; `add` raises TooLargeError for more than MAX_CELLS."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._cells = 0

    def add(self, cells: int) -> None:
        """Count so many more."""
        self._cells += cells
        if self._cells > MAX_CELLS:
            raise TooLargeError(
                f"{self._name} has more than {MAX_CELLS:,} cells, which is all that is taken: split it."
            )


def _parts(rows: Iterable[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    part: list[Sequence[str]] = []
    for row in rows:
        if any(row):
            part.append(row)
        elif part:
            yield part
            part = []
    if part:
        yield part
