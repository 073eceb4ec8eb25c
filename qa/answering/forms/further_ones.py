"""The amount of each further one, where a sentence gives that of the first and the question asks for a later one.

| question                   | sentence                                         | amount |
| -------------------------- | ------------------------------------------------ | ------ |
| What is a second bin?      | £52 for the first bin and £38 for each other one | £38    |
| How much for my third kid? | The first child costs £9, every further child £5 | £5     |
"""

import re
from collections.abc import Sequence

from index.lines import Line
from qa.answering.forms.clauses import sentence_at

Range = tuple[int, int]

_ASKED = re.compile(
    r"\b(?:second|third|fourth|fifth|2nd|3rd|[45]th|another|additional|further|extra|next)\s(?!(?:hand|class|floor|"
    r"half|edition|version|week|month|year|time|step|page|chapter|line|party|grade|person plural)\b)[^\W\d_]",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:first|1st)\b", re.IGNORECASE)
_FURTHER = re.compile(
    r"\b(?:(?:each|every|any|all|an?)\s(?:further|additional|other|extra|next|subsequent|following|more)|"
    r"(?:each|every)\s[^\W\d_]+\s(?:after|thereafter|more)|(?:the\s)?(?:next|second)\sone\son|"
    r"(?:further|additional|subsequent|all other|the others?|following)(?:\sones)?|"
    r"each\smore|thereafter|after\sthat)\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?<![\w.,])(?:[£$€]\s?\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*(?:\s?[€£$%]|\s(?!and\b|or\b|for\b|of\b|in\b|a\b|the\b|each\b)"
    r"[a-z]{1,12})?|nothing|free|half)(?![\w])",
    re.IGNORECASE,
)


def further_amount(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Range | None:
    """The slice of the amount of each further one, if the question asks for one and the span is in such a sentence."""
    if not _ASKED.search(question):
        return None
    opens, closes = sentence_at(text, lines, start, end)
    first = _FIRST.search(text, opens, closes)
    further = _FURTHER.search(text, first.end(), closes) if first else None
    if not first or not further:
        return None
    amounts = [found.span() for found in _AMOUNT.finditer(text, opens, closes)]
    behind = [place for place in amounts if place[0] >= further.end()]
    between = [place for place in amounts if first.end() <= place[0] and place[1] <= further.start()]
    is_before_first = any(place[1] <= first.start() for place in amounts)
    if is_before_first and between:  # "4 euros for the first day and 2 for each further day"
        return between[-1]
    return behind[0] if behind and not is_before_first else None
