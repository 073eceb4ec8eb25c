"""The stage that lost an answer: each label from the one fact that makes it."""

from typing import Any

import pytest
from evaluation_support import gold, passage, row

from index.storage.base import StoredChunk
from qa.evaluation.scoring import gold_rank, missed

TEXT = "The ferry to Orm sails at noon."  # “noon” at 26
NOON = gold("noon", "a", 26)


def candidates(*texts: str) -> list[dict[str, Any]]:
    return [{"text": text, "confidence": 0.1, "support": None, "citations": []} for text in texts]


def chunk(start: int, end: int) -> StoredChunk:
    return StoredChunk(1, "a", start, end, TEXT[start:end], "")


def whole(document_id: str) -> list[StoredChunk]:
    return [chunk(0, len(TEXT))]


FOUND = [passage("b", 0, "Bees."), passage("a", 20, TEXT[20:])]


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ({"passages": FOUND, "f1": 0.5, "answer": "noon"}, None),
        ({"passages": FOUND[:1], "candidates": candidates("noon")}, "retrieval"),
        ({"passages": FOUND, "candidates": candidates("Orm", "bees")}, "reading"),
        ({"passages": FOUND, "candidates": candidates("Orm", "noon")}, "ranking"),
        ({"passages": FOUND, "candidates": candidates("noon", "Orm")}, "threshold"),
        ({"passages": FOUND, "candidates": []}, "reading"),
    ],
)
def test_the_first_stage_that_lost_it(given: dict[str, Any], label: str | None) -> None:
    made = row(golds=[NOON], **given)
    made["gold_rank"] = gold_rank(made)
    assert missed(made, whole) == label
    assert missed(made, lambda _: None) == label


def test_an_answer_that_no_chunk_holds_was_lost_in_chunking() -> None:
    made = row(golds=[NOON], passages=[passage("a", 0, TEXT[:28])])
    assert missed(made, lambda _: [chunk(0, 28), chunk(28, 31)]) == "chunking"  # cut as “no” and “on”
    assert missed(made, lambda _: [chunk(0, 28), chunk(24, 31)]) == "retrieval"
    assert missed(made, lambda _: []) == "retrieval"  # the document isn't in the corpus at all
    other = {**made, "golds": [NOON, gold("ferry", "a", 4)]}  # one gold that is whole is enough
    assert missed(other, lambda _: [chunk(0, 28), chunk(28, 31)]) == "retrieval"


def test_without_an_answer_only_the_threshold_can_be_at_fault() -> None:
    assert missed(row(answerable=False, answer="noon"), whole) == "threshold"
    assert missed(row(answerable=False, answer=""), whole) is None


def test_where_only_documents_are_judged_only_retrieval_can_be_at_fault() -> None:
    found = row(gold_documents=["a"], passages=FOUND, f1=None)
    found["gold_rank"] = gold_rank(found)
    assert (found["gold_rank"], missed(found, whole)) == (2, None)
    assert missed(row(gold_documents=["a"], passages=FOUND[:1], f1=None), whole) == "retrieval"


def test_a_passage_holds_a_gold_answer_by_its_place_or_else_by_its_words() -> None:
    assert gold_rank(row(golds=[NOON], passages=FOUND)) == 2
    assert gold_rank(row(golds=[gold("noon", "a", 0)], passages=FOUND)) is None  # another “noon”, before the passage
    assert gold_rank(row(golds=[gold("At noon", "a")], passages=FOUND)) == 2
    assert gold_rank(row(golds=[gold("no", "a")], passages=FOUND)) is None  # “no” is no word of it
    assert gold_rank(row(golds=[gold("noon", "b")], passages=FOUND)) is None
    assert gold_rank(row(golds=[gold("the", "a")], passages=[passage("a", 0, "on the way")])) == 1
