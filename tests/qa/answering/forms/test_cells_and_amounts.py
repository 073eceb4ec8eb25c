"""The cell of the row, the amount and the condition that a question is about."""

import pytest
from shape_support import shaped

from qa.answering.forms.form import Form

ALLOWANCE = """Absence | In the country | Abroad
More than 12 hours | €22 | €30
A full day of 24 hours | €34 | €48
"""
LIMITS = "Where | A night | At fairs\nOslo, Bergen | €170 | €240\nLondon, Paris and Zurich | €210 | €300\n"


def test_a_cell_is_of_the_row_that_is_named_in_part() -> None:
    span = "€30\nA full day of 24 hours | €34 | €48"
    found, words = shaped("What is the allowance abroad for a full day?", ALLOWANCE, span)
    assert (found.form, words, found.row) == (Form.CELL, "€48", "A full day of 24 hours")
    found, words = shaped("limit a night in Zurich", LIMITS, "€170 | €240\nLondon")
    assert (found.form, words, found.row) == (Form.CELL, "€210", "London, Paris and Zurich")


@pytest.mark.parametrize(
    ("question", "span", "words", "row", "column"),
    [
        ("How heavy is it?", "3.2", "3.2", "Weight (kg)", "Value"),
        ("What is the voltage?", "230 V", "230 V", "Voltage", "Value"),  # has its unit
        ("What is the hull made of?", "teak", "teak", "Hull", "Value"),
        ("How many seats are there?", "4", "4", "Seats", "Value"),  # "–" is none
        ("In which unit is the weight?", "kg", "kg", "Weight", "Unit"),
    ],
)
def test_a_unit_in_a_column_of_its_own_stands_behind_the_rows_head(
    question: str, span: str, words: str, row: str, column: str
) -> None:
    text = (
        "| Property | Value | Unit |\n|---|---|---|\n| Weight | 3.2 | kg |\n| Voltage | 230 V | V |\n| Hull | teak | |\n"
        "| Seats | 4 | – |\n"
    )
    found, given = shaped(question, text, span)
    assert (found.form, given, found.row, found.column) == (Form.CELL, words, row, column)


def test_a_table_of_labels_and_values_has_no_heads() -> None:
    text = "Weight | 3.2 kg\nCable length | 15 m\nNoise level | 62 dB\n"
    for question, span, words, row in [
        ("how heavy is it", "3.2 kg\nCable", "3.2 kg", "Weight"),
        ("what is the weight", "3.2 kg", "3.2 kg", "Weight"),
        ("how loud is it", "62 dB", "62 dB", "Noise level"),
    ]:
        found, given = shaped(question, text, span)
        assert (found.form, given, found.row, found.column) == (Form.CELL, words, row, None)


LAUNDRY = "The price of a cycle rises from £1.20 to £1.50 on 1 June. The room is open from 7 am to 10 pm."


@pytest.mark.parametrize(
    ("question", "span", "words"),
    [
        ("how much is a cycle from June", "£1.20 to £1.50", "£1.50"),
        ("how much is a cycle", "from £1.20 to £1.50", "£1.50"),
        ("What did a cycle cost before June?", "£1.20 to £1.50", "£1.20"),
        ("By how much does a cycle rise?", "£1.20 to £1.50", "£1.20 to £1.50"),
        ("When is the room open?", "7 am to 10 pm", "7 am to 10 pm"),
        ("When is the room open?", "from 7 am to 10 pm", "from 7 am to 10 pm"),
    ],
)
def test_of_an_amount_that_changes_the_new_one_is_given(question: str, span: str, words: str) -> None:
    assert shaped(question, LAUNDRY, span)[1] == words


@pytest.mark.parametrize("question", ["what if it is approved after the 15th", "What happens after the 15th?"])
def test_what_holds_under_a_condition_isnt_given_without_it(question: str) -> None:
    text = "Hand it in. It is paid in April if it is approved by the 15th, otherwise in May. All is paid by June."
    found, words = shaped(question, text, "It is paid in April")
    assert (found.form, words) == (
        Form.SENTENCE,
        "It is paid in April if it is approved by the 15th, otherwise in May.",
    )
    assert shaped("When is it paid?", text, "in April")[1] == "in April"


@pytest.mark.parametrize(
    ("question", "span", "words"),
    [
        ("How much is a weekend ticket?", "€24, a weekend ticket €40", "€40"),
        ("How much is a day ticket?", "€24, a weekend ticket €40", "€24, a weekend ticket €40"),
        ("What do tickets cost?", "€24, a weekend ticket €40", "€24, a weekend ticket €40"),
    ],
)
def test_of_two_amounts_the_one_of_what_is_asked_is_given(question: str, span: str, words: str) -> None:
    text = "A day ticket costs €24, a weekend ticket €40; children get in free."
    assert shaped(question, text, span)[1] == words
