"""The hours of the day that is asked for, of a line with those of several days."""

import pytest

from qa.reading.opening_hours import asked_hours

OFFICE = (
    "The tool library lends ladders. Desk: Mon to Thu 10.00–18.30, Fri 10–14, closed Saturdays and Sundays.\nBar: 19–23"
)
CRECHE = "The crèche is open Monday to Friday, 8 am to 1 pm."


@pytest.mark.parametrize(
    ("question", "text", "context", "hours"),
    [
        ("when is the desk open on Friday", OFFICE, "", "Fri 10–14"),
        ("desk hours on wednesdays?", OFFICE, "", "Mon to Thu 10.00–18.30"),
        ("Until when is the tool library open on a Tuesday?", OFFICE, "", "Mon to Thu 10.00–18.30"),
        ("when does the desk open on sunday", OFFICE, "", "closed Saturdays and Sundays"),
        ("when is the bakery desk open on Friday", OFFICE, "", None),  # nothing is said of a bakery
        ("when is the bakery desk open on Friday", OFFICE, "Brown's bakery", "Fri 10–14"),
        ("who is at the desk on Friday", OFFICE, "", None),
        ("when is the desk open", OFFICE, "", None),
        ("when is the crèche open on Thursday", CRECHE, "", "Monday to Friday, 8 am to 1 pm"),
        ("when is the crèche open on Saturday", CRECHE, "", None),
    ],
)
def test_the_hours_of_the_day_asked_for(question: str, text: str, context: str, hours: str | None) -> None:
    place = asked_hours(question, text, context)
    assert (place and text[slice(*place)]) == hours
