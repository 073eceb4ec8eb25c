"""The ban beside a permission: "No plot may be sublet." beside "You may name one helper."

Asked "Can my father take over my plot?", a reader takes the permission, which is on less of it.
"""

import re
from collections.abc import Sequence

from index.lines import Line
from qa.answering.forms.another_thing import asked_in
from qa.answering.forms.clauses import block_at, sentence_at
from qa.answering.forms.polarity import asks_permission, forbids

Range = tuple[int, int]

_PARTED = re.compile(r"[,;.!?–—]\s+")  # "He can't come, can I?" asks for a permission
_BARS = re.compile(r"^\W*(?:\d[\d.]* )?no [\w'’-]+ (?:may|can|must|shall)\b", re.IGNORECASE)


def bans_beside(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> list[Range]:
    """The sentences right before and behind `[start, end)`, in its paragraph, that forbid what is asked to be allowed.

    Each has as much of what is asked as that, and at least a word; none if that forbids something itself.
    """
    said = text[start:end]
    if not asks_permission(_PARTED.split(question.rstrip(" ?!."))[-1]) or forbids(said):
        return []
    floor, ceiling = block_at(text, lines, start, end)
    behind = end + len(text[end:ceiling]) - len(text[end:ceiling].lstrip())
    before = floor + len(text[floor:start].rstrip())
    places = [sentence_at(text, lines, before - 1, before)] if before > floor else []
    places += [sentence_at(text, lines, behind, behind + 1)] if behind < ceiling else []
    named = len(asked_in(question, said))
    return [
        place
        for place in places
        if _bans(text[slice(*place)]) and len(asked_in(question, text[slice(*place)])) >= max(1, named)
    ]


def _bans(sentence: str) -> bool:
    return forbids(sentence) or bool(_BARS.match(sentence))
