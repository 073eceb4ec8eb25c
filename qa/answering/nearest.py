"""For a question without an answer: the passage that comes nearest, and its best sentence."""

from collections.abc import Callable, Sequence

from index.documents import Document
from index.language.base import Messages
from index.lines import LineKind, lines_near
from index.retrieval.passages import Passage
from qa.answering.answers import Nearest
from qa.answering.forms.clauses import sentence_at
from qa.answering.ranking import Candidate, RankedAnswer
from qa.reading.stems import stems_of

MAX_BEFORE = (
    1200  # a heading or the start of a sentence is shown if it is at most so many characters before the passage
)
LIKELY = 0.5  # "this may be it" needs this share of the confidence that an answer must have


def nearest_of(
    question: str,
    passages: Sequence[Passage],
    ranked: Sequence[RankedAnswer],
    threshold: float,
    document: Callable[[str], Document],
) -> Nearest | None:
    """The passage and sentence of the best candidate, or of the best one in the first passage's document.

    The best candidate is likely if its confidence is at least LIKELY of `threshold`, which an answer must have to be
    returned, and if the reader prefers it to no answer, or if it is in the document that retrieval puts first. One that
    is neither may be about anything. Without candidates it is the first passage; None without passages.
    """
    if not passages:
        return None
    best = ranked[0].candidates[0] if ranked else None
    in_first = _best_in(passages[0].document_id, ranked)
    likely = best is not None and (best.margin > 0 or best is in_first) and ranked[0].is_sure(LIKELY * threshold)
    if not likely:
        best = in_first
    passage = best.passage if best else passages[0]
    return _shown(passage, best, question, document(passage.document_id), likely=likely)


def _shown(passage: Passage, best: Candidate | None, question: str, source: Document, *, likely: bool) -> Nearest:
    """A passage from its heading on, or at least from the beginning of its best sentence."""
    if best:
        first, last = sentence_at(source.text, lines_near(source.text, best.start, best.end), best.start, best.end)
    else:
        first, last = _closest(question, source.text, passage.start, passage.end)
    starts = [heading.start for heading in source.headings_at(passage.start)[-1:]]
    if not source.text[first - 1 : first].isalnum():  # within a word it is cut off for its length
        starts.append(first)
    start = min([passage.start, *(each for each in starts if passage.start - each <= MAX_BEFORE)])
    first, last = max(first, start), min(last, passage.end)
    return Nearest(
        document_id=passage.document_id,
        title=source.title,
        section=source.section_at(first),
        start=start,
        end=passage.end,
        text=source.text[start : passage.end],
        sentence_start=first,
        sentence_end=last,
        sentence=source.text[first:last],
        likely=likely,
    )


def _best_in(document_id: str, ranked: Sequence[RankedAnswer]) -> Candidate | None:
    """The candidate with the best score in one document."""
    there = (each for answer in ranked for each in answer.candidates if each.passage.document_id == document_id)
    return max(there, key=lambda each: each.score, default=None)


def message_for(nearest: Nearest | None, messages: Messages) -> str:
    """One sentence that says what is shown instead of an answer."""
    if nearest is None:
        return messages.nothing_shown or messages.nothing_retrieved
    if not nearest.likely:
        return messages.unlikely_shown or messages.reader_null
    place = f"“{nearest.title}”" + (f", {nearest.section}" if nearest.section else "")
    return (messages.likely_shown or messages.below_threshold).format(place=place)


def _closest(question: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence of `[start, end)` that shares most stems with the question; the first of several equal ones.

    A heading counts one stem less, so that a sentence below it with as many is preferred.
    """
    lines = lines_near(text, start, end)
    asked, most = stems_of(question), -1
    best: tuple[int, int] | None = None
    at = start
    while at < end:
        while at < end and text[at].isspace():
            at += 1
        if at == end:
            break
        first, last = sentence_at(text, lines, at, at + 1)
        last = min(max(last, at + 1), end)
        is_heading = any(line.kind is LineKind.HEADING and line.start <= at <= line.end for line in lines)
        common = len(asked & stems_of(text[at:last])) - is_heading
        if common > most:
            best, most = (first, last), common
        at = last
    return best or (start, end)
