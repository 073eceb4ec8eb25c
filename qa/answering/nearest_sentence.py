"""The sentence of a passage that is marked where there is no answer: the reader's best, or the one most like it.

What is never an answer is never marked: a heading, the question of an FAQ, page furniture, a setting in a comment.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.documents import Document
from index.known_slices import before_furniture
from index.lines import LineKind, line_at, lines_near
from index.retrieval.passages import Passage
from qa.answering.forms.clauses import sentence_at
from qa.answering.forms.shaping import below_headings
from qa.reading.guards import ANSWER_MARKED, guard_of, is_question
from qa.reading.labelled_values import labelled_lines
from qa.reading.pointers import of_pointers
from qa.reading.stems import stems_of

Range = tuple[int, int]

_LONGEST_QUESTION = 220  # characters, with the lines between it and its answer
_COMMENT = re.compile(r"[ \t]*(?:#|;|//|--)")


def sentence_around(document: Document, start: int, end: int) -> Range:
    """The sentence around `[start, end)`; in a block of settings the line, for no sentence ends there."""
    text = before_furniture(document.text, document.metadata, end)
    lines = lines_near(text, start, end)
    first, last = sentence_at(text, lines, start, end)
    first = below_headings(document, first, start)
    if "\n" in text[first:last] and _are_settings(text[first:last]):
        first, last = max(first, lines[line_at(lines, start)].start), min(last, lines[line_at(lines, end - 1)].end)
        while (end := text.rfind("\n", first, last)) > start and _COMMENT.match(text, end + 1, last):
            last = end  # the comment is on the next setting
    return behind_answer_mark(text, first, last), last


def most_like(question: str, document: Document, passage: Passage) -> Range:
    """The sentence of the passage that shares most stems with the question; the first of several equal ones.

    A heading's stems, less one, count for the sentence below it, too. If nothing may be marked, all of the passage is.
    """
    asked, most = stems_of(question), -2
    best = passage.start, passage.end
    heading = -2
    for unit in _units(question, document, passage):
        common = len(asked & stems_of(document.text[unit.start : unit.end]))
        if unit.is_heading:
            heading = max(heading, common - 1)
            continue
        if (common := max(common, heading)) > most:
            best, most = (unit.start, unit.end), common
        heading = -2
    return best


@dataclass(frozen=True, slots=True)
class _Unit:
    start: int
    end: int
    is_heading: bool


def _units(question: str, document: Document, passage: Passage) -> Iterator[_Unit]:
    """The passage's sentences and headings in their order, without what is never an answer."""
    text, at = document.text, passage.start
    lines = lines_near(text, passage.start, passage.end)
    headings = {heading.start for heading in document.headings}
    pointers = of_pointers(question, passage.text)  # no answers, but worth to be shown where there is none
    never = [each for each in guard_of(question, passage.text, passage.context).closed if each not in pointers]
    closed = [(passage.start + start, passage.start + end) for start, end in never]
    while at < passage.end:
        if text[at].isspace():
            at += 1
            continue
        line = lines[line_at(lines, at)]
        is_heading = line.kind is LineKind.HEADING or line.start in headings
        if is_heading:
            first, last = line.start, line.end
        else:
            first, last = sentence_around(document, at, at + 1)
        is_heading = is_heading or is_question(text[first:last])
        last = min(max(last, at + 1), passage.end)
        if is_heading or not any(start <= first and last <= end for start, end in closed):
            yield _Unit(first, last, is_heading)
        at = last


def behind_answer_mark(text: str, first: int, last: int) -> int:
    """Where the words of `[first, last)` begin: behind the "A:" of an answer below a question."""
    marked = ANSWER_MARKED.match(text, first, last)
    if not marked or not text[marked.end() : last].strip():
        return first
    above = text[max(0, first - _LONGEST_QUESTION) : first].rstrip()
    return marked.end() if is_question(above[above.rfind("\n") + 1 :]) else first


def _are_settings(block: str) -> bool:
    """Whether each line is one label with its value, or a comment."""
    labelled = [place[0] for place, _ in labelled_lines(block)]
    at = 0
    for line in block.split("\n"):
        is_labelled = any(at <= place <= at + len(line) for place in labelled)
        if line.strip() and not is_labelled and not _COMMENT.match(line):
            return False
        at += len(line) + 1
    return bool(labelled)
