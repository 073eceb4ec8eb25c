"""Every figure, worked out by hand."""

from dataclasses import replace
from math import log2
from typing import Any

import numpy as np
import pytest
from evaluation_support import gold, passage, row

from qa.evaluation.answer_metrics import (
    abstention_metrics,
    answer_metrics,
    best_by_threshold,
    citation_metrics,
    coverage_at,
)
from qa.evaluation.datasets.dataset import Gold
from qa.evaluation.metrics import group_metrics, metrics, retrieval_metrics, risk_by_coverage
from qa.evaluation.rows import Candidate, Place, Row, column
from qa.evaluation.scoring import em_of, f1_of


def scored(confidence: float, best: float, *, answerable: bool = True, threshold: float = 0.4) -> Row:
    """A row whose best candidate scores `best`, given if its confidence reaches the threshold."""
    given = confidence >= threshold
    silence = 0.0 if answerable else 1.0
    score = best if given else silence
    return row(
        answerable=answerable, best=("x", confidence), answer="x" if given else "",
        em=float(score == 1), f1=score, best_em=float(best == 1), best_f1=best,
    )  # fmt: skip


def test_scores_are_those_of_squads_script_for_2_0() -> None:
    golds = [gold("the noon boat", "a"), gold("the", "a")]
    assert em_of("Noon boat!", golds) == 1.0
    assert f1_of("noon", golds) == pytest.approx(2 / 3)  # precision 1, recall 1/2
    assert em_of("", golds) == 0.0  # nothing is left of the gold “the”, so it doesn't make silence right
    assert (em_of("", []), f1_of("noon", [])) == (1.0, 0.0)


def test_em_and_f1_in_percent_with_and_without_an_answer() -> None:
    rows = [scored(0.9, 1.0), scored(0.8, 0.5), scored(0.2, 1.0), scored(0.6, 0.0, answerable=False),
            scored(0.1, 0.0, answerable=False)]  # fmt: skip
    told = answer_metrics(rows)
    # given: 1, 0.5, (silent) 0, (given where there is none) 0, (rightly silent) 1
    assert (told["em"], told["f1"]) == (40.0, 50.0)
    assert told["has_ans"] == {"count": 3, "em": pytest.approx(100 / 3, abs=1e-4), "f1": 50.0}
    assert told["no_ans"] == {"count": 2, "em": 50.0, "f1": 50.0}
    # first candidates of the three with an answer: 1, 0.5, 1, of which the passages of the first two hold it
    read = [replace(one, gold_rank=rank) for one, rank in zip(rows[:3], (1, 7, None), strict=True)]
    assert answer_metrics(read)["first_f1"] == pytest.approx(250 / 3, abs=1e-4)
    assert answer_metrics(read)["first_f1_where_read"] == 75.0
    assert answer_metrics(rows[3:])["first_f1"] is None
    assert answer_metrics(rows[:3])["no_ans"] == {"count": 0, "em": None, "f1": None}
    # F1 by the surest given: none 2, 0.9 → 3, 0.8 → 3.5, 0.6 → 2.5, 0.2 → 3.5 (not more), 0.1 → 2.5
    assert (told["best_f1"], told["best_f1_threshold"]) == (70.0, 0.8)
    # EM: 2, 3, 3, 2, 3, 2
    assert (told["best_em"], told["best_em_threshold"]) == (60.0, 0.9)


def best_f1(rows: list[Row]) -> tuple[float, float]:
    answerable, proposed = [row.answerable for row in rows], [bool(row.candidates) for row in rows]
    return best_by_threshold(column(rows, "best_f1"), column(rows, "confidence"), answerable, proposed)


def test_the_best_threshold_takes_equals_one_after_the_other_as_squads_script_does() -> None:
    wrong, right = scored(0.8, 0.0, answerable=False), scored(0.8, 1.0)
    # silence 1; then 2 with the answer at 0.9; then the equals: down and up again, or up (to 3 of 3) and down
    assert best_f1([scored(0.9, 1.0), wrong, right]) == (pytest.approx(200 / 3, abs=1e-4), 0.9)
    assert best_f1([scored(0.9, 1.0), right, wrong]) == (100.0, 0.8)
    assert best_f1([wrong]) == (100.0, 1.0)
    nothing = row(answerable=False)  # no candidate: giving it changes nothing
    assert best_f1([nothing, scored(0.0, 1.0)]) == (100.0, 0.0)


def test_recall_is_the_share_of_questions_for_which_a_passage_holds_a_gold_answer() -> None:
    noon = (gold("noon", "a", 26),)
    ranks = [1, 4, None]
    rows = [row(golds=noon, gold_documents=("a",), gold_relevances=(1,), gold_rank=rank) for rank in ranks]
    rows.append(row(golds=(Gold("ninety", "a", absent=True),), gold_documents=("a",), gold_relevances=(1,)))
    figures = retrieval_metrics(rows)
    assert figures is not None
    assert (figures["counted"], figures["absent"]) == (
        3,
        1,
    )  # the fourth, whose document hasn't its answer, stands apart
    assert [figures[f"recall@{k}"] for k in (1, 3, 5)] == [pytest.approx(n / 3, abs=1e-6) for n in (1, 1, 2)]
    assert figures["mrr"] == pytest.approx((1 + 1 / 4) / 3, abs=1e-6)
    assert figures["documents"]["counted"] == 4


def test_retrieval_ranks_documents_by_their_first_passage() -> None:
    def asked(golds: dict[str, int], *read: str) -> Row:
        passages = [passage(document_id, i, "x") for i, document_id in enumerate(read)]
        return row(gold_documents=list(golds), gold_relevances=list(golds.values()), passages=passages)

    rows = [
        asked({"a": 1}, "b", "b", "a"),  # ranked b, a: found at 2
        asked({"a": 2, "c": 1}, "c", "b", "d", "e", "f", "a"),  # at 1 and 6
        asked({"gone": 1}, "a", "b"),
        asked({"a": 1}),  # nothing was read
        row(answerable=False, passages=[passage("a", 0, "x")]),  # doesn't count
    ]
    figures = retrieval_metrics(rows, lost_gold=1)
    assert figures is not None
    assert (figures["counted"], figures["recall@5"], figures["mrr"]) == (0, None, None)  # no answer is known
    told = figures["documents"]
    assert (told["counted"], told["lost_gold"]) == (4, 1)
    assert told["recall@1"] == pytest.approx((0 + 1 / 2) / 4)
    assert told["recall@3"] == told["recall@5"] == pytest.approx((1 + 1 / 2) / 4)
    assert told["recall@7"] == told["recall@10"] == pytest.approx((1 + 1) / 4)
    assert told["mrr"] == pytest.approx((1 / 2 + 1) / 4)
    # the gain of a document at rank r is its relevance / log2(r + 1)
    second = (1 / log2(2) + 2 / log2(7)) / (2 / log2(2) + 1 / log2(3))
    assert told["ndcg@10"] == pytest.approx((1 / log2(3) + second) / 4, abs=1e-6)
    assert retrieval_metrics(rows[-1:]) is None


def test_citations_by_passage_characters_and_words() -> None:
    text = "The ferry to Orm sails at noon."

    def cited(start: int, end: int, golds: list[dict[str, Any]], document_id: str = "a", **more: Any) -> Row:
        candidate = Candidate(text[start:end], 0.9, citations=(Place(document_id, start, end),))
        given = {"answer": text[start:end], "passages": [passage("a", 0, text), passage("b", 0, text)], **more}
        return row(golds=golds, candidates=[candidate], **given)

    rows = [
        cited(
            23, 30, [gold("ferry", "a", 4), gold("noon", "a", 26)]
        ),  # “at noon” for “noon”: 4 of 7 characters, 1 of 2 words
        cited(4, 9, [gold("ferry", "a", 4)], document_id="b"),  # another document: nothing in common
        cited(13, 16, [gold("orm", "a")]),  # no place known: the document is right, and that is all that counts
        cited(13, 16, [gold("Orm", "a", 13)], answer=""),  # not given: a gold word unpredicted
        cited(4, 16, [], answerable=False),  # “ferry to Orm” where there is nothing: 3 words too many
    ]
    told = citation_metrics(rows)
    assert told["in_gold_passage"] == pytest.approx(2 / 3, abs=1e-6)
    assert told["mean_iou"] == pytest.approx((4 / 7 + 0) / 2, abs=1e-6)
    # predicted 2 + 1 + 0 + 3, gold 1 + 1 + 1 + 0, in common 1
    assert told["words"] == {"precision": pytest.approx(1 / 6, abs=1e-6), "recall": pytest.approx(1 / 3, abs=1e-6),
                             "f1": pytest.approx(2 / 9, abs=1e-6)}  # fmt: skip


def test_a_citation_beside_the_gold_passage_is_not_in_it() -> None:
    candidate = Candidate("noon", 0.9, citations=(Place("a", 40, 44),))
    passages = [passage("a", 0, "x" * 32), passage("a", 36, "x" * 20)]
    made = row(golds=[gold("noon", "a", 26)], answer="noon", candidates=[candidate], passages=passages)
    assert citation_metrics([made])["in_gold_passage"] == 0.0
    assert citation_metrics([row()])["in_gold_passage"] is None  # nothing was given


def test_abstention() -> None:
    rows = [scored(0.9, 1.0), scored(0.8, 0.2), scored(0.2, 1.0), scored(0.6, 0.0, answerable=False),
            scored(0.1, 0.0, answerable=False)]  # fmt: skip
    assert abstention_metrics(rows) == {
        "no_answer_precision": 0.5,  # silent at 0.2 and 0.1
        "no_answer_recall": 0.5,
        "answer_precision": pytest.approx(1 / 3, abs=1e-6),  # given at 0.9, 0.8, 0.6
        "coverage": 0.6,
        "coverage_at": {"0.70": 0.2, "0.80": 0.2, "0.90": 0.2, "0.95": 0.2},
    }
    silent = abstention_metrics([scored(0.1, 1.0)])
    assert (silent["answer_precision"], silent["no_answer_recall"], silent["coverage"]) == (None, None, 0.0)


def test_coverage_at_a_precision_reaches_as_far_as_any_threshold_does() -> None:
    rows = [scored(0.9, 0.0), scored(0.8, 1.0), scored(0.7, 1.0), scored(0.6, 1.0), scored(0.5, 0.0), row()]
    assert coverage_at(rows, 0.75) == pytest.approx(
        4 / 6, abs=1e-6
    )  # 0/1, 1/2, 2/3, 3/4, 3/5: not the first is the last
    assert coverage_at(rows, 0.8) == 0.0
    tied = [scored(0.9, 1.0), scored(0.9, 0.0)]
    assert (coverage_at(tied, 0.5), coverage_at(tied, 0.9)) == (1.0, 0.0)  # never one of the two alone


def calibration_of(rows: list[Row]) -> dict[str, Any] | None:
    """As an evaluation has it: rows without a candidate don't count."""
    told: dict[str, Any] | None = metrics(rows, mode="reading", lost_gold=0, seconds=1.0)["calibration"]
    return told


def test_calibration_over_bins_of_equal_count() -> None:
    rows = [scored(0.1 * i, float(i % 2)) for i in range(1, 10)] + [scored(1.0, 1.0, answerable=False), row()]
    told = calibration_of(rows)
    assert told is not None
    # ten rows with a candidate, a bin each; right are 0.1, 0.3, 0.5, 0.7, 0.9; the candidate at 1.0 has no right answer
    gaps = [0.9, 0.2, 0.7, 0.4, 0.5, 0.6, 0.3, 0.8, 0.1, 1.0]
    assert told["ece"] == pytest.approx(sum(gaps) / 10)
    assert told["brier"] == pytest.approx(sum(gap**2 for gap in gaps) / 10)
    assert told["bins"][1] == {"confidence": 0.2, "right": 0.0, "count": 1}
    # from the surest: wrong, right, wrong, …: risks 1/1, 1/2, 2/3, 2/4, 3/5, 3/6, 4/7, 4/8, 5/9, 5/10
    risks = [1, 1 / 2, 2 / 3, 1 / 2, 3 / 5, 1 / 2, 4 / 7, 1 / 2, 5 / 9, 1 / 2]
    assert told["aurc"] == pytest.approx(sum(risks) / 10, abs=1e-6)
    assert told["risk_coverage"] == [
        [pytest.approx((i + 1) / 10), pytest.approx(r, abs=1e-6)] for i, r in enumerate(risks)
    ]


def test_calibration_with_uneven_bins_and_long_curves() -> None:
    told = calibration_of([scored(0.5, 1.0)] * 6 + [scored(0.5, 0.0)] * 6)
    assert told is not None
    assert [one["count"] for one in told["bins"]] == [2, 2, *[1] * 8]
    many = calibration_of([scored(0.001 * i, 1.0) for i in range(1000)])
    assert many is not None
    assert (len(many["risk_coverage"]), many["risk_coverage"][-1], many["aurc"]) == (200, [1.0, 0.0], 0.0)
    assert calibration_of([row()]) is None


def test_the_order_of_equally_sure_rows_changes_no_risk() -> None:
    told = np.array([0.9, 0.5, 0.5])
    risks = [risk_by_coverage(told, np.array(right, float)).tolist() for right in ([1, 1, 0], [1, 0, 1])]
    assert risks[0] == risks[1] == pytest.approx([0, 0.5 / 2, 1 / 3])


def test_all_figures_together() -> None:
    silent = replace(scored(0.1, 1.0), answerable=False, f1=1.0, em=1.0)
    rows = [replace(silent, latency_ms=10.0 * i) for i in range(1, 6)]
    told = metrics(rows, mode="reading", lost_gold=0, seconds=2.0)
    # 10 … 50 ms: the 95th percentile is 0.8 of the way from the fourth to the fifth
    assert told["latency"] == {"p50": 30.0, "p95": 48.0, "p99": 49.6, "questions_per_second": 2.5}
    assert (told["retrieval"], told["answers"]["em"]) == (None, 100.0)
    judged = [
        row(f1=None, em=None, best_f1=None, gold_documents=["a"], gold_relevances=[1], passages=[passage("a", 0, "x")])
    ]
    told = metrics(judged, mode="open", lost_gold=0, seconds=1.0)
    assert [told[name] for name in ("answers", "citations", "abstention", "calibration", "by_type")] == [None] * 5
    assert told["retrieval"]["documents"]["mrr"] == 1.0


def test_kinds_of_questions_are_measured_apart_the_most_frequent_first() -> None:
    noon = (gold("noon", "a", 26),)
    rows = [
        replace(scored(0.9, 1.0), type="who", form="span", golds=noon, gold_rank=1),
        replace(scored(0.2, 0.5), type="who", form="span", golds=noon),
        replace(scored(0.6, 0.0, answerable=False), type="who", form="none"),
        replace(scored(0.8, 0.4), type="yesno", form="yes_no", golds=noon, gold_rank=2, verdict_right=True),
        replace(scored(0.8, 0.0), type="yesno", form="yes_no", golds=noon, verdict_right=False),
        replace(scored(0.8, 0.4), type="list", form="list", golds=(Gold("x", "a", absent=True),), parts_f1=0.25),
    ]
    told = metrics(rows, mode="open", lost_gold=0, seconds=1.0)
    assert list(told["by_type"]) == ["who", "yesno", "list"]
    assert list(told["by_form"]) == ["span", "yes_no", "none", "list"]
    # of those with an answer 1 of 2 was read; first candidates 1 and 0.5; given: 1, (silent) 0, (wrongly given) 0
    assert told["by_type"]["who"] == {
        "count": 3, "answerable": 2, "read": 0.5, "first_f1": 75.0, "f1": pytest.approx(100 / 3, abs=1e-4),
        "answered": pytest.approx(2 / 3, abs=1e-6), "silent": 0.0, "verdicts_right": None, "parts_f1": None,
    }  # fmt: skip
    assert (told["by_type"]["yesno"]["verdicts_right"], told["by_type"]["list"]["parts_f1"]) == (0.5, 25.0)
    assert told["by_type"]["list"]["read"] is None  # what isn't in its document can't be read
    assert group_metrics(rows[:3]) == told["by_type"]["who"]


def test_where_an_answer_has_no_confidence_there_is_no_threshold_to_choose() -> None:
    rows = [scored(0.9, 1.0), replace(scored(0.8, 0.5), confidence=None)]
    told = metrics(rows, mode="reading", lost_gold=0, seconds=1.0)
    assert np.isnan(column(rows, "confidence")).tolist() == [False, True]
    assert told["answers"]["f1"] == 75.0
    thresholds = ("best_em", "best_em_threshold", "best_f1", "best_f1_threshold")
    assert [told["answers"][name] for name in thresholds] == [None] * 4
    assert told["abstention"]["answer_precision"] == 1.0
    assert set(told["abstention"]["coverage_at"].values()) == {None}
    assert len(told["calibration"]["bins"]) == 1  # of the one that has a confidence
    assert metrics(rows[1:], mode="reading", lost_gold=0, seconds=1.0)["calibration"] is None
