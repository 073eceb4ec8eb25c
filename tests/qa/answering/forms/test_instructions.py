"""Sentences that tell somebody to do something."""

import pytest

from qa.answering.forms.instructions import is_instruction


@pytest.mark.parametrize(
    "sentence",
    [
        "Open the bonnet.",
        "**Open** the bonnet.",
        "Click **Save**.",
        "Knead for eight minutes.",
        "Press and hold Start for three seconds.",
        "If it jams, pull the chain.",
        "To clean it: unplug it first.",
        "Then carefully peg the corners.",
        "Don't lift it.",
        "Unhook them.",
    ],
)
def test_what_begins_with_the_verb(sentence: str) -> None:
    assert is_instruction(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The hall costs £14.",
        "Guests may bring a dog.",
        "No dogs.",
        "Lunch in the hall",
        "Meals are at noon.",
        "Use is free.",
        "All the boats are red.",
        "When it turns green you can go in.",
        "Members the club has known for long",
        "",
    ],
)
def test_what_says_how_things_are(sentence: str) -> None:
    assert not is_instruction(sentence)
