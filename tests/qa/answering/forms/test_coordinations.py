"""A span that is one coordination is a list of its items, also for a question that doesn't sound like one for a list."""

import pytest
from shape_support import parts, shaped

TEXT = """# Ferry

It is put off by thick fog, a strike, or ice on the inlet. Flutes are mended by Lucie Horn or Anna Dombrowski. Ask the mayor and
the harbour master. Boats sail on 8, 15 and 22 March. To cancel write to the office, quote your number and name a date.
Current and former members row free. Bring wooden boards and spoons. It sails between 5 and 9 knots. Java 8 or higher is needed.
If it rains, ring the bell and go home. It is closed for paint, for tar and because the crew is tired. We have tea and
coffee. Paul can't teach: he lacks the exam, he hasn't flown and he has been here a year. The Food and Drink Services sell it.
Talks are short, clear, true, and kind. Forks wait at Hall A and Hall B. It is signed by both the owner and the cook.
Kea Moe, one of the very first pilots of the harbour, and author of its guide steers. Read of bees and their keepers. We ask it
to build a safe, quiet and dry harbour.
The hall is shut for paint, for tar and for a party.
"""


@pytest.mark.parametrize(
    ("question", "span", "items"),
    [
        (
            "why would it be put off",
            "thick fog, a strike, or ice on the inlet",
            ["thick fog", "a strike", "ice on the inlet"],
        ),
        (
            "how come it's put off",
            "by thick fog, a strike, or ice on the inlet",
            ["thick fog", "a strike", "ice on the inlet"],
        ),
        ("why is it shut", "for paint, for tar and for a party", ["for paint", "for tar", "for a party"]),
        ("who mends flutes", "Lucie Horn or Anna Dombrowski", ["Lucie Horn", "Anna Dombrowski"]),
        ("whom do I ask", "the mayor and\nthe harbour master", ["the mayor", "the harbour master"]),
        ("who signs it", "both the owner and the cook", ["the owner", "the cook"]),
        ("when does it sail", "8, 15 and 22 March", ["8", "15", "22 March"]),
        (
            "how do I cancel",
            "write to the office, quote your number and name a date",
            ["write to the office", "quote your number", "name a date"],
        ),
        ("what's there to drink", "tea and\ncoffee", ["tea", "coffee"]),
    ],
)
def test_its_items_are_the_parts_and_the_answer_is_the_whole_span(question: str, span: str, items: list[str]) -> None:
    found = shaped(question, TEXT, span)
    assert parts(found) == items
    assert (found[0].form, found[1]) == ("list", span)


@pytest.mark.parametrize(
    ("question", "span"),
    [
        pytest.param("who rows free", "Current and former members", id="one noun for both"),
        pytest.param("what do I take along", "wooden boards and spoons", id="one adjective for both"),
        pytest.param("who sells it", "The Food and Drink Services", id="a name"),
        pytest.param("what speed does it make", "between 5 and 9 knots", id="a range"),
        pytest.param("what java do I need", "Java 8 or higher", id="and up"),
        pytest.param("what if it rains", "If it rains, ring the bell and go home", id="a condition before"),
        pytest.param("why is it closed", "for paint, for tar and because the crew is tired", id="a clause behind"),
        pytest.param(
            "why can't Paul teach", "he lacks the exam, he hasn't flown and he has been here a year", id="clauses"
        ),
        pytest.param(
            "who steers",
            "Kea Moe, one of the very first pilots of the harbour, and author of its guide",
            id="what somebody is",
        ),
        pytest.param("what's there to read of", "bees and their keepers", id="what belongs to the first"),
        pytest.param("why do we ask it", "to build a safe, quiet and dry harbour", id="a verb for all"),
        pytest.param("when are talks", "short, clear, true, and kind", id="no times"),
        pytest.param("which hall has forks", "Hall A and Hall B", id="one is asked for"),
    ],
)
def test_what_is_no_coordination_of_like_things_stays_a_span(question: str, span: str) -> None:
    assert parts(shaped(question, TEXT, span)) == []
