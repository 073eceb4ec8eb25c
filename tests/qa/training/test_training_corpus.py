"""What of a question's answers is learned: of a list the whole of it."""

import pytest

from qa.training.people.corpus import LONGEST_LIST, AskedQuestion, with_whole_list

TEXT = "Before you lock up: windows, projector and alarm."
SPANS = [(20, "windows"), (29, "projector"), (43, "alarm")]
FIRST, WHOLE = (20, 27), (20, 48)


def asked(*answers: tuple[int, int]) -> AskedQuestion:
    return AskedQuestion(text=0, question="what do I check", answers=answers, earlier=None)


def test_the_best_answer_is_the_slice_from_the_first_item_to_the_last() -> None:
    assert all(TEXT[start : start + len(words)] == words for start, words in SPANS)
    assert TEXT[slice(*WHOLE)] == "windows, projector and alarm"
    assert with_whole_list(asked(FIRST), SPANS).answers == (WHOLE, FIRST)


def test_the_items_may_come_in_any_order() -> None:
    assert with_whole_list(asked(FIRST), SPANS[::-1]).answers == (WHOLE, FIRST)


@pytest.mark.parametrize(
    ("answers", "spans"),
    [
        pytest.param((FIRST,), [], id="no list"),
        pytest.param((FIRST,), SPANS[:1], id="one item"),
        pytest.param(((20, 49), FIRST), SPANS, id="the best answer holds all of it"),
        pytest.param((FIRST,), [(20, "windows"), (20 + LONGEST_LIST, "x")], id="longer than an answer may be"),
    ],
)
def test_anything_else_stays_as_it_is(answers: tuple[tuple[int, int], ...], spans: list[tuple[int, str]]) -> None:
    assert with_whole_list(asked(*answers), spans).answers == answers


def test_a_list_of_the_most_characters_is_learned_whole() -> None:
    spans = [(20, "windows"), (20 + LONGEST_LIST - 1, "x")]
    assert with_whole_list(asked(FIRST), spans).answers[0] == (20, 20 + LONGEST_LIST)
