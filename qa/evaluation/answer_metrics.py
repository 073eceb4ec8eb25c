"""Metrics of the answers: EM and F1, abstention, the effect of other confidence thresholds, citations.

EM and F1 are in percent. The best thresholds are computed as in the official script of SQuAD 2.0.
"""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Literal

import numpy as np

from qa.evaluation.datasets.dataset import Gold, has_words
from qa.evaluation.rows import Floats, Passage, Place, Row, column

PRECISIONS = ("0.70", "0.80", "0.90", "0.95")

Score = Literal["best_em", "best_f1"]
Words = set[tuple[str, int]]  # (document id, character at which a word begins)
_WORD = re.compile(r"\w+")


def answer_metrics(rows: Sequence[Row]) -> dict[str, Any]:
    """EM and F1 of all rows, of the answerable ones and of the unanswerable ones, and the best over all thresholds.

    `first_f1` is the F1 of the first candidates of the answerable rows, shown or not; `first_f1_where_read` counts only
    rows where a passage read holds the answer. The best values are None if any row lacks a confidence.
    """
    best_em, em_threshold = _best(rows, "best_em")
    best_f1, f1_threshold = _best(rows, "best_f1")
    with_answer = [row for row in rows if row.answerable]
    return {
        "em": percent(rows, "em"),
        "f1": percent(rows, "f1"),
        "has_ans": _part(with_answer),
        "no_ans": _part([row for row in rows if not row.answerable]),
        "first_f1": percent(with_answer, "best_f1"),
        "first_f1_where_read": percent([row for row in with_answer if row.gold_read], "best_f1"),
        "best_f1": best_f1,
        "best_f1_threshold": f1_threshold,
        "best_em": best_em,
        "best_em_threshold": em_threshold,
    }


def are_calibrated(rows: Sequence[Row]) -> bool:
    """Whether every row has a confidence, so that a threshold can be chosen."""
    return all(row.confidence is not None for row in rows)


def best_by_threshold(
    score: Floats, confidence: Floats, answerable: Sequence[bool], proposed: Sequence[bool]
) -> tuple[float, float]:
    """(highest mean of `score` in percent, the threshold that reaches it), as SQuAD's `find_best_thresh` computes them.

    All arguments have the shape (questions,): `score` in [0, 1] is that of the first candidate, `proposed` says whether
    there is one. The script's probability of no answer is 1 - confidence here. As in the script, showing no answer at
    all scores 1 for each unanswerable question. Answers are then added one by one, most confident first, ties in their
    order: each adds its score, or takes 1 away if the question is unanswerable. The first of equal totals wins; if no
    total beats showing none, the threshold is 1.0.

    Scores 1 and 0.5 at confidences 0.9 and 0.6, and an unanswerable question at 0.8: the totals are 1 (none shown),
    2, 1, 1.5, so the best is 2/3 = 66.6667 at threshold 0.9.
    """
    order = np.argsort(-confidence, kind="stable")
    gains = np.where(answerable, score, -np.asarray(proposed, dtype=float))[order]
    totals = np.cumsum([len(answerable) - sum(answerable), *gains])  # none shown, one shown, ...
    best = int(np.argmax(totals))
    threshold = float(confidence[order][best - 1]) if best else 1.0
    return round(float(100 * totals[best] / len(order)), 4), threshold


def _best(rows: Sequence[Row], score: Score) -> tuple[float | None, float | None]:
    """`best_by_threshold` of the rows; (None, None) if one has no confidence."""
    if not are_calibrated(rows):
        return None, None
    answerable, proposed = [row.answerable for row in rows], [bool(row.candidates) for row in rows]
    return best_by_threshold(column(rows, score), column(rows, "confidence"), answerable, proposed)


def abstention_metrics(rows: Sequence[Row]) -> dict[str, Any]:
    """How well it is decided whether to answer; shares from 0 to 1, None of no rows.

    `no_answer_precision`: of the questions not answered, the share without an answer. `no_answer_recall`: of the
    questions without an answer, the share not answered. `answer_precision`: of the answers shown, the share that is
    right. `coverage`: the share of all questions answered. `coverage_at`: precision → the largest share of all
    questions that a threshold could answer with it, None if a row lacks a confidence.
    """
    answered, silent = [row for row in rows if row.answer], [row for row in rows if not row.answer]
    unanswerable = [row for row in rows if not row.answerable]
    return {
        "no_answer_precision": mean([not row.answerable for row in silent]),
        "no_answer_recall": mean([not row.answer for row in unanswerable]),
        "answer_precision": mean([row.answerable and row.is_right for row in answered]),
        "coverage": mean([bool(row.answer) for row in rows]),
        "coverage_at": {
            precision: coverage_at(rows, float(precision)) if are_calibrated(rows) else None for precision in PRECISIONS
        },
    }


def coverage_at(rows: Sequence[Row], precision: float) -> float:
    """The largest share of questions that some threshold answers with at least `precision`, 0.0 if none does.

    Rows of equal confidence are answered together or not at all.
    """
    proposed = [row for row in rows if row.candidates]
    ranked = zip(column(proposed, "confidence"), [row.first_is_right for row in proposed], strict=True)
    best = count = right = 0
    for _, equal in groupby(sorted(ranked, key=lambda one: -one[0]), key=lambda one: one[0]):
        for _, is_right in equal:
            count += 1
            right += is_right
        if right >= precision * count - 1e-9:  # so that 9 of 10 reach 0.9
            best = count
    return round(best / len(rows), 6)


def scores_at(rows: Sequence[Row], score: Score, thresholds: Sequence[float]) -> Floats:
    """Scores in [0, 1], shape (thresholds, rows).

    Where the first candidate's confidence reaches the threshold, it is the candidate's score. Below it no answer is
    shown, which scores 1 for an unanswerable question and 0 for any other.
    """
    silence = np.array([not row.answerable for row in rows], dtype=float)
    shown = column(rows, "confidence") >= np.asarray(thresholds, dtype=float)[:, None]
    return np.where(shown, column(rows, score), silence)


def best_threshold(rows: Sequence[Row], score: Score) -> float:
    """The threshold with the highest mean of `score`; the lowest of equal ones.

    It is a confidence that occurs in the rows, or infinity if showing no answer is best. Unlike in
    `best_by_threshold`, rows of equal confidence are answered together.
    """
    order = np.argsort(-column(rows, "confidence"), kind="stable")  # most confident first
    confidences = column(rows, "confidence")[order]
    gains = (column(rows, score) - np.array([not row.answerable for row in rows]))[order]
    totals = np.concatenate([[0.0], np.cumsum(gains)])  # with none, one, two, ... answers shown
    cuts = np.concatenate([[np.inf], confidences])
    reached = np.append(confidences[:-1] != confidences[1:], True)  # not between equal confidences
    possible = np.concatenate([[True], reached])
    best = np.flatnonzero(possible)[::-1][np.argmax(totals[possible][::-1])]
    return float(cuts[best])


def percent(rows: Sequence[Row], score: str) -> float | None:
    """The mean of a score of the rows in percent; None of no rows."""
    return round(float(100 * column(rows, score).mean()), 4) if rows else None


def mean(values: Sequence[float]) -> float | None:
    """The mean of numbers or of truth values (the share that is true); None of none."""
    return round(sum(values) / len(values), 6) if values else None


def _part(rows: Sequence[Row]) -> dict[str, Any]:
    return {"count": len(rows), "em": percent(rows, "em"), "f1": percent(rows, "f1")}


def citation_metrics(rows: Sequence[Row]) -> dict[str, Any]:
    """Whether the answers shown are cited from the right place; all values from 0 to 1.

    `in_gold_passage`: of the answers to answerable questions, the share whose first citation lies in a passage that
    holds the gold answer, or, if its place isn't known, in a gold document. `mean_iou`: intersection over union of the
    characters of the first citation and of the closest gold place. `words`: see `word_metrics`.
    """
    answered = [row for row in rows if row.answer and row.answerable]
    placed = [row for row in answered if _placed(row)]
    return {
        "in_gold_passage": mean([_in_gold_passage(row) for row in answered]),
        "mean_iou": mean([_best_iou(row) for row in placed]),
        "words": word_metrics([row for row in rows if _placed(row) or not row.answerable]),
    }


def word_metrics(rows: Sequence[Row]) -> dict[str, float | None]:
    """Precision, recall and F1 over words, micro-averaged over the rows, as in the ACL-Verbatim benchmark.

    A word is predicted if a citation of the answer shown covers it, and gold if a gold place covers it. Of several gold
    places, the one that shares most words with the citations counts.
    """
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
    """The gold answers whose place is known, with that place."""
    return [
        (gold, Place(gold.document_id, gold.start, gold.end))
        for gold in row.golds
        if gold.document_id is not None and gold.start is not None and gold.end is not None
    ]


def _citations(row: Row) -> tuple[Place, ...]:
    return row.candidates[0].citations if row.answer else ()


def _cited_words(row: Row) -> Words:
    words: Words = set()
    for citation in _citations(row):
        passage = next((passage for passage in row.passages if _within(citation, passage)), None)
        if passage:
            words |= _words(citation, passage.text[citation.start - passage.start : citation.end - passage.start])
    return words


def _words(place: Place, text: str) -> Words:
    return {(place.document_id, place.start + word.start()) for word in _WORD.finditer(text)}


def _in_gold_passage(row: Row) -> bool:
    citation = _citations(row)[0]
    passages = [passage for passage in row.passages if _within(citation, passage)]
    if any(_within(gold, passage) for _, gold in _placed(row) for passage in passages):
        return True
    unplaced = [gold for gold in row.golds if gold.start is None]
    return any(
        gold.document_id == citation.document_id
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
