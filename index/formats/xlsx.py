"""Excel: each visible sheet's cells as they are shown, by openpyxl; formulas by the values they were saved with."""

import datetime
import io
import math
import re
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from index.errors import DocumentError
from index.formats.base import Format, Parsed
from index.formats.blocks import Blocks
from index.formats.packages import Package
from index.formats.sheets import CellCount, write_sheet

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_KIND = "an Excel workbook"
# A number's format: its digits, and before and after them words in quotes, characters after a backslash, a currency
# as in [$€-407], or a sign that stands for itself
_LITERAL = r"""(?:"[^"]*"|\\.|\[\$[^\]]*\]|[$€£¥%+()\- ])*"""
_NUMBER_FORMAT = re.compile(rf"({_LITERAL})([#0?,]+)(?:\.([0#?]+))?({_LITERAL})")
_LITERAL_PART = re.compile(r"""\"([^"]*)"|\\(.)|\[\$([^\[\]-]*)(?:-[^\[\]]*)?\]|(.)""")
_PADDING = re.compile(r"_.|\*.|\[[A-Za-z]{1,9}\]")  # room for a character, one that fills the cell, a colour
_MAX_FORMAT_CHARS = 255  # as Excel takes


def _parse(data: bytes, name: str) -> Parsed:
    from openpyxl import load_workbook

    package = Package(data, name, _KIND)
    _check_sheets(package)
    blocks, cells = Blocks(name), CellCount(name)
    with package.reading(), warnings.catch_warnings(action="ignore"):  # of features that it knows not to write
        try:
            workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            for sheet in workbook.worksheets:
                if sheet.sheet_state == "visible":
                    write_sheet(blocks, sheet.title, _rows(sheet, cells))
        except (ValueError, TypeError, AttributeError, IndexError, SyntaxError) as error:
            raise DocumentError(f"{name} is {_KIND} that breaks the format's rules: save it anew.") from error
    return blocks.parsed(_KIND, package.core_title())


def _check_sheets(package: Package) -> None:
    """Raises DocumentError where a sheet isn't there, which openpyxl would pass over."""
    main = package.main_part()
    for kind, path in package.relations(main).values():
        if kind == "worksheet" and path not in package.paths:
            package.read(path)


def _rows(sheet: "Worksheet", cells: CellCount) -> Iterator[Sequence[str]]:
    sheet.reset_dimensions()  # the file may say that it has a billion rows, each of which would be made
    for row in sheet.iter_rows():
        words = [shown(cell.value, cell.number_format) if cell.value is not None else "" for cell in row]
        cells.add(sum(map(bool, words)))
        yield words


def shown(value: Any, number_format: str) -> str:  # noqa: ANN401  # whatever a cell holds
    """A cell's value as Excel shows it, near enough to be asked for: dates in ISO 8601, numbers with their unit."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return value.isoformat("minutes")
    return _number(value, number_format) if isinstance(value, int | float) else str(value).strip()


def _number(value: float, number_format: str) -> str:
    """1204.5 in '#,##0.00 "kg"' is 1,204.50 kg; in a format that isn't understood it is as it is."""
    plain = _PADDING.sub("", number_format[:_MAX_FORMAT_CHARS].partition(";")[0])
    match = _NUMBER_FORMAT.fullmatch(plain)
    if not match or not math.isfinite(value):
        return str(int(value)) if abs(value) < 1e15 and value == int(value) else f"{value:.12g}"
    before, digits, decimals, after = match.groups(default="")
    if "%" in before + after:
        value *= 100
    words = f"{abs(value):{',' if ',' in digits else ''}.{len(decimals)}f}"
    optional = len(decimals) - len(decimals.rstrip("#?"))
    while optional and words.endswith("0"):
        words, optional = words[:-1], optional - 1
    sign = "-" if value < 0 and words.strip("0.,") else ""
    return f"{sign}{_literal(before)}{words.rstrip('.')}{_literal(after)}"


def _literal(text: str) -> str:
    return "".join(next(filter(None, match.groups()), "") for match in _LITERAL_PART.finditer(text))


XLSX = Format(
    "Excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    (".xlsx", ".xlsm", ".xltx"),
    _parse,
    also_declared=(
        "application/vnd.ms-excel.sheet.macroenabled.12",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
    ),
    libraries=("openpyxl", "lxml.etree"),
)
