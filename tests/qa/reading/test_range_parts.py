"""The value for the range in which a number of the question falls, outside of tables."""

import pytest

from qa.reading.range_parts import value_in_range

AISLES = "Max. load per beam: aisles 1-8: 2,400 kg. Aisles 9-14: 1,800 kg. Mezzanine: 500 kg."
PARCELS = "Parcel rates: up to 2 kg: 4.90 euros. From 2 to 10 kg: 7.50 euros. From 10 to 30 kg: 14.20 euros."
NOTICE = "Notice: up to 2 years of service four weeks, 3 to 5 years two months, above 5 years six months."


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("max load on the beams in aisle 11", AISLES, "1,800 kg"),
        ("How much load may a beam in aisle 12 carry?", AISLES, "1,800 kg"),
        ("max load aisle 3", AISLES, "2,400 kg"),
        ("max load aisle 20", AISLES, None),
        ("max load in room 3", AISLES, None),
        ("who works in aisle 3", AISLES, None),
        ("may the load in aisle 11 be 2 tons", AISLES, None),
        ("what's a 5 kg parcel", PARCELS, "7.50 euros"),
        ("what's a parcel for 5 euros", PARCELS, None),
        ("I've been here 4 years, what's my notice?", NOTICE, "two months"),
        ("notice after 9 years", NOTICE, "six months"),
        ("what happened 4 years ago", NOTICE, None),
    ],
)
def test_the_value_of_the_range(question: str, text: str, value: str | None) -> None:
    place = value_in_range(question, text)
    assert (place and text[slice(*place)]) == value
