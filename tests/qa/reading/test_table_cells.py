"""The cell that a question names by row and head, in a whole table and in a piece of one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.reading.table_cells import asked_cell

TABLE = """Prices hold from May on.

| Boat | Price in crowns | Weight in kg | Colour |
|---|---|---|---|
| Kestrel | 410 | 37 | blue |
| Eider | 574 | 71 | ivory |
| Teal | 268 | 24 | cyan |
"""
PIECE = TABLE[TABLE.index("| Eider") :]


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What does the Kestrel weigh?", "37"),
        ("What is the price of the Eider?", "574"),
        ("What does it cost to hire the Teal?", "268"),
        ("What colour is the Eider?", "ivory"),
        ("eider weight", "71"),
        ("Which boat is cyan?", None),  # names no row
        ("Who built the Eider?", None),  # names no column
        ("What do the Eider and the Teal cost?", None),  # names two rows
    ],
)
def test_where_row_and_head_meet(question: str, cell: str | None) -> None:
    place = asked_cell(question, TABLE)
    assert (place and TABLE[slice(*place)]) == cell


PROGRAMMES = """| Programme | Temperature | Time | Spin |
|---|---|---|---|
| Cotton | 40 °C | 2 h 35 min | 1400 rpm |
| Eco 40-60 | 40 °C | 3 h 20 min | 1400 rpm |
| Wool (by hand) | 30 °C | 45 min | 600 rpm |
| Quick 15 | 30 °C | 15 min | 800 rpm |
| Quick 30 | 30 °C | 30 min | 1000 rpm |
"""


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("How long does the eco programme take?", "3 h 20 min"),
        ("what spin speed for wool", "600 rpm"),
        ("how long does quick 30 take", "30 min"),
        ("How long does the quick programme take?", None),  # two rows have that word, and numbers of their own
        ("How long does the delicates programme take?", None),
        ("Which detergent is for wool?", None),
    ],
)
def test_a_row_is_named_by_its_words_if_no_other_has_them(question: str, cell: str | None) -> None:
    place = asked_cell(question, PROGRAMMES)
    assert (place and PROGRAMMES[slice(*place)]) == cell


MEMBERSHIPS = """| Kind | Yearly fee | Locker included | Available |
|---|---|---|---|
| Full | £312 | yes | at once |
| Social | £40 | no | from May |
"""


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("Does the social membership include a locker?", "no"),
        ("Does the social membership include the courts?", None),  # what the table says isn't of courts
        ("Is the social membership available?", "from May"),
    ],
)
def test_a_head_is_named_by_its_noun(question: str, cell: str | None) -> None:
    place = asked_cell(question, MEMBERSHIPS)
    assert (place and MEMBERSHIPS[slice(*place)]) == cell


def test_in_the_midst_of_a_table_the_heads_are_the_contexts_last_line() -> None:
    place = asked_cell(
        "What does the Eider weigh?", PIECE, "Boats for hire\nBoat | Price in crowns | Weight in kg | Colour"
    )
    assert place
    assert PIECE[slice(*place)] == "71"
    assert asked_cell("What does the Eider weigh?", PIECE, "Boats for hire") is None
    assert asked_cell("What does the Eider weigh?", "| Kestrel | 410 |\n| Eider", "A | B") is None


PAIRS = "Weight | 3.2 kg\nCable length | 15 m\nNoise level | 62 dB"
UNITS = (
    "| Property | Value | Unit |\n|---|---|---|\n| Weight | 3.2 | kg |\n| Flow rate | 1200 | l/h |\n| Hull | teak | - |"
)


@pytest.mark.parametrize(
    ("question", "text", "cell"),
    [
        ("how heavy is it?", PAIRS, "3.2 kg"),
        ("what's the weight", PAIRS, "3.2 kg"),
        ("How long is the cable?", PAIRS, "15 m"),
        ("how loud is it?", PAIRS, "62 dB"),
        ("how loud is the cable?", PAIRS, None),
        ("how heavy is it?", UNITS, "3.2"),
        ("what's the weight", UNITS, "3.2"),
        ("flow rate", UNITS, "1200"),
        ("What is the hull of?", UNITS, "teak"),
        ("How heavy is the hull?", UNITS, None),
        # a year is a head, and so is what stands above a line of dashes
        ("what's the weight", "Weight | 2024\nEider | 71 kg", None),
        ("what's the weight", "| Weight | 71 |\n|---|---|\n| Eider | 72 |", None),
    ],
)
def test_a_row_of_a_label_and_a_value_needs_no_heads(question: str, text: str, cell: str | None) -> None:
    place = asked_cell(question, text, "Pump")
    assert (place and text[slice(*place)]) == cell


def test_text_without_a_table_has_no_cell() -> None:
    assert asked_cell("What does the Eider weigh?", "The Eider weighs 71 kg.") is None
    assert asked_cell("What does the Eider weigh?", "ls | grep eider") is None


@pytest.mark.parametrize(
    "passage",
    ["|", "||", "|\n|---|\n|", "| |\n| Eider |", "| Boat | kg |\n|---|---|", "| a | b |\n|---|", "|\n| Eider | 71 |"],
)
def test_marks_without_cells_have_no_cell(passage: str) -> None:
    assert asked_cell("What does the Eider weigh?", passage, "A | weigh") is None


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["|", " | ", "---", "Eider", "Weight", "71", "\n", " ", "a"]), max_size=30).map("".join)
)
def test_whatever_the_marks_a_cell_is_a_slice_of_the_passage(passage: str) -> None:
    place = asked_cell("What is the Eider's weight?", passage, "Boat | Weight")
    assert place is None or 0 <= place[0] < place[1] <= len(passage)


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What does E12 mean?", "Leak"),
        ("What do I do about e-12?", "Call service"),
        ("it shows e-12, what now?", "Call service"),
        ("e-12 again, and now?", "Call service"),
        ("How do I fix F11?", "Clean the filter"),
        ("What does E21 mean?", None),
    ],
)
def test_a_row_named_by_a_code_in_another_spelling(question: str, cell: str | None) -> None:
    codes = (
        "| Code | Meaning | Cure |\n|---|---|---|\n| E-12 | Leak | Call service |\n| F 11 | Jam | Clean the filter |"
    )
    place = asked_cell(question, codes)
    assert (place and codes[slice(*place)]) == cell


def test_a_row_named_by_a_letter_with_its_head() -> None:
    groups = "Group | Leader | Room\nA | Ole Vik | 101\nI | Eva Rud | 102"
    assert asked_cell("Who leads group A?", groups) == (groups.index("Ole"), groups.index(" | 101"))
    assert asked_cell("Which room does group I have?", groups) == (groups.index("102"), groups.index("102") + 3)


def test_a_label_with_its_one_value_needs_no_head() -> None:
    sheet = "| Property | Value |\n|---|---|\n| Weight | 84 kg |\n| Working pressure | 9 bar |"
    assert asked_cell("What is the working pressure?", sheet) == (sheet.index("9 bar"), sheet.index("9 bar") + 5)
    assert asked_cell("Why is the working pressure low?", sheet) is None
    assert asked_cell("What is the working pressure of the other pump?", sheet) is None


def test_letters_are_as_they_are_typed() -> None:
    staff = "| Name | Room |\n|---|---|\n| Øystein Bøe | 22 |\n| José Núñez | 31 |"
    assert asked_cell("Which room does Oystein Boe have?", staff) == (staff.index("22"), staff.index("22") + 2)
    assert asked_cell("What is Jose Nunez's room?", staff) == (staff.index("31"), staff.index("31") + 2)


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("hotel in Paris at fairs", "€300"),
        ("What is the limit for Oslo?", "€170"),
        ("What is the limit for Rome?", None),
        ("What is the limit for Oslo and Paris?", None),  # names two rows
    ],
)
def test_a_label_that_lists_several_things_names_each(question: str, cell: str | None) -> None:
    limits = "Where | Limit | At fairs\nOslo, Bergen | €170 | €240\nLondon, Paris | €210 | €300"
    place = asked_cell(question, limits)
    assert (place and limits[slice(*place)]) == cell


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What does E22 mean?", "No heat"),
        ("What is wrong at E22?", "No heat"),
        ("What do I do about E22?", "Call service"),
    ],
)
def test_what_a_code_means_is_its_cause_and_not_what_to_do(question: str, cell: str) -> None:
    faults = "| Fault | Possible cause | What to do |\n|---|---|---|\n| E22 on the display | No heat | Call service |"
    place = asked_cell(question, faults)
    assert place is not None
    assert faults[slice(*place)] == cell


TALKS = """| Time | Room | Title | Speaker |
|---|---|---|---|
| 10:00 | Great Hall | What rye can do | Jonas Albrecht |
| 11:30 | Kiln | Wood-fired ovens | Tomasz Biel |
| 13:00 | Great Hall | The chemistry of crust | Hanna Reuss |
| 14:30 | Kiln | Pretzels | Tomasz Biel |
"""


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("Who speaks about the chemistry of crust?", "Hanna Reuss"),
        ("In which room is the talk on wood-fired ovens?", "Kiln"),
        ("When is the talk on wood fired ovens?", "11:30"),
        ("What is the title of Jonas Albrecht's talk?", "What rye can do"),
        ("In which room does Tomasz Biel speak?", None),  # two rows
        ("Where are the pretzels?", None),  # one word may be there by chance
        ("Is the chemistry of crust hard?", None),  # names no column
    ],
)
def test_a_row_is_named_by_another_cell_than_its_first(question: str, cell: str | None) -> None:
    place = asked_cell(question, TALKS)
    assert (place and TALKS[slice(*place)]) == cell


ALIGNED = """======  ===========  ========
Buffer  Storage      Keeps
======  ===========  ========
P1      2 to 8 °C    6 months
N3      room temp.   a year
======  ===========  ========
"""


@pytest.mark.parametrize(
    ("passage", "context"),
    [
        (ALIGNED, ""),
        (ALIGNED[ALIGNED.index("P1") :], "Protocol\nBuffer | Storage | Keeps"),
        (ALIGNED + "\nKeep it shut.", ""),
    ],
)
def test_a_cell_that_stands_below_its_head(passage: str, context: str) -> None:
    place = asked_cell("How long does buffer N3 keep?", passage, context)
    assert place is not None
    assert passage[slice(*place)] == "a year"
    place = asked_cell("storage of P1", passage, context)
    assert place is not None
    assert passage[slice(*place)] == "2 to 8 °C"


MEDICINES = """| Medicine | Dose | When | Most in 24 hours |
|---|---|---|---|
| Paracetamol 500 mg | 2 tablets | every 4 hours | 8 tablets |
| Ibuprofen 400 mg | 1 tablet | with meals | 3 tablets |
"""
COVER = """| Section | Cover | Basic | Best | Excess |
|---|---|---|---|---|
| A | Cancellation or delay | £1,000 | £7,500 | £100 |
| C | Baggage | £750 | £2,500 | £50 |
|   | – single items | £150 | £400 | nil |
"""


@pytest.mark.parametrize(
    ("question", "table", "words"),
    [
        ("How often do I take ibuprofen?", MEDICINES, "with meals"),
        ("What is the dose of paracetamol?", MEDICINES, "2 tablets"),
        ("How often do I take aspirin?", MEDICINES, None),
        ("How much does Best pay for cancellation?", COVER, "£7,500"),
        ("excess for lost baggage", COVER, "£50"),
        ("What does Basic pay for single items?", COVER, "£150"),
        ("What is the excess under section C?", COVER, "£50"),
        ("What does Basic pay for a broken leg?", COVER, None),
    ],
)
def test_a_row_is_named_by_the_words_of_its_label_and_by_one_behind_a_key(
    question: str, table: str, words: str | None
) -> None:
    found = asked_cell(question, table)
    assert (found and table[slice(*found)]) == words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("When is the second part due?", "by 15 January"),
        ("How much is the deposit?", "£60"),
        ("Who pays the deposit?", None),
    ],
)
def test_without_heads_the_price_or_the_day_is_the_cell_that_is_asked_for(question: str, words: str | None) -> None:
    rates = "deposit     £60    by 2 October\nsecond      £129   by 15 January\nbalance     £129   by 19 March\n"
    found = asked_cell(question, rates)
    assert (found and rates[slice(*found)]) == words


TAGGED = """Prices hold from May on.
<table><tr><th>Boat</th><th>Price in crowns</th><th>Weight in kg</th></tr>
<tr><td>Kestrel</td><td><b>410</b></td><td>37</td></tr>
<tr><td>Eider</td><td>574</td><td>71</td></tr></table>
<table><tr><th>Room</th><td>Loft</td></tr><tr><th>Deposit</th><td>80 crowns</td></tr></table>
"""


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What does the Kestrel weigh?", "37"),
        ("What is the price of the Kestrel?", "410"),
        ("What is the price of the Eider?", "574"),
        ("How much is the deposit?", "80 crowns"),
        ("Which room is it?", "Loft"),
    ],
)
def test_a_table_in_tags(question: str, cell: str) -> None:
    place = asked_cell(question, TAGGED)
    assert place
    assert TAGGED[slice(*place)] == cell


def test_a_piece_of_a_table_in_tags_has_its_heads_from_the_context() -> None:
    piece = TAGGED[TAGGED.index("<tr><td>Eider") :]
    place = asked_cell("What does the Eider weigh?", piece, "Boats\nBoat | Price in crowns | Weight in kg")
    assert place
    assert piece[slice(*place)] == "71"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("how much is Classic without a contract", "38.90"),
        ("how much is Classic with a contract", "32.90"),
        ("how much is Classic with no contract", "38.90"),
        ("how much is Classic", None),
        ("what does Classic cost with or without contract", None),
    ],
)
def test_of_two_heads_the_one_that_denies_is_for_a_question_that_does(question: str, words: str | None) -> None:
    prices = "Membership | Price: contract | Price: no contract\nClassic | 32.90 | 38.90\nStudent | 20 | 24.90\n"
    found = asked_cell(question, prices)
    assert (found and prices[slice(*found)]) == words


def test_the_number_of_an_order_denies_nothing() -> None:
    orders = "Article | Order no. | Order date\nPan | 4120 | 3 May\nLid | 4121 | 4 May\n"
    found = asked_cell("what is the order number of the lid", orders)
    assert found is not None
    assert orders[slice(*found)] == "4121"


CLUB = "| | Member | Guest |\n|---|--:|--:|\n| Sauna | 9.50 | 14.00 |\n| Pool | 4.00 | 6.50 |\n"
BY_ROW = "| Who | Day | Month |\n|---|--:|--:|\n| Members | 9.50 | 30 |\n| Guests | 14.00 | 45 |\n"
STAFF = "| Matter | Person | Extension |\n|---|---|---|\n| Rota | Gwen Ashby | 12 |\n| IT | Brightside Ltd | 40 |\n"


@pytest.mark.parametrize(
    ("question", "table", "words"),
    [
        ("sauna price non-member", CLUB, "14.00"),
        ("how much is the sauna for nonmembers", CLUB, "14.00"),
        ("I'm not a member, how much is the sauna?", CLUB, "14.00"),
        ("how much is the sauna for members", CLUB, "9.50"),
        ("sauna for non-members", CLUB.replace("Guest", "Non-member"), "14.00"),
        ("sauna for members", CLUB.replace("Guest", "Non-member"), "9.50"),
        ("day price for non-members", BY_ROW, "14.00"),
        ("what does a day cost for members", BY_ROW, "9.50"),
        ("day price for non-members", BY_ROW.replace("Guests", "Non-members"), "14.00"),
        ("who do I ring about IT?", STAFF, "Brightside Ltd"),
        ("what is the extension for IT", STAFF, "40"),
        ("who do I call about the rota", STAFF, "Gwen Ashby"),
        ("who do I ring about it?", STAFF, None),
    ],
)
def test_kinds_of_people_and_names_in_capitals(question: str, table: str, words: str | None) -> None:
    found = asked_cell(question, table)
    assert (found and table[slice(*found)]) == words
