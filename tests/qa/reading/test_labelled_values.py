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


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
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


def test_a_label_of_another_thing_than_the_one_asked_for_needs_it_in_its_title_or_heading() -> None:
    assert asked_value("What is the deposit for the tent?", "Deposit: 120") is None
    assert asked_value("What is the deposit for the tent?", "Deposit: 120", "Hire of the tent") == (9, 12)


def test_prose_has_no_labels() -> None:
    assert asked_value("Who said that?", "Leif said that the following is so: nobody minds.") is None
    assert asked_value("What is the meeting?", "The meeting was long. Then: nothing.") is None
