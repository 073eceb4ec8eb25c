"""SQuAD's exact match and F1, each figure worked out by hand."""

import pytest

from qa.evaluation.scoring import exact_match, f1


@pytest.mark.parametrize(
    ("answer", "gold", "em", "score"),
    [
        ("the Cat", ["cat"], 1.0, 1.0),
        ("black cat", ["cat"], 0.0, 2 / 3),  # one shared word; precision 1/2, recall 1 → 2·1/(2+1)
        ("cat cat dog", ["cat dog dog"], 0.0, 2 / 3),  # shared: one cat, one dog → 2·2/(3+3)
        ("dog", ["cat", "big dog", "dog"], 1.0, 1.0),  # the best of all gold answers
        ("bird", ["cat"], 0.0, 0.0),
        ("", [], 1.0, 1.0),  # rightly silent
        ("cat", [], 0.0, 0.0),  # should have been silent
        ("", ["cat"], 0.0, 0.0),  # should have answered
        ("the", [], 1.0, 1.0),  # nothing is left of it, as in the official script
    ],
)
def test_exact_match_and_f1(answer: str, gold: list[str], em: float, score: float) -> None:
    assert exact_match(answer, gold) == em
    assert f1(answer, gold) == pytest.approx(score)
