"""What is listed behind a label, with nothing but commas: "In the box: the lamp, a plug, two screws."."""

import re
from collections.abc import Sequence

from index.lines import Line
from qa.answering.forms.clauses import sentence_at
from qa.answering.forms.form import Shape
from qa.answering.forms.lists import of_parts, parts_of

_LABEL = re.compile(r"[^\w\n]{0,4}[^\W\d_][^\n:.!?;,|]{1,60}:[*_]{0,3}\s+")
# What a sentence has and an item hasn't
VERB = re.compile(
    r"\b(?:is|are|was|were|will|would|must|can|could|may|should|has|have|had|does|do|did|if|when|because|then|please|"
    r"i|we|you|he|she|they)\b|[a-z]n['’]t\b",
    re.IGNORECASE,
)
_FEWEST, _FEWEST_IN_SPAN = 3, 2  # items
_MAX_ITEM_WORDS = 10


def labelled_list(text: str, lines: Sequence[Line], start: int, end: int) -> Shape | None:
    """The list behind a label at the beginning of its sentence, if the span has two of its items; else None.

    Readers often end after the first items, above all behind one with brackets.
    """
    first, last = sentence_at(text, lines, start, end)
    label = _LABEL.match(text, first, last)
    if not label or start < label.start() or end <= label.end():
        return None
    parts = parts_of(text, label.end(), last)
    touched = [part for part in parts if part.start < end and start < part.end]
    if len(parts) < _FEWEST or len(touched) < _FEWEST_IN_SPAN or touched[0] is not parts[0]:
        return None
    if any(len(part.text.split()) > _MAX_ITEM_WORDS or VERB.search(part.text) for part in parts):
        return None
    return of_parts(text, parts)
