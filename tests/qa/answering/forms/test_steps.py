"""All steps of a numbered list, where the one that was read leaves out some of what is asked."""

import pytest
from shape_support import parts, shaped

from qa.answering.forms.form import Form

BULB = """# Car

## Changing the bulb

1. Open the bonnet and take off the cover.
2. Turn the bulb, pull it out, and push in the new one.
3. Put the cover back on, close the bonnet and test the lights.
"""
GAS = """WHEN THE GAS RUNS OUT
  1. Turn the tap on the bottle clockwise until it stops.
  2. Unclip the regulator.
  3. Lift in the spare bottle and clip the regulator on till it clicks.
"""
RULES = """# Rules

1. Meals are at noon; order lunch at the desk, pay in cash, and take a seat.
2. No dogs.
3. The gate is shut at ten.
"""
SATURDAY = """# Jobs

## Every Saturday

- rake, weed and water the court
- empty the bins

## Every third day

- beans and courgettes, two cans each
- new plants along the drive
"""
BULB_STEP = "Turn the bulb, pull it out, and push in the new one"
TAP_STEP = "Turn the tap on the bottle clockwise until it stops"
SPARE_STEP = "Lift in the spare bottle and clip the regulator on till it clicks"


@pytest.mark.parametrize(
    ("question", "text", "span"),
    [
        ("how do I fit a new bulb", BULB, BULB_STEP),
        ("steps for a new headlight bulb please", BULB, BULB_STEP),
        ("how do we make the bulb shine again", BULB, "Turn the bulb, pull it out"),
        ("the gas ran out at dinner!! how do i swap the bottle", GAS, TAP_STEP),
        ("how can we replace the gas bottle?", GAS, SPARE_STEP),
    ],
)
def test_a_step_that_does_not_do_what_is_asked_stands_for_all(question: str, text: str, span: str) -> None:
    found = shaped(question, text, span)
    assert (found[0].form, len(parts(found))) == (Form.STEPS, 3)


@pytest.mark.parametrize(
    ("question", "text", "span"),
    [
        ("how do I turn the bulb", BULB, BULB_STEP),
        ("how do I clip the regulator on the spare bottle", GAS, SPARE_STEP),
        ("how do I see that the bulb is new", BULB, BULB_STEP),
        ("how do i empty the bottle", GAS, TAP_STEP),  # nothing above the list is asked
        ("how do I get dry socks", GAS, TAP_STEP),  # of which the step has nothing
    ],
)
def test_a_step_that_does_it_stays_alone_and_whole(question: str, text: str, span: str) -> None:
    found = shaped(question, text, span)
    assert found[0].form in (Form.SPAN, Form.SENTENCE)
    assert span in found[1]


def test_a_numbered_list_that_tells_how_things_are_is_no_row_of_steps() -> None:
    found, _ = shaped("how do I get lunch", RULES, "order lunch at the desk, pay in cash, and take a seat")
    assert found.form is not Form.STEPS


@pytest.mark.parametrize(
    ("question", "span", "items"),
    [
        (
            "what jobs are there on saturdays",
            "rake, weed and water the court",
            ["rake, weed and water the court", "empty the bins"],
        ),
        (
            "what needs watering every third day",
            "beans and courgettes, two cans each",
            ["beans and courgettes, two cans each", "new plants along the drive"],
        ),
        ("which jobs are done on the court", "rake, weed and water the court", ["rake", "weed", "water the court"]),
    ],
)
def test_one_of_two_items_below_what_is_asked_is_no_list(question: str, span: str, items: list[str]) -> None:
    assert parts(shaped(question, SATURDAY, span)) == items
