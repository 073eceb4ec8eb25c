"""Rows of a table that a question asks for: the one with the most of something, and all that have what it tells."""

import pytest
from shape_support import parts, shaped

from index.documents import Document
from index.formats.registry import parse_bytes
from qa.answering.forms.form import Form
from qa.answering.forms.shaping import shape
from qa.reading.guards import guard_of

LAPTOPS = """# Laptops for pupils

| Laptop | Price (£) | Weight | Battery life (hours) | Touch screen |
|---|---|---|---|---|
| Ashby 14 | 449 | 1.6 kg | 9 | yes |
| Corvo | 1,120 | 980 g | 14.5 | no |
| Dunlin Max | 689 | 2.1 kg | 11 | yes |
| Tern | 329 | 1.4 kg | 7 | no |
"""
LEAGUE = """<html><head><title>Netball league</title></head><body><h1>Netball league</h1><table>
<tr><th>Place</th><th>Team</th><th>Won</th><th>Lost</th><th>Points</th></tr>
<tr><td>1</td><td>Herons</td><td>9</td><td>3</td><td>31</td></tr>
<tr><td>2</td><td>Lanterns</td><td>10</td><td>4</td><td>30</td></tr>
<tr><td>3</td><td>Mill Lane</td><td>6</td><td>6</td><td>20</td></tr>
<tr><td>4</td><td>Quarry Girls</td><td>2</td><td>10</td><td>8</td></tr></table></body></html>
"""
CLASSES = """Pottery classes

Class            Teacher        Day         Room      Fee
Wheel throwing   Ines Calder    Tuesday     Kiln 2    £12.00
Glazing          Ines Calder    Friday      Annexe    £9.50
Hand building    Tom Averill    Thursday    Kiln 1    £11.00
Raku             Dee Mistry     Saturday    Yard      £24.00
"""
FERRIES = """Vessel,Passengers,Cars,Wi-Fi,First sailing
Maid of Orle,120,0,✗,07:45
Skerry,340,38,✓,06:10
Hathor,95,12,✗,09:00
Lord Tam,510,64,✓,06:55
"""
ROOMS = """# Gull House: rooms

| Room | Low season | High season | View | Dogs |
|---|---|---|---|---|
| Attic | £48 | £70 | sea | no |
| Garden | £52 | £66 | garden | yes |
| Bay | £90 | £120 | sea | – |
| Library | £75 | £99 | street | yes |
"""
BADGES = """<html><head><title>Badges</title></head><body><h1>Badges and doors</h1><table>
<tr><th>Badge</th><th>Main gate</th><th>Laboratory</th><th>Archive</th></tr>
<tr><td>Red</td><td>yes</td><td>no</td><td>yes</td></tr>
<tr><td>Silver</td><td>yes</td><td>yes</td><td>no</td></tr>
<tr><td>Black</td><td>yes</td><td>yes</td><td>yes</td></tr></table></body></html>
"""


def _document(text: str) -> Document:
    kind = {"<": "html", "#": "markdown", "V": "csv"}.get(text[0], "plain")
    parsed = parse_bytes(text.encode(), "Ferry times", f"text/{kind}")
    return Document("d", parsed.title or "Ferry times", parsed.text, headings=parsed.headings)


def asked(question: str, text: str) -> list[str]:
    """What is given for a question that a passage with the whole text answers by itself; empty for nothing."""
    document = _document(text)
    place = guard_of(question, document.text, document.title).cell
    if not place:
        return []
    found = shape(question, document, *place)
    for part in found.parts:
        assert document.text[part.start : part.end] == part.text
    return [part.text for part in found.parts] or [document.text[found.start : found.end]]


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Which laptop is the cheapest?", LAPTOPS, "Tern"),
        ("lightest laptop", LAPTOPS, "Corvo"),  # 980 g and 1.4 kg
        ("what's the heaviest laptop for pupils", LAPTOPS, "Dunlin Max"),
        ("which laptop lasts longest", LAPTOPS, "Corvo"),
        ("Which laptop has the shortest battery life?", LAPTOPS, "Tern"),
        ("cheapest laptop with a touch screen", LAPTOPS, "Ashby 14"),
        ("dearest laptop without a touch screen?", LAPTOPS, "Corvo"),
        ("who has the fewest points?", LEAGUE, "Quarry Girls"),
        ("Which team won the most?", LEAGUE, "Lanterns"),
        ("Most expensive class?", CLASSES, "Raku"),
        ("What is the cheapest class with Ines Calder?", CLASSES, "Glazing"),
        ("Which ferry leaves earliest?", FERRIES, "Skerry"),
        ("which vessel takes the most cars", FERRIES, "Lord Tam"),
        ("cheapest room in high season", ROOMS, "Garden"),
        ("Which room is the most expensive?", ROOMS, "Bay"),  # in both seasons
        ("What is the cheapest room with a sea view in low season?", ROOMS, "Attic"),
    ],
)
def test_the_row_with_the_most_or_least(question: str, text: str, answer: str) -> None:
    assert asked(question, text) == [answer]


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("How much is the cheapest laptop?", LAPTOPS, "329"),
        ("How heavy is the cheapest laptop?", LAPTOPS, "1.4 kg"),
        ("What's the longest battery life?", LAPTOPS, "14.5"),
        ("what is the highest number of points", LEAGUE, "31"),
        ("Who is the teacher of the cheapest class?", CLASSES, "Ines Calder"),
        ("What does the most expensive class cost?", CLASSES, "£24.00"),
    ],
)
def test_what_is_said_of_the_row_with_the_most(question: str, text: str, answer: str) -> None:
    assert asked(question, text) == [answer]


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("which laptop costs 689 pounds", LAPTOPS, "Dunlin Max"),
        ("Which laptop is £1,120?", LAPTOPS, "Corvo"),
        ("who came third", LEAGUE, "Mill Lane"),
        ("which team is in second place?", LEAGUE, "Lanterns"),
        ("who is bottom of the netball league", LEAGUE, "Quarry Girls"),
        ("which class costs 9.50", CLASSES, "Glazing"),
        ("What is Tom Averill responsible for?", CLASSES, "Hand building"),
        ("who teaches on Thursdays", CLASSES, "Tom Averill"),
        ("which class is in the annexe", CLASSES, "Glazing"),
        ("what is on in Kiln 2?", CLASSES, "Wheel throwing"),
        ("which room has a view of the street", ROOMS, "Library"),
    ],
)
def test_the_row_that_has_what_is_told(question: str, text: str, answer: str) -> None:
    assert asked(question, text) == [answer]


@pytest.mark.parametrize(
    ("question", "text", "answers"),
    [
        ("which laptops have a touch screen", LAPTOPS, ["Ashby 14", "Dunlin Max"]),
        ("list all laptops without a touch screen", LAPTOPS, ["Corvo", "Tern"]),
        ("Which classes does Ines Calder teach?", CLASSES, ["Wheel throwing", "Glazing"]),
        ("which vessels have wi-fi", FERRIES, ["Skerry", "Lord Tam"]),
        ("Which vessels have no wifi?", FERRIES, ["Maid of Orle", "Hathor"]),
        ("which rooms have a sea view", ROOMS, ["Attic", "Bay"]),
        ("Which rooms don't take dogs?", ROOMS, ["Attic", "Bay"]),
        ("which badges open the laboratory", BADGES, ["Silver", "Black"]),
        ("which doors does the red badge open", BADGES, ["Main gate", "Archive"]),
        ("what doors can't be opened with the silver badge", BADGES, ["Archive"]),
        ("which laptops cost less than 500 pounds", LAPTOPS, ["Ashby 14", "Tern"]),
        ("list all the classes", CLASSES, ["Wheel throwing", "Glazing", "Hand building", "Raku"]),
        ("Which rooms are there in Gull House?", ROOMS, ["Attic", "Garden", "Bay", "Library"]),
    ],
)
def test_all_rows_that_have_what_is_told(question: str, text: str, answers: list[str]) -> None:
    assert asked(question, text) == answers


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Which laptop has the best keyboard?", LAPTOPS, []),  # no such column
        ("which laptop has a blue case", LAPTOPS, []),
        ("Which phone is the cheapest?", LAPTOPS, []),
        ("What is the age of Tom Averill?", CLASSES, []),
        ("which team scored the most goals", LEAGUE, []),
        ("What is the price of the cheapest room?", ROOMS, []),  # of which season?
        ("What is the weight of the Corvo?", LAPTOPS, ["980 g"]),
        ("How many cars does the Hathor take?", FERRIES, ["12"]),
        ("On which day is Raku?", CLASSES, ["Saturday"]),
        ("which laptop has a 14 inch screen", LAPTOPS, []),
        ("What does the Tern cost?", LAPTOPS, ["329"]),
        ("what does Ines Calder charge", CLASSES, []),
        ("who lives in Kiln 2", CLASSES, []),
        ("which rooms are free tonight", ROOMS, []),
        ("what is the latest version", FERRIES, []),
        ("price of the biggest Netball sponsorship", LEAGUE, []),
    ],
)
def test_other_questions_are_as_before(question: str, text: str, answer: list[str]) -> None:
    assert asked(question, text) == answer


LONG = "# Visitors to the tower\n\n| Month | Visitors | Rain |\n|---|---|---|\n" + "".join(
    f"| Month {i} | {100 + 7 * i % 61} | {'yes' if i % 20 == 0 else 'no'} |\n" for i in range(1, 60)
)


def test_a_table_that_a_passage_has_a_part_of_is_looked_at_as_a_whole() -> None:
    document = _document(LONG)
    question, rest = "Which month had the most visitors?", document.text[document.text.index("| Month 20") :]
    context = "Visitors to the tower\nMonth | Visitors | Rain"
    assert guard_of(question, rest, context).cell is None
    found, words = shaped(question, LONG, "Month 25")
    assert (found.form, words) == (Form.CELL, "Month 26")
    place = guard_of("Which months had rain?", rest, context).cell
    assert place
    assert rest[slice(*place)] == "Month 20"
    assert parts(shaped("Which months had rain?", LONG, "Month 20")) == ["Month 20", "Month 40"]


def test_a_row_told_of_has_its_column() -> None:
    found, words = shaped("which room has a view of the street", ROOMS, "Attic")
    assert (found.form, words, found.row, found.column) == (Form.CELL, "Library", None, "Room")
    found, words = shaped("How heavy is the cheapest laptop?", LAPTOPS, "449")
    assert (found.form, words, found.row, found.column) == (Form.CELL, "1.4 kg", "Tern", "Weight")


@pytest.mark.parametrize(
    ("question", "span", "words"),
    [
        ("which of them is for grown-ups", "Touch screen |\n|---|---|---|---|---|\n| Ashby 14", "Ashby 14"),
        ("what does it weigh", "Touch screen |\n|---|---|---|---|---|\n| Ashby 14 | 449", "1.6 kg"),
        ("which of them is for grown-ups", "Dunlin Max", "Dunlin Max"),
    ],
)
def test_a_span_over_the_end_of_a_row_is_cut_to_a_cell(question: str, span: str, words: str) -> None:
    found, given = shaped(question, LAPTOPS, span)
    assert (found.form, given) == (Form.CELL, words)
