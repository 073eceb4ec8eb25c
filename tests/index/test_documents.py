import math

import pytest

from index.documents import Document, Heading
from index.errors import DocumentError

DOCUMENT = Document(
    id="a", title="A", text="0123456789", pages=(0, 4), headings=(Heading(2, 1, "First"), Heading(6, 2, "Second"))
)


@pytest.mark.parametrize(
    ("offset", "page", "section"), [(0, 1, None), (2, 1, "First"), (4, 2, "First"), (9, 2, "Second")]
)
def test_page_and_section_are_the_last_that_began(offset: int, page: int, section: str | None) -> None:
    assert (DOCUMENT.page_at(offset), DOCUMENT.section_at(offset)) == (page, section)


def test_the_headings_at_a_place_are_those_it_stands_under_topmost_first() -> None:
    headings = [(0, 1, "A"), (2, 3, "A.1.1"), (4, 2, "A.2"), (6, 3, "A.2.1"), (8, 1, "B")]
    document = Document("d", "D", "0123456789", headings=tuple(Heading(*heading) for heading in headings))
    paths = [[heading.title for heading in document.headings_at(offset)] for offset in (1, 3, 5, 6, 9)]
    assert paths == [["A"], ["A", "A.1.1"], ["A", "A.2"], ["A", "A.2", "A.2.1"], ["B"]]
    assert DOCUMENT.headings_at(1) == ()


def test_a_format_without_pages_has_none() -> None:
    assert Document(id="a", title="A", text="x").page_at(0) is None


def test_the_digest_covers_everything_that_is_indexed() -> None:
    base = {"id": "a", "title": "A", "text": "x"}
    variants = [
        {}, {"id": "b"}, {"title": "B"}, {"text": "y"}, {"uri": "u"}, {"metadata": {"k": 1}}, {"pages": (0,)},
        {"headings": (Heading(0, 1, "h"),)}, {"media_type": "text/html"},
    ]  # fmt: skip
    digests = {Document(**{**base, **variant}).sha256 for variant in variants}
    assert len(digests) == len(variants)
    assert Document(**base).sha256 == Document(**base).sha256


@pytest.mark.parametrize(
    ("document_id", "text", "message"),
    [
        (" ", "x", "id is blank"),
        ("a\nb", "x", "control characters"),
        ("a" * 513, "x", "513 characters; at most 512"),
        ("a", " \n", "a holds no text"),
        ("a", "x\0y", "a holds NUL"),
        ("a", "x\ud800", "half a surrogate pair at character 1"),
    ],
)
def test_what_could_not_be_stored_or_cited_is_refused(document_id: str, text: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        Document(id=document_id, title="t", text=text)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_metadata_that_isnt_finite_is_refused(value: float) -> None:
    with pytest.raises(DocumentError, match=f"a has {value} as its metadata 'weight'"):
        Document(id="a", title="t", text="x", metadata={"weight": value})
