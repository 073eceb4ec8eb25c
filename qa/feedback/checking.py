"""Check feedback as sent → `Feedback` to store: spans are quoted from their documents, words are located."""

import re

from index.documents import Document
from index.errors import FeedbackError
from index.feedback import MAX_COMMENT_CHARS, Feedback, KeptSpan, NoAnswer, Span, SubmittedFeedback, Words
from index.storage.base import Filter, View
from qa.answering.questions import checked
from qa.feedback.anchoring import nearest, occurrences
from qa.urls import CONTEXT_CHARS

MAX_SPAN_CHARS = 1000
_SEARCHED_CHUNKS = 20  # words found in more chunks occur in several places


def check(view: View, sent: SubmittedFeedback) -> Feedback:
    """The feedback with its spans quoted and, if they occur in one place, its words located.

    Raises FeedbackError for a span outside of its document, a verdict that contradicts the correction or the reason,
    and too long a comment, NotFoundError for an unknown document, and QuestionError for an invalid question.
    """
    if sent.verdict == "right" and sent.correction:
        raise FeedbackError("The verdict is right, so there is nothing to correct: leave correction out, or say wrong.")
    if sent.verdict == "wrong" and sent.answer is None and isinstance(sent.correction, NoAnswer):
        raise FeedbackError("No answer was given, and none is right: leave correction out and say right.")
    if sent.verdict == "right" and sent.reason:
        raise FeedbackError(f"What is {sent.reason} isn't right: say wrong, or leave reason out.")
    comment = (sent.comment or "").strip() or None
    if comment and len(comment) > MAX_COMMENT_CHARS:
        raise FeedbackError(f"The comment has {len(comment)} characters: at most {MAX_COMMENT_CHARS} are kept.")
    question = checked(sent.question)
    answer = _quoted(view, sent.collection, "answer", sent.answer) if sent.answer else None
    correction: KeptSpan | Words | NoAnswer | None
    if isinstance(sent.correction, Span):
        correction = _quoted(view, sent.collection, "correction", sent.correction)
    elif isinstance(sent.correction, Words):
        correction = locate(view, sent.collection, sent.correction, answer)
    else:
        correction = sent.correction
    return Feedback(sent.collection, question, sent.answer_id, sent.verdict, answer, correction, sent.reason, comment)


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
        actual, expected = kept.exact[:80], str(span.exact)[:80]
        raise FeedbackError(
            f"{place}, where {actual!r} stands and not {expected!r}: the document has changed, ask again."
        )
    return kept


def locate(view: View, collection: str, words: Words, judged: KeptSpan | None) -> KeptSpan | Words:
    """The place of words in the judged answer's document, nearest to the answer; else the only place in the collection.

    Words that occur nowhere, or in several places, are returned as they are.
    """
    if judged and view.sha256(judged.document_id, collection):
        document = view.document(judged.document_id, collection)
        if places := occurrences(document.text, words.text):
            return _kept(document, *nearest(places, judged.start))
    spans = [
        _kept(document, *place)
        for document in _with_words(view, collection, words.text)
        for place in occurrences(document.text, words.text)
    ]
    as_written = [span for span in spans if span.exact == words.text.strip()]
    candidates = as_written or spans
    return candidates[0] if len(candidates) == 1 else words


def _with_words(view: View, collection: str, words: str) -> list[Document]:
    """Documents that may contain these words in a row; none if too many chunks contain them."""
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
