"""The successor whom a question asks for, where a sentence names the predecessor first.

"Who took over after the first engineer died?" with the span "Hugh Penrose, who was followed by his assistant William
Tarr" gets "William Tarr".
"""

import re
from collections.abc import Sequence

from index.lines import Line
from qa.answering.forms.clauses import sentence_at
from qa.reading.stems import stems_of

Range = tuple[int, int]

_ASKED = re.compile(
    r"\bwho\s(?:took\sover|takes\sover|has\staken\sover|succeeded|followed|replaced|came\s(?:after|next)|became)\b|"
    r"\bsuccessor\b|\bwho\s(?:was|is)\sthe\s(?:second|next|new)\b",
    re.IGNORECASE,
)
_HANDED_ON = re.compile(
    r"\b(?:followed|succeeded|replaced)\sby\s(?:(?:his|her|the|their|a|an)\s(?:(?![A-Z])[^\W\d_]+\s){1,4})?"
    r"(?P<name>(?:(?:Dr|Mr|Mrs|Ms|Sir|Prof)\.?\s)?[A-Z][\w'’-]+(?:\s(?:van\s|von\s|de\s)?[A-Z][\w'’-]*\.?){0,3})"
)


def successor(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Range | None:
    """The slice of the successor's name in the span's sentence, if the question asks for one by the predecessor."""
    if not _ASKED.search(question):
        return None
    first, last = sentence_at(text, lines, start, end)
    asked = stems_of(question)
    for found in _HANDED_ON.finditer(text, first, last):
        name = found.span("name")
        if stems_of(found["name"].rstrip(".")) & asked:
            continue
        if asked & stems_of(text[first : found.start()]):
            return name[0], name[0] + len(found["name"].rstrip("."))
    return None
