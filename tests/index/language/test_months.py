"""Months by name: in full, shortened, and as no other word."""

import re

import pytest

from index.language.english import ENGLISH
from index.language.months import MONTH, MONTHS, number_of_month


@pytest.mark.parametrize("name", [*MONTHS, "Jan", "Sept", "Sep", "Dec"])
def test_names_and_their_short_forms_are_months(name: str) -> None:
    assert re.fullmatch(MONTH, name)
    assert re.fullmatch(MONTH, name.lower(), re.IGNORECASE)
    assert MONTHS[number_of_month(name.lower())].startswith(name[:3])


@pytest.mark.parametrize("word", ["may", "march", "Mayor", "Marching", "Decide", "Junes"])
def test_other_words_are_none(word: str) -> None:
    assert not re.fullmatch(MONTH, word)


def test_a_language_has_the_same_months() -> None:
    assert ENGLISH.numbers.months == tuple(month.lower() for month in MONTHS)
    with pytest.raises(ValueError, match="Lov"):
        number_of_month("love")
