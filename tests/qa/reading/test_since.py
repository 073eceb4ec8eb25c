"""A "since" of time tells no reason."""

import pytest

from qa.reading.since import of_times

FIRE = "Rosa sells cheese. Since the fire she does so from a tent. She hates tea."
MERGER = "Since the merger there are two sites. The canteen is shut."
PUMP = "Since the pump broke in May, the pool has been shut. Since 2019 it belongs to the town."


@pytest.mark.parametrize(
    ("question", "text", "closed"),
    [
        ("why doesn't Rosa sell tea?", FIRE, ["Since the fire she does so from a tent."]),
        ("when did Rosa move?", FIRE, []),
        ("why are there two sites", MERGER, []),
        ("why is the canteen shut", MERGER, ["Since the merger there are two sites."]),
        ("why is the pool shut", PUMP, ["Since 2019 it belongs to the town."]),
    ],
)
def test_sentences_of_time_are_closed(question: str, text: str, closed: list[str]) -> None:
    assert [text[slice(*each)].strip() for each in of_times(question, text)] == closed
