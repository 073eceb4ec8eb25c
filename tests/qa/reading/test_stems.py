"""The stems of words: what two texts have in common."""

import pytest

from qa.reading.stems import stems_of, without_gerunds


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
    assert {"clean", "store", "set"} <= {*without_gerunds("cleaning storing setting").lower().split()}
