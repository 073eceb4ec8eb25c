"""A list without marks: the lines below one that announces them, as "Bring:" does."""

import re
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from index.lines import Line, LineKind, line_at
from qa.answering.forms.form import Form, Shape
from qa.answering.forms.lists import INTRODUCES, MAX_PARTS, part_of

# "Please bring", "To enter the show you need" without a colon
_ANNOUNCES = re.compile(
    r"\b(?:bring|need|find|includes?|require|take|pack|want|accept|sell|offer|stock|provide|cover|contains?|holds?)[*_]*\s*$",
    re.IGNORECASE,
)
# Of HTML, of settings, of a certificate
_CODE = re.compile(r"[<{}\[$]|-{3}|(?<![\w.-])[a-z][\w.-]{0,40}:(?:\s|$)|\w\s?=\s?\S")
_COLON = re.compile(r":[*_]*\s*$")
_NEXT_SENTENCE = re.compile(r"[a-z]{2}[.!?]\s+[A-Z]")
_FEWEST = 2
_FEW_WORDS = 4
_MOST_WORDS = 14  # of a line that is an item
_SENTENCE_END = re.compile(r"[.!?][\"”')*_]*\s*$")


def unmarked_list_shape(text: str, lines: Sequence[Line], start: int) -> Shape | None:
    """A list without marks in the text of HTML, where each line is a paragraph, an item or the like; else None.

    It is the block of lines below one that announces it, and `start` is in either.
    """
    found = _block(text, lines, start, INTRODUCES)
    return _shape(text, found[1]) if found else None


def plain_list_shape(text: str, lines: Sequence[Line], start: int) -> Shape | None:
    """The same in plain text, where lines may be those of a paragraph that is broken to fit a page; then None.

    Please bring          We meet where the old railway
    a packed lunch        and the river path
    water                 meet, at nine.

    A paragraph is broken where the next word has no room. In a list most lines had room for it.
    """
    found = _block(text, lines, start, _COLON) or _block(text, lines, start, _ANNOUNCES)
    if not found:
        return None
    introduction, items = found
    number = line_at(lines, introduction.start)
    if any(_CODE.match(text, line.content, line.end) for line in items) or _is_in_fence(lines[:number]):
        return None
    words = [text[line.content : line.end].split() for line in items]
    if any(len(each) > _MOST_WORDS for each in words) or any(map(partial(_holds_sentence, text), items[:-1])):
        return None
    had_room = _share_with_room(text, [introduction, *items]) > 1 / 2
    if _SENTENCE_END.search(text, items[-1].start, items[-1].end) and len(words[-1]) > _FEW_WORDS:
        items = items[:-1]  # "Members get 10 % off."
    has_colon = bool(_COLON.search(text, introduction.start, introduction.end))
    begins = number == 0 or lines[number - 1].kind in (LineKind.BLANK, LineKind.HEADING)
    are_bare = has_colon and max(map(len, words)) <= _FEW_WORDS
    is_list = are_bare or (had_room and (has_colon or begins))
    return _shape(text, items) if is_list and len(items) >= _FEWEST and start < items[-1].end else None


def _is_in_fence(before: Sequence[Line]) -> bool:
    """Whether code begins before a line and doesn't end there."""
    return sum(line.kind is LineKind.FENCE for line in before) % 2 == 1


def _holds_sentence(text: str, line: Line) -> bool:
    """Whether a sentence ends in a line."""
    return bool(_SENTENCE_END.search(text, line.start, line.end) or _NEXT_SENTENCE.search(text, line.start, line.end))


def _block(
    text: str, lines: Sequence[Line], start: int, announces: "re.Pattern[str]"
) -> tuple[Line, list[Line]] | None:
    """The line that announces a list, and those of the list."""
    number = line_at(lines, start)
    if lines[number].kind is not LineKind.TEXT:
        return None
    introduction = number
    while introduction >= 0 and not announces.search(text, lines[introduction].start, lines[introduction].end):
        if introduction < number and lines[introduction].kind is LineKind.HEADING:
            return None
        introduction -= 1
    at = introduction + 1
    while 0 < at < len(lines) and lines[at].kind is LineKind.BLANK:
        at += 1
    below = []
    while introduction >= 0 and at < len(lines) and lines[at].kind is LineKind.TEXT:
        below.append(lines[at])
        at += 1
    if len(below) < _FEWEST or not (introduction == number or below[0].start <= start < below[-1].end):
        return None
    return lines[introduction], below


def _share_with_room(text: str, lines: Sequence[Line]) -> float:
    """The share of lines, but for the last, that had room for the next one's first word within the longest of them."""
    longest = max(len(text[line.start : line.end].rstrip()) for line in lines)
    pairs = list(pairwise(lines))
    had_room = [
        len(text[line.start : line.end].rstrip()) + 1 + len(text[below.content : below.end].split()[0]) <= longest
        for line, below in pairs
    ]
    return sum(had_room) / len(pairs)


def _shape(text: str, items: Sequence[Line]) -> Shape:
    parts = [part_of(text, line.content, line.end) for line in items[:MAX_PARTS]]
    return Shape(Form.LIST, parts[0].start, parts[-1].end, tuple(parts))
