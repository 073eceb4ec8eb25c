"""What somebody said of an answer → `Feedback` that can be kept: spans sliced from their documents, words looked up."""

import re

from index.documents import Document
from index.errors import FeedbackError
from index.feedback import Feedback, KeptSpan, NoAnswer, Span, SubmittedFeedback, Words
from index.storage.base import Filter, View
from qa.answering.questions import checked
from qa.feedback.anchoring import nearest, occurrences
from qa.urls import CONTEXT_CHARS

MAX_SPAN_CHARS = 1000
_SEARCHED_CHUNKS = 20  # words that stand in more are not those of one place


def check(view: View, said: SubmittedFeedback) -> Feedback:
    """The feedback with its spans quoted and, where they stand in one place, its words located.

    Raises FeedbackError for a span that isn't in its document or a verdict that contradicts itself, NotFoundError for
    an unknown document, QuestionError for a question that can't be asked.
    """
    if said.verdict == "right" and said.correction:
        raise FeedbackError("The verdict is right, so there is nothing to correct: leave correction out, or say wrong.")
    if said.verdict == "wrong" and said.answer is None and isinstance(said.correction, NoAnswer):
        raise FeedbackError("No answer was given, and none is right: leave correction out and say right.")
    question = checked(said.question)
    answer = _quoted(view, said.collection, "answer", said.answer) if said.answer else None
    correction: KeptSpan | Words | NoAnswer | None
    if isinstance(said.correction, Span):
        correction = _quoted(view, said.collection, "correction", said.correction)
    elif isinstance(said.correction, Words):
        correction = locate(view, said.collection, said.correction, answer)
    else:
        correction = said.correction
    return Feedback(said.collection, question, said.answer_id, said.verdict, answer, correction)


def _quoted(view: View, collection: str, field: str, span: Span) -> KeptSpan:
    document = view.document(span.document_id, collection)
    place = f"{field} is [{span.start}:{span.end}] of {span.document_id!r}"
    if not 0 <= span.start < span.end <= len(document.text):
        raise FeedbackError(f"{place}, which has {len(document.text)} characters: give offsets within it.")
    if span.end - span.start > MAX_SPAN_CHARS:
        raise FeedbackError(f"{place}, {span.end - span.start} characters: at most {MAX_SPAN_CHARS} are an answer.")
    if not document.text[span.start : span.end].strip():
        raise FeedbackError(f"{place}, where nothing but white space stands: give offsets of words.")
    kept = _kept(document, span.start, span.end)
    if span.exact not in (None, kept.exact):
        there, said = kept.exact[:80], str(span.exact)[:80]
        raise FeedbackError(f"{place}, where {there!r} stands and not {said!r}: the document has changed, ask again.")
    return kept


def locate(view: View, collection: str, words: Words, judged: KeptSpan | None) -> KeptSpan | Words:
    """Where words stand: in the judged answer's document, nearest to it; else in the one place of the collection.

    Words that stand in no document, or in several places, come back as they are.
    """
    if judged and view.sha256(judged.document_id, collection):
        document = view.document(judged.document_id, collection)
        if places := occurrences(document.text, words.text):
            return _kept(document, *nearest(places, judged.start))
    found = [
        _kept(document, *place)
        for document in _with_words(view, collection, words.text)
        for place in occurrences(document.text, words.text)
    ]
    as_written = [span for span in found if span.exact == words.text.strip()]
    candidates = as_written or found
    return candidates[0] if len(candidates) == 1 else words


def _with_words(view: View, collection: str, words: str) -> list[Document]:
    """Documents that may have these words one after another; none if they are in too many chunks to look at."""
    keys = view.with_phrase(re.findall(r"\w+", words), Filter(collection), _SEARCHED_CHUNKS)
    if len(keys) == _SEARCHED_CHUNKS:
        return []
    ids = {chunk.document_id for chunk in view.chunks(keys).values()}
    return [view.document(document_id, collection) for document_id in sorted(ids)]


def _kept(document: Document, start: int, end: int) -> KeptSpan:
    return KeptSpan(
        document.id,
        document.sha256,
        start,
        end,
        prefix=document.text[max(0, start - CONTEXT_CHARS) : start],
        exact=document.text[start:end],
        suffix=document.text[end : end + CONTEXT_CHARS],
    )
