"""The days of the week that labels and questions name."""

import pytest

from qa.reading.weekdays import days_asked, days_in, label_of_days

HOURS = ["Mon – Thu", "Friday", "Sat, Sun and holidays"]


@pytest.mark.parametrize(
    ("label", "days"),
    [
        ("Mon–Thu", {0, 1, 2, 3}),
        ("Friday to Sunday", {4, 5, 6}),
        ("Sat-Mon", {5, 6, 0}),
        ("Tues. & Fri.", {1, 4}),
        ("weekends", {5, 6}),
        ("working days", {0, 1, 2, 3, 4}),
        ("Monitor stand", set()),
        ("Sunbed", set()),
        ("Marianne keeps the key from Monday of each week until the harbour office opens again", set()),  # no label
    ],
)
def test_the_days_of_a_label(label: str, days: set[int]) -> None:
    assert days_in(label) == days


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("when do you open on Tuesdays", {1}),
        ("are you open at the week-end", {5, 6}),
        ("who sat in the sun", set()),
        ("what is charged on weekdays", {0, 1, 2, 3, 4}),
    ],
)
def test_the_days_of_a_question(question: str, days: set[int]) -> None:
    assert days_asked(question) == days


@pytest.mark.parametrize(
    ("question", "labels", "label"),
    [
        ("opening on wednesday", HOURS, 0),
        ("opening on friday", HOURS, 1),
        ("opening at the weekend", HOURS, 2),
        ("opening from Thursday to Friday", HOURS, None),  # no label has both
        ("opening at noon", HOURS, None),
        ("fee on Tuesday", ["Mon–Fri", "Tuesday", "Sat"], 1),  # the one with the fewest days
        ("fee on Tuesday", ["Mon–Fri", "members"], None),
    ],
)
def test_the_label_with_the_days_asked_for(question: str, labels: list[str], label: int | None) -> None:
    assert label_of_days(question, labels) == label
