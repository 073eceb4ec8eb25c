"""Lists by what stands above them, and what stands behind a list in a sentence."""

import pytest
from shape_support import parts, shaped

from qa.answering.forms.form import Form

SET = """## What the set contains

- knives, forks and spoons
- a pan
- a board of beech

Nothing else.
"""
RING = """Ring the ward the same day if

- you have a temperature above 38 °C,
- a wound is red or hot,
- pain gets worse.
"""


def test_the_list_below_a_heading_that_is_asked_is_more_than_what_one_item_lists() -> None:
    whole = ["knives, forks and spoons", "a pan", "a board of beech"]
    assert parts(shaped("What things are in the set?", SET, "knives, forks and spoons")) == whole
    assert parts(shaped("What is contained in the set?", SET, "knives, forks and spoons")) == whole
    cutlery = SET.replace("- knives", "- cutlery: knives")
    named = parts(shaped("What things of cutlery does the set have?", cutlery, "knives, forks and spoons"))
    assert named == ["knives", "forks", "spoons"]
    assert parts(shaped("What tools are made of steel?", SET, "knives, forks and spoons")) == [
        "knives",
        "forks",
        "spoons",
    ]


FLAT = """Before you leave the flat
=========================

* Close the windows.
* Turn off the heating.
* Lock the door.

The key goes in the box.
"""
WHOLE_FLAT = ["Close the windows", "Turn off the heating", "Lock the door"]


@pytest.mark.parametrize(
    ("question", "heading", "is_list"),
    [
        ("What should I do before I leave the flat?", "# Before you leave the flat", True),
        ("What should I do before I leave the flat?", "Before you leave the flat\n----", True),
        ("What should I do before I leave the flat?", "Before you leave the flat\n\nPlease do this:", True),
        ("What do I have to do before leaving the flat?", "# Before you leave the flat", True),
        ("What do we do if the flat is left?", "# If the flat is left", True),
        ("What should I do about mould in the flat?", "# The flat", False),  # which is on more than that
        ("What should I do with the windows of the flat?", "# The flat", False),  # which is on this item alone
        ("What should I do before I leave the flat?", "The flat is big.\n\nPlease do this:", False),
        ("What should I do before I leave the flat?", "# Before you leave\n\nThe flat is to be closed.", False),
    ],
)
def test_what_to_do_is_a_list_below_a_heading_that_says_when(question: str, heading: str, is_list: bool) -> None:
    text = FLAT.replace("\n".join(FLAT.split("\n")[:2]), heading)
    found = parts(shaped(question, text, "Close the windows"))
    assert found == (WHOLE_FLAT if is_list else [])


DISHES = """Dishwasher

What must not go in the dishwasher

Do not wash the following:

- wooden boards and spoons
- lead crystal
- knives with glued handles
"""


@pytest.mark.parametrize("question", ["What must not go in the dishwasher?", "What can't go in the dishwasher?"])
@pytest.mark.parametrize(
    ("text", "is_list"),
    [
        (DISHES, True),
        (DISHES.replace("What must", "## What must"), True),
        (DISHES.replace("dishwasher\n\nDo", "dishwasher\n------\n\nDo"), True),
        (DISHES.replace("following:", "following, which it would spoil for good within a day:"), False),
        (DISHES.replace("in the dishwasher", "in the dishwasher is told here."), False),
        (DISHES.replace("What must", "Here you see\nwhat must"), False),
    ],
)
def test_a_short_introduction_counts_with_its_heading(question: str, text: str, is_list: bool) -> None:
    found = shaped(question, text, "wooden boards and spoons", media_type="text/html")
    whole = ["wooden boards and spoons", "lead crystal", "knives with glued handles"]
    assert parts(found) == (whole if is_list else [])


@pytest.mark.parametrize(
    ("question", "span", "is_list"),
    [
        ("When should I ring the ward?", "a wound is red or hot", True),
        ("What are the reasons to ring the ward?", "Ring the ward the same day if", True),
        ("When may a wound be hot?", "a wound is red or hot", False),
    ],
)
def test_a_line_that_is_no_whole_sentence_introduces_the_list_below(question: str, span: str, is_list: bool) -> None:
    found = shaped(question, RING, span)
    assert (found[0].form is Form.LIST) == is_list
    if is_list:
        assert parts(found) == ["you have a temperature above 38 °C", "a wound is red or hot", "pain gets worse"]


def test_a_sentence_introduces_nothing() -> None:
    text = RING.replace("same day if", "same day.")
    assert shaped("When should I ring the ward?", text, "a wound is red or hot")[0].form is not Form.LIST


@pytest.mark.parametrize(
    ("text", "items"),
    [
        (
            "Workshops are Knots and splices (7–11), Slate (9–14), Morse and flags (8–16) – are £45 per class on top.",
            ["Knots and splices (7–11)", "Slate (9–14)", "Morse and flags (8–16)"],
        ),
        ("Workshops are knots, slate and flags, which we offer.", ["knots", "slate", "flags"]),
        ("Workshops are knots (7), slate (9) and flags (8).", ["knots (7)", "slate (9)", "flags (8)"]),
        ("Workshops are knots (7), slate and flags.", ["knots (7)", "slate", "flags"]),
    ],
)
def test_an_enumeration_ends_before_what_is_said_of_it(text: str, items: list[str]) -> None:
    assert parts(shaped("Which workshops are there?", text, items[1])) == items


DOCUMENTS = """| Claim | Documents | Days |
|---|---|---|
| Theft | police report, proof of purchase | 28 |
| Delay | letter from the carrier | 14 |
"""


def test_a_list_asked_for_in_a_table_is_what_its_cell_lists() -> None:
    found = shaped("Which documents are needed for theft?", DOCUMENTS, "police report")
    assert parts(found) == ["police report", "proof of purchase"]
    found = shaped("Which documents are needed for delay?", DOCUMENTS, "letter from the carrier")
    assert (found[0].form, found[1], found[0].row) == (Form.CELL, "letter from the carrier", "Delay")


BOATS = """| Boat | Seats | Colour |
|---|---|---|
| Eider | 4 | red |
| Teal | 2 | blue |
| Smew | 2 | blue |
"""


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("Which boats have seats for two people?", ["Teal", "Smew"]),
        ("Which colours do they come in?", ["blue", "blue"]),
        ("Which things are there?", ["2", "2"]),  # no head is asked for, so it is the column that the span begins in
    ],
)
def test_a_list_asked_for_in_several_rows_is_their_column(question: str, items: list[str]) -> None:
    span = "2 | blue |\n| Smew | 2" if "things" in question else "Teal | 2 | blue |\n| Smew | 2"
    assert parts(shaped(question, BOATS, span)) == items
