"""Settings that a comment holds, as "# host: old.example" above "host: new.example": what was set once, or might be.

To a reader both lines answer "What is the host?". The line that isn't a comment is what holds.
"""

import re
from collections.abc import Iterator

from qa.reading.former_values import FORMERLY

Range = tuple[int, int]

_SETS = re.compile(
    r"^[ \t]*(?P<comment>(?:#+|;+|//+|--(?=[ \t]))[ \t]*)?(?P<name>[\w.\-]{1,80})[ \t]*(?:=|:(?=[ \t]))[ \t]*(?=\S)"
    r"[^\n]*$",
    re.MULTILINE,
)
# "port = 5433  # was 5432", "ttl: 60 # formerly 30"
_SAID_BEHIND = re.compile(
    r"(?<=\S)[ \t]+(?:#|;|//|--)[ \t]*(?:it[ \t])?(?:was|were|old|formerly|previously|before|used to be)\b[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ON_COMMENTS = re.compile(r"\b(?:comment\w*|default\w*)\b", re.IGNORECASE)  # which a comment often tells


def of_commented_settings(question: str, passage: str) -> list[Range]:
    """The slices of comments that set what another line sets, or that tell what a setting was.

    None if the question is on what was, on comments or on a default. "# debug: true" alone stays open: it is all there
    is on it.
    """
    if FORMERLY.search(question) or _ON_COMMENTS.search(question):
        return []
    found = list(_SETS.finditer(passage))
    set_here = {setting["name"].lower() for setting in found if not setting["comment"]}
    return sorted([*_set_again(found, set_here), *(behind.span() for behind in _SAID_BEHIND.finditer(passage))])


def _set_again(found: list["re.Match[str]"], set_here: set[str]) -> Iterator[Range]:
    for setting in found:
        if setting["comment"] and setting["name"].lower() in set_here:
            yield setting.span()
