"""Tables in plain text whose rows don't all have every cell."""

import pytest

from index.tables import heads_above, rows_around

ROTA = """Who is in:

            Mon   Tue   Wed
Eddie       -     x     x
Marco       -     -     x
Apprentice  -     x
"""
TENTS = """\
                      Solo 1      Ridge 2
Sleeps                1           2
Packed size (cm)      38 x 12     45 x 15
Hydrostatic head (mm) 4000        3000
"""
TIP = """TIP
===========================
Waste       Bay    Charge
---------------------------
Wood        2      none
Old tyres   9      £4.50
Rubble      5      £3 a bag
"""


def cells(text: str, at: str) -> list[list[str]]:
    return [[cell.text for cell in row] for row in rows_around(text, text.index(at))]


def test_a_corner_and_cells_may_be_empty() -> None:
    assert cells(ROTA, "Marco") == [
        ["", "Mon", "Tue", "Wed"],
        ["Eddie", "-", "x", "x"],
        ["Marco", "-", "-", "x"],
        ["Apprentice", "-", "x", ""],
    ]
    assert heads_above(ROTA, ROTA.index("Marco")) == ["", "Mon", "Tue", "Wed"]


def test_one_blank_parts_the_longest_label_from_its_cell() -> None:
    rows = rows_around(TENTS, TENTS.index("Sleeps"))
    assert [cell.text for cell in rows[3]] == ["Hydrostatic head (mm)", "4000", "3000"]
    assert all(TENTS[cell.start : cell.end] == cell.text for row in rows for cell in row)
    assert cells(TENTS, "Solo")[0] == ["", "Solo 1", "Ridge 2"]


@pytest.mark.parametrize("at", ["Waste", "Wood", "Rubble"])
def test_a_single_rule_below_the_heads_is_no_row_and_one_below_a_title_no_part(at: str) -> None:
    assert cells(TIP, at) == [
        ["Waste", "Bay", "Charge"],
        ["Wood", "2", "none"],
        ["Old tyres", "9", "£4.50"],
        ["Rubble", "5", "£3 a bag"],
    ]


def test_numbers_may_end_below_each_other_where_cells_are_missing() -> None:
    text = (
        "Item        Unit    Price\nOak board   metre   12.50\nWood glue   bottle   6.80\nNails              104.00\n"
    )
    assert cells(text, "Oak")[1:] == [
        ["Oak board", "metre", "12.50"],
        ["Wood glue", "bottle", "6.80"],
        ["Nails", "", "104.00"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The pool  opens at nine\nand closes  at ten  on Mondays\nin summer  only, as  told\n",  # no columns
        "a   b   c\nd     e\nf   g   h\n",  # "e" stands in no column
        "a    b    c\n     d    e\nf    g    h\ni    j    k\n",  # a row below the heads without a label
    ],
)
def test_words_with_gaps_by_chance_are_no_table(text: str) -> None:
    assert rows_around(text, 0) == []
