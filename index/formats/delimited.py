"""CSV and TSV: the rows as a table, by the standard library's reader; the first has the heads of the columns."""

import csv
import io
from collections.abc import Iterator

from index.errors import DocumentError
from index.formats.base import Format, Parsed, decode
from index.formats.blocks import Blocks

_DELIMITERS = ",;\t|"
_LINES_LOOKED_AT = 20
_LONGEST_LOOKED_AT = 20_000  # characters


def _parse(data: bytes, name: str) -> Parsed:
    text = decode(data, name)
    blocks = Blocks(name)
    blocks.table(_rows(text, delimiter_of(text), name))
    return blocks.parsed("a table")


def delimiter_of(text: str) -> str:
    """What parts the cells: of the usual ones the one by which most of the first rows have as many, and more than one.

    Where none does, it is the comma, and the table has a single column.
    """
    start = "\n".join(text[:_LONGEST_LOOKED_AT].splitlines()[:_LINES_LOOKED_AT])

    def alike(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(io.StringIO(start, newline=""), delimiter=delimiter) if row]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual), usual) if usual > 1 else (0, 0)

    return max(_DELIMITERS, key=alike)


def _rows(text: str, delimiter: str, name: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    try:
        yield from reader
    except csv.Error as error:
        raise DocumentError(
            f"{name} can't be read as a table (line {reader.line_num}: {error}): look for a quotation mark that isn't "
            "closed, or save it as .txt."
        ) from error


CSV = Format(
    "CSV",
    "text/csv",
    (".csv", ".tsv", ".tab"),
    _parse,
    also_declared=("text/tab-separated-values", "application/vnd.ms-excel", "application/csv"),
)
