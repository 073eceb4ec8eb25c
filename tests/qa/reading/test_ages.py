"""Ages are no number of those who have them."""

import pytest

from qa.reading.ages import of_ages
from qa.reading.guards import guard_of

CLUB = "For Scouts (10½ to 14) and adults (18 and over). Cubs are 8 to 10½ years old. Members over 65 pay half."


def test_ages_are_closed_where_people_are_counted() -> None:
    closed = ["8 to 10½ years old", "10½ to 14", "18 and over", "over 65"]
    for question in ("how many scouts are there", "number of keen members in the club", "How many people come?"):
        assert sorted(CLUB[slice(*place)] for place in of_ages(question, CLUB)) == sorted(closed)
        assert set(of_ages(question, CLUB)) <= set(guard_of(question, CLUB).closed)


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("how old are scouts", CLUB),
        ("how many children under 5 come", "children (under 5): 12"),
        ("how many years is it for scouts", CLUB),
        ("how many tablets do adults take", "Adults (2 to 4) and no more."),
        ("how many scouts are there", "Scouts (24) and over 65 members came; teams of 5 to 7 players."),
        ("how many members has the club got", "The club has members over 65,000 strong."),
    ],
)
def test_what_may_be_a_number_of_them_stays_open(question: str, passage: str) -> None:
    assert of_ages(question, passage) == []
