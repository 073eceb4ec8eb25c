"""The stems of words: what two texts have in common."""

import pytest

from qa.reading.stems import stem_of, stems_of, stems_with_verbs


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("written", "write"),
        ("the lost key", "I lose keys"),
        ("sold", "sell"),
        ("e-mail", "email"),
        ("Wi-Fi", "wifi"),
        ("weekly", "per week"),
        ("in the US", "the U.S. and the USA"),
    ],
)
def test_forms_of_one_word_have_one_stem(one: str, other: str) -> None:
    assert stems_of(one) <= stems_of(other)


def test_words_that_look_alike_have_their_own() -> None:
    assert not stems_of("turn left") & stems_of("they leave")
    assert not stems_of("it helps us") & stems_of("the USA")


def test_gerunds_are_verbs() -> None:
    assert {"clean", "store", "set"} <= stems_with_verbs("cleaning storing setting")
    assert "set" not in stems_of("setting")


def test_a_word_of_two_parts_has_one_stem() -> None:
    assert stem_of("full-time") == "full-time"
    assert (stem_of("the"), stem_of("boats")) == ("", "boat")


def test_names_in_capitals_are_no_stop_words() -> None:
    assert stems_of("Whom do I ring about IT?") & stems_of("IT")
    assert stems_of("What does the WHO say?") & stems_of("The WHO recommends rest.")
    assert not stems_of("Whom do I ring about it?") & stems_of("IT")
    assert not stems_of("PUT IT ON THE SHELF BEHIND YOU") & stems_of("IT")
    assert stems_of("IT department") <= stems_of("who runs the it department")
