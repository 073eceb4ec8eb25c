"""A document's text as lines with their kinds: list item, table row, heading and others.

Markdown is indexed with all its marks, HTML with those of its lists, PDF as lines without marks. So both are used:
marks if there are any, else blank lines and line ends. Only the text near a place is looked at, however long the
document is.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from index.tables import RULE

REACH = 8_000  # characters looked at on either side of a place


class LineKind(Enum):
    """What a line is by its first characters."""

    BLANK = auto()
    HEADING = auto()
    BULLET = auto()
    NUMBERED = auto()
    ROW = auto()
    RULE = auto()  # of a table, below its heads
    FENCE = auto()
    TEXT = auto()


_KINDS = (
    (LineKind.BLANK, re.compile(r"\s*$")),
    (LineKind.HEADING, re.compile(r"\s{0,3}#{1,6}\s+\S")),
    (LineKind.FENCE, re.compile(r"\s*(?:```|~~~)")),
    (LineKind.RULE, RULE),
    (
        LineKind.BULLET,
        re.compile(
            r"\s*(?:[-*+•‣◦▪–·]\s+(?:\[[ xX]\]\s+)?|(?:\(?[a-hj-z]\)|\(?[ivx]+\))\s+"
            r"|(?:(?<=\s)o\s|o(?:\t|\s\s))\s*)(?=\S)"  # "o" is one if blanks set it apart
        ),
    ),
    (LineKind.NUMBERED, re.compile(r"\s*(?:#\.|\(?\d{1,3}[.)]|step\s+\d+[.:)]?)\s+(?=\S)", re.IGNORECASE)),
    (LineKind.ROW, re.compile(r"\s*\|.*\|\s*$|[^|\n]*\S \| \S.*")),
    (LineKind.TEXT, re.compile(r"\s*")),
)


_FENCE = re.compile(r"(?P<mark>`{3,}+(?=[^`]*$)|~{3,}+)[ \t\r]*(?P<language>\S?)")
_NUMBERED_HEADING = re.compile(r"\s*(?P<number>\d{1,2})\.\s+(?P<title>[^\W\d_][^\n.!?;:]{2,70})$")
_NUMBER = re.compile(r"\d{1,3}")
_FULL_STOP = re.compile(r"[.!?][*_`\"”)]{0,4}\s{0,4}$")
_SENTENCE_END = re.compile(r"[.:;!][*_`\"”)]{0,4}$")
_BLOCK_MARKS = (">", "![", "<", "..", "|")  # of a quotation, a picture, HTML, reStructuredText, a table
_MOST_LINES_BETWEEN, _MOST_CHARS_BETWEEN = 12, 600  # two steps
_CLAUSE = re.compile(r"[ \t]{0,40}\d{1,2}(?:\.\d{1,2}){1,3}\.?[ \t]{1,20}[\"“(]?[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Line:
    """The slice `[start, end)` of the text, without the line break.

    `content` is where its words begin, after any mark; `indent` counts the white space before the mark.
    """

    kind: LineKind
    start: int
    content: int
    end: int
    indent: int


@dataclass(frozen=True, slots=True)
class Item:
    """A list item or a step: the slice `[start, end)`, from its first word on, without its mark and its sub-items.

    `first_line` and `last_line` are indices of the lines it covers.
    """

    start: int
    end: int
    kind: LineKind
    indent: int
    first_line: int
    last_line: int


def lines_near(text: str, start: int, end: int) -> list[Line]:
    """The lines of the text within REACH characters of `[start, end)`, in order.

    A line that goes on for REACH more is cut there; if its beginning is cut off, its kind is TEXT.
    """
    floor, ceiling = max(0, start - 2 * REACH), min(len(text), end + 2 * REACH)
    before = text.rfind("\n", floor, max(0, start - REACH))
    after = text.find("\n", min(len(text), end + REACH), ceiling)
    first, last = floor if before < 0 else before + 1, ceiling if after < 0 else after
    lines, at = [], first
    while at <= last:
        stop = text.find("\n", at, last)
        stop = last if stop < 0 else stop
        is_cut = at == floor > 0 and text[at - 1] != "\n"
        lines.append(Line(LineKind.TEXT, at, at, stop, 0) if is_cut else _line(text, at, stop))
        at = stop + 1
    return _with_numbered_headings(text, _with_code(text, lines))


def _with_code(text: str, lines: list[Line]) -> list[Line]:
    """The lines, of which those between two fences are text: "# make it" is a comment there, and no heading.

    They stay as they are where a fence isn't closed, or is opened within another: a passage may begin within code.
    """
    seen, opened = list(lines), ""
    for i, line in enumerate(lines):
        mark = _FENCE.match(text, line.start + line.indent, line.end) if line.kind is LineKind.FENCE else None
        if opened and mark and mark["mark"].startswith(opened):
            if mark["language"]:
                return lines
            opened = ""
        elif opened and line.kind is not LineKind.BLANK:
            seen[i] = replace(line, kind=LineKind.TEXT, content=line.start + line.indent)
        elif mark and not opened and (mark["mark"][0] == "`" or i == 0 or lines[i - 1].kind is LineKind.BLANK):
            opened = mark["mark"]  # else it underlines the line above
    return lines if opened else seen


def _with_numbered_headings(text: str, lines: list[Line]) -> list[Line]:
    """The lines, of which "4. FEES" is a heading if "4.1" follows, or if it is in capitals above what is no item."""
    below: Line | None = None
    for i in reversed(range(len(lines))):
        line = lines[i]
        if line.kind is LineKind.NUMBERED and below and _is_numbered_heading(text, line, below):
            lines[i] = replace(line, kind=LineKind.HEADING)
        below = below if line.kind is LineKind.BLANK else line
    return lines


def _is_numbered_heading(text: str, line: Line, below: Line) -> bool:
    numbered = _NUMBERED_HEADING.match(text, line.start, line.end)
    if not numbered or below.kind is not LineKind.TEXT or below.indent > line.indent:
        return False
    is_above_clause = is_clause(text, below) and text.startswith(f"{numbered['number']}.", below.content)
    return is_above_clause or numbered["title"].isupper()


def is_clause(text: str, line: Line) -> bool:
    """Whether a line begins a numbered clause, as "2.3 No interest is paid" does: a paragraph of its own."""
    return line.kind is LineKind.TEXT and bool(_CLAUSE.match(text, line.start, line.end))


def lines_of(text: str) -> Iterator[Line]:
    """All lines of the text, in order."""
    at = 0
    while at <= len(text):
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        yield _line(text, at, stop)
        at = stop + 1


def line_at(lines: Sequence[Line], place: int) -> int:
    """The index of the line that holds the character at `place`."""
    return max(0, bisect_right(lines, place, key=lambda line: line.start) - 1)


def item_at(text: str, lines: Sequence[Line], number: int) -> Item | None:
    """The item that holds line `number`, as its first line or a later one; None if the line is in no list.

    - sail               line 0
      of canvas          line 1 is in the item of line 0
                         line 2: blank
      and cord           line 3 is in it too, since it is indented
                         line 4: blank
    Text.                line 5 is in no list
    """
    first = number
    while first >= 0 and lines[first].kind is LineKind.TEXT:
        is_begun = first > 0 and lines[first - 1].kind is LineKind.BLANK and not lines[first].indent
        if number - first > 12 or is_begun or is_clause(text, lines[first]):
            return None
        first -= 1
        while first >= 0 and lines[first].kind is LineKind.BLANK and lines[first + 1].indent:
            first -= 1
    if first < 0 or lines[first].kind not in (LineKind.BULLET, LineKind.NUMBERED):
        return None
    if first != number and lines[number].indent <= lines[first].indent and lines[number - 1].kind is LineKind.BLANK:
        return None
    item = _item(text, lines, first)
    is_left = any(_leaves(text, lines, first, i) for i in range(item.last_line + 1, number + 1))
    return None if is_left else item


def _leaves(text: str, lines: Sequence[Line], first: int, at: int) -> bool:
    """Whether line `at` is of no item, though right below one that begins at line `first`: a sentence behind a list.

    - a lamp         The crew decided
      of brass         - to paint the hall
    Of the lamp        - to raise the fee
                       Ann will write to all members.

    It begins in capitals below an indented mark; the item ends with a full stop, or had room for the next word. Below a
    mark that isn't indented it is a whole sentence by itself, right below items of one line each that are none.
    """
    mark, above, line = lines[first], lines[at - 1], lines[at]
    if line.kind is not LineKind.TEXT or not text[line.content].isupper() or mark.indent < line.indent:
        return False
    if not mark.indent and not _closes(text, lines, first, at):
        return False
    word = text[line.content : line.end].partition(" ")[0]
    has_room = above.end - above.start + 1 + len(word) <= line.end - line.start
    return has_room or text[above.start : above.end].rstrip().endswith((".", "!", "?"))


def _closes(text: str, lines: Sequence[Line], first: int, at: int) -> bool:
    """Whether line `at` is the sentence right behind a list whose last two items are lines `first - 1` and `first`."""
    is_last = at + 1 >= len(lines) or lines[at + 1].kind is LineKind.BLANK
    is_below = at == first + 1 and first > 0 and lines[first - 1].kind is lines[first].kind
    ends = [bool(_FULL_STOP.search(text, lines[i].start, lines[i].end)) for i in (first - 1, first, at)]
    return is_last and is_below and ends == [False, False, True]


def items_around(text: str, lines: Sequence[Line], item: Item) -> list[Item]:
    """All items of the list that holds `item`: those with its kind and indent; sub-items are skipped.

    - oars          for the item "oars": "oars", "sail of canvas" and "rope"
      - short
    - sail
      of canvas
    - rope
    """
    before: list[Item] = []
    at = item.first_line - 1
    while at >= 0 and not _ends_list(text, lines, at, item):
        if lines[at].kind is item.kind and lines[at].indent == item.indent:
            before.append(_item(text, lines, at))
        at -= 1
    return [*reversed(before), *_from(text, lines, item)]


def list_below(text: str, lines: Sequence[Line], number: int) -> list[Item]:
    """The items of the list that begins right below line `number`, after blank lines at most; else none."""
    at = number + 1
    while at < len(lines) and lines[at].kind is LineKind.BLANK:
        at += 1
    if at == len(lines) or lines[at].kind not in (LineKind.BULLET, LineKind.NUMBERED):
        return []
    return _from(text, lines, _item(text, lines, at))


def _from(text: str, lines: Sequence[Line], item: Item) -> list[Item]:
    items, at = [item], item.last_line + 1
    while at < len(lines) and not _ends_list(text, lines, at, item):
        if lines[at].kind is item.kind and lines[at].indent == item.indent:
            items.append(_item(text, lines, at))
        at += 1
    return items


def _ends_list(text: str, lines: Sequence[Line], at: int, item: Item) -> bool:
    """Whether line `at` ends the list of `item`: a heading, a smaller indent, or other marks or a paragraph at its own.

    Blank lines don't, nor does what a step has below it before the next one.
    """
    line = lines[at]
    if line.kind is LineKind.BLANK:
        return False
    if line.kind is LineKind.HEADING or is_clause(text, line):
        return True
    if line.indent < item.indent:
        return True
    if line.indent > item.indent or line.kind is item.kind:
        return False
    is_other = line.kind in (LineKind.BULLET, LineKind.NUMBERED) or _after_blank(lines, at)
    return is_other and (item.kind is not LineKind.NUMBERED or step_over(text, lines, at) is None)


def step_over(text: str, lines: Sequence[Line], at: int) -> Item | None:
    """The step that line `at` belongs to, though no further indented, since the next number comes below it; else None.

    2. Open the lid.              for this line: None
                                  for this one: step 2
    > Don't touch the battery.    and for this
                                  and for this
    3. Take it out.

    Words below "2. Prices" aren't its own, nor is anything below a question: these are numbered headings.
    """
    indent = lines[at].indent
    near = range(max(0, at - _MOST_LINES_BETWEEN), min(len(lines), at + _MOST_LINES_BETWEEN))
    numbered = [i for i in near if lines[i].kind is LineKind.NUMBERED and lines[i].indent == indent and i != at]
    above, below = max((i for i in numbered if i < at), default=-1), min((i for i in numbered if i > at), default=-1)
    if above < 0 or below < 0 or lines[below].start - lines[above].end > _MOST_CHARS_BETWEEN:
        return None
    number, following = (_NUMBER.search(text, lines[i].start, lines[i].content) for i in (above, below))
    step = _item(text, lines, above)
    between = [line for line in lines[step.last_line + 1 : below] if line.kind is not LineKind.BLANK]
    is_broken = any(line.kind is LineKind.HEADING or line.indent < indent or is_clause(text, line) for line in between)
    if not number or not following or int(number[0]) + 1 != int(following[0]) or is_broken:
        return None
    if _SENTENCE_END.search(text, step.start, step.end):
        return step
    first = next((line for line in between if line.indent == indent), None)
    is_marked = first and (first.kind is LineKind.FENCE or text.startswith(_BLOCK_MARKS, first.content))
    is_question = text[step.start : step.end].rstrip("*_").endswith("?")
    return step if is_marked and not is_question else None


def _after_blank(lines: Sequence[Line], at: int) -> bool:
    """Whether the paragraph that line `at` is in begins after a blank line, a heading or at the text's start."""
    while at > 0 and lines[at - 1].kind is LineKind.TEXT and lines[at - 1].indent == lines[at].indent:
        at -= 1
    return at == 0 or lines[at - 1].kind in (LineKind.BLANK, LineKind.HEADING)


def _item(text: str, lines: Sequence[Line], first: int) -> Item:
    """The item that begins at line `first`, with its further lines up to the next item, blank line or heading."""
    line, last = lines[first], first
    while (
        last + 1 < len(lines)
        and lines[last + 1].kind is LineKind.TEXT
        and not is_clause(text, lines[last + 1])
        and not _leaves(text, lines, first, last + 1)
    ):
        last += 1
    end = lines[last].end
    end -= len(text[line.content : end]) - len(text[line.content : end].rstrip())
    return Item(line.content, max(end, line.content), line.kind, line.indent, first, last)


def _line(text: str, start: int, end: int) -> Line:
    words = text[start:end]
    kind, mark = next((kind, mark) for kind, pattern in _KINDS if (mark := pattern.match(words)))
    marked = kind in (LineKind.BULLET, LineKind.NUMBERED)
    content = mark.end() if marked else len(words) - len(words.lstrip(" \t#" if kind is LineKind.HEADING else None))
    return Line(kind, start, start + content, end, len(words) - len(words.lstrip()))
