"""What a sentence tells of several things alike, of which the question names one: "glass in the green bin, paper in …".

Readers take what is told of the next thing as well, or of another one.

| question          | sentence                                             | span                  | answer      |
| ----------------- | ---------------------------------------------------- | --------------------- | ----------- |
| Where does tin go | Tin goes in bin A, paper in bin B and rags in bin C. | "bin A, paper in bin" | "in bin A"  |
| What's for panes  | Use the lance for cars and the brush for panes.      | "the lance … brush"   | "the brush" |
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.language.weekdays import DAY_NAME
from index.lines import Line
from qa.answering.forms.clauses import sentence_at
from qa.answering.forms.delimiters import CLOSING, delimiters
from qa.answering.forms.form import Part
from qa.answering.forms.lists import parts_of
from qa.answering.forms.question_kind import asks_for_value, asks_where
from qa.reading.stems import stems_of

_PLACE = r"in|on|at|under|behind|beside|inside|into|onto|above|below|through|near"
_TOLD = re.compile(
    rf"(?!(?:{_PLACE}|to|by|for|with|from)\b)(?P<before>\S+(?:\s\S+){{0,7}}?)\s(?P<by>{_PLACE}|to|by|for|with|from)\s(?P<after>\S+(?:\s\S+){{0,5}})",
    re.IGNORECASE,
)
_OF_DAY = re.compile(
    rf"(?:\S+:\s)?(?:on\s)?(?P<before>{DAY_NAME}s?):?(?P<by>\s)(?P<after>\S+(?:\s\S+){{0,4}})", re.IGNORECASE
)
_BEFORE_NAMES = ("for", "on", "at")  # what something is for, its day or its place
_OR = re.compile(r"\bor\b")
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class _Told:
    """A part of a sentence: what is before its preposition, and what is behind it."""

    part: Part
    before: tuple[int, int]
    by: str
    at: int  # where the preposition begins
    after: tuple[int, int]


def told_of_asked(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> tuple[int, int] | None:
    """The slice of what the span's sentence tells of the one thing that the question names; None if that isn't clear.

    All parts of the sentence must be alike: some words, a preposition, and others. The span begins behind the words of
    its first part, or ends before those of its last: so it lists nothing.
    """
    if asks_for_value(question):  # times and amounts are told apart by other rules
        return None
    first, last = sentence_at(text, lines, start, end)
    stop = first + len(text[first:last].rstrip(" .!\n"))
    marks = delimiters(text, first, stop)
    if not marks or not CLOSING.search(marks[-1][0]) or _OR.search(marks[-1][0]):
        return None
    told = [_told(text, part) for part in parts_of(text, first, stop)]
    alike = [each for each in told if each]
    if len(alike) < max(len(told), _FEWEST) or len({_class(each.by) for each in alike}) > 1:
        return None
    touched = [each for each in alike if each.part.start < end and start < each.part.end]
    if not touched or start >= end:
        return None
    is_cut_before, is_cut_behind = start >= touched[0].at, end <= touched[-1].at
    asked = stems_of(question)
    named = _named(text, [each.before for each in alike], asked, with_verb=True) if is_cut_before else None
    if named is not None and touched != [alike[named]]:
        return (alike[named].at if asks_where(question) else alike[named].after[0]), alike[named].after[1]
    names_behind = is_cut_behind and all(each.by in _BEFORE_NAMES for each in alike)
    named = _named(text, [each.after for each in alike], asked) if names_behind else None
    if named is not None and touched != [alike[named]]:
        first, last = alike[named].before
        return (start if first < start < last else first), last
    return None


def _named(
    text: str, labels: Sequence[tuple[int, int]], asked: frozenset[str], *, with_verb: bool = False
) -> int | None:
    """The index of the only label that is named in full; the first may end `with_verb`, as "Sick notes go" does."""
    words = [text[slice(*label)] for label in labels]
    if with_verb:
        words[0] = words[0].rpartition(" ")[0] or words[0]
    stems = [stems_of(each) for each in words]
    named = [i for i, own in enumerate(stems) if own and own <= asked]
    return named[0] if len(named) == 1 and all(stems[1:]) else None


def _told(text: str, part: Part) -> _Told | None:
    found = _OF_DAY.fullmatch(text, part.start, part.end) or _TOLD.fullmatch(text, part.start, part.end)
    return (
        _Told(part, found.span("before"), found["by"].lower(), found.start("by"), found.span("after"))
        if found
        else None
    )


def _class(preposition: str) -> str:
    return "in" if preposition in _PLACE.split("|") else preposition
