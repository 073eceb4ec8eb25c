"""Whether what is given is cited from the right place, and how well cited and gold words agree."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

Row = dict[str, Any]
Words = set[tuple[str, int]]  # (document id, character at which a word begins)
_WORD = re.compile(r"\w+")


def citation_metrics(rows: Sequence[Row]) -> dict[str, Any]:
    """Of the answers given, all 0 to 1.

    `in_gold_passage`: of those to answerable questions, the share whose first citation lies in a gold document, and,
    where its place is known, in a passage that holds the gold answer. `mean_iou`: of the characters of the first
    citation and the best gold place, intersection over union. `words`: precision, recall and F1 over the words of all
    rows' citations and gold places, as the ACL-Verbatim benchmark has it, with the gold that has most in common.
    """
    given = [row for row in rows if row["answer"] and row["answerable"]]
    placed = [row for row in given if _placed(row)]
    return {
        "in_gold_passage": _mean([_in_gold_passage(row) for row in given]),
        "mean_iou": _mean([_best_iou(row) for row in placed]),
        "words": word_metrics([row for row in rows if _placed(row) or not row["answerable"]]),
    }


def word_metrics(rows: Sequence[Row]) -> dict[str, float | None]:
    """Micro-averaged: a word is predicted if a citation of the answer given covers it, gold if a gold place does."""
    both = predicted_count = gold_count = 0
    for row in rows:
        predicted = _cited_words(row)
        golds = [_words(gold["document_id"], gold["start"], gold["text"]) for gold in _placed(row)]
        gold = max(golds, key=lambda words: (len(words & predicted), -len(words)), default=set())
        both += len(predicted & gold)
        predicted_count += len(predicted)
        gold_count += len(gold)
    return {
        "precision": _ratio(both, predicted_count),
        "recall": _ratio(both, gold_count),
        "f1": _ratio(2 * both, predicted_count + gold_count),
    }


def _placed(row: Row) -> list[dict[str, Any]]:
    return [gold for gold in row["golds"] if gold["start"] is not None]


def _citations(row: Row) -> list[dict[str, Any]]:
    return list(row["candidates"][0]["citations"]) if row["answer"] else []


def _cited_words(row: Row) -> Words:
    words: Words = set()
    for cited in _citations(row):
        passage = next((p for p in row["passages"] if _within(cited, p)), None)
        if passage:
            text = passage["text"][cited["start"] - passage["start"] : cited["end"] - passage["start"]]
            words |= _words(cited["document_id"], cited["start"], text)
    return words


def _words(document_id: str, start: int, text: str) -> Words:
    return {(document_id, start + word.start()) for word in _WORD.finditer(text)}


def _in_gold_passage(row: Row) -> bool:
    cited = _citations(row)[0]
    return any(
        gold["start"] is None or any(_within(gold, passage) and _within(cited, passage) for passage in row["passages"])
        for gold in row["golds"]
        if gold["document_id"] == cited["document_id"]
    )


def _best_iou(row: Row) -> float:
    return max(_iou(_citations(row)[0], gold) for gold in _placed(row))


def _iou(one: dict[str, Any], other: dict[str, Any]) -> float:
    if one["document_id"] != other["document_id"]:
        return 0.0
    both = max(0, min(one["end"], other["end"]) - max(one["start"], other["start"]))
    return float(both / (one["end"] - one["start"] + other["end"] - other["start"] - both))


def _within(inner: dict[str, Any], outer: dict[str, Any]) -> bool:
    same = inner["document_id"] == outer["document_id"]
    return bool(same and outer["start"] <= inner["start"] and inner["end"] <= outer["end"])


def _mean(values: Iterable[float]) -> float | None:
    values = list(values)
    return round(sum(values) / len(values), 6) if values else None


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
