"""The stage that lost an answer: each label from the one fact that makes it."""

import math
from dataclasses import replace
from typing import Any

import pytest
from evaluation_support import gold, passage, row

from index.storage.base import StoredChunk
from qa.answering.questions import Turn
from qa.evaluation.datasets.dataset import Gold, Question
from qa.evaluation.rows import Candidate, Reply, Row
from qa.evaluation.scoring import gold_rank, judge, missed, parts_f1

TEXT = "The ferry to Orm sails at noon."  # “noon” at 26
NOON = gold("noon", "a", 26)


def candidates(*texts: str) -> tuple[Candidate, ...]:
    return tuple(Candidate(text, 0.1) for text in texts)


def rank_of(row: Row) -> int | None:
    return gold_rank(row.passages, row.golds, row.gold_documents)


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
    made = replace(made, gold_rank=rank_of(made))
    assert missed(made, whole) == label
    assert missed(made, lambda _: None) == label


def test_an_answer_that_no_chunk_holds_was_lost_in_chunking() -> None:
    made = row(golds=[NOON], passages=[passage("a", 0, TEXT[:28])])
    assert missed(made, lambda _: [chunk(0, 28), chunk(28, 31)]) == "chunking"  # cut as “no” and “on”
    assert missed(made, lambda _: [chunk(0, 28), chunk(24, 31)]) == "retrieval"
    assert missed(made, lambda _: []) == "retrieval"  # the document isn't in the corpus at all
    other = replace(made, golds=(NOON, gold("ferry", "a", 4)))  # one gold that is whole is enough
    assert missed(other, lambda _: [chunk(0, 28), chunk(28, 31)]) == "retrieval"


def test_without_an_answer_only_the_threshold_can_be_at_fault() -> None:
    assert missed(row(answerable=False, answer="noon"), whole) == "threshold"
    assert missed(row(answerable=False, answer=""), whole) is None


def test_where_only_documents_are_judged_only_retrieval_can_be_at_fault() -> None:
    found = row(gold_documents=["a"], passages=FOUND, f1=None)
    found = replace(found, gold_rank=rank_of(found))
    assert (found.gold_rank, missed(found, whole)) == (2, None)
    assert missed(row(gold_documents=["a"], passages=FOUND[:1], f1=None), whole) == "retrieval"


def test_a_passage_holds_a_gold_answer_by_its_place_or_else_by_its_words() -> None:
    assert rank_of(row(golds=[NOON], passages=FOUND)) == 2
    assert rank_of(row(golds=[gold("noon", "a", 0)], passages=FOUND)) is None  # another “noon”, before the passage
    assert rank_of(row(golds=[gold("At noon", "a")], passages=FOUND)) == 2
    assert rank_of(row(golds=[gold("no", "a")], passages=FOUND)) is None  # “no” is no word of it
    assert rank_of(row(golds=[gold("noon", "b")], passages=FOUND)) is None
    assert rank_of(row(golds=[gold("the", "a")], passages=[passage("a", 0, "on the way")])) == 1


def test_gold_that_stands_in_no_document_is_the_datasets_fault() -> None:
    absent = Gold("ninety", "a", absent=True)
    assert missed(row(golds=(absent,), passages=FOUND), whole) == "dataset"
    assert missed(row(golds=(absent, NOON), passages=FOUND[:1]), whole) == "retrieval"  # one that is there is enough
    assert missed(row(golds=(absent,), f1=1.0), whole) is None


def test_gold_of_no_named_document_is_held_by_any_that_has_its_words() -> None:
    anywhere = Gold("at noon", None)
    assert rank_of(row(golds=(anywhere,), passages=FOUND)) == 2
    assert rank_of(row(golds=(Gold("at night", None),), passages=FOUND)) is None
    assert missed(row(golds=(anywhere,), passages=FOUND[:1]), whole) == "retrieval"


def test_items_of_a_list_are_matched_each_with_its_best() -> None:
    # precision (1 + 2/3 + 0) / 3 = 5/9, recall (1 + 2/3) / 2 = 5/6: 2 · 5/9 · 5/6 / (5/9 + 5/6) = 2/3
    assert parts_f1(["tea", "soap", "salt"], ["tea", "green soap"]) == pytest.approx(2 / 3, abs=1e-6)
    assert parts_f1(["salt"], ["tea", "green soap"]) == 0.0
    assert parts_f1(["green soap", "tea"], ["tea", "green soap"]) == 1.0


def judged(question: Question, *found: Candidate) -> Row:
    return judge(question, Reply(found, tuple(FOUND)), whole, min_confidence=0.5, latency_ms=1.0)


def test_verdicts_and_lists_are_judged_beside_f1() -> None:
    asked = Question("q", "Does it sail at noon?", (NOON,), {"a": 1}, type="yesno", yes_no="yes")
    yes, no, none = (Candidate("noon", 0.9, verdict=verdict) for verdict in ("yes", "no", None))
    assert [judged(asked, one).verdict_right for one in (yes, no, none)] == [True, False, False]
    assert (judged(asked, yes).form, judged(asked, yes).type, judged(asked, yes).parts_f1) == ("yes_no", "yesno", None)
    listed = Question("q", "What?", (NOON,), {"a": 1}, type="list", parts=("noon", "the ferry"))
    assert judged(listed, Candidate("noon and ferry", 0.9, parts=("noon", "ferry"))).parts_f1 == 1.0
    # a span that isn't taken apart is one item: "noon" has precision 1, and recall 1 of 2
    assert judged(listed, Candidate("noon", 0.9)).parts_f1 == pytest.approx(2 / 3, abs=1e-6)
    assert judged(listed, Candidate("noon", 0.9)).verdict_right is None


def test_an_answer_as_sure_as_the_threshold_is_given() -> None:
    asked = Question("q", "When does it sail?", (NOON,), {"a": 1})
    at, below = judged(asked, Candidate("noon", 0.5)), judged(asked, Candidate("noon", math.nextafter(0.5, 0)))
    assert (at.status, at.answer, at.f1) == ("answered", "noon", 1.0)
    assert (below.status, below.reason, below.f1) == ("no_answer", "below_threshold", 0.0)


def test_without_a_confidence_what_came_back_is_given() -> None:
    asked = Question("q", "When does it sail?", (NOON,), {"a": 1})
    unsure, uncalibrated = judged(asked, Candidate("noon", 0.4)), judged(asked, Candidate("noon", None))
    assert (unsure.status, unsure.answer, unsure.missed) == ("no_answer", "", "threshold")
    assert (uncalibrated.status, uncalibrated.answer, uncalibrated.missed) == ("answered", "noon", None)
    assert (uncalibrated.em, uncalibrated.confidence) == (1.0, None)


@pytest.mark.parametrize(
    ("fields", "form"),
    [
        ({}, None),
        ({"type": "who"}, "span"),
        ({"type": "table"}, "cell"),
        ({"type": "yesno", "yes_no": "no"}, "yes_no"),
        ({"parts": ("a", "b"), "history": (Turn("Who?"),)}, "list"),
        ({"type": "none", "golds": ()}, "none"),
    ],
)
def test_the_form_of_an_answer_follows_from_what_the_dataset_says(fields: dict[str, Any], form: str | None) -> None:
    assert Question(**{"id": "q", "text": "Who?", "golds": (NOON,), **fields}).form == form
