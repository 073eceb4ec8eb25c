"""A section of another day, month or year than the question's doesn't answer it."""

import pytest

from qa.reading.dated_sections import of_other_dates

BANDS = "## Friday 12 June\n\n21:15 Ossian\n\n## Saturday 13 June\n\n21:00 Mara\n"
FRIDAY, SATURDAY = BANDS[: BANDS.index("## Saturday")], BANDS[BANDS.index("## Saturday") :]
MONTHS = "**In July**\n\nOpen from 9.\n\n**September to November**\n\nOpen from 10.\n"
JULY, AUTUMN = MONTHS[: MONTHS.index("**September")], MONTHS[MONTHS.index("**September") :]
MODULES = "# Modules 2025/26\n\nOptics: Bo Lund\n"


@pytest.mark.parametrize(
    ("question", "text", "closed"),
    [
        ("When is Ossian on on Saturday?", BANDS, [FRIDAY]),
        ("who plays on friday", BANDS, [SATURDAY]),
        ("who plays on Sunday?", BANDS, [FRIDAY, SATURDAY]),
        ("when is it open in july", MONTHS, [AUTUMN]),
        ("when is it open in October?", MONTHS, [JULY]),
        ("who teaches Optics in 2027?", MODULES, [MODULES]),
    ],
)
def test_sections_of_another_date_are_closed(question: str, text: str, closed: list[str]) -> None:
    assert [text[start:end] for start, end in of_other_dates(question, text)] == closed


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("who teaches Optics?", MODULES),
        ("who teaches Optics in 2026?", MODULES),
        ("who has taught Optics since 2019?", MODULES),
        ("who plays the day before Saturday?", BANDS),
        ("when may I swim in July?", MONTHS[: MONTHS.index("**September")]),
        ("how many joined in 2019?", "# Report 2024\n\nIn 2019 nine joined.\n"),
        ("what does it cost in 2027?", "# Prices from 2026\n\nA swim is 6 euros.\n"),
        ("is it open on Sunday?", "## Closed on Mondays\n\nElse open from 9.\n"),
        ("is it open on Sunday?", "The market is on Friday.\n\nThe shop is open from 9.\n"),  # no heading
        ("does room 2020 have a screen in 2027", "# Room 4.2020\n\nIt has a screen.\n"),
    ],
)
def test_neighbours_stay_open(question: str, text: str) -> None:
    assert of_other_dates(question, text) == []


def test_the_heading_above_the_passage_counts_too() -> None:
    assert of_other_dates("who plays on Saturday?", "21:15 Ossian\n", "Programme\nFriday 12 June") == [(0, 13)]
    assert of_other_dates("who plays on Friday?", "21:15 Ossian\n", "Programme\nFriday 12 June") == []
