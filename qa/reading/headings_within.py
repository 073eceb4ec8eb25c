"""The heading or FAQ question that stands above a place in a passage's own text.

A passage's context ends where its text begins, so that of a chunk with several short sections only the first one's
heading is there:

    ## Parking                 the heading above "Behind the hall." is "Parking",
    Behind the hall.
    **Is there wifi?** Yes.    the one above "Yes" is "Is there wifi?"
"""

import re

from qa.reading.guards import is_question

_MARKED = re.compile(r"[ \t]*#{1,6}[ \t]+(?P<words>\S.*)")
_BOLD = re.compile(r"(?P<mark>\*\*|__)(?P<words>[^*_\n]{1,100})(?P=mark):?")
_ASKED_FIRST = re.compile(
    r"[ \t]*(?:\*\*|__|[*_]*q(?:uestion)?[ \t]*\d*[ \t]*[:.)])(?P<words>[^.!?\n]{1,200}\?)", re.IGNORECASE
)
_UNDERLINE = re.compile(r"[=~^*-]{3,}[ \t]*")
_ENDS_OPEN = tuple(".:;,!)|")
_MOST_CHARS = 90  # of a heading without marks
_MOST_WORDS = 12
_MARKS = " \t*_#"


def heading_within(text: str, place: int) -> str | None:
    """The words of the nearest heading in `text` above the character at `place`; None if there is none.

    Headings without marks, as PDF and HTML have them, are short lines by themselves that don't end like a sentence.
    """
    first = text.rfind("\n", 0, place) + 1
    asked = _ASKED_FIRST.match(text, first)
    if asked and asked.end() <= place:
        return asked["words"].strip(_MARKS)
    lines = text[:place].split("\n")
    for number in range(len(lines) - 2, -1, -1):
        if words := _heading_in(lines, number):
            return words
    return None


def _heading_in(lines: list[str], number: int) -> str | None:
    """The words of a line if it is a heading; `lines` end with the place's own, as far as the place."""
    line = lines[number]
    if found := _MARKED.fullmatch(line) or _BOLD.fullmatch(line.strip()):
        return found["words"].strip(_MARKS)
    if not line.strip() or _UNDERLINE.fullmatch(line):
        return None
    if asked := _ASKED_FIRST.match(line):
        return asked["words"].strip(_MARKS)
    before = lines[number - 1] if number else ""
    below = lines[number + 1]
    stands_alone = not below.strip() and number + 2 < len(lines)
    if before.strip() or not (is_question(line) or stands_alone or _UNDERLINE.fullmatch(below)):
        return None
    return line.strip(_MARKS) if is_question(line) or _is_short(line.strip()) else None


def _is_short(line: str) -> bool:
    starts = line[0].isupper() or line[0].isdigit()
    is_brief = len(line) <= _MOST_CHARS and len(line.split()) <= _MOST_WORDS
    return starts and is_brief and not line.endswith(_ENDS_OPEN) and "|" not in line
