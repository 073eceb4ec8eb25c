"""What of a passage is never an answer: the question itself, a heading's number, the words around content.

A reader looks for words like the question's, and nothing is more like it than the question as a heading in a list of
frequent questions. So such places are closed to spans before the best are chosen, and where the reader points at the
question, the best span of what stands below it is taken in its place.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qa.reading.codes import of_other_codes
from qa.reading.spans import Reading, Span, Window, decode
from qa.reading.stems import stems_of
from qa.reading.table_cells import asked_cell

Range = tuple[int, int]

_LINE = re.compile(r"[^\n]+")
_MARKUP = r"[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+|>[ \t]*)*[*_]*"
# "## 4.4 Storage", "# 12. Warranty", "## § 7 Fees", "Chapter 2"; not "## E417 Overheating" or "## 2024 in figures"
_HEADING_NUMBER = re.compile(
    r"[ \t]*#{1,6}[ \t]+[*_]*((?:chapter|section|part|step|article|appendix|§)\s?\d{1,3}(?:\.\d+)*[.):]?|"
    r"\d{1,3}(?:\.\d+)+\.?|\d{1,3}[.)])\s",
    re.IGNORECASE,
)
_PLAIN_HEADING_NUMBER = re.compile(r"[ \t]*(§\s?\d{1,3}|\d{1,2}(?:\.\d{1,2})+\.?)[ \t]+(?=[A-Z][a-z]{2,})")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+\S")
_TITLED = re.compile(r"[ \t]*(?:#{1,6}[ \t]|\*\*|__|[*_]*q(?:uestion)?\s*\d*\s*[:.)])", re.IGNORECASE)
_QUESTION_MARKED = re.compile(r"^[\s#*_>-]*(?:\d+[.)]\s*)?(?:q(?:uestion)?\s*\d*\s*[:.)-]\s*)?", re.IGNORECASE)
ANSWER_MARKED = re.compile(r"[\s*_>]*(?:a(?:nswer)?\s*(?:\d+\s*)?[:.)-])[*_]*\s*", re.IGNORECASE)
_FURNITURE = re.compile(
    r"[ \t]*(?:(?:page|seite|p\.)[ \t]+\d+(?:[ \t]*(?:of|/|von)[ \t]*\d+)?|-[ \t]*\d+[ \t]*-|\d+[ \t]*(?:of|"
    r"/)[ \t]*\d+|"
    r"back to top|table of contents|skip to (?:main )?content|print this page|share this page|"
    r"all rights reserved\.?)[ \t]*$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^“”\n]{8,300}”|\"[^\"\n]{8,300}\"|(?:^|\n)>[^\n]+(?:\n>[^\n]+)*")
_CONTRADICTED = re.compile(
    r"[\s.,;:)*_–—-]*(?:[^.\n]{0,60}?\b(?:that|this|it|which|the (?:claim|sentence|note|notice|rumou?r|"
    r"statement|sign|"
    r"poster|quote|figure))\b[^.\n]{0,30}?\b(?:is|was|are|were)\b[^.\n]{0,12}?\b(?:wrong|false|not (?:so|true|right|"
    r"correct)|untrue|incorrect|outdated|out of date|obsolete|a (?:myth|rumou?r|mistake|misprint)|"
    r"no longer (?:true|so|"
    r"right))\b|(?:isn['’]t|is not|wasn['’]t|was not)\s+(?:so|true|right|correct)\b|(?:in fact|actually|in truth|"
    r"on the contrary)\b)",
    re.IGNORECASE,
)
QUESTION_WORDS = frozenset("who whom whose what which when where why how".split())  # noqa: SIM905
_SENTENCE_END = re.compile(r"(?<!\bNo)(?<!\bYes)[.!?](?=\s)|\n\s*\n")
CELL_MARGIN = 6.0  # logits, set by hand; what it is worth is fitted with the confidence
_LIKE = 0.6  # the share of stems that two questions must have in common, of those of either


@dataclass(frozen=True, slots=True)
class Guard:
    """Closed ranges of a passage's text, and for questions that stand in it the range of what answers each.

    `cell` is where a table answers by its row and its head.
    """

    closed: tuple[Range, ...]
    answered: tuple[tuple[Range, Range], ...]
    cell: Range | None = None


def decode_guarded(question: str, passage: str, windows: Iterable[Window], context: str = "") -> Reading:
    """As `decode`, but no span lies in what is never an answer; see the module. `context`: what it stands under."""
    windows = list(windows)
    guard = guard_of(question, passage, context)
    if not guard.closed and not guard.answered and not guard.cell:
        return decode(windows)
    reading = decode(_closed_to(windows, guard.closed))
    if guard.cell:
        return _with_cell(reading, guard.cell)
    pointed = decode(windows, n_best=1).spans
    for asked, answer in guard.answered:
        if pointed and _overlaps((pointed[0].start, pointed[0].end), asked):
            return _below(passage, reading, windows, answer, pointed[0].score)
    return reading


def guard_of(question: str, passage: str, context: str = "") -> Guard:
    """What of the passage can't answer the question."""
    closed: list[Range] = []
    answered: list[tuple[Range, Range]] = []
    stems = stems_of(question)
    for line in _LINE.finditer(passage):
        start, end = line.span()
        text = line[0]
        if (number := _HEADING_NUMBER.match(text) or _PLAIN_HEADING_NUMBER.match(text)) and end - start < 100:
            closed.append((start + number.start(1), start + number.end(1)))
        if is_question(text) and (like(stems, stems_of(text)) or _stands_alone(passage, start, end)):
            closed.append((start, end))
            if like(stems, stems_of(text)) and (below := _paragraph_below(passage, end)):
                answered.append(((start, end), below))
        elif _FURNITURE.match(text) or (_HEADING.match(text) and _repeats(stems, text)):
            closed.append((start, end))
    closed.extend(_contradicted(passage))
    closed.extend(of_other_codes(question, passage, context))
    return Guard(tuple(closed), tuple(answered), _open(asked_cell(question, passage, context), closed))


def is_question(line: str) -> bool:
    """Whether a line is one question and nothing else, as it stands above its answer."""
    bare = _QUESTION_MARKED.sub("", line).strip(" \t*_#")
    return bare.endswith("?") and not re.search(r"[.!?]\s", bare[:-1]) and len(bare) < 200


def _stands_alone(passage: str, start: int, end: int) -> bool:
    """Whether a line is a heading or a paragraph of its own, not one of a list or of running text."""
    if _TITLED.match(passage, start, end):
        return True
    before, after = passage[:start].rstrip(" \t"), passage[end:].lstrip(" \t")
    is_item = bool(re.match(r"[ \t]*[-*+][ \t]", passage[start:end]))
    return not is_item and (not before or before.endswith("\n\n")) and (not after or after.startswith("\n\n"))


def like(stems: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two questions ask the same, going by their words."""
    common = len(stems & others)
    return (
        bool(common) and common >= _LIKE * min(len(stems), len(others)) and common >= 0.4 * max(len(stems), len(others))
    )


def _repeats(stems: frozenset[str], heading: str) -> bool:
    """Whether a heading says little that the question doesn't."""
    words = stems_of(heading)
    return not words or len(words & stems) * 2 >= len(words)


def _paragraph_below(passage: str, end: int) -> Range | None:
    """The block below a question, as far as the next question or heading; None at the passage's end."""
    start: int | None = None
    last: int | None = None
    for line in _LINE.finditer(passage, end):
        if start is not None and (is_question(line[0]) or _HEADING.match(line[0])):
            break
        if not line[0].strip():
            continue
        if start is None:
            marked = ANSWER_MARKED.match(line[0])
            start = line.start() + (marked.end() if marked else len(line[0]) - len(line[0].lstrip()))
            if is_question(line[0]) or _HEADING.match(line[0]):
                return None
        last = line.end()
    return (start, last) if start is not None and last is not None and start < last else None


def _contradicted(passage: str) -> Iterable[Range]:
    """Quotations of which the text says right below that they are wrong."""
    for quoted in _QUOTED.finditer(passage):
        if _CONTRADICTED.match(passage, quoted.end()):
            yield quoted.span()


def _below(passage: str, reading: Reading, windows: Sequence[Window], answer: Range, score: float) -> Reading:
    """The reading with the best span of `answer` first, as sure as the reader was of the question above it.

    Where the reader finds little there, it is the first sentence: a question's answer stands below it, whatever it is.
    """
    inside = decode(_closed_to(windows, ((0, answer[0]), (answer[1], len(passage)))), n_best=1).spans
    if inside and inside[0].score >= reading.null_score:
        best = Span(inside[0].start, inside[0].end, max(inside[0].score, score))
    else:
        best = Span(answer[0], _sentence_end(passage, *answer), score)
    others = (span for span in reading.spans if not _overlaps((span.start, span.end), (best.start, best.end)))
    return replace(reading, spans=tuple(sorted((best, *others), key=lambda span: -span.score)))


def _open(place: Range | None, closed: Iterable[Range]) -> Range | None:
    return None if place is None or any(_overlaps(place, each) for each in closed) else place


def _with_cell(reading: Reading, cell: Range) -> Reading:
    """The reading with the cell first, CELL_MARGIN over no answer at least: readers learned little of tables."""
    best = Span(*cell, max([reading.null_score + CELL_MARGIN, *(span.score for span in reading.spans)]))
    others = (span for span in reading.spans if not _overlaps((span.start, span.end), cell))
    return replace(reading, spans=(best, *others))


def _sentence_end(passage: str, start: int, end: int) -> int:
    found = _SENTENCE_END.search(passage, start, end)
    stop = found.start() if found else end
    return start + len(passage[start:stop].rstrip(" .\n\t"))


def _closed_to(windows: Iterable[Window], ranges: Sequence[Range]) -> list[Window]:
    """The windows with no word in these ranges of the passage's text, and no span across one."""
    closed = []
    for window in windows:
        inside = _within(window, ranges)
        words, paragraphs = np.where(inside, -1, window.words), window.paragraphs + np.cumsum(inside)
        closed.append(replace(window, words=words, paragraphs=paragraphs))
    return closed


def _within(window: Window, ranges: Sequence[Range]) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    inside = np.zeros(len(window.words), dtype=bool)
    for start, end in ranges:
        inside |= (window.offsets[:, 0] < end) & (window.offsets[:, 1] > start)
    return inside


def _overlaps(one: Range, other: Range) -> bool:
    return one[0] < other[1] and other[0] < one[1]
