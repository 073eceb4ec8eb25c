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
        ("who runs the office", "Mrs Dale, the caretaker is Mr Finch", "Mrs Dale"),
    ],
)
def test_a_fact_is_given_without_its_label_and_the_next_sentence(question: str, span: str, words: str) -> None:
    text = "Cellar keys: Mr Dahl. For: Ida. Against: Nora. Leif left early. By Mrs Dale, the caretaker is Mr Finch."
    assert shaped(question, text, span)[1] == words


@pytest.mark.parametrize(
    ("text", "question", "span", "words"),
    [
        ("With nobody in, it gives up after 3 minutes.", "What is the timeout?", "up after 3 minutes", "after 3 minutes"),
        ("The mill shuts down at noon.", "When does it shut?", "down at noon", "at noon"),
        ("The fan switches off within ten seconds.", "When is the fan quiet?", "off within ten seconds", "within ten seconds"),
        ("Porters clock in on Mondays at 7.", "When do porters clock in?", "in on Mondays at 7", "on Mondays at 7"),
        ("The lamps go out after an hour.", "When is it dark?", "out after an hour", "after an hour"),
        ("The pump is off for 3 days.", "How is the pump?", "off for 3 days", "off for 3 days"),
        ("The rent went up in May.", "How did the rent change in spring?", "up in May", "up in May"),
        ("It holds up to 3 litres.", "What does it hold?", "up to 3 litres", "up to 3 litres"),
        ("He lives over in the north hall.", "What is his place?", "over in the north hall", "over in the north hall"),
        ("It opens on Mondays.", "When does it open?", "on Mondays", "on Mondays"),
    ],
)  # fmt: skip
def test_a_verbs_particle_is_no_part_of_a_time(text: str, question: str, span: str, words: str) -> None:
    assert shaped(question, text, span)[1] == words


def test_a_value_behind_dots_ends_before_the_label_of_the_next_line() -> None:
    text = "Contents of the box\n\nPlasters ........ 2 packs\nBandages ........ 5\n"
    assert shaped("how many plasters are in it", text, "2 packs\nBandages")[1] == "2 packs"
