"""Cells in the rows and columns that a question asks for."""

import pytest

from index.documents import Document
from qa.answering.forms.form import Form
from qa.answering.forms.shaping import shape
from qa.reading.table_cells import asked_cell

ZONES = "| Zone | Child | Adult |\n|---|---|---|\n| Zone 3 | £2 | £3 |\n| Zone 4 | £3 | £4 |\n"
POND = "| Pond (litres) | Algae Away (ml) |\n|---|---|\n| 1,000 | 50 |\n| 10,000 | 500 |\n"
BEEPS = "| Beeps | Lamp | Meaning |\n|---|---|---|\n| 1 long | red | jam |\n| 3 short | red | paper out |\n"
DOORS = "| Door | Members | Guests |\n|---|---|---|\n| Sauna | no | yes |\n| Pool | yes | no |\n"


def shaped(question: str, text: str, span: str) -> tuple[Form, str, str | None]:
    start = text.index(span)
    found = shape(question, Document(id="d", text=text, title="Baths"), start, start + len(span))
    return found.form, text[found.start : found.end], found.verdict


@pytest.mark.parametrize(
    ("question", "text", "span", "cell"),
    [
        ("What is the adult fare in zone 4?", ZONES, "£4", "£4"),  # its 4 is the zone's in the question
        ("How much Algae Away for 1000 litres?", POND, "500", "50"),
        ("What do three short beeps mean?", BEEPS, "jam", "paper out"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(question: str, text: str, span: str, cell: str) -> None:
    assert shaped(question, text, span)[:2] == (Form.CELL, cell)


@pytest.mark.parametrize(
    ("question", "span", "row", "verdict"),
    [
        ("May guests use the sauna?", "yes", "| Sauna | no | yes |", "yes"),
        ("May members use the sauna?", "no", "| Sauna | no | yes |", "no"),
        ("May guests use the pool?", "Pool", "| Pool | yes | no |", "no"),  # the cell is named by row and head
    ],
)
def test_the_cell_decides_and_not_what_stands_beside_it(question: str, span: str, row: str, verdict: str) -> None:
    assert shaped(question, DOORS, span) == (Form.YES_NO, row, verdict)


BUS = (
    "Towards the hospital:\n\n| Stop | First | Last |\n|---|---|---|\n| Station | 6:10 | 18:50 |\n\n"
    "From the hospital:\n\n| Stop | First | Last |\n|---|---|---|\n| Station | 7:10 | 19:27 |\n"
)


@pytest.mark.parametrize(
    ("question", "time"),
    [
        ("When does the last bus towards the hospital leave the station?", "18:50"),
        ("When does the last bus from the hospital leave the station?", "19:27"),
        ("What is the last one at the station?", None),
    ],
)
def test_of_two_tables_with_the_same_rows_that_below_the_question_s_words_is_meant(
    question: str, time: str | None
) -> None:
    cell = asked_cell(question, BUS)
    assert (cell and BUS[slice(*cell)]) == time
