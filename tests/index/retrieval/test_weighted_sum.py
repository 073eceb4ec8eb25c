"""Signals added up: the order, the values, and what a stage brought without the other's signal."""

import pytest

from index.language.english import ENGLISH
from index.retrieval.stage import Candidates, Search
from index.retrieval.weighted_sum import WeightedSum
from index.storage.base import Filter


class Table:
    """A stage that knows one signal of every chunk, and brings some of them."""

    def __init__(self, name: str, values: dict[int, float], brought: list[int]) -> None:
        self.name, self.values, self.brought = name, values, brought

    def describe(self) -> str:
        return self.name

    def apply(self, search: Search, candidates: Candidates) -> Candidates:
        return candidates.with_signal(self.name, {key: self.values[key] for key in self.brought})

    def complete(self, search: Search, name: str, keys) -> dict[int, float]:
        return {key: self.values[key] for key in keys if name == self.name and key in self.values}


def test_each_candidate_has_both_signals_added_up() -> None:
    dense = Table("dense", {1: 0.6, 2: 0.5, 3: 0.55}, [1, 2])
    words = Table("bm25", {2: 20.0, 3: 8.0}, [2, 3])
    search = Search(None, None, ENGLISH, "?", Filter(), 3, (dense, words))
    candidates = words.apply(search, dense.apply(search, Candidates()))
    ranked = WeightedSum().apply(search, candidates)
    # 1: 0.6 + 0; 2: 0.5 + 0.01 · 20; 3, which only its words brought: 0.55 + 0.01 · 8
    assert ranked.keys == (2, 3, 1)
    assert dict(ranked.signal("fused")) == pytest.approx({2: 0.7, 3: 0.63, 1: 0.6})
    assert ranked.signal("dense")[3] == 0.55
    assert 1 not in ranked.signal("bm25")


def test_equal_sums_keep_their_order_and_weights_of_nothing_are_left_out() -> None:
    table = Table("dense", {7: 0.5, 3: 0.5}, [7, 3])
    search = Search(None, None, ENGLISH, "?", Filter(), 3, (table,))
    stage = WeightedSum({"dense": 2.0, "bm25": 0.0})
    assert stage.apply(search, table.apply(search, Candidates())).keys == (7, 3)
    assert stage.describe() == "sum(dense=2)"
    assert WeightedSum().describe() == "sum(bm25=0.01, dense=1)"


@pytest.mark.parametrize("weights", [{}, {"dense": 0.0}, {"dense": float("nan")}, {"dense": float("inf")}])
def test_weights_that_make_no_order_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="one of them not 0"):
        WeightedSum(weights)
