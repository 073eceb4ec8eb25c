"""What a passage says of the old boat answers no question on the new one."""

import pytest

from qa.reading.contrasts import of_contrasts
from qa.reading.guards import decode_guarded
from tests.qa.reading.test_guards import windows

BOATS = "The new boat was named in June. The old boat was sold for 2,200 euros. Both boats are red."


@pytest.mark.parametrize(
    ("question", "text", "closed"),
    [
        ("How much did the new boat cost?", BOATS, ["The old boat was sold for 2,200 euros."]),
        ("How much was paid for the old boat?", BOATS, ["The new boat was named in June."]),
        ("When was the new boat named?", BOATS, ["The old boat was sold for 2,200 euros."]),
        ("How much did the boat cost?", BOATS, []),
        ("how much is a second bin", "It is £52 for the first bin and £38 for each further one.", []),
        ("how much is a second bin", "It is £52 for the first bin.", ["It is £52 for the first bin."]),
        ("When did the new boat replace the old boat?", BOATS, []),
        ("Why was the new boat bought?", BOATS, []),  # the old one may be the reason
        ("How much is the monthly fee?", "The annual fee is £90.", ["The annual fee is £90."]),
        ("How much is the monthly fee?", "The annual fee is £90, a monthly one £8.", []),
        ("how long is the upper pool", "The lower pool has 25 metres; its upper part is flat.", ["The lower pool has 25 metres;"]),
        ("How much did the new boat cost?", "The old harbour cost 4 million.", []),  # of another noun
        ("how much is the big hall", "The large hall costs £20.", []),  # the same
        ("how many people fit in the small hall", "The main hall holds 120. It has a stage.", ["The main hall holds 120.", "It has a stage."]),
        ("Where's the key of the new shed?", "The key of the old garden shed hangs by the door.", ["The key of the old garden shed hangs by the door."]),
        ("who leads the evening class", "The morning class is led by Ines.", ["The morning class is led by Ines."]),
        ("who leads the evening class", "The morning class is led by Ines, the evening class by Per.", ["The morning class is led by Ines, the"]),
        ("when was the new boat bought", "The new boat was bought after the old boat sank in 1990.", []),
        ("what's the new nasa site for", "Sites can use existing NASA APIs.", []),
        ("I lost my old card, how much is a new card?", "A new card costs £5.", []),
        ("is the small hall heated?", "The large hall isn't heated. The small hall is.", ["The large hall isn't heated."]),
        ("Can we drink white wine here?", "Red wine isn't allowed.", ["Red wine isn't allowed."]),
        ("do sunday bookings need a deposit", "Saturday bookings need a deposit.", ["Saturday bookings need a deposit."]),
        ("do weekend bookings need a deposit", "Saturday bookings need a deposit.", []),  # of the weekend
        ("is it open on tuesday evenings", "It is open on Monday evenings.", []),  # closed on all others
        ("may over 16s use the weights", "Under 16s may not. Over 16s may.", ["Under 16s may not."]),
        ("does a small dog need a lead", "Only large dogs need a lead.", []),  # that decides it
        ("will dry yeast do", "Fresh yeast is a must.", []),
        ("I've only got dried herbs, ok?", "Fresh herbs are a must.", []),
        ("does the choir meet in the small hall", "The choir meets in the large hall.", []),  # so it doesn't
        ("can dogs go into the small hall", "Dogs can't go into the large hall.", ["Dogs can't go into the large hall."]),
        ("is there a small hall", "The large hall is upstairs.", []),
        ("Can I pay in the third year?", "No payments in the first year.", []),
    ],
)  # fmt: skip
def test_sentences_on_the_opposite_are_closed(question: str, text: str, closed: list[str]) -> None:
    assert [text[start:end].strip() for start, end in of_contrasts(question, text)] == closed


def test_what_stands_below_the_opposite_heading_is_closed() -> None:
    text = "## Large hall\n\nHeated all year.\n\n## Small hall\n\n30 seats."
    closed = of_contrasts("is the small hall heated", text, "Hire")
    assert [text[start:end].strip() for start, end in closed if text[start:end].strip()] == ["Heated all year."]
    assert of_contrasts("who leads the morning class", "Ines leads it.", "Hire\nEvening classes") == [(0, 14)]
    assert of_contrasts("who leads the morning class", "The morning class: Ines.", "Hire\nEvening classes") == []


def test_no_amount_is_read_there() -> None:
    reading = decode_guarded("How much did the new boat cost?", BOATS, windows(BOATS, {"2,200 euros": 6.0}))
    assert all("2,200" not in BOATS[span.start : span.end] for span in reading.spans)
