"""Of several things that one sentence has amounts for, the one that is asked for is told from the others."""

import pytest

from qa.reading.shared_sentences import asked_share

LOGS = "Logs are kept for 30 days, those of the firewall for a year."
KEYS = "Passwords last 90 days. For service accounts they last a year, for guests a week."
HOST = "Passwords last 180 days, on the jump host 30 days because suppliers use it."
COPIES = "A copy costs 20 cents, for students 5."


def share(question: str, text: str, context: str = "") -> str | None:
    found = asked_share(question, text, context)
    return found and text[slice(*found[0])]


@pytest.mark.parametrize(
    ("question", "text", "amount"),
    [
        ("how long are firewall logs kept?", LOGS, "a year"),
        ("how long are logs kept?", LOGS, "30 days"),
        ("how long does a service account's password last", KEYS, "a year"),
        ("how long does a guest password last?", KEYS, "a week"),
        ("how long does my normal password last, not the jump host?", HOST, "180 days"),
        ("how long does a password last on the jump host?", HOST, "30 days"),
        (
            "how often is the filter cleaned?",
            "The belt is cleaned every 8 hours, the filter once a week.",
            "once a week",
        ),
        ("how long does a sync take if it isn't the first?", "A sync takes 4 minutes; the first one 50.", "4 minutes"),
        ("I don't live on an island, how long does a parcel take?", "Parcels take 2 days, on islands 5.", "2 days"),
        ("what does handing out an umbrella cost?", "Handing out costs 4 euros, for umbrellas nothing.", "nothing"),
        ("I lost my fob, how much?", "A lost fob is £35, a lost key £12.", "£35"),
        ("how much does a copy cost for students?", COPIES, "5"),
        ("how long does the loan last in summer?", "The loan lasts a month, in summer a fortnight.", "a fortnight"),
    ],
)
def test_the_amount_of_the_thing_asked_for(question: str, text: str, amount: str) -> None:
    assert share(question, text) == amount


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("how long are printer logs kept?", LOGS),  # of printers it says nothing
        ("how long is lunch on Sundays?", "A visit takes an hour, on Sundays two hours. Lunch is served."),
        ("how much more does a copy cost for students?", COPIES),
        ("how much is the deposit?", "The deposit is 200 euros, due in 30 days."),
        ("do students pay for a copy?", COPIES),
        ("how long are logs kept?", "Logs are kept for 30 days.\n\nBackups are kept for a year."),
        ("how long is the pool open on 1 May?", "The pool opens on 2 April, the sauna on 1 May."),
    ],
)
def test_neighbours_are_left_to_the_reader(question: str, text: str) -> None:
    assert share(question, text) is None


def test_words_of_the_headings_above_are_known_too() -> None:
    text = "They last 90 days, for guests a week."
    assert share("how long do guest passwords last?", text) is None
    assert share("how long do guest passwords last?", text, "Passwords") == "a week"


def test_the_other_amounts_are_no_answers() -> None:
    found = asked_share("how long does a guest password last?", KEYS)
    assert found is not None
    assert [KEYS[slice(*place)] for place in found[1]] == ["90 days", "a year"]
