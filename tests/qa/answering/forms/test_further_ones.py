"""The amount of each further one."""

import pytest
from shape_support import shaped

BINS = "The subscription is £52 a year for the first bin and £38 for each further one."
CHILDREN = "The first child costs 180 euros a month, every further child 120. Lunch is 3 euros."
REMINDERS = "The first reminder costs nothing, from the next one on we charge 5 euros."
LOCKERS = "A locker costs 4 euros for the first day and 2 for each day after that."


@pytest.mark.parametrize(
    ("question", "text", "span", "amount"),
    [
        ("how much is it for a second bin", BINS, "£52 a year", "£38"),
        ("how much is an additional bin", BINS, "£52 a year for the first bin and £38", "£38"),
        ("how much is the first bin", BINS, "£52 a year", "£52 a year"),
        ("how much for my second child", CHILDREN, "180 euros", "120"),
        ("how much is the second reminder", REMINDERS, "nothing", "5 euros"),
        ("how much is the second day", LOCKERS, "4 euros", "2"),
        ("how much is lunch on the second day", CHILDREN, "3 euros", "3 euros"),
        ("what does the second class cost", "The first class costs £9, each further stop £1.", "£9", "£9"),
    ],
)
def test_a_later_one_gets_the_amount_of_each_further_one(question: str, text: str, span: str, amount: str) -> None:
    assert shaped(question, text, span)[1] == amount
