"""Columns that hold another kind of thing than a question asks for."""

import pytest

from qa.reading.unasked_columns import of_unasked_columns

FEES = "| What | Renews | Per year |\n|---|---|---|\n| Gym | 3 October | £240 |\n| Golf | 12 June | £910 |\n"
DRONES = (
    "| Drone | Price (€) | Weight | Range (km) | Seats |\n|---|---|---|---|---|\n"
    "| Mini | 3,490 | 2 kg | 8 | 4 |\n| Kite | 1,849 | 3 kg | 15 | 6 |\n"
)
DUTY = (
    "| Week | Cox | Fee | Phone |\n|---|---|---|---|\n| 1 | Al Proud | £5 | 0555 12 |\n| 2 | Bo Lind | £6 | 0555 43 |\n"
)


@pytest.mark.parametrize(
    ("question", "table", "unasked"),
    [
        ("When does the gym membership end?", FEES, ["£240", "£910"]),
        ("How much does the gym cost?", FEES, []),
        ("How much is the gym?", FEES, []),  # it may be anything
        ("How heavy is the Mini?", DRONES, ["3,490", "1,849", "8", "15"]),
        ("How far does the Kite fly?", DRONES, ["3,490", "1,849", "2 kg", "3 kg"]),
        ("How far in advance do I book the Kite?", DRONES, []),
        ("Who is cox in week 1?", DUTY, ["£5", "£6"]),
    ],
)
def test_cells_of_another_kind_are_told_by_head_or_unit(question: str, table: str, unasked: list[str]) -> None:
    assert [table[slice(*cell)] for cell in of_unasked_columns(question, table)] == unasked


def test_the_heads_may_be_in_the_context() -> None:
    rows = "| Gym | 3 October | 240 |\n| Golf | 12 June | 910 |"
    unasked = of_unasked_columns("When does the gym end?", rows, "Clubs\nWhat | Renews | Price (£)")
    assert [rows[slice(*cell)] for cell in unasked] == ["240", "910"]
