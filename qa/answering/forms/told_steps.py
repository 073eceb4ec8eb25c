"""The steps that sentences tell, for a question on how something is done: "First unplug it. Then rinse the tray."."""

import re
from collections.abc import Sequence
from itertools import pairwise

from index.lines import Line, LineKind, line_at
from qa.answering.forms.clauses import sentence_at, sentence_ends
from qa.answering.forms.form import Form, Part, Shape
from qa.answering.forms.steps import words_above
from qa.reading.stems import stems_of, stems_with_verbs

Range = tuple[int, int]

# "First unplug it, then remove the tray, and finally rinse it."
_OPENS = re.compile(
    r"first(?:ly)?,?\s(?!(?:[\w'’-]{1,30}\s){1,3}(?:is|are|was|were|has|have|had|will|can|may|must)\b)", re.IGNORECASE
)
_GOES_ON = re.compile(
    r"[,;]\s(?:and\s)?(?:then|next|after that|afterwards|finally|lastly),?\s|\sand\s(?:then|finally|lastly),?\s",
    re.IGNORECASE,
)
# "To clean the machine, first unplug it. Then remove the tray. When it is dry, put it back. Finally, plug it in."
_FIRST = re.compile(
    rf"(?:(?:to|for|when|if|before|in order to)\b[^,.!?\n]{{3,100}},\s)?{_OPENS.pattern}|"
    r"(?:to (?:begin|start)(?: with)?,?|(?:begin|start) by)\s",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"(?:(?:second|third|fourth|last)(?:ly)?,\s|(?:then|next(?!\s(?:to|year|week|month|day|door|time)\b)|after that|"
    r"after this|afterwards|finally|lastly|in the end)(?:,\s|\s(?!(?:[\w'’-]{1,30}\s){0,2}(?:was|were|had|came)\b)))",
    re.IGNORECASE,
)
_ONCE = re.compile(r"(?:once|when|as soon as|after)\s[^,.!?\n]{3,100},\s", re.IGNORECASE)
_FEWEST_WORDS = 2  # of a step
_MOST_UNMARKED = 2  # sentences between those that begin with such words
_REACH = 1_500  # characters on either side of a span
_MAX_STEPS = 30


def told_steps(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Shape | None:
    """The steps that the sentence around `[start, end)`, or those around it, tell with "first" and "then"; else None.

    It is None, too, where the question has more in common with the one step than with what all of them are for.
    """
    return _within_sentence(text, lines, start, end) or _in_sentences(question, text, lines, start, end)


def _within_sentence(text: str, lines: Sequence[Line], start: int, end: int) -> Shape | None:
    first, last = sentence_at(text, lines, start, end)
    opening = _OPENS.match(text, first, last)
    marks = list(_GOES_ON.finditer(text, first, last))
    if not opening or not marks or end > last:
        return None
    stop = first + len(text[first:last].rstrip(" .!\n"))
    starts, ends = [opening.end(), *(mark.end() for mark in marks)], [*(mark.start() for mark in marks), stop]
    return _shape(text, list(zip(starts, ends, strict=True)))


def _in_sentences(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Shape | None:
    """The steps of which each is a sentence, from the first up to the last that begins with "then" or the like."""
    sentences = _sentences(text, lines, start, end)
    own = next((i for i, (_, last) in enumerate(sentences) if start < last), None)
    if own is None or end > sentences[-1][1]:
        return None
    told = _run(text, sentences, own)
    if told is None:
        return None
    first, last = told
    above = (
        f"{words_above(text, lines, line_at(lines, sentences[first][0]))} {text[slice(*sentences[max(0, first - 1)])]}"
    )
    asked = stems_of(question)
    on_all = asked & stems_with_verbs(f"{above} {text[slice(*sentences[first])]}")
    if own != first and len(asked & stems_of(text[slice(*sentences[own])])) > len(on_all):
        return None
    return _shape(text, [(_begin(text, *sentence), sentence[1]) for sentence in sentences[first : last + 1]])


def _sentences(text: str, lines: Sequence[Line], start: int, end: int) -> list[Range]:
    """The sentences of the paragraphs around `[start, end)`, down to a heading, a list or the like on either side.

    A paragraph is taken together with the one above it only if it begins with "then", "once it is dry" or the like.
    """
    number = line_at(lines, start)
    if lines[number].kind is not LineKind.TEXT:
        return []
    first = last = number
    while first > 0 and _belongs(text, lines, first - 1, first) and lines[first - 1].start > start - _REACH:
        first -= 1
    while last + 1 < len(lines) and _belongs(text, lines, last + 1, last + 1) and lines[last + 1].end < end + _REACH:
        last += 1
    edges: list[int] = []
    for line, following in pairwise([*lines[first : last + 1], None]):
        if line and (following is None or following.kind is LineKind.BLANK):
            edges.append(line.end)
    floor, ceiling = max(lines[first].content, start - _REACH), min(lines[last].end, end + _REACH)
    inner = [*edges, *sentence_ends(text, floor, ceiling)]
    cuts = sorted({lines[first].content, lines[last].end, *(cut for cut in inner if floor < cut < ceiling)})
    return [_stripped(text, *cut) for cut in pairwise(cuts) if text[slice(*cut)].strip()]


def _belongs(text: str, lines: Sequence[Line], at: int, below: int) -> bool:
    """Whether line `at` is of a paragraph, or parts two; then line `below`, or that behind it, goes on with steps."""
    if lines[at].kind is LineKind.BLANK:
        below = next((i for i in range(below, len(lines)) if lines[i].kind is not LineKind.BLANK), below)
        goes_on = _NEXT.match(text, lines[below].content) or _ONCE.match(text, lines[below].content)
        return lines[below].kind is LineKind.TEXT and bool(goes_on)
    return lines[at].kind is LineKind.TEXT


def _run(text: str, sentences: Sequence[Range], own: int) -> Range | None:
    """The indices of the first and last sentence that tell steps, with that of the span among them; else None.

    0 Unplug it.  1 Then rinse the tray.  2 Mind the edge.  3 Finally, dry it.  4 It lasts for years.

    For any of 0 to 3 that is (0, 3): 1 and 3 are marked, 2 stands between them, and 0 is what 1 goes on from.
    """
    marked = [i for i, sentence in enumerate(sentences) if _NEXT.match(text, *sentence)]
    opened = [i for i, sentence in enumerate(sentences) if _FIRST.match(text, *sentence)]
    runs: list[list[int]] = []
    for i in sorted({*marked, *opened}):
        if i in opened or not runs or i - runs[-1][-1] > _MOST_UNMARKED + 1:
            runs.append([i])
        else:
            runs[-1].append(i)
    for run in runs:
        begins_before = run[0] not in opened and run[0] > 0
        first, last = run[0] - begins_before, run[-1]
        if len(run) > 1 and first <= own <= last:
            return first, last
    return None


def _begin(text: str, start: int, end: int) -> int:
    """Where a step begins, behind "first", "then" and the like."""
    mark = _FIRST.match(text, start, end) or _NEXT.match(text, start, end)
    return mark.end() if mark else start


def _stripped(text: str, start: int, end: int) -> Range:
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), start + len(words.rstrip(" .!\n"))


def _shape(text: str, places: Sequence[Range]) -> Shape | None:
    parts = tuple(Part(first, last, text[first:last]) for first, last in places[:_MAX_STEPS])
    is_each_one = all(len(part.text.split()) >= _FEWEST_WORDS for part in parts)
    return Shape(Form.STEPS, parts[0].start, parts[-1].end, parts) if is_each_one else None
