"""The list whose heading, or the line above it, is what a question asks for: "How do I set it up?" with "Setting up".

Readers are weak at lists: each item alone says little of what the question names. A list is named if the words above it
and the title have all words of the question, and the question has all words of the heading. Its first item is what is
given then; the form of the answer makes it the whole list.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.lines import Item, Line, LineKind, lines_near, list_below
from index.versions import NAMED
from qa.reading.changes import ASKS_WHAT_CHANGED
from qa.reading.stems import stems_of, stems_with_verbs
from qa.reading.versions import of_other_versions

Range = tuple[int, int]

_ON_STEPS = re.compile(
    r"\bhow (?:do|does|can|could|should|must|to)\b|\bsteps\b|\binstructions\b|\bprocedure\b|^[a-z]+ing\b", re.IGNORECASE
)
_NO_PLURAL = r"(?!(?:is|was|does|has|this|us|gas|means|happens|comes|goes|costs|always)\b)"
_ON_LIST = re.compile(
    r"^(?:which|what)(?: (?:are|were)\b| (?:[\w-]+ ){0,2}?" + _NO_PLURAL + r"[\w-]{3,40}(?<!s)s\b)"
    r"|^(?:please )?(?:list|name|give me|show me)\b|^who are\b"
    rf"|{ASKS_WHAT_CHANGED.pattern}",
    re.IGNORECASE,
)
# How a question asks for changes → the heading of their list
_CHANGES = [
    (
        re.compile(rf"^what['’]?\w{{0,4}}(?: \w{{1,9}}){{0,2}} (?:{asked})\b", re.IGNORECASE),
        re.compile(rf"(?:\w{{1,20}} )?(?:{told})\W{{0,3}}$", re.IGNORECASE),
    )
    for asked, told in (
        ("new|added", "new(?: features?)?|added|additions|features|highlights"),
        ("changed|improved", "change[ds]|changes|improved|improvements"),
        ("fixed", "fixed|fixes|bug ?fixes|bugs"),
        ("removed", "removed|removals"),
        ("deprecated", "deprecated|deprecations"),
    )
]
_VERSION = re.compile(rf"{NAMED.pattern}|\b(?:version|release)\b", re.IGNORECASE)
_GENERIC = stems_of("steps step instructions procedure way best properly correctly list name give show there available "
                    "possible please exactly need")  # fmt: skip
_OF_CHANGES = stems_of("new added changed improved fixed removed deprecated been got latest whats")
_UNDERLINE = re.compile(r"\s*([=~^\"'`#*+-])\1{2,}\s*$")
_SENTENCE_END = re.compile(r"[.!?;,]$")
_MAX_HEADING_CHARS = 80
_MAX_QUESTION_STEMS = 8


@dataclass(frozen=True, slots=True)
class _Above:
    """What stands above a list: the `heading`, and all words from it to the list."""

    heading: str
    words: str


def asked_list(question: str, passage: str, context: str = "") -> Range | None:
    """The slice `[start, end)` of the passage that is the first item of the list that is asked for; else None.

    `context` holds the title and the headings above the passage. None, too, if several lists are named.
    """
    on_steps = bool(_ON_STEPS.search(question))
    if not on_steps and not _ON_LIST.search(question.strip()):
        return None
    told = next((told for asks, told in _CHANGES if asks.search(question.strip())), None)
    others = of_other_versions(question, passage, context) if told else []
    asked = stems_of(_VERSION.sub(" ", question) if told else question) - _GENERIC
    if not 0 < len(asked) <= _MAX_QUESTION_STEMS:
        return None
    lines = lines_near(passage, 0, len(passage))
    named = [
        item
        for number, item in _lists(passage, lines)
        if (item.kind is LineKind.NUMBERED or not on_steps)
        and not any(start <= item.start < end for start, end in others)
        and (above := _above(passage, lines, number, context))
        and (
            _is_named(asked, above, context, by_heading=on_steps)
            or (told is not None and told.match(above.heading) and asked - stems_of(context) <= _OF_CHANGES)
        )
    ]
    return (named[0].start, _line_end(passage, named[0])) if len(named) == 1 else None


def _lists(text: str, lines: Sequence[Line]) -> Iterator[tuple[int, Item]]:
    """The index of the line above each list of several items, and its first item."""
    at = -1
    while at < len(lines):
        items = list_below(text, lines, at)
        if len(items) > 1:
            yield at, items[0]
        at = items[-1].last_line + 1 if items else at + 1


def _above(text: str, lines: Sequence[Line], number: int, context: str) -> _Above:
    """What stands above the list that begins below line `number`: a heading, maybe with a paragraph below it."""
    paragraphs: list[str] = []
    at = number
    while len(paragraphs) < 2:
        words: list[str] = []
        while at >= 0 and lines[at].kind is LineKind.BLANK:
            at -= 1
        while at >= 0 and lines[at].kind in (LineKind.TEXT, LineKind.HEADING):
            line = text[lines[at].content : lines[at].end].strip(" *_")
            if not _UNDERLINE.match(line):
                words.insert(0, line)
            at -= 1
            if words and lines[at + 1].kind is LineKind.HEADING:
                break
        if not words:
            break
        paragraphs.insert(0, "\n".join(words))
        if _is_heading(words[0]):
            return _Above(words[0], "\n".join(paragraphs))
    heading = context.rpartition("\n")[2] if at < 0 else ""
    return _Above(heading, "\n".join([heading, *paragraphs]))


def _is_heading(line: str) -> bool:
    return len(line) <= _MAX_HEADING_CHARS and not _SENTENCE_END.search(line) and not line.endswith(":")


def _is_named(asked: frozenset[str], above: _Above, context: str, *, by_heading: bool) -> bool:
    """Whether the question, with the stems `asked`, is for the list below."""
    around = stems_of(context.removesuffix(above.heading) if above.heading else context)
    told = stems_with_verbs(above.words)
    if not asked <= told | around | _GENERIC or not asked & told - around:
        return False
    words = [stems_with_verbs(word) for word in re.findall(r"[^\W\d_]+", above.heading)]
    is_heading_asked = bool(above.heading) and all(not stems or stems & (asked | around) for stems in words)
    return is_heading_asked or (not by_heading and asked <= told)


def _line_end(text: str, item: Item) -> int:
    """The end of an item's first line."""
    end = text.find("\n", item.start, item.end)
    return item.end if end < 0 else item.start + len(text[item.start : end].rstrip())
