"""The cell of the row, the amount and the condition that a question is about."""

import pytest
from shape_support import parts, shaped

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


@pytest.mark.parametrize(
    ("question", "text", "span", "date"),
    [
        ("when do we go live", "Go-live is put off from 1 October to 3 November 2025.",
         "from 1 October to 3 November 2025", "3 November 2025"),
        ("what day is the meeting", "The meeting was moved from Tuesday to Friday.", "Tuesday to Friday", "Friday"),
        ("when is the deadline", "The deadline was extended from 3 May to 13 May.", "from 3 May to 13 May", "13 May"),
        ("when was the deadline before", "The deadline was extended from 3 May to 13 May.", "3 May to 13 May", "3 May"),
        ("when is it on", "The show was extended from 3 May to 13 May.", "from 3 May to 13 May", "from 3 May to 13 May"),
        ("when is the pool closed", "It is closed from 1 June to 30 June.", "from 1 June to 30 June",
         "from 1 June to 30 June"),
    ],
)  # fmt: skip
def test_of_a_date_that_is_put_off_the_new_one_is_given(question: str, text: str, span: str, date: str) -> None:
    assert shaped(question, text, span)[1] == date


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
        ("How much is a day ticket?", "€24, a weekend ticket €40", "€24"),
        ("What do tickets cost?", "€24, a weekend ticket €40", "€24, a weekend ticket €40"),
    ],
)
def test_of_two_amounts_the_one_of_what_is_asked_is_given(question: str, span: str, words: str) -> None:
    text = "A day ticket costs €24, a weekend ticket €40; children get in free."
    assert shaped(question, text, span)[1] == words


ADMISSION = "Admission: adults £8, children £4, families £20."
TRIP = "The trip costs £8, lasts 2 hours and the walk costs £3."


@pytest.mark.parametrize(
    ("question", "text", "span", "words"),
    [
        ("How much is admission for adults?", ADMISSION, "£8, children £4, families £20", "£8"),
        ("children price", ADMISSION, "£4, families £20", "£4"),
        ("How heavy is the tent?", "Tent: 4 kg, mat 2 kg", "4 kg, mat 2 kg", "4 kg"),
        ("How heavy is the tent?", "Our tent weighs 4 kg and the mat 2 kg.", "4 kg and the mat 2 kg", "4 kg"),
        # The other is asked for as well, or neither is; of another measure; on the same thing
        ("How much is admission for adults and families?", ADMISSION, "£8, children £4, families £20", None),
        ("How much is admission?", ADMISSION, "£8, children £4, families £20", None),
        ("How long is the trip?", TRIP, "£8, lasts 2 hours", None),
        ("How much is the tour?", "The tour costs £8, plus a deposit £2.", "£8, plus a deposit £2", None),
        ("How much is the tour?", "The tour costs £8 for adults, children £4.", "£8 for adults, children £4", None),
    ],
)
def test_an_amount_of_what_is_asked_goes_without_those_of_others(
    question: str, text: str, span: str, words: str | None
) -> None:
    assert shaped(question, text, span)[1] == (words or span)


TOURS = "Tours last 75 minutes and cost £60 in Welsh or English, £75 in French or German; no more than 20 people."
DEAL = "Everybody takes silver: the first player 3 coins, the second 4, the third 5, the fourth and fifth 6."
CODES = "Exit codes: `1` = the command failed, `2` = wrong usage, `3` = not permitted."


@pytest.mark.parametrize(
    ("question", "text", "span", "words"),
    [
        ("what does a tour in german cost", TOURS, "£60 in Welsh or English, £75", "£75"),
        ("what does a tour in german cost", TOURS, "£60", "£75"),
        ("what does a tour in English cost", TOURS, "£60", "£60"),
        ("how much are tours in English and in German", TOURS, "£60 in Welsh or English, £75", None),
        ("how much silver does the third player start with", DEAL, "3 coins", "5"),
        ("how much silver has the fifth player", DEAL, "3 coins", "6"),
        ("how much silver has the first player", DEAL, "3 coins", None),
        ("how much silver has the sixth player", DEAL, "3 coins", None),
        ("how much silver do you take", DEAL, "3 coins", None),
        ("how long can it last", "It may last up to 120 days.", "up to 120 days", None),
        ("exit code 3", CODES, "`2` = wrong usage, `3` = not permitted", "not permitted"),
        ("what does exit code 2 mean", CODES, "the command failed", "wrong usage"),
        ("what does exit code 5 mean", CODES, "the command failed", None),
        ("which exit codes are 1 and 2", "`1` = failed, `2` = denied.", "`1` = failed, `2` = denied", None),
        ("what is exit code 1", "Exit code 1 = failed.", "Exit code 1 = failed", None),  # it is the only one
    ],
)
def test_of_several_values_in_a_sentence_the_one_that_is_named_is_given(
    question: str, text: str, span: str, words: str | None
) -> None:
    assert shaped(question, text, span)[1] == (words or span)


COVER = """| Section | Cover | Basic | Best |
|---|---|---|---|
| A | Cancellation | £1,000 | £7,500 |
| C | Baggage | £750 | £2,500 |
|   | – single items | £150 | £400 |
"""
MEDICINES = """| Medicine | For | When |
|---|---|---|
| Paracetamol 500 mg | pain | every 4 hours |
| Ibuprofen 400 mg | swelling | with meals |
"""


@pytest.mark.parametrize(
    ("question", "table", "span", "words", "row"),
    [
        ("limit for single items with Best", COVER, "£150 | £400", "£400", "– single items"),
        ("what does Best pay for baggage", COVER, "£1,000", "£2,500", "Baggage"),
        ("what does Basic pay under section C", COVER, "£750 | £2,500", "£750", "C"),
        ("When is ibuprofen taken?", MEDICINES, "every 4 hours", "with meals", "Ibuprofen 400 mg"),
    ],
)
def test_a_cells_row_is_known_by_its_label(question: str, table: str, span: str, words: str, row: str) -> None:
    found, answer = shaped(question, table, span)
    assert (found.form, answer, found.row) == (Form.CELL, words, row)


def test_a_table_with_prices_from_its_first_row_on_has_no_heads() -> None:
    rates = "deposit     £60    by 2 October\nsecond      £129   by 15 January\nbalance     £129   by 19 March\n"
    found, words = shaped("when is the second instalment due", rates, "by 15 January")
    assert (found.form, words, found.row, found.column) == (Form.CELL, "by 15 January", "second", None)
    assert shaped("when is the deposit due", rates, "£129   by 15 January")[1] == "by 2 October"
    assert shaped("how much is the balance", rates, "£129   by 15 January")[1] == "£129"
    assert shaped("is there a balance", rates, "by 19 March")[1] != "£129"
    headed = "Part        Sum    Due\n" + rates
    assert shaped("when is the deposit due", headed, "£129   by 15 January")[1] == "by 2 October"


TAGGED = """Hire by the hour.

<table>
  <tr><th rowspan="2">Boat</th><th colspan="2">Price</th></tr>
  <tr><th>members</th><th>guests</th></tr>
  <tr><td>Eider</td><td>40</td><td rowspan="2"><b>55</b></td></tr>
  <tr><td>Teal</td><td>30</td></tr>
  <tr><td>Kestrel</td><td>35</td><td>50; bring a coat, a cap</td></tr>
</table>
"""


@pytest.mark.parametrize(
    ("question", "span", "words", "row", "column"),
    [
        ("What is the price of the Eider for members?", "40</td><td rowspan", "40", "Eider", "Price: members"),
        ("What do guests pay for the Teal?", "30", "55", "Teal", "Price: guests"),  # which stands in the row above
        ("Which boat costs 35?", "35", "Kestrel", "Kestrel", "Boat"),
    ],
)
def test_a_cell_of_a_table_in_tags(question: str, span: str, words: str, row: str | None, column: str) -> None:
    found, given = shaped(question, TAGGED, span)
    assert (found.form, given, found.column) == (Form.CELL, words, column)
    assert found.row == (None if column == "Boat" else row)


def test_a_column_of_a_table_in_tags_is_a_list() -> None:
    span = TAGGED[TAGGED.index("Eider") : TAGGED.index("30")]
    found, _ = shaped("Which boats have a cover?", TAGGED, span)
    assert (found.form, [part.text for part in found.parts]) == (Form.LIST, ["Eider", "Teal"])
    assert parts(shaped("Which boats are there?", TAGGED, span)) == ["Eider", "Teal", "Kestrel"]


@pytest.mark.parametrize(
    ("question", "span", "words"),
    [
        ("what does the crate weigh", "60 × 40 cm, 7 kg", "7 kg"),
        ("how big is the crate", "60 × 40 cm, 7 kg", "60 × 40 cm"),
        ("what does the cave tour cost", "12 people; £15 with a lamp", "£15 with a lamp"),
        ("what is to be noted on the cave tour", "12 people; £15 with a lamp", "12 people; £15 with a lamp"),
    ],
)
def test_of_several_values_in_a_cell_the_one_that_is_asked_for_is_given(question: str, span: str, words: str) -> None:
    text = (
        "| Crate | Value |\n|---|---|\n| Size, weight | 60 × 40 cm, 7 kg |\n\n"
        "| Tour | Notes |\n|---|---|\n| Cave tour | 12 people; £15 with a lamp |\n"
    )
    found, given = shaped(question, text, span)
    assert (found.form, given) == (Form.CELL, words)


DRINKS = """| Drink | Coffee | Milk |
|-------|-------:|-----:|
| Latte | 30 ml | 150 ml |
| Lungo | 110 ml | – |
| Mocha | 30 ml | 120 ml |
|
"""


@pytest.mark.parametrize(
    ("question", "span", "items"),
    [
        ("Which drinks are there?", "Coffee | Milk |\n|-------|-------:|-----:|\n| Latte", ["Latte", "Lungo", "Mocha"]),
        ("What drinks can it make?", "Drink", ["Latte", "Lungo", "Mocha"]),
        ("Which drinks are there?", "|-------|-------:|-----:|\n| Latte", ["Latte", "Lungo", "Mocha"]),
        ("Which drinks have milk?", "Drink | Coffee | Milk", ["Latte", "Mocha"]),
        ("Which cups are there?", "Coffee | Milk", []),
    ],
)
def test_a_span_in_a_tables_heads_stands_for_the_column_that_is_named(
    question: str, span: str, items: list[str]
) -> None:
    assert parts(shaped(question, DRINKS, span)) == items


def test_a_span_with_the_bar_before_a_cell_is_of_that_cell() -> None:
    found, words = shaped("Which drink would you take?", DRINKS, "| Lungo | 110 ml")
    assert (found.form, words) == (Form.CELL, "Lungo")


@pytest.mark.parametrize("below", ["", "Hues: red | blue | grey\nForms: round | oval | flat\n"])
def test_what_bars_part_in_a_line_is_listed(below: str) -> None:
    found = shaped("Which sizes are there?", f"Sizes: small | large | huge\n{below}", "large")
    assert parts(found) == ["small", "large", "huge"]
