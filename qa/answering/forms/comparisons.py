"""The answer to a question that compares two things by their numbers: which of them, or yes or no."""

from collections.abc import Sequence

from index.cells import Cell
from index.lines import Line
from qa.answering.forms.form import Form, Shape
from qa.reading.comparisons import Compared, compared_at, compared_lines, comparison_asked, winner

_REACH = 1_500  # characters on either side of a span
_MAX_EVIDENCE = 300  # characters with both values


def compared_shape(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Shape | None:
    """Which of two things a question asks for, in the table or the lines around `[start, end)`; else None.

    "Which is cheaper, the Eider or the Teal?" gets "Teal", and "Is the Eider cheaper than the Teal?" a no, with both
    rows where they stand near each other. Numbers of different units compare nothing.
    """
    comparison = comparison_asked(question)
    if comparison is None:
        return None
    floor, ceiling = _lines_around(lines, start, end)
    compared = compared_at(comparison, text, start) or compared_lines(comparison, text, floor, ceiling)
    if compared is None:
        return None
    if comparison.is_yes_no:
        return Shape(Form.YES_NO, *_evidence(compared), verdict="yes" if compared.first_has_it else "no")
    label = winner(compared)
    return Shape(Form.SPAN, label.start, label.end) if label else None


def _lines_around(lines: Sequence[Line], start: int, end: int) -> tuple[int, int]:
    near = [line for line in lines if line.end >= start - _REACH and line.start <= end + _REACH]
    return near[0].start, near[-1].end


def _evidence(compared: Compared) -> tuple[int, int]:
    """From the first label to the last value, or only those of the first thing, if the other one is far from it."""
    cells: list[Cell] = [*compared.labels, *compared.values]
    first, last = min(cell.start for cell in cells), max(cell.end for cell in cells)
    if last - first > _MAX_EVIDENCE:
        return compared.labels[0].start, compared.values[0].end
    return first, last
