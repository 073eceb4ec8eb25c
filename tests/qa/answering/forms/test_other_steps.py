"""Of several numbered lists the one is meant whose introduction has the words of the question."""

import pytest
from shape_support import parts, shaped

OPENING, CLOSING = ["Switch off the alarm.", "Unlock the door."], ["Turn the compressor off.", "Lock the door."]
BELOW_PARAGRAPHS = """# Opening and closing

To open up:

1. Switch off the alarm.
2. Unlock the door.

To close:

1. Turn the compressor off.
2. Lock the door.
"""
BELOW_HEADINGS = BELOW_PARAGRAPHS.replace("To open up:", "## To open up").replace("To close:", "## Closing")
NOT_INTRODUCED = BELOW_PARAGRAPHS.replace("To open up:", "We open at 8.").replace("To close:", "We close at 5.")


@pytest.mark.parametrize("text", [BELOW_PARAGRAPHS, BELOW_HEADINGS])
@pytest.mark.parametrize("span", ["Unlock the door.", "Turn the compressor off."])
@pytest.mark.parametrize(
    ("question", "steps"),
    [
        ("How do I close the practice?", CLOSING),
        ("how to open up in the morning", OPENING),
        ("what do I do to close", CLOSING),
    ],
)
def test_the_steps_that_are_asked_for(text: str, span: str, question: str, steps: list[str]) -> None:
    assert parts(shaped(question, text, span)) == steps


def test_steps_that_nothing_introduces_stay() -> None:
    assert parts(shaped("How do I close?", NOT_INTRODUCED, "Unlock the door.")) != CLOSING


def test_a_step_that_is_asked_for_itself_stays() -> None:
    assert parts(shaped("How do I unlock the door to close it?", BELOW_PARAGRAPHS, "Unlock the door.")) != CLOSING


@pytest.mark.parametrize("question", ["What does Nora have to do?", "what must Nora do"])
def test_what_one_person_does_is_not_all_that_a_numbered_list_has(question: str) -> None:
    minutes = """# Minutes

Present: Nora Beck, Tom Ek

1. The roof: the offer was accepted.
2. Nora Beck will write to the council. Tom Ek gets new chairs.
3. The next meeting is on 14 May.
"""
    assert parts(shaped(question, minutes, "write to the council")) == []
