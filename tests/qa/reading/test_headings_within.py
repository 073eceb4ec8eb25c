"""The heading above a place in a passage: with marks, without, and the questions of an FAQ."""

import pytest

from qa.reading.headings_within import heading_within

LEAFLET = """The hall is let by the day.

## Parking ##

Behind the hall, not in front.

**Is there wifi?** Yes, ask for the code.

Opening hours

We open at ten
on every day but Monday.

Lost keys
---------
Ring 222.

__Deposit:__
50 euros.

Q3: Who cleans?
A: The one who rents.
"""


@pytest.mark.parametrize(
    ("place", "heading"),
    [
        ("let by", None),
        ("Behind", "Parking"),
        ("Yes", "Is there wifi?"),
        ("We open", "Opening hours"),
        ("every day", "Opening hours"),  # "We open at ten" is a line of this paragraph
        ("Ring", "Lost keys"),
        ("50 euros", "Deposit:"),
        ("The one", "Who cleans?"),
    ],
)
def test_the_nearest_heading_above_a_place(place: str, heading: str | None) -> None:
    assert heading_within(LEAFLET, LEAFLET.index(place)) == heading


@pytest.mark.parametrize(
    "line",
    [
        "We open at ten.",
        "Bring with you:",
        "- a towel",
        "Tent | 5 euros",
        "and so on",
        "The committee that meets in the hall on the first Monday of a month decides on all of it together",
    ],
)
def test_a_line_like_a_sentence_an_item_or_a_row_is_no_heading(line: str) -> None:
    text = f"{line}\n\nAsk at the desk."
    assert heading_within(text, text.index("desk")) is None
