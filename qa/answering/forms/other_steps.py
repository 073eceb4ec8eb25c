"""The steps that a question asks for, where the span is among those for something else.

"How do I close?" with a span below "To open up:" is answered by the steps below "To close:".
"""

from collections.abc import Sequence

from index.lines import Item, Line, LineKind, item_at, items_around
from qa.reading.stems import stems_of, stems_with_verbs

_FEWEST = 2


def asked_steps(
    question: str, text: str, lines: Sequence[Line], items: Sequence[Item], step: str
) -> Sequence[Item] | None:
    """The only other numbered list beside `items` with words of the question above it; None if theirs have some.

    Above a list stand its introduction, which ends in a colon, or a heading that the lists don't share. `step` is the
    item with the span: it must have fewer of the question's words than what is above the other list.
    """
    first, last = _section(text, lines, items[0].first_line)
    lists = {each[0].first_line: each for each in _numbered_lists(text, lines, first, last)}
    own = items[0].first_line
    if len(lists) < _FEWEST or own not in lists:
        return None
    shared = {_heading_above(lines, at) for at in lists}
    above = {at: _words_above(text, lines, at, with_heading=len(shared) > 1) for at in lists}
    asked = stems_of(question)
    named = [at for at, words in above.items() if asked & stems_with_verbs(words)]
    if len(named) != 1 or named[0] == own or not above[own]:
        return None
    on_list, on_step = asked & stems_with_verbs(above[named[0]]), asked & stems_of(step)
    return lists[named[0]] if len(on_list) > len(on_step) else None


def _section(text: str, lines: Sequence[Line], number: int) -> tuple[int, int]:
    """The first line behind, and the last before, a heading of a higher level than the one above line `number`."""
    heading = _heading_above(lines, number)
    level = _level(text, lines[heading]) if heading is not None else 0

    def ends(line: Line) -> bool:
        return line.kind is LineKind.HEADING and _level(text, line) < level

    first = last = number
    while first > 0 and not ends(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and not ends(lines[last + 1]):
        last += 1
    return first, last


def _level(text: str, heading: Line) -> int:
    """1 for "# Tea" and 2 for "## Milk"; 0 for a heading without such marks."""
    words = text[heading.start : heading.end].lstrip()
    return len(words) - len(words.lstrip("#"))


def _numbered_lists(text: str, lines: Sequence[Line], first: int, last: int) -> list[list[Item]]:
    lists: list[list[Item]] = []
    for number in range(first, last + 1):
        is_seen = bool(lists) and number <= lists[-1][-1].last_line
        item = item_at(text, lines, number) if lines[number].kind is LineKind.NUMBERED and not is_seen else None
        items = items_around(text, lines, item) if item else []
        if len(items) >= _FEWEST:
            lists.append(items)
    return lists


def _heading_above(lines: Sequence[Line], number: int) -> int | None:
    return next((i for i in reversed(range(number)) if lines[i].kind is LineKind.HEADING), None)


def _words_above(text: str, lines: Sequence[Line], number: int, *, with_heading: bool) -> str:
    """The paragraph right above line `number` if it ends in a colon, with the heading above if that is wanted."""
    above = number - 1
    while above >= 0 and lines[above].kind is LineKind.BLANK:
        above -= 1
    paragraph = ""
    while above >= 0 and lines[above].kind is LineKind.TEXT:
        paragraph = f"{text[lines[above].start : lines[above].end]} {paragraph}"
        above -= 1
    heading = _heading_above(lines, number) if with_heading else None
    title = "" if heading is None else text[lines[heading].start : lines[heading].end]
    return f"{title} {paragraph if paragraph.rstrip(' *_').endswith(':') else ''}".strip()
