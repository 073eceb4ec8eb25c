"""The date that a citation names, from the document's metadata or its front matter."""

import pytest

from index.documents import Document
from qa.dates import date_of

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
