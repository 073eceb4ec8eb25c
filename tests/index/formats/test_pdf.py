"""What PDFium's text of a page lacks: hyphens at a line's end, filled-in forms, notes. The files are written by hand."""

import pytest
from bomb_corpus import CATALOG, FONT, pdf, shown, stream

from index.blocks import blocks_of
from index.documents import Document
from index.known_slices import known_slices
from index.parsing.parse import parse

FREE_TEXT, NOTE, LINK = b"/FreeText", b"/Text", b"/Link"


def document_of(content: bytes, *annotations: bytes, form: bool = False) -> Document:
    """A PDF with one page, on which there are these annotations."""
    names = b" ".join(b"%d 0 R" % number for number in range(6, 6 + len(annotations)))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Annots [%b]" % names
    fonts = b"/Resources << /Font << /F1 5 0 R >> >> >>"
    fields = b"/AcroForm << /Fields [%b] /DA (/F1 10 Tf) >>" % names if form else b""
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    data = pdf(CATALOG % fields, pages, page + fonts, stream(content), FONT, *annotations)
    return parse(data, "a.pdf", "application/pdf")


def text_of(content: bytes, *annotations: bytes, form: bool = False) -> str:
    return document_of(content, *annotations, form=form).text


def field(entries: bytes, bottom: int = 500) -> bytes:
    rect = b"/Rect [150 %d 350 %d]" % (bottom, bottom + 20)
    return b"<< /Type /Annot /Subtype /Widget %b /P 3 0 R /DA (/F1 10 Tf) %b >>" % (rect, entries)


def note(kind: bytes, text: bytes, entries: bytes = b"/F 4") -> bytes:
    return b"<< /Type /Annot /Subtype %b /Rect [10 10 90 30] /Contents (%b) /P 3 0 R %b >>" % (kind, text, entries)


def test_what_is_filled_into_a_form_is_text_with_the_fields_name() -> None:
    document = document_of(
        shown("Lease"),
        field(b"/FT /Tx /T (owner) /V (Berit Sandal)"),
        field(b"/FT /Tx /T (f2) /TU (Berth, as on the plan) /V (C-41)"),
        field(b"/FT /Tx /T (empty)"),
        field(b"/FT /Btn /T (paid) /V /Off /AS /Off"),
        field(b"/FT /Tx /T (hidden) /V (nobody sees it) /F 2"),
        form=True,
    )
    text = document.text
    assert text == "Lease\n\nowner: Berit Sandal\nBerth, as on the plan: C-41"
    blocks = list(blocks_of(text, document.headings, known_slices(document.metadata, len(text))))
    assert [(each.kind.value, text[each.content : each.end]) for each in blocks] == [
        ("paragraph", "Lease"), ("field", "Berit Sandal"), ("field", "C-41"),
    ]  # fmt: skip


def test_a_note_with_a_label_is_a_field_and_one_without_is_text() -> None:
    document = document_of(
        shown("Gate"), note(NOTE, b"Code: 7719"), note(NOTE, b"Ring twice"), note(FREE_TEXT, b"Key: in the box")
    )
    assert document.text == "Gate\n\nCode: 7719\nRing twice\nKey: in the box"
    known = known_slices(document.metadata, len(document.text))
    assert [document.text[each.start : each.end] for each in known] == ["Code: 7719", "Key: in the box"]
    assert {each.kind for each in known} == {"field"}


def test_a_field_that_has_no_name_for_people_has_that_of_the_words_beside_or_above_it() -> None:
    words = b"BT /F1 12 Tf 20 600 Td (Owner of the boat:) Tj 130 -38 Td (Berth) Tj 210 -57 Td (Winter storage) Tj ET"
    text = text_of(
        words,
        field(b"/FT /Tx /T (Text1) /V (Berit Sandal)", 595),
        field(b"/FT /Tx /T (Text2) /V (C-41)", 538),
        field(b"/FT /Btn /T (Check3) /V /Yes /AS /Yes", 500),
        field(b"/FT /Tx /T (remarks) /V (none)", 100),
        form=True,
    )
    assert text.endswith("Owner of the boat: Berit Sandal\nBerth: C-41\nWinter storage: Yes\nremarks: none")


def test_notes_on_a_page_are_text_but_no_hidden_ones_and_no_links() -> None:
    notes = [note(FREE_TEXT, b"Closed from 5 May"), note(NOTE, b"The code\nis 7719"), note(LINK, b"a link")]
    notes += [note(FREE_TEXT, b"hidden", b"/F 2"), note(NOTE, b"not to be viewed", b"/F 32")]
    assert text_of(shown("Gate"), *notes) == "Gate\n\nClosed from 5 May\nThe code is 7719"


@pytest.mark.parametrize(
    ("above", "below", "text"),
    [
        ("the mem-", "bership card", "the membership card"),
        ("Brandt-", "Krogh", "Brandt-Krogh"),
        ("LX-", "40", "LX-40"),
        ("twenty-", "five crowns", "twenty-five crowns"),
        ("six-", "teen days", "sixteen days"),
    ],
)
def test_a_hyphen_at_a_lines_end(above: str, below: str, text: str) -> None:
    lines = b"BT /F1 12 Tf 20 700 Td (%b) Tj 0 -14 Td (%b) Tj ET" % (above.encode(), below.encode())
    assert text_of(lines) == text
