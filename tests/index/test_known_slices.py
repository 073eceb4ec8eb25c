"""What a format knows of a text's slices is kept in metadata, and found there by who reads the document later."""

import pytest

from index.documents import MAX_METADATA_CHARS, Scalar
from index.known_slices import Known, as_metadata, before_furniture, known_slices, moved, outside_furniture

CAPTIONS, FURNITURE = "captions", "page_furniture"


def test_slices_are_kept_by_kind_and_read_in_order() -> None:
    known = (Known(2, 5, "caption"), Known(7, 9, "field"), Known(12, 20, "caption"), Known(21, 30, "furniture"))
    kept = as_metadata(known)
    assert kept == {CAPTIONS: "2-5, 12-20", "form_fields": "7-9", FURNITURE: "21-30"}
    assert known_slices({"language": "en", **kept}, 30) == known
    assert known_slices(kept, 29) == known[:3]  # the text ends before


def test_what_a_field_of_metadata_holds_no_more_is_left_out() -> None:
    many = [Known(10 * i, 10 * i + 5, "caption") for i in range(500)]
    kept = as_metadata([*many, Known(5000, 5001, "furniture")])
    assert kept[FURNITURE] == "5000-5001"
    assert MAX_METADATA_CHARS - 12 < len(kept[CAPTIONS]) <= MAX_METADATA_CHARS
    first = known_slices({CAPTIONS: kept[CAPTIONS]}, 5001)
    assert list(first) == many[: len(first)]


@pytest.mark.parametrize("field", [True, 5, "", "5", "5-", "9-5", "0-5, 3-9", "0-5;6-9", "x", "0-5, ", "-1-5", "1-1"])
def test_a_field_that_anybody_wrote_otherwise_names_none(field: Scalar) -> None:
    assert known_slices({FURNITURE: field}, 100) == ()


def test_text_that_is_put_before_a_slice_moves_it() -> None:
    metadata: dict[str, Scalar] = {"language": "en", CAPTIONS: "2-5, 12-20"}
    assert moved(metadata, 5, 10) == {"language": "en", CAPTIONS: "2-5, 22-30"}
    assert moved({"language": "en"}, 5, 10) == {"language": "en"}


def test_text_outside_page_furniture() -> None:
    text = "head\nbody\n\nfoot\n \nhead"
    known = (Known(0, 4, "furniture"), Known(5, 7, "caption"), Known(11, 15, "furniture"), Known(18, 22, "furniture"))
    assert [text[start:end] for start, end in outside_furniture(known, text)] == ["\nbody\n\n"]
    assert list(outside_furniture((), text)) == [(0, len(text))]


def test_text_before_page_furniture() -> None:
    text, metadata = "head body foot", {FURNITURE: "0-4, 10-14"}
    assert [before_furniture(text, metadata, place) for place in (4, 10, 11)] == ["head body ", "head body ", text]
    assert before_furniture(text, {}, 0) == before_furniture(text, {FURNITURE: "10-99"}, 0) == text
