"""Leaders between a label and its value, which a reader sees as a colon."""

import pytest

from qa.reading.leaders import without_leaders


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Haircut men ..... 32 euros", "Haircut men:      32 euros"),
        ("Intro......... 3", "Intro:         3"),
        ("Porter . . . . . 30", "Porter:          30"),
        ("Office ________ 8-17", "Office:         8-17"),
        ("Wait ... 3 of them", "Wait ... 3 of them"),
        ("It was late.... We went", "It was late.... We went"),
        ("Signature ____________", "Signature ____________"),  # to be filled in
        ("snake_case and __init__ stay", "snake_case and __init__ stay"),
        ("from ..... import it", "from:      import it"),
    ],
)
def test_leaders_are_read_as_a_colon_in_the_same_place(text: str, read: str) -> None:
    assert without_leaders(text) == read
    assert len(read) == len(text)
