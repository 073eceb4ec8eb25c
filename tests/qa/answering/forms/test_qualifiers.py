"""An amount with the words that say how exactly it is meant."""

import pytest
from shape_support import shaped


@pytest.mark.parametrize(
    ("question", "text", "span", "words"),
    [
        (
            "How high may a shed be?",
            "Sheds may be at most 2.1 metres high.",
            "2.1 metres high",
            "at most 2.1 metres high",
        ),
        ("How heavy may a trailer be?", "It may weigh at most 750 kg.", "750 kg", "at most 750 kg"),
        ("How long do loans run?", "They run for a maximum of 21 days.", "21 days", "a maximum of 21 days"),
        ("What is refunded for meals?", "Up to £28 per day is refunded.", "£28 per day", "Up to £28 per day"),
        ("How many photos must I bring?", "Bring at least two photos.", "two photos", "at least two photos"),
        ("How big may groups be?", "It is no more than 25 people.", "25 people", "no more than 25 people"),
        ("What does a tour cost?", "It costs about £6 per person.", "£6 per person", "about £6 per person"),
        ("What does a visit cost?", "It costs roughly £35.", "£35", "roughly £35"),
        ("When was it begun?", "It was begun in about 1340.", "1340", "about 1340"),
        ("How warm is the cellar?", "It must be kept below 15 °C.", "15 °C", "below 15 °C"),
        # not an amount, or not in front of it
        ("Who is on the plaque?", "It is about Two Ronnies.", "Two Ronnies", "Two Ronnies"),
        ("How long is it?", "It is about the 40 m walk.", "40 m walk", "40 m walk"),
        # of a range
        ("How much is it?", "It takes from 3 up to 5 days.", "5 days", "5 days"),
        ("How much is it?", "It takes from 3 kg up to 5 kg.", "5 kg", "5 kg"),
        # the question says it
        ("What is the maximum weight?", "It may weigh at most 750 kg.", "750 kg", "750 kg"),
        ("How many towns is the book about?", "The book is about 3 towns.", "3 towns", "3 towns"),
    ],
)
def test_an_amount_is_given_with_how_exactly_it_is_meant(question: str, text: str, span: str, words: str) -> None:
    assert shaped(question, text, span)[1] == words
