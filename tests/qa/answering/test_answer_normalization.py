"""SQuAD's normalization; and numbers, units, clock times and dates in one spelling, each written out by hand."""

import pytest

from qa.answering.answer_normalization import canonical, normalize


@pytest.mark.parametrize(
    ("answer", "normalized"),
    [
        ("The  Quick, brown fox!", "quick brown fox"),
        ("a an the", ""),
        ("U.S.", "us"),
        ("Theatre", "theatre"),
        ("“x”", "“x”"),
    ],
)
def test_normalization(answer: str, normalized: str) -> None:
    assert normalize(answer) == normalized


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("$50 million", "50000000 dollar"),
        ("fifty million dollars", "50000000 dollar"),
        ("$50,000,000", "50000000 dollar"),
        ("€1.2bn", "1200000000 euro"),
        ("half a million", "500000"),
        ("two dozen", "24"),
        ("two and a half", "2.5"),
        ("1½ to 2 hours", "1.5 to 2 hour"),
        ("½ cup", "0.5 cup"),
        ("5–7 days", "5 to 7 day"),
        ("10-100", "10 to 100"),  # not ten hundreds
        ("-5 °C", "-5 degree celsius"),
        ("5 degrees Celsius", "5 degree celsius"),
        ("7 per cent", "7 percent"),
        ("114 mph", "114 mile hour"),
        ("114 miles an hour", "114 mile hour"),
        ("65 kilometers per hour", "65 kilometre hour"),
        ("65 km/h", "65 kilometre hour"),
        ("3.60 m", "3.6 metre"),
        ("6 p.m.", "18:00"),
        ("9:30 am", "09:30"),
        ("noon", "12:00"),
        ("the third of May", "3 may"),
        ("May 3rd, 2024", "may 3 2024"),
        ("2024-05-03", "3 may 2024"),
        ("15.03.2025", "15 march 2025"),
        ("from 1.5.2025 to 3.5.2025.", "from 1 may 2025 to 3 may 2025"),
        ("15.13.2025", "15.13 2025"),  # no month has this number
        ("Sept. 3", "september 3"),
        ("on Mondays", "monday"),
        ("every Monday and each Friday", "monday and friday"),
        ("every second Monday", "every 2 nd monday"),
        ("Sunday's on Monday's list", "sunday's on monday's list"),
        ("on weekdays", "monday to friday"),
        ("daily", "every day"),
        ("once per week", "every week"),
        ("twice a year", "every 0.5 year"),
        ("one day a week", "1 day week"),
        ("half an hour", "0.5 hour"),
        ("(01628) 555-022", "01628555022"),
        ("+44 (0)1628/555022.", "+441628555022"),
        ("03-05-2024", "3 to 5 to 2024"),  # no phone number
        ("1990-1995", "1990 to 1995"),
        ("third mate", "3 rd mate"),
        ("the 1990s", "1990 s"),
        ("HP-9", "hp 9"),
        ("the", ""),
        ("", ""),
        ("20 m²", "20 m²"),
    ],
)
def test_canonical_words(text: str, words: str) -> None:
    assert " ".join(canonical(text)) == words
