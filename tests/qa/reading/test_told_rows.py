"""Rows of tables told in words."""

from qa.reading.told_rows import told_row

BOATS = "| Boat | Price | Weight |\n|---|---|---|\n| Eider | 40 | 120 kg |\n| Teal | | 90 kg |"


def test_each_cell_stands_behind_its_head_and_empty_ones_are_left_out() -> None:
    eider = told_row(BOATS, BOATS.index("40"), "Boats")
    assert eider is not None
    assert eider.text == "Eider: Price: 40. Weight: 120 kg."
    assert [eider.text[slice(*place)] for place in eider.places] == ["Eider", "40", "120 kg"]
    teal = told_row(BOATS, BOATS.index("Teal"), "Boats")
    assert teal is not None
    assert teal.text == "Teal: Weight: 90 kg."


def test_a_slice_of_the_passage_has_its_place_in_the_words() -> None:
    eider = told_row(BOATS, BOATS.index("40"), "Boats")
    assert eider is not None
    kilos = BOATS.index("120 kg")
    assert eider.text[slice(*eider.place_of(kilos, kilos + 3))] == "120"
    assert eider.text[slice(*eider.place_of(BOATS.index("40"), kilos + 6))] == "40. Weight: 120 kg"


def test_the_heads_may_be_in_the_context() -> None:
    row = told_row("| Eider | 40 | 120 kg |", 3, "Boats\nBoat | Price | Weight")
    assert row is not None
    assert row.text == "Eider: Price: 40. Weight: 120 kg."


def test_heads_and_what_is_in_no_table_are_not_told() -> None:
    assert told_row(BOATS, BOATS.index("Price"), "Boats") is None
    assert told_row("The Eider costs 40.", 4, "Boats") is None
