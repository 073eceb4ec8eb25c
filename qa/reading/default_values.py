"""The default that a question names by its setting, in a reference whose entries are terms in code.

"What is the default of cache.ttl?" is answered by "10m" of "- `cache.ttl` – how long pages are kept. Defaults to
`10m`." Readers take the default of another entry, for all of them look alike.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.reading.labelled_values import ASKING
from qa.reading.stems import stems_of

Range = tuple[int, int]

_ASKS = re.compile(r"\bdefaults?\b", re.IGNORECASE)
# How else a question might use the word: "Why is the default 5?", "Can I change the default?"
_ASKS_ELSE = re.compile(
    r"\b(?:why|who|where|how (?:do|can|to|does)|when)\b|^\W*(?:is|are|can|does|do|was|will|should)\b", re.IGNORECASE
)
_TERM = re.compile(r"[ \t]*(?:[-*+•][ \t]+|#{1,6}[ \t]+)?[*_]{0,2}`(?P<name>[\w.\-/]{2,80})`")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]")
_DEFAULT = re.compile(
    r"\bdefaults?(?:[ ](?:value|setting))?(?:[ ]?[:=]|[ ](?:to|is|are))[*_]{0,2}[ ]+"
    r"(?P<value>`[^`\n]{1,80}`|[^\s`][^\n;(]{0,80})",
    re.IGNORECASE,
)
_VALUE_END = re.compile(r"[.,;](?=\s|$)|[ ](?:and|which|if|when|unless|but)\b", re.IGNORECASE)
_BEFORE_MARK = re.compile(r"`(?P<value>[^`\n]{1,80})`[ ]\(default\)", re.IGNORECASE)
_NONE = re.compile(r"\W*(?:no|none|not)\b", re.IGNORECASE)
_GENERIC = ASKING | stems_of(
    "default defaults value values setting settings option options key parameter configuration config set standard used"
)


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    start: int
    end: int


def asked_default(question: str, passage: str, context: str = "") -> Range | None:
    """The slice `[start, end)` of the passage that is the default of the setting that the question names; else None.

    `context` holds the title and the headings above the passage. None, too, if several settings are named, or if the
    question says more than the entry's name, its words and the context do.
    """
    if not _ASKS.search(question) or _ASKS_ELSE.search(question):
        return None
    asked, around = stems_of(_spaced(question)) - _GENERIC, stems_of(context)
    named = []
    for entry in _entries(passage):
        name = stems_of(_spaced(entry.name)) - _GENERIC
        told = name | around | stems_of(passage[entry.start : entry.end])
        if name & asked and name - around <= asked and asked <= told:
            named.append(entry)
    return _default(passage, named[0]) if len(named) == 1 else None


def _entries(passage: str) -> Iterator[_Entry]:
    """The entries: from a line that begins with a term in code down to the next one, or to a heading."""
    name, start, at = "", 0, 0
    for line in passage.split("\n"):
        term = _TERM.match(line)
        if (term or _HEADING.match(line)) and name:
            yield _Entry(name, start, at)
            name = ""
        if term:
            name, start = term["name"], at + term.end()
        at += len(line) + 1
    if name:
        yield _Entry(name, start, len(passage))


def _default(passage: str, entry: _Entry) -> Range | None:
    """The slice of the value that an entry gives as its only default."""
    found = list(_DEFAULT.finditer(passage, entry.start, entry.end))
    found += _BEFORE_MARK.finditer(passage, entry.start, entry.end)
    if len(found) != 1 or _NONE.match(found[0]["value"]):
        return None
    start, end = found[0].span("value")
    if passage[start] == "`":
        return start + 1, end - 1
    stop = _VALUE_END.search(passage, start, end)
    value = passage[start : stop.start() if stop else end].rstrip(" .")
    return (start, start + len(value)) if value else None


def _spaced(words: str) -> str:
    return re.sub(r"[_\-/]|\.(?=\w)", " ", words)
