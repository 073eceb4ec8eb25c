"""Export feedback as questions in SQuAD's layout, for `quoth evaluate` and `quoth calibrate`.

Each document is one whole paragraph, so that the offsets of right answers hold.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from index.documents import Document
from index.feedback import Feedback, KeptFeedback, KeptSpan, Words
from index.storage.base import View
from qa.feedback.anchoring import Offsets, locate_again
from qa.feedback.checking import locate

_TAKEN_BACK = "taken back by what was said later"
MAX_TITLE_CHARS = 400  # leaves room for the suffix that makes it a document id


@dataclass(frozen=True, slots=True)
class Export:
    """The file's content, the number of its questions, and the feedback left out: reason → number."""

    content: dict[str, Any]
    questions: int
    left_out: dict[str, int]


@dataclass(slots=True)
class _Asked:
    """A question and the `places` of its right answers in `document`; without any, it has no answer."""

    id: int
    question: str
    document: str
    places: list[Offsets]


_Questions = dict[str, dict[str, _Asked]]  # question → document → right answers


class _LeftOut(Exception):  # noqa: N818  # not an error: the export goes on without it
    """Raised with the reason why feedback can't be exported."""


def export(view: View, collection: str, *, all_documents: bool = False) -> Export:
    """The feedback on a collection; with `all_documents`, the file also has documents that no question is about.

    The last feedback on an answer counts, and also the last on whether a question has an answer at all. Spans are
    located again in documents that have changed, if that is certain.
    """
    all_feedback = view.feedback(collection)
    last = _last_of_each(all_feedback)
    left_out = Counter({_TAKEN_BACK: len(all_feedback) - len(last)})
    by_question: _Questions = {}
    for kept in last:
        try:
            document, place = _right(view, kept.feedback)
        except _LeftOut as reason:
            left_out[str(reason)] += 1
            continue
        _add(by_question, kept, document, place, left_out)
    asked = [one for same in by_question.values() for one in same.values()]
    documents = _documents(view, collection, asked, all_documents=all_documents)
    return Export(_layout(documents, asked), len(asked), dict(+left_out))


def _last_of_each(all_feedback: Iterable[KeptFeedback]) -> list[KeptFeedback]:
    last: dict[tuple[str, str], KeptFeedback] = {}
    for kept in all_feedback:
        about = (kept.feedback.answer_id, kept.feedback.question)
        last.pop(about, None)  # so that the order is that of the last feedback
        last[about] = kept
    return list(last.values())


def _right(view: View, feedback: Feedback) -> tuple[str, Offsets | None]:
    """(document id, place of the right answer; None if the question has no answer). Raises _LeftOut."""
    right = feedback.answer if feedback.verdict == "right" else feedback.correction
    if isinstance(right, Words):
        right = locate(view, feedback.collection, right, feedback.answer)
    if isinstance(right, Words):
        raise _LeftOut("corrected in words that stand in no document, or in several places")
    if isinstance(right, KeptSpan):
        return right.document_id, _place(view, feedback.collection, right)
    if right is None and feedback.verdict == "wrong":
        raise _LeftOut("wrong, and nobody said what is right")
    return _without_answer(view, feedback), None


def _place(view: View, collection: str, span: KeptSpan) -> Offsets:
    if view.sha256(span.document_id, collection) is None:
        raise _LeftOut("about a document that is gone")
    place = locate_again(view.document(span.document_id, collection).text, span)
    if place is None:
        raise _LeftOut("about words that no longer stand in their document, or not in one place")
    return place


def _without_answer(view: View, feedback: Feedback) -> str:
    """The document for a question without an answer: the one it was wrongly answered from, else the first."""
    judged = feedback.answer.document_id if feedback.answer else None
    if judged is not None and view.sha256(judged, feedback.collection):
        return judged
    for summary in view.summaries(feedback.collection, limit=1):
        return summary.id
    raise _LeftOut("about a document that is gone")


def _add(asked: _Questions, kept: KeptFeedback, document: str, place: Offsets | None, left_out: Counter[str]) -> None:
    """Merge feedback with earlier feedback on the same question."""
    same = asked.setdefault(kept.feedback.question, {})
    if same and any(one.places for one in same.values()) != (place is not None):
        left_out[_TAKEN_BACK] += len(same)
        same.clear()
    known = next(iter(same.values()), None) if place is None else same.get(document)
    if known is None:
        same[document] = _Asked(kept.id, kept.feedback.question, document, [] if place is None else [place])
    elif place is None or place in known.places:
        left_out["said before"] += 1
    else:
        known.places.append(place)


def _documents(view: View, collection: str, asked: Iterable[_Asked], *, all_documents: bool) -> list[Document]:
    ids = dict.fromkeys(one.document for one in asked)
    if all_documents:
        ids |= dict.fromkeys(summary.id for summary in view.summaries(collection))
    return [view.document(document_id, collection) for document_id in sorted(ids)]


def _layout(documents: Iterable[Document], asked: Iterable[_Asked]) -> dict[str, Any]:
    """SQuAD 2.0's JSON. Documents of one title are paragraphs of one article, because titles are unique there."""
    of_document: dict[str, list[_Asked]] = {}
    for one in asked:
        of_document.setdefault(one.document, []).append(one)
    articles: dict[str, list[dict[str, Any]]] = {}
    for document in documents:
        qas = [_question(one, document.text) for one in of_document.get(document.id, [])]
        paragraph = {"context": document.text, "document_id": document.id, "qas": qas}
        articles.setdefault(_title(document), []).append(paragraph)
    return {"version": "v2.0", "data": [{"title": t, "paragraphs": paragraphs} for t, paragraphs in articles.items()]}


def _question(asked: _Asked, text: str) -> dict[str, Any]:
    answers = [{"text": text[start:end], "answer_start": start} for start, end in asked.places]
    return {"id": str(asked.id), "question": asked.question, "is_impossible": not answers, "answers": answers}


def _title(document: Document) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in document.title)
    return (" ".join(printable.split()) or document.id)[:MAX_TITLE_CHARS]
