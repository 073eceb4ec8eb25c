"""Tables that are written with HTML's tags in a text which is kept as it is, as Markdown may have them.

<table>
  <tr><th>Boat</th><th>Price</th></tr>
  <tr><td>Eider</td><td>40</td></tr>
</table>

Cells are slices of the text, without the tags around their words. A cell that spans several rows stands in each of
them, one that spans several columns in the first. A passage may have a piece of a table, from the middle of it.

Of a document in HTML the text is made anew, and `formats/html_tables.py` lays its tables out from lxml's elements as it
is written. Here the text stays, and answers are slices of it; lxml's elements don't say where they begin.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import count, takewhile

from index.cells import Cell

_REACH = 50_000  # characters of a table on either side of a place
_MAX_ROW_CHARS = 4_000
_MAX_ROWS = 2_000
_MOST_SPANNED = 100  # columns or rows by one cell
_MOST_COLUMNS = 100

CELL_TAG = re.compile(r"<[tT][dDhH]\b")
_TAG = re.compile(r"<(?P<closes>/?)(?P<name>table|tr|t[dh])\b(?P<attributes>[^<>]{0,500})>", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_TAGS = re.compile(r"(?:\s|</?[a-zA-Z][^<>]{0,500}>)*+")
_BREAK = re.compile(r"<(?:br|/?(?:p|div|li|[ou]l))\b[^<>]{0,500}>", re.IGNORECASE)
_ROW_END = re.compile(r"</?(?:tr|t(?:able|head|body|foot))\b", re.IGNORECASE)
_SPANS = re.compile(r"\b(col|row)span\s?=\s?[\"']?(\d{1,3})", re.IGNORECASE)
_AMID_TABLE = re.compile(r"\s*</?t(?:r|d|h|body|head|foot)\b", re.IGNORECASE)

Slice = tuple[int, int]
_Placed = tuple[Cell, int, int]  # a cell, and how many columns and rows it spans


def tagged_rows(text: str, place: int, most: int = _MAX_ROWS) -> list[list[Cell]]:
    """The first `most` rows of the table that holds the character at `place`; empty if it is in none.

    A table with another one in it lays out a page, and is none.
    """
    begin = _beginning(text, place)
    rows: list[list[_Placed]] = []
    opening: re.Match[str] | None = None  # the tag of the cell that is being read
    for tag in () if begin is None else _TAG.finditer(text, begin, min(len(text), place + _REACH)):
        name = tag["name"].lower()
        if opening:
            rows[-1].append(_placed(text, opening, tag.start()))
            opening = None
        if name == "table":
            if tag["closes"]:
                break
            return []
        if tag["closes"]:
            continue
        if name == "tr" or not rows:
            if len(rows) == most:
                break
            rows.append([])
        opening = None if name == "tr" else tag
    return [row for row in _laid_out(rows) if row]


def row_touched(text: str, start: int, end: int) -> Slice | None:
    """The row that holds `start`, extended to the end of that which holds `end`, without the tags around it.

    None if `start` is in no row.
    """
    opening = _last(text, "<tr", max(0, start - _MAX_ROW_CHARS), start)
    if opening < 0 or _beginning(text, start) is None:
        return None
    closing = _ROW_END.search(text, end, end + _MAX_ROW_CHARS)
    first, last = _inside_tags(text, opening, closing.start() if closing else end)
    return min(first, start), max(last, end)


def without_tags(text: str) -> str:
    """The text without any tags."""
    return _ANY_TAG.sub("", text)


def parts_with_rows(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """The parts of `[start, end)`, each with whether it is a row: rows of tables, and what stands beside these."""
    at, is_row, is_first = start, False, False
    for tag in _TAG.finditer(text, start, end):
        name, closes = tag["name"].lower(), bool(tag["closes"])
        if name not in ("table", "tr") or (name == "tr" and (closes or is_first)):
            is_first = is_first and name != "tr"  # which has <table> before it
            continue
        cut = tag.end() if closes else tag.start()
        yield at, cut, is_row
        at, is_row, is_first = cut, not closes, name == "table" and not closes
    yield at, end, is_row


def _beginning(text: str, place: int) -> int | None:
    """Where the rows of the table around `place` begin: behind <table>, or with a text that is a piece of one."""
    floor = max(0, place - _REACH)
    if _last(text, "<t", max(0, place - _MAX_ROW_CHARS), place + 2) < 0:
        return None  # most texts have no such table, and nothing more is looked at
    opened, closed = _last(text, "<table", floor, place), _last(text, "</table", floor, place)
    if opened > closed:
        return text.find(">", opened) + 1
    return 0 if opened == closed and floor == 0 and _AMID_TABLE.match(text) else None


def _last(text: str, tag: str, start: int, end: int) -> int:
    return max(text.rfind(tag, start, end), text.rfind(tag.upper(), start, end))


def _placed(text: str, tag: re.Match[str], end: int) -> _Placed:
    """The cell that a tag opens, and whose words end at `end`."""
    start, end = _without_tags(text, tag.end(), end)
    shown = unescape(without_tags(_BREAK.sub(" ", text[start:end])))
    spans = {
        name.lower(): min(max(int(number), 1), _MOST_SPANNED) for name, number in _SPANS.findall(tag["attributes"])
    }
    cell = Cell(start, end, " ".join(shown.split()), is_head=tag["name"].lower() == "th")
    return cell, spans.get("col", 1), spans.get("row", 1)


def _without_tags(text: str, start: int, end: int) -> Slice:
    """The slice without white space around it, and without the tags around it if it has no others."""
    first, last = _inside_tags(text, start, end)
    if not _ANY_TAG.search(text, first, last):
        return first, last
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), start + len(words.rstrip())


def _inside_tags(text: str, start: int, end: int) -> Slice:
    """The slice without white space and tags around it."""
    opening = _TAGS.match(text, start, end)
    first = opening.end() if opening else start
    last = first + len(text[first:end].rstrip())
    while last > first and text[last - 1] == ">" and _ANY_TAG.fullmatch(text, text.rfind("<", first, last), last):
        last = first + len(text[first : text.rfind("<", first, last)].rstrip())
    return first, last


def _laid_out(rows: Iterable[list[_Placed]]) -> Iterator[list[Cell]]:
    """The rows with all their columns. `above`: column → for how many more rows a cell spans it, and the cell."""
    above: dict[int, tuple[int, Cell]] = {}

    def fill(cells: list[Cell], columns: Iterable[int]) -> None:
        for column in columns:
            left, cell = above.pop(column) if column in above else (0, _empty(cells[-1]))
            if left > 1:
                above[column] = (left - 1, cell)
            cells.append(cell)

    for row in rows:
        cells: list[Cell] = []
        for cell, width, height in row:
            fill(cells, takewhile(above.__contains__, count(len(cells))))
            parts = [cell, *[_empty(cell)] * (width - 1)][: max(0, _MOST_COLUMNS - len(cells))]
            if height > 1:
                above |= {len(cells) + i: (height - 1, part) for i, part in enumerate(parts)}
            cells += parts
        if row:
            fill(cells, range(len(cells), max(above, default=-1) + 1))
        yield cells


def _empty(beside: Cell) -> Cell:
    return Cell(beside.end, beside.end, "", beside.is_head)
