"""A sentence that only says where something is told is no answer to it."""

import pytest

from qa.reading.pointers import of_pointers


@pytest.mark.parametrize(
    ("passage", "pointers"),
    [
        ("Ask us. How to cancel a stay is explained on our page on stays.", ["How to cancel a stay is explained on our page on stays."]),
        ("- What is covered is set out in the policy.\n", ["- What is covered is set out in the policy."]),
        ("When buses leave is shown at the stop. They are red.", ["When buses leave is shown at the stop."]),
        ("How to cancel: write to the office.", []),
        ("Why the lift stopped is explained by a loose wire.", []),
        ("The rules of the pool are shown at the door.", []),
    ],
)  # fmt: skip
def test_a_sentence_that_points_elsewhere(passage: str, pointers: list[str]) -> None:
    assert [passage[slice(*place)] for place in of_pointers("How do I do it?", passage)] == pointers


@pytest.mark.parametrize(
    "question", ["Where is it explained?", "Which page tells how to cancel?", "Where do I read of it?"]
)
def test_a_question_for_the_place_that_tells_it(question: str) -> None:
    assert of_pointers(question, "How to cancel a stay is explained on our page on stays.") == []
