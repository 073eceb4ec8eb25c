"""Which sentences are on another kind of what is asked."""

import pytest

from qa.answering.same_thing import on_other_kind


@pytest.mark.parametrize(
    ("asked", "sentence", "other"),
    [
        ("how much is a half plot", "The fee for a full plot goes up.", True),
        ("when is the trip to the mill", "The trip to the castle has been put off.", True),
        ("how much are junior subs", "Senior subs go up.", True),
        ("how much is a half plot", "A full plot goes up, a half one stays.", False),  # it is on both
        ("when is the trip to the mill", "The trip has been put off.", False),
        ("when is the trip to the mill", "The new trip to the mill is in May.", False),
        ("when does the gate close", "From 1 June the north gate stays open.", False),
        ("How long does the tunnel take to walk through?", "Walking through the tunnel takes long.", False),
    ],
)
def test_other_kinds(asked: str, sentence: str, other: bool) -> None:
    assert on_other_kind(asked, sentence) is other
