"""Leaders: the dots or dashes between a label and its value, as in "Haircut men .............. 32 euros".

A reader takes them for ends of sentences, and the value for what stands on the line below it.
"""

import re

# Fewer dots may be a pause: "wait ... 3 of them"
LEADERS = re.compile(
    r"(?<=[^\W_])(?:[ \t]*(?:\.{5,}+|_{3,}+|…{2,}+)|[ \t]+(?:\.{4,}+|(?:\.[ ]){4,}+\.?))(?=[ \t]*[^\s.…_])"
)
"""Matches leaders behind a label, with the blanks in front of them."""


def without_leaders(text: str) -> str:
    """The text with a colon and blanks in place of leaders, as long as before.

    >>> without_leaders("Haircut men ..... 32 euros")
    'Haircut men:      32 euros'
    """
    return LEADERS.sub(lambda found: ":".ljust(len(found[0])), text)
