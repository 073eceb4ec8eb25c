"""Whether what is given is cited from the right place, and how well cited and gold words agree."""

import re
from collections.abc import Sequence
from typing import Any

from qa.evaluation.answer_metrics import mean
from qa.evaluation.datasets.dataset import Gold, has_words
from qa.evaluation.rows import Passage, Place, Row

Words = set[tuple[str, int]]  # (document id, character at which a word begins)
_WORD = re.compile(r"\w+")


def citation_metrics(rows: Sequence[Row]) -> dict[str, Any]:
    """Of the answers given, all 0 to 1.

    `in_gold_passage`: of those to answerable questions, the share whose first citation lies in a gold document, and,
    where its place is known, in a passage that holds the gold answer. `mean_iou`: of the characters of the first
    citation and the best gold place, intersection over union. `words`: precision, recall and F1 over the words of all
    rows' citations and gold places, as in the ACL-Verbatim benchmark, with the gold that has most in common.
    """
    given = [row for row in rows if row.answer and row.answerable]
    placed = [row for row in given if _placed(row)]
    return {
        "in_gold_passage": mean([_in_gold_passage(row) for row in given]),
        "mean_iou": mean([_best_iou(row) for row in placed]),
        "words": word_metrics([row for row in rows if _placed(row) or not row.answerable]),
    }


def word_metrics(rows: Sequence[Row]) -> dict[str, float | None]:
    """Micro-averaged: a word is predicted if a citation of the answer given covers it, gold if a gold place does."""
    both = predicted_count = gold_count = 0
    for row in rows:
        predicted = _cited_words(row)
        golds = [_words(place, gold.text) for gold, place in _placed(row)]
        gold = max(golds, key=lambda words: (len(words & predicted), -len(words)), default=set())
        both += len(predicted & gold)
        predicted_count += len(predicted)
        gold_count += len(gold)
    return {
        "precision": _ratio(both, predicted_count),
        "recall": _ratio(both, gold_count),
        "f1": _ratio(2 * both, predicted_count + gold_count),
    }


def _placed(row: Row) -> list[tuple[Gold, Place]]:
    """The gold answers whose place is known."""
    return [
        (gold, Place(gold.document_id, gold.start, gold.end))
        for gold in row.golds
        if gold.document_id is not None and gold.start is not None and gold.end is not None
    ]


def _citations(row: Row) -> tuple[Place, ...]:
    return row.candidates[0].citations if row.answer else ()


def _cited_words(row: Row) -> Words:
    words: Words = set()
    for cited in _citations(row):
        passage = next((passage for passage in row.passages if _within(cited, passage)), None)
        if passage:
            words |= _words(cited, passage.text[cited.start - passage.start : cited.end - passage.start])
    return words


def _words(place: Place, text: str) -> Words:
    return {(place.document_id, place.start + word.start()) for word in _WORD.finditer(text)}


def _in_gold_passage(row: Row) -> bool:
    cited = _citations(row)[0]
    passages = [passage for passage in row.passages if _within(cited, passage)]
    if any(_within(gold, passage) for _, gold in _placed(row) for passage in passages):
        return True
    unplaced = [gold for gold in row.golds if gold.start is None]
    return any(
        gold.document_id == cited.document_id
        or (gold.document_id is None and any(has_words(passage.text, gold.text) for passage in passages))
        for gold in unplaced
    )


def _best_iou(row: Row) -> float:
    return max(_iou(_citations(row)[0], gold) for _, gold in _placed(row))


def _iou(one: Place, other: Place) -> float:
    if one.document_id != other.document_id:
        return 0.0
    both = max(0, min(one.end, other.end) - max(one.start, other.start))
    return both / (one.end - one.start + other.end - other.start - both)


def _within(inner: Place, outer: Place | Passage) -> bool:
    return inner.document_id == outer.document_id and outer.start <= inner.start and inner.end <= outer.end


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
