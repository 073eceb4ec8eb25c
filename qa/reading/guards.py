"""Parts of a passage that are never an answer: the question itself, a heading's number, page headers and the like.

A reader looks for words like the question's, so it often picks the same question as a heading in an FAQ. No span may
touch such closed ranges. If the reader's best span is the question in an FAQ, the best span below that replaces it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from index.language.english import ENGLISH
from index.versions import RELEASE
from qa.reading.answer_kinds import AnswerKind, kind_asked
from qa.reading.changes import asked_version
from qa.reading.codes import of_other_codes, spelled_as_in
from qa.reading.commented_settings import of_commented_settings
from qa.reading.comparisons import asked_for
from qa.reading.contrasts import of_contrasts
from qa.reading.dated_sections import of_other_dates
from qa.reading.default_values import asked_default
from qa.reading.denied_lists import asked_side, beside, of_denied_lists
from qa.reading.former_values import of_former_values
from qa.reading.labelled_values import asked_value
from qa.reading.measures import measure_asked, names_people
from qa.reading.named_lists import asked_list
from qa.reading.namesakes import of_namesakes
from qa.reading.opening_hours import asked_hours
from qa.reading.pointers import of_pointers
from qa.reading.role_holders import asked_holders
from qa.reading.shared_sentences import asked_share
from qa.reading.shortcodes import of_shortcodes
from qa.reading.spans import N_BEST, Reading, Span, Window, decode
from qa.reading.stems import stems_of
from qa.reading.table_cells import asked_cell
from qa.reading.versions import of_other_versions

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
# "5 In the club" above "5.1 House rules"
_CHAPTER_NUMBER = re.compile(r"^[ \t]*(\d{1,2})\.?[ \t]+(?=[A-Z])[^\n.!?]{2,80}$", re.MULTILINE)
_SECTION_NUMBER = re.compile(r"^[ \t]*(\d{1,2})\.\d{1,2}\.?[ \t]+(?=[A-Z])", re.MULTILINE)
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+\S")
_TITLED = re.compile(r"[ \t]*(?:#{1,6}[ \t]|\*\*|__|[*_]*q(?:uestion)?\s*\d*\s*[:.)])", re.IGNORECASE)
_QUESTION_MARKED = re.compile(r"^[\s#*_>-]*(?:\d+[.)]\s*)?(?:q(?:uestion)?\s*\d*\s*[:.)-]\s*)?", re.IGNORECASE)
ANSWER_MARKED = re.compile(r"[\s*_>]*(?:a(?:nswer)?\s*(?:\d+\s*)?[:.)-])[*_]*\s*", re.IGNORECASE)
_ANSWER_NUMBER = re.compile(r"[\s*_>]*a(?:nswer)?\s*(?:\d{1,3}\s*[:.)]|:)", re.IGNORECASE)  # "A7."
_FIRST_QUESTION = re.compile(r"[^.!?\n]{1,200}\?[*_\"”]{0,3}(?=[ \t]+\S)")
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

_SENTENCE_END = re.compile(r"(?<!\bNo)(?<!\bYes)[.!?](?=\s)|\n\s*\n")
_MAX_HEADING_CHARS = 100
_ENDS_IN_COUNT = re.compile(r"\d(?:[ ][^\W\d_]{1,20}){0,2}$")
_LONGEST_COUNT = 44  # characters
_COUNTED = re.compile(r"(?:[ ][^\W\d_]{1,20}(?![\w'’])){1,3}")
_SHORT_VALUE_WORDS = 4
CELL_MARGIN = 6.0  # logits; set by hand, its effect on the confidence is fitted
# What two like questions have in common: at least these shares of the stems of the one with fewer and with more
_LIKE = 0.6
_LIKE_LONGER = 0.4


@dataclass(frozen=True, slots=True)
class Guard:
    """What is known of a passage before it is decoded; all ranges are slices of its text, in characters.

    No span may touch a `closed` range. `faq` has a pair (question, text below it) for each question in the passage that
    is like the one asked. `cell` is the table cell that the question names by row and column, `value` what it names by
    its label, `item` the first of a list that it names by what stands above it.
    """

    closed: tuple[Range, ...]
    faq: tuple[tuple[Range, Range], ...]
    cell: Range | None = None
    value: Range | None = None
    item: Range | None = None


def decode_guarded(question: str, passage: str, windows: Iterable[Window], context: str = "") -> Reading:
    """As `decode`, without spans that are never an answer. `context` holds the title and headings above the passage.

    A cell or value that the question names comes first. Else, if the best span without any closed ranges is in the
    question of an FAQ, the best span of the text below comes first, with at least that score. Other spans are of the
    kind that the question asks for.
    """
    windows = list(windows)
    guard = guard_of(question, passage, context)
    reading = _of_kind(kind_asked(question), passage, _closed_to(windows, guard.closed) if guard.closed else windows)
    if guard.cell:
        return _with_cell(reading, guard.cell)
    if guard.value:
        return _with_value(question, passage, reading, windows, guard.value)
    best = decode(windows, n_best=1).spans
    for asked, answer in guard.faq:
        if best and _overlaps((best[0].start, best[0].end), asked):
            return _with_span_below(passage, reading, windows, answer, best[0].score)
    return _with_cell(reading, guard.item) if guard.item else reading


def guard_of(question: str, passage: str, context: str = "") -> Guard:
    """What can and can't answer the question in this passage.

    In "## 4.4 Storage", "4.4" is closed; a line "Page 3 of 9" is too. Asked "Where are the boats kept?", the line
    "## Where are boats kept?" is closed and, with the text below it, in `faq`.
    """
    closed: list[Range] = []
    faq: list[tuple[Range, Range]] = []
    stems = stems_of(question)
    for line in _LINE.finditer(passage):
        start, end = line.span()
        closed += ((start + first, start + last) for first, last in _marks(line[0]))
        if asked := _asked_in_line(stems, passage, start, end):
            closed.append(asked)
            if _are_like(stems, stems_of(passage[slice(*asked)])) and (below := _answer_to(passage, asked, end)):
                faq.append((asked, below))
        elif is_furniture(line[0]) or (_HEADING.match(line[0]) and _repeats(stems, line[0])):
            closed.append((start, end))
    closed.extend(_chapter_numbers(passage, context))
    closed.extend(_contradicted(passage))
    closed.extend(of_shortcodes(passage))
    closed.extend(of_commented_settings(question, passage))
    closed.extend(of_pointers(question, passage))
    closed.extend(of_contrasts(question, passage))
    closed.extend(of_denied_lists(question, passage))
    closed.extend(of_other_codes(question, passage, context))
    closed.extend(of_other_versions(question, passage, context))
    closed.extend(of_other_dates(question, passage, context))
    closed.extend(of_namesakes(question, passage, context))
    holders = asked_holders(question, passage, context)
    closed.extend(holders.names)
    spelled = spelled_as_in(question, passage, context)

    def is_open(place: Range | None) -> bool:
        return place is not None and not any(_overlaps(place, each) for each in closed)

    cell = holders.cell or asked_cell(spelled, passage, context)
    value = asked_version(question, passage, context) or asked_for(question, passage)
    share = None if value else asked_share(question, passage, context)
    value = value or (share[0] if share else None)
    value = value or asked_value(spelled, passage, context) or asked_hours(question, passage, context)
    value = value or asked_default(question, passage, context)
    side = asked_side(question, passage, context)
    item = side or asked_list(question, passage, context)
    places = [place if is_open(place) else None for place in (cell, value, item)]  # "£7 (previously £6)" stays whole
    closed.extend(of_former_values(question, passage))
    closed.extend(beside(question, passage, side) if side else ())
    closed.extend(share[1] if share else ())
    return Guard(tuple(closed), tuple(faq), *places)


def is_question(line: str) -> bool:
    """Whether a line is a single question, with a mark such as "##" or "Q1:" at most, as in an FAQ."""
    bare = _QUESTION_MARKED.sub("", line).strip(" \t*_#")
    return bare.endswith("?") and not re.search(r"[.!?]\s", bare[:-1]) and len(bare) < 200


def is_furniture(line: str) -> bool:
    """Whether a line is of the page and not of its text: "Page 3 of 9", "Back to top"."""
    return bool(_FURNITURE.match(line))


def _marks(line: str) -> Iterator[Range]:
    """The numbers that a line begins with, of a heading or of an answer: "4.4" of "## 4.4 Storage", "A7.".

    The version in "## 3.4.0 – 2026-04-28" is none.
    """
    number = _HEADING_NUMBER.match(line) or _PLAIN_HEADING_NUMBER.match(line)
    if number and len(line) < _MAX_HEADING_CHARS and not RELEASE.match(line):
        yield number.span(1)
    if answer := _ANSWER_NUMBER.match(line):
        yield answer.span()


def _chapter_numbers(passage: str, context: str) -> Iterator[Range]:
    """The numbers of headings that have numbered ones below them: "5" of "5 In the club" above "5.1 House rules"."""
    sections = {found[1] for found in _SECTION_NUMBER.finditer(f"{context}\n{passage}")}
    for found in _CHAPTER_NUMBER.finditer(passage):
        if found[1] in sections:
            yield found.span(1)


def _asked_in_line(stems: frozenset[str], passage: str, start: int, end: int) -> Range | None:
    """The question that a line is or begins with, if it is like the one asked or marked: "**Who pays?** The guest"."""
    if is_question(passage[start:end]):
        is_title = stands_alone(passage, start, end)
    elif first := _FIRST_QUESTION.match(passage, start, end):
        end, is_title = first.end(), bool(_TITLED.match(passage, start, end))
    else:
        return None
    return (start, end) if is_title or _are_like(stems, stems_of(passage[start:end])) else None


def _answer_to(passage: str, asked: Range, line_end: int) -> Range | None:
    """What follows a question: the rest of its line, without the mark of an answer, else the text below it."""
    if asked[1] == line_end:
        return _text_below(passage, line_end)
    marked = ANSWER_MARKED.match(passage, asked[1], line_end)
    start = marked.end() if marked else asked[1]
    return start + len(passage[start:line_end]) - len(passage[start:line_end].lstrip(" \t*_")), line_end


def stands_alone(passage: str, start: int, end: int) -> bool:
    """Whether a line is a heading or a paragraph by itself, not a list item or part of running text."""
    if _TITLED.match(passage, start, end):
        return True
    before, after = passage[:start].rstrip(" \t"), passage[end:].lstrip(" \t")
    is_item = bool(re.match(r"[ \t]*[-*+][ \t]", passage[start:end]))
    return not is_item and (not before or before.endswith("\n\n")) and (not after or after.startswith("\n\n"))


def _are_like(stems: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two questions, by their stems, ask the same: {boat, kept} and {boat, kept, winte}, with 2 of 2 and 3."""
    common = len(stems & others)
    shorter, longer = sorted((len(stems), len(others)))
    return bool(common) and common >= _LIKE * shorter and common >= _LIKE_LONGER * longer


def _repeats(stems: frozenset[str], heading: str) -> bool:
    """Whether at least half of a heading's stems are the question's too, so that it tells nothing new."""
    words = stems_of(heading)
    return not words or len(words & stems) * 2 >= len(words)


def _of_kind(kind: AnswerKind | None, passage: str, windows: Sequence[Window]) -> Reading:
    """The windows decoded, without spans that can't be of the kind: "How many boats?" isn't answered by "Teal".

    No kind is asked for by a question word alone, as "Who" of "Who pays?"; WHO is a name.
    """
    reading = decode(windows, n_best=N_BEST if kind is None else 4 * N_BEST)
    telling = (span for span in reading.spans if not _is_question_word(passage[span.start : span.end]))
    fitting = (span for span in telling if kind is None or kind.fits(_with_thing_counted(passage, span)))
    return replace(reading, spans=tuple(islice(fitting, N_BEST)))


def _is_question_word(words: str) -> bool:
    bare = words.strip(' \t*_#?:"“”')
    return bare.lower() in ENGLISH.follow_ups.question_words and not bare.isupper()


def _with_thing_counted(passage: str, span: Span) -> str:
    """The words of a span with what a number at its end counts: of "9" with " boats a day"."""
    is_count = _ENDS_IN_COUNT.search(passage, max(span.start, span.end - _LONGEST_COUNT), span.end)
    behind = _COUNTED.match(passage, span.end) if is_count else None
    return passage[span.start : behind.end() if behind else span.end]


def _text_below(passage: str, end: int) -> Range | None:
    """The text below a question that ends at `end`, up to the next question or heading; None if there is none."""
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
    """Quotations that the text right after them calls wrong: "“Boats may be kept outside” is wrong."."""
    for quoted in _QUOTED.finditer(passage):
        if _CONTRADICTED.match(passage, quoted.end()):
            yield quoted.span()


def _with_span_below(passage: str, reading: Reading, windows: Sequence[Window], answer: Range, score: float) -> Reading:
    """The reading with the best span within `answer` added, with at least `score`, the question's own.

    If that span doesn't reach the null score, the first sentence of `answer` is taken: in an FAQ, what follows the
    question is its answer.
    """
    inside = decode(_closed_to(windows, ((0, answer[0]), (answer[1], len(passage)))), n_best=1).spans
    if inside and inside[0].score >= reading.null_score:
        best = Span(inside[0].start, inside[0].end, max(inside[0].score, score))
    else:
        best = Span(answer[0], _sentence_end(passage, *answer), score)
    others = (span for span in reading.spans if not _overlaps((span.start, span.end), (best.start, best.end)))
    return replace(reading, spans=tuple(sorted((best, *others), key=lambda span: -span.score)))


def _with_cell(reading: Reading, cell: Range) -> Reading:
    """The reading with the cell first, at least CELL_MARGIN above the null score: readers are weak at tables."""
    best = Span(*cell, max([reading.null_score + CELL_MARGIN, *(span.score for span in reading.spans)]))
    others = (span for span in reading.spans if not _overlaps((span.start, span.end), cell))
    return replace(reading, spans=(best, *others))


def _with_value(question: str, passage: str, reading: Reading, windows: Sequence[Window], value: Range) -> Reading:
    """The reading with the value first, as `_with_cell` has a cell; of a long one the best span, if there is one.

    Those who were there are given all.
    """
    if names_people(question) and measure_asked(question).named:
        return _with_cell(reading, value)
    inside = decode(_closed_to(windows, ((0, value[0]), (value[1], len(passage)))), n_best=1).spans
    is_short = len(passage[slice(*value)].split()) <= _SHORT_VALUE_WORDS
    place = (
        value if is_short or not inside or inside[0].score < reading.null_score else (inside[0].start, inside[0].end)
    )
    return _with_cell(reading, place)


def _sentence_end(passage: str, start: int, end: int) -> int:
    """Where the first sentence of `[start, end)` ends, without its full stop."""
    mark = _SENTENCE_END.search(passage, start, end)
    stop = mark.start() if mark else end
    return start + len(passage[start:stop].rstrip(" .\n\t"))


def _closed_to(windows: Iterable[Window], ranges: Sequence[Range]) -> list[Window]:
    """The windows with these ranges of the passage's text closed: no span begins, ends or lies across there.

    A closed token gets no word, and each one adds 1 to the paragraph index after it, so that spans can't cross it:

        token           Who    pays   ?      Members    (the question is closed)
        words           0      1      2      3       →  -1  -1  -1  3
        paragraphs      0      0      0      0       →   1   2   3  3
    """
    closed = []
    for window in windows:
        inside = _within(window, ranges)
        words, paragraphs = np.where(inside, -1, window.words), window.paragraphs + np.cumsum(inside)
        closed.append(replace(window, words=words, paragraphs=paragraphs))
    return closed


def _within(window: Window, ranges: Sequence[Range]) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """(tokens,): whether each token touches one of the ranges."""
    inside = np.zeros(len(window.words), dtype=bool)
    for start, end in ranges:
        inside |= (window.offsets[:, 0] < end) & (window.offsets[:, 1] > start)
    return inside


def _overlaps(one: Range, other: Range) -> bool:
    return one[0] < other[1] and other[0] < one[1]
