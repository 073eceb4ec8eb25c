"""A list that the line or the heading above it introduces: "The following are closed:", "Ring us if", "## Kit"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.lines import Item, Line, LineKind, item_at, items_around, line_at, list_below
from qa.answering.forms.form import Shape
from qa.answering.forms.lists import INTRODUCES, fills, of_items
from qa.reading.stems import stems_of

_MOST = 0.6  # of a question's stems that the line above a list has
_FEW = 0.3  # where the items are one sentence with it: "(a) rust; (b) frost; or"
_JOINS = re.compile(r"[;,]\s(?:and|or)$", re.IGNORECASE)
_ON_THINGS = re.compile(
    r"^\W*(?:(?:and|so|but) )?(?:for )?what (?:all )?(?:can|may|must|should|shall|could|will|do|does|is|are)\b",
    re.IGNORECASE,
)
_FEWEST_BELOW_HEADING = 2  # items
_MOST_BARE_WORDS = 8  # of a line that introduces a list
_MAX_HEADING_CHARS = 80
_UNDERLINE = re.compile(r"\s*([=~^\"'#*+-])\1{2,}+\s*$")
ANNOUNCES = re.compile(r"(?:all (?:of )?)?(?:the following|these|those below)(?: \w+){0,3}:?", re.IGNORECASE)
_FOLLOWING = re.compile(r"\b(?:following|below|these)\b", re.IGNORECASE)


def is_introduction(text: str, lines: Sequence[Line], start: int, end: int) -> bool:
    """Whether `[start, end)` only announces the list below it, as "the following items" does."""
    number = line_at(lines, end - 1)
    line = lines[number]
    if not list_below(text, lines, number) or not INTRODUCES.search(text[line.start : line.end]):
        return False
    return bool(_FOLLOWING.search(text[start:end])) or not text[end : line.end].strip(" :*_")


def introduced_list(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Shape | None:
    """The list that `[start, end)` is a whole item of, if the line above it is what is asked and the item isn't.

    "Who is not allowed to work remotely?" below "The following cannot work remotely:" is answered by all its items.
    """
    found = _list_at(text, lines, start, end)
    if not found or not INTRODUCES.search(found.above):
        return None
    asked = stems_of(question)
    told = asked & stems_of(found.above)
    is_of_item = asked & stems_of(text[found.item.start : found.item.end]) - told
    least = _FEW if _is_one_sentence(text, found.items) and _ON_THINGS.match(question) else _MOST
    is_asked = told and len(told) >= least * len(asked) and not is_of_item
    return of_items(text, found.items, start, end) if is_asked else None


def _is_one_sentence(text: str, items: Sequence[Item]) -> bool:
    """Whether the last item but one ends in "; and" or "; or", as the parts of a clause in a contract do."""
    return len(items) > 1 and bool(_JOINS.search(text, items[-2].start, items[-2].end))


def headed_list(
    question: str, text: str, lines: Sequence[Line], start: int, end: int, *, on_deeds: bool = False
) -> Shape | None:
    """The list that `[start, end)` is a whole item of, if its heading has words of the question and the item has none.

    "What does the set contain?" with the span "knives, forks and spoons" below "## The set contains": all the items,
    not the three things of this one. A question `on_deeds`, as "What do I do before I leave?", needs most of its words
    there: "## Before you leave".
    """
    found = _list_at(text, lines, start, end)
    if not found or len(found.items) < _FEWEST_BELOW_HEADING:
        return None
    asked = stems_of(question)
    told = asked & stems_of(found.above)
    is_of_item = asked & stems_of(text[found.item.start : found.item.end])
    is_asked = told and (not on_deeds or len(told) >= _MOST * len(asked))
    return of_items(text, found.items, start, end) if is_asked and not is_of_item else None


@dataclass(frozen=True, slots=True)
class _Found:
    item: Item
    items: list[Item]
    above: str  # the line above the list, maybe with its heading


def _list_at(text: str, lines: Sequence[Line], start: int, end: int) -> _Found | None:
    """The list of several items that `[start, end)` is a whole item of, if a line stands above it."""
    item = item_at(text, lines, line_at(lines, start))
    if not item or not fills(text, item, start, end):
        return None
    items = items_around(text, lines, item)
    above = _introduction(text, lines, items[0].first_line)
    return _Found(item, items, above) if len(items) > 1 and above else None


def _introduction(text: str, lines: Sequence[Line], number: int) -> str:
    """The line above a list that begins at line `number`; a short one that only introduces it, with its heading.

    "You need:" below "## Kit" is "## Kit", "You need:".
    """
    above = _line_above(text, lines, number)
    if above < 0:
        return ""
    words = text[lines[above].start : lines[above].end]
    over = _line_above(text, lines, above)
    is_bare = INTRODUCES.search(words) and len(words.split()) <= _MOST_BARE_WORDS
    if over < 0 or not is_bare or not _may_be_heading(text, lines, over):
        return words
    return f"{text[lines[over].start : lines[over].end]}\n{words}"


def _line_above(text: str, lines: Sequence[Line], number: int) -> int:
    """The index of the nearest line with words above line `number`, not one that underlines them; -1 for none."""
    above = number - 1
    while above >= 0 and (
        lines[above].kind is LineKind.BLANK or _UNDERLINE.match(text, lines[above].start, lines[above].end)
    ):
        above -= 1
    return above


def _may_be_heading(text: str, lines: Sequence[Line], number: int) -> bool:
    """Whether a line is a heading, maybe without marks: a short line by itself that no sentence ends in."""
    line = lines[number]
    if line.kind is LineKind.HEADING:
        return True
    begins = number == 0 or lines[number - 1].kind is LineKind.BLANK
    below = lines[number + 1]
    ends = below.kind is not LineKind.TEXT or bool(_UNDERLINE.match(text, below.start, below.end))
    words = text[line.start : line.end].strip(" *_")
    is_short = len(words) <= _MAX_HEADING_CHARS and not words.endswith((".", ";", ",", ":", "!"))
    return line.kind is LineKind.TEXT and begins and ends and is_short
