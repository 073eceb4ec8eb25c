"""The place of one thing, in a row with those of others."""

import pytest
from shape_support import shaped

STOPS = "The bus stops at: Bad Sollen, station yard; Sattel, by the inn; Mar, the square (not the pier!)."
MOVED = "In 2017, the team got a van\nto carry the tents, and all of it moved to\nthe old mill."
ROOMS = "Ask Ann, the clerk; she has keys."


@pytest.mark.parametrize(
    ("question", "text", "span", "place"),
    [
        ("where does it stop in Sattel", STOPS, "Sattel, by the inn; Mar", "by the inn"),
        ("where in Bad Sollen does the bus stop", STOPS, "by the inn", "station yard"),
        ("where does it stop in Mar", STOPS, "by the inn", "the square (not the pier!)"),
        ("where did the team go in 2017", MOVED, "the old mill", "the old mill"),  # a paragraph is no row
        ("where are the keys", ROOMS, "Ann, the clerk", "Ann, the clerk"),
    ],
)
def test_the_place_of_the_thing_that_is_named(question: str, text: str, span: str, place: str) -> None:
    assert shaped(question, text, span)[1] == place
