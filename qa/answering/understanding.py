"""A question as it was typed → as it is understood: what to search for, what to read with; and the passages for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

from index.language.base import Language
from index.retrieval.fusion import FUSED
from index.retrieval.passages import Passage
from index.retrieval.retriever import Retriever
from index.retrieval.spelling import correct
from index.storage.base import Filter, View
from qa.answering.ellipsis import completed
from qa.answering.follow_up import in_doubt, rewrite, with_question_before
from qa.answering.questions import Turn, require_unicode


@dataclass(frozen=True, slots=True)
class Query:
    """A question as understood: `searched` may begin with earlier questions, `read` is the question alone.

    `also` is the question with the one before it, where it may be a follow-up or not; else None.
    """

    searched: str
    read: str
    also: str | None = None


def understood(
    retriever: Retriever, view: View, question: str, where: Filter, history: Sequence[Turn], language: Language
) -> Query:
    """The question made whole and with mistyped words corrected, for the search with the earlier ones it refers to."""
    whole = completed(question, history, language)
    question = whole or question
    searched = whole or rewrite(question, history, language) or question
    also = None
    if history and not whole and searched == question and in_doubt(question, language):
        also = with_question_before(question, history)
    require_unicode(also or searched, "An earlier question")
    corrections = retriever.corrections(view, searched, where)
    also = also and correct(also, corrections)
    return Query(correct(searched, corrections), correct(question, corrections), also)


def passages_for(retriever: Retriever, view: View, query: Query, where: Filter, top_k: int) -> list[Passage]:
    """The best `top_k` passages for a query; for one that may be a follow-up, of both its meanings in turn."""
    passages = retriever.retrieve(view, query.searched, where, top_k)
    if query.also is None:
        return passages
    return _in_turn(passages, retriever.retrieve(view, query.also, where, top_k), top_k)


def _in_turn(passages: Sequence[Passage], others: Sequence[Passage], top_k: int) -> list[Passage]:
    """The best `top_k` of two lists, one from each in turn, without repeats.

    The longer question has more words to match, so its scores are moved until the best of both lists are equal. A
    passage in both lists has its higher score.
    """
    ahead = passages[0].signal(FUSED) - others[0].signal(FUSED) if passages and others else 0.0
    moved = [replace(each, signals={**each.signals, FUSED: each.signal(FUSED) + ahead}) for each in others]
    best: dict[tuple[str, int], Passage] = {}
    for passage in filter(None, chain.from_iterable(zip_longest(passages, moved))):
        place = passage.document_id, passage.start
        if place not in best:
            best[place] = passage
        elif passage.signal(FUSED) > best[place].signal(FUSED):
            best[place] = replace(best[place], signals=passage.signals)
    in_order = sorted(list(best.values())[:top_k], key=lambda passage: -passage.signal(FUSED))
    return [replace(passage, rank=rank) for rank, passage in enumerate(in_order, start=1)]
