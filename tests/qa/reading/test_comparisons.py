"""Two things compared by their numbers: the one that is asked for, or yes or no; nothing where numbers don't compare."""

import pytest
from shape_support import shaped

from qa.answering.forms.form import Form
from qa.reading.comparisons import asked_for

TABLE = """Boats for hire.

| Boat | Price per hour | Weight | Seats |
|---|---|---|---|
| Eider | 40 crowns | 1.2 t | 4 |
| Teal | 35 crowns | 900 kg | 6 |
| Kestrel | 50 euros | 40–50 kg | 4 |
"""
TAGGED = (
    "<table><tr><th>Tour</th><th>Duration</th></tr><tr><td>Castle tour</td><td>1 h 15 min</td></tr>"
    "<tr><td>Harbour tour</td><td>80 min</td></tr></table>"
)
LINES = "Prices\n\nAdult ticket: £12.50\nChild ticket ........ £6\nGuide book: 8 euros\nTrip: 2 hours\n"


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Which is cheaper, the Eider or the Teal?", TABLE, "Teal"),
        ("Is the Eider or the Teal cheaper?", TABLE, "Teal"),
        ("Which boat is heavier: Teal or Eider?", TABLE, "Eider"),  # 1.2 t and 900 kg
        ("What costs more, the Teal or the Eider?", TABLE, "Eider"),
        ("Which has more seats, the Eider or the Teal?", TABLE, "Teal"),
        ("Which has fewer seats, the Eider or the Teal?", TABLE, "Eider"),
        ("Which takes longer, the castle tour or the harbour tour?", TAGGED, "Harbour tour"),
        ("Which is cheaper, the adult ticket or the child ticket?", LINES, "Child ticket"),
    ],
)
def test_the_one_that_has_more_or_less_of_it(question: str, text: str, answer: str) -> None:
    place = asked_for(question, text)
    assert place
    assert text[slice(*place)] == answer
    for span in ("Eider", "Teal", "Castle tour", "Adult ticket"):
        if span in text:
            found, words = shaped(question, text, span)
            assert (found.form, words) == (Form.SPAN, answer)


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("Is the Eider heavier than the Teal?", TABLE, "yes"),
        ("Is the Teal more expensive than the Eider?", TABLE, "no"),
        ("Does the Teal have more seats than the Eider?", TABLE, "yes"),
        ("Has the Eider more seats than the Kestrel?", TABLE, "no"),  # as many
        ("Is the castle tour longer than the harbour tour?", TAGGED, "no"),
        ("Is an adult ticket cheaper than a child ticket?", LINES, "no"),
    ],
)
def test_whether_the_first_has_more(question: str, text: str, verdict: str) -> None:
    place = asked_for(question, text)
    assert place
    found, words = shaped(question, text, text[slice(*place)])
    assert (found.form, found.verdict) == (Form.YES_NO, verdict)
    assert found.start <= place[0] < place[1] <= found.end
    assert sum(map(str.isdigit, words)) > 1  # with both values


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which is cheaper, the Eider or the Kestrel?", TABLE),  # crowns and euros
        ("Which is heavier, the Teal or the Kestrel?", TABLE),  # a range
        ("Which has more seats, the Eider or the Kestrel?", TABLE),  # as many
        ("Which is nicer, the Eider or the Teal?", TABLE),
        ("Which is cheaper, the Eider or the Punt?", TABLE),
        ("Which is cheaper, the guide book or the trip?", LINES),  # a time is no price
        ("Is tea or coffee served?", TABLE),
        ("Is it open longer than an hour?", TABLE),
    ],
)
def test_what_cannot_be_compared_is_as_it_was(question: str, text: str) -> None:
    assert asked_for(question, text) is None
    found, _ = shaped(question, text, "Teal" if text is TABLE else "8 euros")
    assert found.verdict is None


def test_of_two_far_apart_the_first_is_the_evidence() -> None:
    rows = "".join(f"| Punt {i} | 50 crowns |\n" for i in range(40))
    text = f"| Boat | Price |\n|---|---|\n| Eider | 40 crowns |\n{rows}| Teal | 35 crowns |\n"
    found, words = shaped("Is the Eider cheaper than the Teal?", text, "40 crowns")
    assert (found.verdict, words) == ("no", "Eider | 40 crowns")
