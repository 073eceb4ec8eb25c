"""The owner of an action hasn't done all that is said of its things."""

import pytest

from qa.reading.owners import of_other_actions

HEADS = "| No | What | Who | By |\n|---|---|---|---|\n"
CUSTOMS = "| 1 | Chase customs about the card readers | Dario | 19 Sept |"
WINDOWS = "| 2 | Clean the windows | Tim Orr | June |"
TERMS = "| 3 | Draft new refund terms | Samuel | 30 Sept |"
MINUTES = "| 4 | Minutes | Ann | 30 Sept |"
ALL = [CUSTOMS, WINDOWS, TERMS, MINUTES]


@pytest.mark.parametrize(
    ("question", "opened"),
    [
        ("who sold us the card readers", []),
        ("who makes the card readers", []),
        ("who chases customs", [CUSTOMS]),
        ("who broke the windows?", []),
        ("who paid for the windows", []),
        ("who cleaned the windows", [WINDOWS]),
        ("who's cleaning the windows", [WINDOWS]),
        ("who writes the new refund terms", [TERMS]),
        ("who approved the new refund terms", []),
        ("who took the minutes", [MINUTES]),
        ("who is responsible for the windows", ALL),
        ("who has to wash the windows", ALL),
        ("who does the windows", ALL),
        ("when were the windows cleaned", []),  # "June" is when they are to be
        ("when are the windows due", ALL),
        ("what about the windows", ALL),
    ],
)
def test_only_the_action_asked_for_stays_open(question: str, opened: list[str]) -> None:
    passage = HEADS + "\n".join(ALL)
    closed = [passage[slice(*each)] for each in of_other_actions(question, passage)]
    assert closed == [row for row in ALL if row not in opened]


def test_heads_above_the_passage_tell_and_other_tables_stay() -> None:
    assert of_other_actions("who sold the readers", CUSTOMS, "Minutes\nNo | What | Who | By") == [(0, len(CUSTOMS))]
    assert of_other_actions("who sold the readers", CUSTOMS, "Minutes\nNo | Topic | Speaker | By") == []
    assert of_other_actions("who started the club", "| What | Who |\n|---|---|\n| Founded the club | Ann |") == []
