"""What a label says of one vehicle or animal is no answer for another."""

import pytest

from qa.reading.other_vehicles import of_other_vehicles

RATES = "Private car: 0.38 EUR per km (0.30 before). Motorbikes: 0.20 EUR per km. Passengers are not paid."
FEES = "| Dogs | 40 |\n| Cats | 20 |\nBikes, vans and cars: free\n"


@pytest.mark.parametrize(
    ("question", "text", "closed"),
    [
        ("km rate for a bicycle", RATES, ["Private car: 0.38 EUR per km (0.30 before)", "Motorbikes: 0.20 EUR per km"]),
        ("km rate for a motorcycle", RATES, ["Private car: 0.38 EUR per km (0.30 before)"]),
        ("rate for car or motorbike", RATES, []),
        ("who pays passengers", RATES, []),
        ("fee for a cat", FEES, ["| Dogs | 40 |"]),
        ("parking a car", FEES, []),
        ("parking a bus", FEES, []),  # a label that lists several isn't told from others
    ],
)
def test_labels_of_others_are_closed(question: str, text: str, closed: list[str]) -> None:
    assert [text[slice(*each)] for each in of_other_vehicles(question, text)] == closed
