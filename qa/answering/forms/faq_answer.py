"""The whole answer below a question of an FAQ, where that question is what was asked.

## What if I lose my card?                     "What if I lose my card?" is answered with both sentences,
Tell us at once. A new card costs 5 euros.     whichever of them the reader found.
"""

from collections.abc import Sequence

from index.lines import Line
from qa.answering.forms.clauses import block_at
from qa.answering.forms.form import Form, Shape
from qa.answering.forms.question_kind import Kind
from qa.reading.headings_within import heading_within
from qa.reading.stems import IS_THE_QUESTION, likeness

_EXPLAINED = (Kind.REASON, Kind.CONDITION, Kind.MANNER, Kind.STEPS)
_MOST_CHARS = 400  # of a paragraph that is shown whole
_REACH = 1_000  # how far above the span its heading may be, in characters


def faq_answer(question: str, kind: Kind, text: str, lines: Sequence[Line], start: int, end: int) -> Shape | None:
    """The paragraph that holds `[start, end)` if the question stands above it and asks for more than a fact."""
    if kind not in _EXPLAINED:
        return None
    first, last = block_at(text, lines, start, end)
    first += len(text[first:last]) - len(text[first:last].lstrip())
    last -= len(text[first:last]) - len(text[first:last].rstrip())
    floor = max(0, first - _REACH)
    heading = heading_within(text[floor : first + 1], first - floor)
    is_asked = heading is not None and likeness(question, heading) >= IS_THE_QUESTION
    is_paragraph = first <= start and end <= last <= first + _MOST_CHARS
    return Shape(Form.SENTENCE, first, last) if is_asked and is_paragraph else None
