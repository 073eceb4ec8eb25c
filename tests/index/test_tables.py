"""Which lines are rows of a table, and what their heads are."""

from index.tables import heads_above, rows_around

TABLE = "Boat | Price\nEider | 40\nTeal | 30\n"


def test_heads_and_rows_of_a_table() -> None:
    assert heads_above(TABLE, TABLE.index("30")) == ["Boat", "Price"]
    assert heads_above(TABLE, 3) == []
    assert [[cell.text for cell in row] for row in rows_around(TABLE, 20)] == [
        ["Boat", "Price"], ["Eider", "40"], ["Teal", "30"]
    ]  # fmt: skip


def test_a_row_that_begins_with_a_bar_where_others_do_not_has_an_empty_first_cell() -> None:
    pumps = "Data:\n\n| P-3 | P-8\nLoad | 3 kg | 8 kg\n| Net | Gross\nWeight | 2 kg | 4 kg\n"
    assert heads_above(pumps, pumps.index("3 kg")) == ["", "P-3", "P-8"]
    rows = [[cell.text for cell in row] for row in rows_around(pumps, pumps.index("4 kg"))]
    assert rows == [["", "P-3", "P-8"], ["Load", "3 kg", "8 kg"], ["", "Net", "Gross"], ["Weight", "2 kg", "4 kg"]]
    barred = "| Boat | Price\n|---|---\n| Eider | 40\n| Teal | 30\n"
    assert heads_above(barred, barred.index("30")) == ["Boat", "Price"]


def test_a_line_of_a_million_cells_is_no_row() -> None:
    line = "a | b | " * 1_000_000
    assert heads_above(line, 4_000_000) == []
    assert rows_around(f"{TABLE}{line}", 4_000_000) == []
    assert heads_above(f"{line}\n{TABLE}", len(line) + len(TABLE) - 3) == ["Boat", "Price"]


PARTED = """Boat | Price per hour | | Weight
Boat | members | guests | Weight
Eider | 40 | 55 | 120 kg
Teal | 30 | 45 | 90 kg
"""
PARTED_HEADS = ["Boat", "Price per hour: members", "Price per hour: guests", "Weight"]


def test_heads_in_two_rows_are_one() -> None:
    assert heads_above(PARTED, PARTED.index("90 kg")) == PARTED_HEADS
    rows = [[cell.text for cell in row] for row in rows_around(PARTED, PARTED.index("45"))]
    assert rows == [PARTED_HEADS, ["Eider", "40", "55", "120 kg"], ["Teal", "30", "45", "90 kg"]]
    narrow = "Boat | Price\nBoat | members | guests\nEider | 40 | 55\n"
    assert heads_above(narrow, narrow.index("55")) == ["Boat", "Price: members", "Price: guests"]
    ruled = "| Boat | Price | |\n|---|---|---|\n| Boat | members | guests |\n| Eider | 40 | 55 |\n"
    assert heads_above(ruled, ruled.index("55")) == ["Boat", "Price: members", "Price: guests"]


def test_a_row_that_repeats_the_first_head_is_no_head_where_no_head_is_parted() -> None:
    repeated = "Boat | Price\nBoat | 40\nTeal | 30\n"
    assert heads_above(repeated, repeated.index("30")) == ["Boat", "Price"]
    assert len(rows_around(repeated, 3)) == 3
    empty = "| | Price | |\n|---|---|---|\n| | members | guests |\n| Eider | 40 | 55 |\n"
    assert heads_above(empty, empty.index("55")) == ["", "Price", ""]


def test_a_table_of_nothing_but_rules_has_no_heads() -> None:
    rules = "|---|---|\n" * 5 + "| Eider | 40 |\n"
    assert heads_above(rules, rules.index("40")) == []
