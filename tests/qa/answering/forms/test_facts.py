"""A single fact, cut out of what stands around it."""

import pytest
from shape_support import shaped


@pytest.mark.parametrize(
    ("question", "span", "words"),
    [
        ("What is the maximum depth?", "metres, default 3", "40"),
        ("What is the default depth?", "at most 40", "3"),
        ("What is the maximum depth and the default?", "default 3, at most 40", "default 3, at most 40"),
        ("How deep may I go at most?", "at most 40", "at most 40"),
    ],
)
def test_the_most_the_least_and_the_default_are_told_apart(question: str, span: str, words: str) -> None:
    text = "- depth: metres, default 3, at most 40\n- speed: knots, default 5, at most 9\n"
    assert shaped(question, text, span)[1] == words


@pytest.mark.parametrize(
    ("question", "span", "words"),
    [
        ("Who looks after the cellar keys?", "Cellar keys: Mr Dahl", "Mr Dahl"),
        ("Who is Mr Dahl's deputy?", "Cellar keys: Mr Dahl", "Cellar keys: Mr Dahl"),  # which isn't asked
        ("who voted against it", "Nora. Leif", "Nora"),
        ("who left early", "Leif left early", "Leif left early"),
    ],
)
def test_a_fact_is_given_without_its_label_and_the_next_sentence(question: str, span: str, words: str) -> None:
    text = "Cellar keys: Mr Dahl. For: Ida. Against: Nora. Leif left early."
    assert shaped(question, text, span)[1] == words
