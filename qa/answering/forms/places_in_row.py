"""The place of the thing that a question names, in a row with those of others: "Brill, by the inn; Corton, …"."""

import re
from collections.abc import Sequence

from index.lines import Line
from qa.answering.forms.clauses import sentence_at
from qa.answering.forms.question_kind import asks_where
from qa.reading.stems import stems_of

Range = tuple[int, int]

_PART = re.compile(r"[^;\n]+")
_NAMED_PLACE = re.compile(
    r"\s*(?:[^:;\n]{0,60}:\s)?(?:and\s)?(?P<name>[^\W\d_][^,:;\n]{1,40}),\s(?P<place>[^;\n]{2,80})"
)
_FEWEST = 2


def place_in_row(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Range | None:
    """The slice of the place of what the question names; None if the span's sentence has no such row of them.

    "Where is it in Brill?" with the span "Aldham, church; Brill, by the inn" gets "by the inn".
    """
    if not asks_where(question):
        return None
    first, last = sentence_at(text, lines, start, end)
    stop = first + len(text[first:last].rstrip(" .!\n"))
    placed = [_NAMED_PLACE.fullmatch(text, *part.span()) for part in _PART.finditer(text, first, stop)]
    asked = stems_of(question)
    named = [each for each in placed if each and stems_of(each["name"]) and stems_of(each["name"]) <= asked]
    if len(placed) < _FEWEST or not all(placed) or len(named) != 1:
        return None
    return named[0].span("place")
