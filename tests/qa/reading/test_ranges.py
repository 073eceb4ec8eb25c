"""The row that a number of the question falls in."""

import pytest
from shape_support import shaped

from qa.answering.forms.form import Form
from qa.reading.ranges import column_within, row_in_months, row_in_range
from qa.reading.table_cells import asked_cell

YEARS = ["under 2", "2–5", "6–10", "over 10"]
DEGREES = ["below 10 °C", "10 to 17 °C", "18-25 °C", "26 °C or more"]
CARDS = ["1–999", "1,000–4,999", "5,000–1,000,000"]
EUROS = ["up to €500", "€500 to €900", "above €900"]
LEAVE = """| Years of service | Days of leave | Notice for more than 5 days |
|---|---|---|
| under 2 | 25 | 3 weeks |
| 2–5 | 27 | 4 weeks |
| 6–10 | 30 | 4 weeks |
| over 10 | 32 | 6 weeks |
"""


@pytest.mark.parametrize(
    ("question", "head", "labels", "label"),
    [
        ("I've been here 7 years, how much leave do I get?", "Years of service", YEARS, "6–10"),
        ("notice for 4 days off after 12 years", "Years of service", YEARS, "over 10"),
        ("leave after 10 years", "Years of service", YEARS, "6–10"),
        ("leave after 1.5 years", "Years of service", YEARS, "under 2"),
        ("leave in 2026", "Year", ["kitchen", "bath"], None),
        ("leave from 3 to 7 years, 2 or 9 years", "Years of service", YEARS, "6–10"),
        ("how much for 4 days off with 12 colleagues", "Years of service", YEARS, None),
        ("warm-up at 12 degrees", "Ambient temperature", DEGREES, "10 to 17 °C"),
        ("warm-up at 9 °C", "Ambient temperature", DEGREES, "below 10 °C"),
        ("warm-up at 30°", "Ambient temperature", DEGREES, "26 °C or more"),
        ("setting for 14 dH", "Hardness", ["0-10 dH", "11–16 dH", "17+ dH"], "11–16 dH"),
        ("setting for 14 dH", "Hardness", ["0-15 dH", "10–16 dH"], None),  # two rows
        ("price of 8 tickets", "Tickets", ["1", "2 to 9", "at least 10"], "2 to 9"),
        ("price of 8 tickets", "Tickets", ["1", "2 to 9", "school"], None),
        ("fee for a child of 9 years", "Age", ["0–5", "6–13", "14 and over"], "6–13"),
        ("postage of a parcel of 3 kg", "Weight", ["up to 2", "more than 2"], "more than 2"),
        ("price of 10 cards", "Cards", CARDS, "1–999"),
        ("price of 2,000 cards", "Cards", CARDS, "1,000–4,999"),
        ("price of 2500 cards", "Cards", CARDS, "1,000–4,999"),
        ("price of 5,000 cards", "Cards", CARDS, "5,000–1,000,000"),
        ("price of 0,500 cards", "Cards", CARDS, None),
        ("Who approves €700?", "Amount", EUROS, "€500 to €900"),
        ("Who approves €1,200.50?", "Amount", EUROS, "above €900"),
        ("Who approves 300 €?", "Amount", EUROS, "up to €500"),
        ("Who approves £3,000?", "Amount", ["under £ 500", "500 £ – 2,000 £", "over £2,000"], "over £2,000"),
        ("postage of a parcel of 2,5 kg", "Weight", ["up to 2,25", "more than 2,25"], "more than 2,25"),
        ("What is in PW-7?", "Parts", YEARS, None),
        ("What is at 7:30?", "Parts", YEARS, None),
    ],
)
def test_the_row_whose_range_holds_the_number(question: str, head: str, labels: list[str], label: str | None) -> None:
    at = row_in_range(question, head, labels)
    assert (None if at is None else labels[at]) == label


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("I've been here for 7 years, how many days of leave do I get?", "30"),
        ("how much notice must I give for two weeks off if I've worked here for 12 years", "6 weeks"),
        ("leave with 3 years of service", "27"),
        ("leave with 3 children", None),
        ("days of leave after 3", "27"),
        ("leave after some years", None),
    ],
)
def test_the_cell_of_that_row_comes_first(question: str, cell: str | None) -> None:
    place = asked_cell(question, LEAVE)
    assert (place and LEAVE[slice(*place)]) == cell


def test_an_answer_is_of_that_row_wherever_the_span_is() -> None:
    found, words = shaped("leave entitlement with 3 years of service", LEAVE, "under 2 | 25 | 3 weeks")
    assert (found.form, words, found.row, found.column) == (Form.CELL, "27", "2–5", "Days of leave")


HOURS = [
    ["Season", "House", "Hours"],
    ["1 April – 30 September", "Sail loft", "10-6"],
    ["1 April – 30 September", "Barn", "11-5"],
    ["1 October – 31 March", "Sail loft", "10-4"],
    ["1 October – 31 March", "Barn", "closed"],
]


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("opening hours of the sail loft in december", 3),
        ("When is the barn open in March?", 4),
        ("is the barn open in may", 2),
        ("May I visit the barn?", None),
        ("When is the shop open in December?", None),
        ("When is the barn open from March to May?", None),
        ("When is the barn open?", None),
    ],
)
def test_the_row_of_a_month_and_of_what_else_is_named(question: str, row: int | None) -> None:
    assert row_in_months(question, HOURS) == row


def test_rows_of_months_alone() -> None:
    rows = [["May to August", "9"], ["September to April", "10"]]
    assert [row_in_months(f"When in {month}?", rows) for month in ("June", "January", "April")] == [0, 1, 1]
    assert row_in_months("When in June?", rows[:1]) is None
    assert row_in_months("When in June?", [["June", "9"], ["July", "10"]]) is None


@pytest.mark.parametrize(
    ("question", "head", "labels", "label"),
    [
        ("postage for 20 kg", "Weight", ["up to 5 kg", "up to 25 kg", "up to 100 kg"], "up to 25 kg"),
        ("price of 60 chairs", "Number", ["from 10 chairs", "from 50 chairs", "from 200 chairs"], "from 50 chairs"),
        ("what is needed when away for 6 days", "Absence", ["days 1–2", "day 3 to 7", "from day 8"], "day 3 to 7"),
        ("away for 9 days", "Absence", ["days 1–2", "day 3 to 7", "from day 8"], "from day 8"),
        ("fee for 10 players", "Players", ["5–10", "10–15"], None),  # in both, and neither lies within the other
    ],
)
def test_the_innermost_of_several_ranges(question: str, head: str, labels: list[str], label: str | None) -> None:
    at = row_in_range(question, head, labels)
    assert (None if at is None else labels[at]) == label


@pytest.mark.parametrize(
    ("question", "heads", "column"),
    [
        ("price of 12 jars of plum jam", ["Jam", "1–5 jars", "6–24 jars", "25+ jars"], 2),
        ("price of plum jam of 2019", ["Jam", "1–5 jars", "6–24 jars", "25+ jars"], None),  # counts no jars
        ("tent on a saturday", ["Pitch", "A night: Mon–Thu", "A night: Fri–Sun"], 2),
        ("tent in july", ["Pitch", "A night: Mon–Thu", "A night: Fri–Sun"], None),
    ],
)
def test_the_column_whose_head_is_a_range(question: str, heads: list[str], column: int | None) -> None:
    assert column_within(question, heads) == column
