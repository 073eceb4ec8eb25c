"""Headings of a PDF that has no bookmarks: lines in larger type than the text, or in bold and by themselves.

Sizes give levels: of a page set in 11 points with titles of 20 and 14, those of 20 are of level 1, those of 14 of level
2, and bold lines of 11 of level 3.
"""

import re
from collections.abc import Iterator, Sequence

from index.formats.pdf_furniture import usual_size
from index.formats.pdf_lines import Line

_LARGER = 1.15  # times the usual size
_MOST_LINES = 3  # of a heading; more are a paragraph in large type
_NEXT_LINE = 1.7  # times the size
_MOST_CHARS = 200
_MOST_LEVELS = 6
_LETTERS = re.compile(r"[^\W\d_]{2}")
_LEADERS = re.compile(r"(?:\. ?){3}|…")  # of a table of contents
_PROSE_END = re.compile(r"[.,;:!]$")


def heading_levels(lines: Sequence[Line]) -> dict[int, int]:
    """Which of a document's lines begin a heading, by their number, and its level; 1 is the topmost.

    A heading's further lines have the level 0.
    """
    usual = usual_size(lines)
    found = list(_groups(lines, usual))
    ranks = sorted({_rank(lines[group[0]], usual) for group in found}, reverse=True)
    level_of = {rank: min(level, _MOST_LEVELS) for level, rank in enumerate(ranks, start=1)}
    levels: dict[int, int] = {}
    for first, *more in found:
        levels[first] = level_of[_rank(lines[first], usual)]
        levels |= dict.fromkeys(more, 0)
    return levels


def _groups(lines: Sequence[Line], usual: float) -> Iterator[list[int]]:
    """Lines below each other that are set alike and may be a heading."""
    group: list[int] = []
    for i, line in enumerate(lines):
        rank = _rank(line, usual)
        before = lines[i - 1] if group else line
        if group and (rank != _rank(before, usual) or not 0 < before.bottom - line.bottom < _NEXT_LINE * line.size):
            yield from _titles(lines, group, usual)
            group = []
        if rank:
            group.append(i)
    yield from _titles(lines, group, usual)


def _titles(lines: Sequence[Line], group: list[int], usual: float) -> Iterator[list[int]]:
    if 0 < len(group) <= _MOST_LINES:
        text = " ".join(lines[i].text for i in group)
        is_larger = _rank(lines[group[0]], usual) >= 1
        is_title = len(text) <= _MOST_CHARS and _LETTERS.search(text) and not _LEADERS.search(text)
        if is_title and (is_larger or not _PROSE_END.search(text)):
            yield group


def _rank(line: Line, usual: float) -> float:
    """How large a title is set, in half points; the half of one for bold type of the usual size, 0 for other text."""
    if line.size > _LARGER * usual:
        return round(2 * line.size)
    return 0.5 if line.bold and line.size > usual / _LARGER and not line.gaps else 0
