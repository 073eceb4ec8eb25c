"""For a question without an answer: the passage that comes nearest, and its best sentence."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from index.documents import Document
from index.language.base import Messages
from index.retrieval.passages import Passage
from qa.answering.answers import Nearest
from qa.answering.nearest_sentence import most_like, sentence_around
from qa.answering.own_headings import below_own_heading
from qa.answering.ranking import Candidate, RankedAnswer
from qa.reading.guards import is_question, stands_alone

Range = tuple[int, int]

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

    What stands below the question's own heading comes before any candidate, and is likely.

    The best candidate is likely if its confidence is at least LIKELY of `threshold`, which an answer must have to be
    returned, and if the reader prefers it to no answer, or if it is in the document that retrieval puts first. One that
    is neither may be about anything. Without candidates it is the first passage; None without passages.
    """
    if not passages:
        return None
    for passage in passages:
        if place := below_own_heading(question, passage, document):
            return _shown(passage, place, document(passage.document_id), likely=True)
    best = ranked[0].candidates[0] if ranked else None
    in_first = _best_in(passages[0].document_id, ranked)
    likely = best is not None and (best.margin > 0 or best is in_first) and ranked[0].is_sure(LIKELY * threshold)
    if not likely:
        best = in_first
    passage = best.passage if best else passages[0]
    source = document(passage.document_id)
    place = sentence_around(source, best.start, best.end) if best else most_like(question, source, passage)
    return _shown(passage, place, source, likely=likely)


def _shown(passage: Passage, sentence: Range, source: Document, *, likely: bool) -> Nearest:
    """A passage from the section of its best sentence on, or at least from the beginning of that."""
    first, last = sentence
    section = section_start(source, first)
    start = passage.start if section is None or passage.start - section > MAX_BEFORE else section
    is_whole = not source.text[first - 1 : first].isalnum()  # within a word it is cut off for its length
    if first < start and is_whole and start - first <= MAX_BEFORE:
        start = first
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


def section_start(source: Document, place: int) -> int | None:
    """Where the section that holds `place` begins, or the question of an FAQ that is answered there; None in neither.

    A heading right below another one begins with that: "## Sauna" above "### Prices".
    """
    path = source.headings_at(place)
    start = path[-1].start if path else None
    for above, below in reversed(list(pairwise(path))):
        if _is_bare(source.text[above.start : below.start]):
            start = above.start
        else:
            break
    return _question_above(source.text, start or 0, place) or start


def _is_bare(section: str) -> bool:
    """Whether a section is nothing but its heading, with a line of marks below at most."""
    return not any(map(str.isalnum, section.partition("\n")[2]))


def _question_above(text: str, start: int, place: int) -> int | None:
    """Where the last line between `start` and `place` begins that is a question by itself."""
    end = text.rfind("\n", start, place)
    while end > start and place - end <= MAX_BEFORE:
        begin = text.rfind("\n", start, end) + 1 or start
        if is_question(text[begin:end]) and stands_alone(text, begin, end):
            return begin
        end = begin - 1
    return None


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
    section = nearest.section if nearest.section != nearest.title else None
    place = f"“{nearest.title}”" + (f", {section}" if section else "")
    message = (messages.likely_shown or messages.below_threshold).format(place=place)
    return message.removesuffix(".") if message.endswith(("?.", "!.", "..")) else message
