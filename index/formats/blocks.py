"""The text of a document written block by block, for formats whose text isn't the file itself.

Blocks are parted by blank lines; list items and table rows stand on lines of their own. Marks are Markdown's, which
answers know: "- " and "1. " before items, and tables as rows of cells between pipes with their heads above dashes. A
heading's line is bare, as the heading's own title.
"""

import re
from collections.abc import Iterable, Sequence

from index.documents import Heading
from index.errors import DocumentError
from index.formats.base import CONTROL, MAX_BYTES, Parsed, too_much_text, topmost_title
from index.known_slices import CAPTION, Known, as_metadata

MAX_LEVEL = 9
_TABLE_ROWS = 1000  # then the heads stand again: `index/tables.py` looks for them 2,000 rows up
_MAX_DEPTH = 20  # of lists, as indented

Row = Sequence[str]


class Blocks:
    """Writes a document's text, and knows where its headings begin.

    `name` is what errors call the document. Whatever writes more than MAX_BYTES raises TooLargeError.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[Heading] = []
        self._known: list[Known] = []
        self._in_list = False

    def heading(self, title: str, level: int) -> None:
        """A heading's line; `level` is 1 for the topmost."""
        if title := " ".join(_clean(title).split()):
            self._add(title)
            self._headings.append(Heading(self._length - len(title), min(max(level, 1), MAX_LEVEL), title))

    def slide(self, number: int, title: str) -> None:
        """The heading of a slide; those that are hidden are counted too, as presentations count them."""
        title = " ".join(title.split())
        self.heading(f"Slide {number}: {title}" if title else f"Slide {number}", 1)

    def paragraph(self, text: str, *, mark: str = "") -> None:
        """Words, with `mark` before each line: "> " where somebody else is quoted."""
        if words := _words(text):
            self._add("\n".join(mark + line for line in words.split("\n")))

    def caption(self, text: str) -> None:
        """What stands above or below a table or a figure."""
        if words := _words(text):
            self._add(words)
            self._known.append(Known(self._length - len(words), self._length, CAPTION))

    def line(self, text: str) -> None:
        """Words right below the block before, as a definition stands below what it defines."""
        if words := _words(text):
            self._add(words, close=True)

    def item(self, text: str, depth: int = 0, number: int | None = None) -> None:
        """An item of a list, `depth` 0 for the outermost; further lines are indented below its words."""
        mark = "- " if number is None else f"{number}. "
        indent = "  " * min(depth, _MAX_DEPTH)
        if words := _words(text):
            lines = words.replace("\n", f"\n{indent}{' ' * len(mark)}")
            self._add(f"{indent}{mark}{lines}", close=self._in_list)
            self._in_list = True

    def item_goes_on(self, text: str, depth: int = 0) -> None:
        """Another paragraph of the item before, below it."""
        if words := _words(text):
            indent = "  " * (min(depth, _MAX_DEPTH) + 1)
            self._add(indent + words.replace("\n", f"\n{indent}"), close=True)
            self._in_list = True

    def code(self, text: str) -> None:
        """Lines as they are."""
        if text.strip():
            self._add(_clean(text).strip("\n").rstrip())

    def table(self, rows: Iterable[Row]) -> None:
        """Rows of cells, the heads of the columns first. A single column is lines without marks.

        Empty rows and columns are left out; after a thousand rows the heads stand again, as another table's.
        """
        kept = _without_empty_columns([[_cell(cell) for cell in row] for row in rows if any(map(str.strip, row))])
        if not kept:
            return
        if len(kept[0]) == 1:
            self._add("\n".join(cell for (cell,) in kept))
            return
        heads, *body = kept
        for first in range(0, max(len(body), 1), _TABLE_ROWS):
            rule = ["---"] * len(heads)
            self._add("\n".join(map(_line, [heads, rule, *body[first : first + _TABLE_ROWS]])))

    def parsed(self, kind: str, title: str | None = None) -> Parsed:
        """What was written; the title is this one, or else the topmost heading.

        Raises DocumentError where there is no text, for which `kind` says of what: "a Word document".
        """
        if not self._parts:
            raise DocumentError(f"{self.name} is {kind} without any text to index (pictures don't count).")
        headings, title = tuple(self._headings), " ".join((title or "").split())
        known = as_metadata(self._known)
        return Parsed("".join(self._parts), title or topmost_title(headings), headings=headings, metadata=known)

    def _add(self, block: str, *, close: bool = False) -> None:
        gap = ("\n" if close else "\n\n") if self._parts else ""
        self._parts += [gap, block]
        self._length += len(gap) + len(block)
        self._in_list = False
        if self._length > MAX_BYTES:  # now, since the rest of what is unfolded may take hours
            raise too_much_text(self.name)


def _clean(text: str) -> str:
    """Text that can be kept: without control characters and halves of surrogate pairs."""
    lines = re.sub(r"\r\n?", "\n", text)
    return CONTROL.sub("\ufffd", lines).encode("utf-8", "replace").decode()


def _words(text: str) -> str:
    """Lines without white space at their ends or more than one blank in it, and without empty ones."""
    lines = (" ".join(line.split()) for line in _clean(text).splitlines())
    return "\n".join(line for line in lines if line)


def _cell(text: str) -> str:
    """A cell on one line; a pipe in it is escaped as Markdown does."""
    return " ".join(_clean(text).split()).replace("|", "\\|")


def _line(cells: Row) -> str:
    return f"| {' | '.join(cells)} |"


def _without_empty_columns(rows: list[list[str]]) -> list[list[str]]:
    """Rows of one length, without the columns that no row has anything in."""
    kept = sorted({column for row in rows for column, cell in enumerate(row) if cell})
    return [[row[column] if column < len(row) else "" for column in kept] for row in rows]
