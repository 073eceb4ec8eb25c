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
    ],
)  # fmt: skip
def test_sentences_on_the_opposite_are_closed(question: str, text: str, closed: list[str]) -> None:
    assert [text[start:end].strip() for start, end in of_contrasts(question, text)] == closed


def test_no_amount_is_read_there() -> None:
    reading = decode_guarded("How much did the new boat cost?", BOATS, windows(BOATS, {"2,200 euros": 6.0}))
    assert all("2,200" not in BOATS[span.start : span.end] for span in reading.spans)
