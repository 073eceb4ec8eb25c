"""The value that a question names by its label, in price lists, forms, data sheets, code lists and configuration."""

import pytest

from qa.reading.labelled_values import asked_value

PRICES = (
    "PRICE LIST 2026\n\nHaircut ................ 38.00\nBeard trim ............. 14.50\nUnder 10 ............... 22.00"
)
ORDER = "Customer:      Harald Moen\nMachine:       Lund 400\nReady by:      2 June\nPrice agreed:  1,150 crowns\nClerk\tTiril"
MINUTES = (
    "Present: Ida Foss (chair), Leif Dahl\n- **Next meeting:** 11 March, library\n\nLeif said: nobody minds at all."
)
ERRORS = "0x80070005 Access denied.\n0x80070057 Wrong parameter. Check the date.\nE12: Leak\n§ 12 The chair pays.\n§ 21 Nobody."
SETTINGS = (
    "# where uploads are kept\nupload_dir: /srv/uploads\n; number of threads\nworkers = 6  ; of 8\nmail.retries=5"
)

HOTELS = (
    "HOTELS\n\nLimits per night with breakfast:\n  Germany, Austria ......... 130 EUR\n"
    "  London, Paris, Rome ...... 210 EUR\n  Paris Est .. 90 EUR\n"
)


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("max price hotel rome", HOTELS, "210 EUR"),
        ("What is the hotel limit in Austria?", HOTELS, "130 EUR"),
        ("hotel limit paris est", HOTELS, "90 EUR"),
        ("hotel limit paris", HOTELS, "210 EUR"),
        ("hotel limit in Madrid", HOTELS, None),
        ("limit for parking in Rome", HOTELS, None),  # the lines above tell nothing of parking
        ("what's a kids haircut", "Haircut men ..... 32\nHaircut children .. 20", "20"),
        ("number of the porter", "Porter . . . . . 30\nStores . . . . . 55", "30"),
        ("What does a beard trim cost?", PRICES, "14.50"),
        ("How much is a haircut?", PRICES, "38.00"),
        ("How much for under 10?", PRICES, "22.00"),
        ("What does a trim cost?", PRICES, None),  # names half of a label
        ("What does a beard trim with a wash cost?", PRICES, None),  # asks for more
        ("Why does a beard trim cost so much?", PRICES, None),
        ("Is a beard trim 14.50?", PRICES, None),
        ("Who is the customer?", ORDER, "Harald Moen"),
        ("When will it be ready?", ORDER, "2 June"),
        ("What price was agreed?", ORDER, "1,150 crowns"),
        ("Who is the clerk?", ORDER, "Tiril"),
        ("What is wrong with the machine?", ORDER, None),
        ("Who is the customer's clerk?", ORDER, None),  # names two
        ("Who was present?", MINUTES, "Ida Foss (chair), Leif Dahl"),
        ("When is the next meeting?", MINUTES, "11 March, library"),
        ("What does 0x80070057 mean?", ERRORS, "Wrong parameter. Check the date."),
        ("What is error E12?", ERRORS, "Leak"),
        ("What does § 12 say?", ERRORS, "The chair pays."),
        ("Where are uploads kept?", SETTINGS, "/srv/uploads"),
        ("How many workers are there?", SETTINGS, "6"),
        ("How many mail retries are there?", SETTINGS, "5"),
    ],
)
def test_the_value_of_the_label_that_is_asked_for(question: str, text: str, value: str | None) -> None:
    place = asked_value(question, text)
    assert (place and text[slice(*place)]) == value


SHEET = "Weight:\xa03.2 kg\nCable length:\xa015 m\nPower consumption: 150 W\nNoise level: 62 dB\nColour: blue"


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("how heavy is it", "3.2 kg"),
        ("How much does the pump weigh?", "3.2 kg"),
        ("what's the weight", "3.2 kg"),
        ("weight", "3.2 kg"),
        ("weight of the pump", "3.2 kg"),
        ("how long is the cable?", "15 m"),
        ("how loud is it?", "62 dB"),
        ("How noisy is the pump", "62 dB"),
        ("how much power does it use?", "150 W"),
        ("power consumption", "150 W"),
        ("What colour is it?", "blue"),
        # asks for another thing, or not for a value
        ("how heavy is the box", None),
        ("how heavy is the cable of the pump", None),
        ("how long is the pump", None),
        ("how long is the guarantee", None),
        ("why is it so loud", None),
        ("can I change the weight", None),
        ("weight of the box", None),
        ("I know the weight", None),
    ],
)
def test_the_value_of_what_a_question_measures(question: str, value: str | None) -> None:
    place = asked_value(question, SHEET, "Pump P3\nData")
    assert (place and SHEET[slice(*place)]) == value


def test_what_is_measured_is_a_number_and_only_one() -> None:
    assert asked_value("how heavy is it?", "Weight: see the label") is None
    assert asked_value("how heavy is it?", "Net weight: 3 kg\nGross weight: 4 kg") is None
    assert asked_value("what is the net weight?", "Net weight: 3 kg\nGross weight: 4 kg") == (12, 16)
    assert asked_value("how long is it?", "Total length: 3 m") == (14, 17)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Weight\n: 3.2 kg\n\nNoise\n: 62 dB", "3.2 kg"),  # of Markdown
        ("Weight:: 3.2 kg\nNoise:: 62 dB", "3.2 kg"),  # of AsciiDoc
        (":Weight: 3.2 kg\n:Noise: 62 dB", "3.2 kg"),  # of reStructuredText
        ("Weight\n\n: 3.2 kg", None),
        ("The weight is told here.\n: 3.2 kg", None),
    ],
)
def test_definitions_as_markup_has_them(text: str, value: str | None) -> None:
    place = asked_value("What is the weight?", text)
    assert (place and text[slice(*place)]) == value


def test_a_label_of_another_thing_than_the_one_asked_for_needs_it_in_its_title_or_heading() -> None:
    assert asked_value("What is the deposit for the tent?", "Deposit: 120") is None
    assert asked_value("What is the deposit for the tent?", "Deposit: 120", "Hire of the tent") == (9, 12)


def test_prose_has_no_labels() -> None:
    assert asked_value("Who said that?", "Leif said that the following is so: nobody minds.") is None
    assert asked_value("What is the meeting?", "The meeting was long. Then: nothing.") is None


CODES = "``E31 door_open``\n    The drum can't turn. Close the door.\n``E32 no_water``\n    Open the tap.\n"
LEASE = '1.1 "Common parts" means the stairs, the yard and the roof.\n1.2 “Quiet hours” shall mean 22:00 to 07:00.\n'
RECORD = "**Place:** boathouse\n**Attendees:** Ida Foss (chair), Leif Dahl\n**Apologies:** Nora Berg\n"


@pytest.mark.parametrize(
    ("question", "text", "context", "value"),
    [
        ("error E32", CODES, "", "Open the tap."),
        ("What does E31 mean?", CODES, "", "The drum can't turn. Close the door."),
        ("what does E99 mean", CODES, "", None),
        ("What are the common parts?", LEASE, "", "the stairs, the yard and the roof."),
        ("when are quiet hours", LEASE, "", "22:00 to 07:00."),
        ("Who was at the meeting?", RECORD, "Committee meeting", "Ida Foss (chair), Leif Dahl"),
        ("who attended", RECORD, "", "Ida Foss (chair), Leif Dahl"),
        ("Who couldn't come?", RECORD, "", "Nora Berg"),
        ("Who was at the party?", RECORD, "Committee meeting", None),
    ],
)
def test_codes_definitions_and_those_who_were_there(question: str, text: str, context: str, value: str | None) -> None:
    place = asked_value(question, text, context)
    assert (place and text[slice(*place)]) == value
