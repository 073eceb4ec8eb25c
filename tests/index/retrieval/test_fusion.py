"""Reciprocal rank fusion, worked out by hand."""

import pytest

from index.retrieval.fusion import Fusion


def test_reciprocal_ranks_are_added() -> None:
    # k = 10: key 7 is 1st and 2nd: 1/11 + 1/12; key 5 is 2nd and 3rd: 1/12 + 1/13; key 9 only 1st: 1/11; key 3 3rd: 1/13
    fused = Fusion({"dense": 1, "bm25": 1}, k=10).fuse({"dense": [7, 5, 3], "bm25": [9, 7, 5]})
    assert list(fused) == [7, 5, 9, 3]
    assert list(fused.values()) == pytest.approx([0.174242, 0.160256, 0.090909, 0.076923], abs=1e-6)
    assert Fusion().fuse({}) == {}


def test_rankings_are_weighed() -> None:
    # k = 5, weights 1 and 2: key 7 is 1st and 2nd: 1/6 + 2/7; key 9 is 1st of the second: 2/6; key 5 2nd and 3rd:
    # 1/7 + 2/8; key 3 3rd of the first: 1/8
    fusion = Fusion({"dense": 1, "bm25": 2})
    fused = fusion.fuse({"dense": [7, 5, 3], "bm25": [9, 7, 5]})
    assert list(fused) == [7, 5, 9, 3]
    assert list(fused.values()) == pytest.approx([0.452381, 0.392857, 0.333333, 0.125], abs=1e-6)
    assert fusion.fuse({"dense": [1], "bm25": [1]}) == {1: fusion.best_score}
    only_words = Fusion({"dense": 0, "bm25": 1.5}, k=10)
    assert only_words.fuse({"dense": [7, 5], "bm25": [9, 7]}) == {9: 1.5 / 11, 7: 1.5 / 12}
    assert Fusion().best_score == 2.5 / 6


def test_equal_scores_stand_in_the_order_in_which_they_were_seen() -> None:
    assert list(Fusion({"dense": 1, "bm25": 1}).fuse({"dense": [3, 8], "bm25": [8, 3]})) == [3, 8]


def test_a_further_ranking_is_one_more_weight() -> None:
    fused = Fusion({"dense": 1, "bm25": 1, "title": 3}).fuse({"dense": [1], "bm25": [1], "title": [2]})
    assert fused == {2: 3 / 6, 1: 2 / 6}


@pytest.mark.parametrize(
    ("weights", "k"), [({"dense": 1.0}, -1), ({"dense": -0.1}, 5), ({"dense": float("nan")}, 5), ({"dense": 0.0}, 5)]
)
def test_a_fusion_that_makes_no_order_is_refused(weights: dict[str, float], k: float) -> None:
    with pytest.raises(ValueError, match="all must be 0 or more and finite, one weight more"):
        Fusion(weights, k)


def test_it_says_what_it_does() -> None:
    assert Fusion().describe() == "fusion(k=5, bm25=1.5, dense=1)"
