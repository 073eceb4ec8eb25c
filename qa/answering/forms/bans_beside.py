"""The ban beside a permission: "No plot may be sublet." beside "You may name one helper."

Asked "Can my father take over my plot?", a reader takes the permission, which is on less of it.
"""

import re
from collections.abc import Sequence

from index.lines import Line
from qa.answering.forms.another_thing import asked_in
from qa.answering.forms.clauses import block_at, sentence_at
from qa.answering.forms.polarity import asks_permission, forbids
from qa.reading.contrasts import of_contrasts

Range = tuple[int, int]

_PARTED = re.compile(r"[,;.!?–—]\s+")  # "He can't come, can I?" asks for a permission
_BARS = re.compile(r"^\W*(?:\d[\d.]* )?no [\w'’-]+ (?:may|can|must|shall)\b", re.IGNORECASE)


def bans_beside(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> list[Range]:
    """The sentences right before and behind `[start, end)`, in its paragraph, that forbid what is asked to be allowed.

    Each has all that `[start, end)` has of what is asked, and at least a word; none if that forbids something itself.
    """
    said = text[start:end]
    if not asks_permission(_PARTED.split(question.rstrip(" ?!."))[-1]) or forbids(said):
        return []
    floor, ceiling = block_at(text, lines, start, end)
    behind = end + len(text[end:ceiling]) - len(text[end:ceiling].lstrip())
    before = floor + len(text[floor:start].rstrip())
    places = [sentence_at(text, lines, before - 1, before)] if before > floor else []
    places += [sentence_at(text, lines, behind, behind + 1)] if behind < ceiling else []
    named = asked_in(question, said)
    return [place for place in places if _bans(question, text[slice(*place)], named)]


def _bans(question: str, sentence: str, named: frozenset[str]) -> bool:
    """Whether a sentence forbids something and has all of what is `named`, and isn't on another kind of it."""
    if not (forbids(sentence) or _BARS.match(sentence)) or of_contrasts(question, sentence):
        return False
    asked = asked_in(question, sentence)
    return bool(asked) and named <= asked
