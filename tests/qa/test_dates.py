"""The date that a citation names, from the document's metadata or its front matter."""

import pytest

from index.documents import Document
from qa.dates import date_of, edition_of, expiry_in

FRONT = "---\ntitle: Tides\n{}\n---\nHigh water is at noon.\n"


@pytest.mark.parametrize(
    ("metadata", "date"),
    [
        ({"date": "2026-03-01"}, "2026-03-01"),
        ({"date": "2026-03-01T10:00:00Z"}, "2026-03-01"),
        ({"published": "2026-03"}, "2026-03"),
        ({"created": 2024}, "2024"),
        ({"created": "2019-01-01", "updated": "2026-03-01"}, "2026-03-01"),
        ({"updated": "soon", "date": "2025"}, "2025"),
        ({"date": "2026-02-30"}, None),
        ({"date": "March 2026"}, None),
        ({"date": "20260301"}, None),
        ({"date": True}, None),
        ({"year": 2026}, None),
        ({}, None),
    ],
)
def test_metadata_dates_a_document(metadata: dict[str, str | int | bool], date: str | None) -> None:
    assert date_of(Document("a", "A", "text", metadata=metadata)) == date


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("date: 2026-03-01", "2026-03-01"),
        ("Date: '2026-03-01 10:00'", "2026-03-01"),
        ('date: 2019-01-01\nupdated: "2026-03"', "2026-03"),
        ("author: date: 2026-03-01", None),
        ("date: tomorrow", None),
    ],
)
def test_front_matter_does_where_metadata_says_nothing(line: str, date: str | None) -> None:
    text = FRONT.format(line)
    assert date_of(Document("a.md", "A", text, media_type="text/markdown")) == date
    assert date_of(Document("a.md", "A", text, metadata={"date": "2020"})) == "2020"
    assert date_of(Document("a.md", "A", "Not at the head.\n" + text)) is None


@pytest.mark.parametrize(
    ("title", "text", "date"),
    [
        ("Minutes of 12 September 2026", "Present: all.", "2026-09-12"),
        ("Prices 2026", "Adults pay 5 euros.", "2026"),
        ("news", "Choir news, May 2025\n\nSubs are £42.", "2025-05"),
        ("news", "4 February. The fire was out.", None),
        ("Rules", "Rules\n\nBe kind.\n\nAgreed in 2019.", None),  # not at the head
        ("Version 3.2025.1", "Text.", None),
        ("Minutes of 31 June 2026", "Present: all.", None),
    ],
)
def test_a_title_or_the_first_lines_name_the_edition(title: str, text: str, date: str | None) -> None:
    assert edition_of(Document("a", title, text)) == date


def test_until_when_something_is_valid() -> None:
    assert expiry_in("Out by 7 am (valid until 31 March 2025).") == "2025-03-31"
    assert expiry_in("Fares, valid through 2025") == "2025"
    assert expiry_in("Open until 5 in 2025.") is None
