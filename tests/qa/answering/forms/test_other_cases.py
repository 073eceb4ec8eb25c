"""The amount of another case behind a comma."""

import pytest
from shape_support import shaped

FINDS = "Handing out costs 4 euros, for umbrellas nothing."
KEYS = "A lost fob is £35, a lost key £12."
TICKETS = "The adult ticket is 9 euros, on Sundays 6. The seat costs 2 euros."
GUIDE = "The audio guide costs 3 euros, members get it free."
CHEESE = "Take it out an hour before you eat, blue cheese only half an hour."
BOOKS = "A late book is 10 cents a day, a late film 50."
POOL = "The season ticket costs 90 euros, payable in two parts of 45. We have 12 boats, 3 of them new."
SHARES = "More than 20% of the 18-34 demographic use 2 phones, tablets 3%."
SHOW = "Entries cost 4 euros, by Sunday 31 August."


@pytest.mark.parametrize(
    ("question", "text", "span", "amount"),
    [
        ("what do I pay for my umbrella", FINDS, "4 euros", "nothing"),
        ("how much is handing out", FINDS, "nothing", "4 euros"),
        ("how much for a bag", FINDS, "4 euros", "4 euros"),
        ("I lost my fob, how much?", KEYS, "£12", "£35"),
        ("I lost my key, how much?", KEYS, "£35", "£12"),
        ("what's an adult ticket on sunday", TICKETS, "9 euros", "6"),
        ("what's an adult ticket on monday", TICKETS, "9 euros", "9 euros"),
        ("how much is a seat on sunday", TICKETS, "2 euros", "2 euros"),
        ("how much is the guide for members", GUIDE, "3 euros", "free"),
        ("how much is the audio guide", GUIDE, "3 euros", "3 euros"),
        ("how long do I take out blue cheese", CHEESE, "an hour before you eat, blue cheese only half an hour",
         "half an hour"),
        ("how much is a late book", BOOKS, "50", "10 cents"),
        ("how much is the season ticket", POOL, "90 euros", "90 euros"),
        ("how many boats are there", POOL, "12 boats", "12 boats"),
        ("what part of the demographic uses phones", SHARES, "3%", "3%"),
        ("how much is an entry on sunday", SHOW, "4 euros", "4 euros"),
    ],
)  # fmt: skip
def test_the_amount_of_the_case_that_is_named(question: str, text: str, span: str, amount: str) -> None:
    assert shaped(question, text, span)[1] == amount
