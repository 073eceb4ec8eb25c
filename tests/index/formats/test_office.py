"""Office files: text, headings and titles of what LibreOffice and pandoc made, and each way in which one is refused."""

import io
import zipfile
from pathlib import Path

import pytest
from support import ROOT

from index.context import context_of
from index.documents import Document
from index.errors import DocumentError, MediaTypeError, TooLargeError
from index.formats import sheets
from index.formats.delimited import delimiter_of
from index.formats.registry import format_of, parse_bytes
from index.formats.xlsx import shown
from index.known_slices import known_slices
from index.loading import load
from index.parsing.parse import parse

FILES = ROOT / "tests" / "data" / "formats"
DOCX, XLSX, ODS = (format_of(f"a{suffix}").media_type for suffix in (".docx", ".xlsx", ".ods"))

FERRY = """\
Orm Ferry Handbook

Crossings

The Eider leaves Halden at 07:15 on weekdays.[1] A crossing to Orm takes 52 minutes, and the hold has room for 34 m³ of freight.

Fares

| Passenger | Single | Return |
| --- | --- | --- |
| Adult | 6.40 | 11.20 |
| Child under 12 | 2.10 | 3.80 |
| Bicycle | 1.50 | 2.50 |

Season tickets are sold at the quay office:

- on paper, for 84 a year
- on a card, which
  - opens the gate
  - pays in the café
- by post

Boarding

1. Show the ticket.
2. Wait behind the yellow line.
3. Board when the lamp is green.

> Whoever comes last closes the gate.

Lost property

What is found on board is kept for ninety days by Jorun Vask in room 12.

1. From 1 May to 30 September; in winter at 08:05."""

TALK = """\
Slide 1: Ferry Season 2027

Jorun Vask

Slide 2: Three boats

- The Eider sails from Halden
  - with 34 cars
- The Tern is in the yard until May

Say that the yard is late.

Slide 3: Order of work

1. Paint the hull
2. Test the ramp

Slide 4: Prices

| Ticket | Single | Return |
| --- | --- | --- |
| Adult | 6.40 | 11.20 |
| Child | 2.10 | 3.80 |"""

BUDGET = """\
Sheet Budget

Costs of the three boats

| Boat | Fuel | Share | Paid on |
| --- | --- | --- | --- |
| Eider | €18,240.50 | 62.5% | 2026-03-14 |
| Tern | €10,944.30 | 37.5% | 2026-04-02 |
| All | €29,184.80 |  |  |

Sheet Crew

| Name | Cabin |
| --- | --- |
| Jorun Vask | 12 |"""


def outline(document: Document) -> list[tuple[int, str]]:
    """Levels and titles of the headings, each of which stands where it says."""
    for heading in document.headings:
        assert document.text.startswith(heading.title, heading.start)
    return [(heading.level, heading.title) for heading in document.headings]


@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_texts_keep_headings_lists_tables_notes_and_quotations(suffix: str) -> None:
    document = load(FILES / f"ferry.{suffix}")
    assert (document.title, document.text) == ("Orm Ferry Handbook", FERRY)
    assert outline(document) == [
        (1, "Orm Ferry Handbook"), (1, "Crossings"), (2, "Fares"), (2, "Boarding"), (1, "Lost property"),
    ]  # fmt: skip
    assert document.section_at(document.text.index("ninety days")) == "Lost property"


@pytest.mark.parametrize(
    ("suffix", "path", "table", "caption"),
    [
        ("docx", "word/document.xml", b"<w:tbl>",
         b'<w:p><w:pPr><w:pStyle w:val="Caption"/></w:pPr><w:r><w:t>What a crossing costs</w:t></w:r></w:p>'),
        ("odt", "content.xml", b"<table:table ", b'<text:p text:style-name="Table">What a crossing costs</text:p>'),
    ],
)  # fmt: skip
def test_captions_are_known_by_their_style(suffix: str, path: str, table: bytes, caption: bytes) -> None:
    source = part(WHOLE[suffix], path)
    assert source.count(table) == 1
    data = rezipped(WHOLE[suffix], {path: source.replace(table, caption + table)})
    document = parse(data, f"ferry.{suffix}", format_of(f"ferry.{suffix}").media_type)
    (known,) = known_slices(document.metadata, len(document.text))
    assert (known.kind, document.text[known.start : known.end]) == ("caption", "What a crossing costs")
    assert document.text.startswith("\n\n| Passenger |", known.end)


def test_rtf_keeps_headings_lists_and_tables() -> None:
    document = load(FILES / "ferry.rtf")
    told = FERRY.replace("weekdays.[1]", "weekdays.").replace("m³", "m3").replace("> Whoever", "Whoever")
    assert (document.title, document.text) == ("Orm Ferry Handbook", told.rpartition("\n\n1. From")[0])
    assert outline(document) == [(1, "Crossings"), (2, "Fares"), (2, "Boarding"), (1, "Lost property")]


def test_a_book_s_chapters_are_whole_and_in_order() -> None:
    document = load(FILES / "ferry.epub")
    note = "\n\n1. From 1 May to 30 September; in winter at 08:05."
    told = FERRY.replace(note, "").replace("closes the gate.", f"closes the gate.{note}")  # notes end their chapter
    assert (document.title, document.text) == ("Orm Ferry Handbook", told)
    assert outline(document)[1:] == [(1, "Crossings"), (2, "Fares"), (2, "Boarding"), (1, "Lost property")]


def test_a_chapter_is_read_to_its_end() -> None:
    """lxml would leave out what is nested deeper than 256 elements, and all that comes after it."""
    deep = b"<html><body><p>first" + b"<div>" * 300 + b"deep" + b"</div>" * 300 + b"<p>last</body></html>"
    data = rezipped(FILES / "ferry.epub", {"EPUB/text/ch001.xhtml": deep})
    assert "first\n\ndeep\n\nlast" in parse(data, "a.epub", "application/epub+zip").text


@pytest.mark.parametrize("suffix", ["pptx", "odp"])
def test_presentations_are_cited_by_the_slide(suffix: str) -> None:
    document = load(FILES / f"talk.{suffix}")
    assert (document.title, document.text) == ("Ferry Season 2027", TALK)
    assert document.section_at(document.text.index("Test the ramp")) == "Slide 3: Order of work"
    assert [level for level, _ in outline(document)] == [1, 1, 1, 1]


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_spreadsheets_are_cited_by_the_sheet_and_rows_stand_under_their_heads(suffix: str) -> None:
    document = load(FILES / f"budget.{suffix}")
    assert (document.title, document.text) == ("Orm Ferry accounts 2026", BUDGET)
    assert outline(document) == [(1, "Sheet Budget"), (1, "Sheet Crew")]
    tern = document.text.index("| Tern")
    assert context_of(document, tern) == "Orm Ferry accounts 2026\nSheet Budget\nBoat | Fuel | Share | Paid on"
    assert "Never shown" not in document.text  # on a hidden sheet


@pytest.mark.parametrize(
    ("value", "number_format", "words"),
    [
        (12, "General", "12"),
        (12.0, "General", "12"),
        (0.1 + 0.2, "General", "0.3"),
        (1e300, "General", "1e+300"),
        (1204.5, '#,##0.00 "kg"', "1,204.50 kg"),
        (-1204.5, "#,##0", "-1,204"),  # half to even, where Excel would say -1,205
        (0.625, "0.0%", "62.5%"),
        (0.5, "0%", "50%"),
        (18240.5, "[$€-1809]#,##0.00", "€18,240.50"),
        (3, '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\)', "$3.00"),
        (2.5, "0.##", "2.5"),
        (2, "0.##", "2"),
        (2, "0.0#", "2.0"),
        (1234567, "0.00E+00", "1234567"),  # not understood, so as it is
        (True, "General", "TRUE"),
        ("  a\nb ", "General", "a\nb"),
    ],
)
def test_a_number_is_shown_in_its_format(value: object, number_format: str, words: str) -> None:
    assert shown(value, number_format) == words


def test_csv_is_a_table_under_its_heads() -> None:
    data = 'Name;Room;Note\r\n"Vask, Jorun";12;"says ""no"" | often"\r\n;;\r\nAmsel;7\r\n'.encode("utf-16")
    document = parse(data, "staff/rooms.csv", "text/csv")
    assert document.title == "rooms"
    assert document.text == (
        '| Name | Room | Note |\n| --- | --- | --- |\n| Vask, Jorun | 12 | says "no" \\| often |\n| Amsel | 7 |  |'
    )


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n", ";"),
        ("a\tb\nx, y\tz\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("a\nb\n", ","),
        ("", ","),
        ('"x;y;z",b\n"p;q;r",2\n', ","),
    ],
)
def test_what_parts_the_cells_is_what_most_rows_agree_on(text: str, delimiter: str) -> None:
    assert delimiter_of(text) == delimiter


def test_one_column_is_lines() -> None:
    assert parse(b"Boats\nEider\nTern\n", "a.csv", "text/csv").text == "Boats\nEider\nTern"


def test_the_heads_of_a_long_table_stand_again_every_thousand_rows() -> None:
    rows = "".join(f"{i},b\n" for i in range(2500))
    document = parse(f"Number,Letter\n{rows}".encode(), "a.csv", "text/csv")
    assert document.text.count("| Number | Letter |\n| --- | --- |\n") == 3
    last = document.text.index("| 2499 | b |")
    assert context_of(document, last) == "a\nNumber | Letter"


def rezipped(path: Path, changes: dict[str, bytes | None]) -> bytes:
    """A zip file with some parts of it changed, added or left out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, data in changes.items():
            if data is not None:
                new.writestr(name, data)
    return buffer.getvalue()


def part(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as package:
        return package.read(name)


WHOLE = {
    path.suffix[1:]: path
    for path in map(
        FILES.joinpath, ["ferry.docx", "talk.pptx", "budget.xlsx", "ferry.odt", "budget.ods", "talk.odp", "ferry.epub"]
    )
}
ENCRYPTED = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)


@pytest.mark.parametrize("kind", WHOLE)
def test_what_is_no_whole_file_of_its_kind_is_refused_by_name(kind: str) -> None:
    media_type = format_of(f"a.{kind}").media_type
    whole = WHOLE[kind].read_bytes()
    other = WHOLE["docx" if kind != "docx" else "xlsx"].read_bytes()
    old = (FILES / "ferry.doc").read_bytes()
    cases = {
        whole[: len(whole) // 2]: r"bad is an? .* that is damaged or cut short .*: copy or download it again\.",
        whole[:-30]: r"bad is an? .* that is damaged or cut short",
        ENCRYPTED: r"bad is encrypted: save it without a password first\.",
        old: rf"bad is a file of Office before 2007, whatever its name says: save it as \.{kind}",
        other: r"bad is an? .*, not an? .*: have its name end in \.(xlsx|docx)\.",
        b"just text": r"bad is not an? .*, whatever its name says: it looks like plain text, so have its name end in \.txt\.",
        rezipped(WHOLE[kind], {"[Content_Types].xml": b"<Types/>", "mimetype": b""}): "bad is a zip file, not an? ",
    }
    for data, message in cases.items():
        with pytest.raises(DocumentError, match=f"^{message}"):
            parse(data, "bad", media_type)


@pytest.mark.parametrize(
    ("kind", "path", "part"),
    [
        ("odt", "META-INF/manifest.xml", b"<manifest><encryption-data/></manifest>"),
        ("epub", "META-INF/encryption.xml", b"<encryption><EncryptedData/></encryption>"),
    ],
)
def test_what_says_that_it_is_encrypted_is_refused(kind: str, path: str, part: bytes) -> None:
    with pytest.raises(DocumentError, match=r"^bad is encrypted: save it without a password first\.$"):
        parse(rezipped(WHOLE[kind], {path: part}), "bad", format_of(f"a.{kind}").media_type)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{\\rtf1\\ansi The ferry sails", "bad is an RTF document cut short"),
        (b"The ferry sails", "bad is not an RTF document, whatever its name says"),
        (b"{\\rtf1\\ansi }", "bad is an RTF document without any text"),
    ],
)
def test_rtf_that_is_none_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=f"^{message}"):
        parse(data, "bad", "application/rtf")


def test_a_changed_byte_is_told() -> None:
    whole = bytearray(WHOLE["docx"].read_bytes())
    place = whole.index(b"word/document.xml") + 200
    whole[place] ^= 255
    with pytest.raises(DocumentError, match="bad is a Word document that is damaged or cut short"):
        parse(bytes(whole), "bad", DOCX)


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("docx", {"word/document.xml": b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body/></w:document>"},
         "bad is a Word document without any text"),
        ("docx", {"word/document.xml": None}, "bad "),
        ("docx", {"word/document.xml": b"<w:document"}, "bad "),
        ("xlsx", {"xl/workbook.xml": b"<workbook"}, "bad "),
        ("xlsx", {"xl/worksheets/sheet1.xml": None}, "bad "),
        ("pptx", {"ppt/slides/slide2.xml": b"<p:sld"}, "bad is damaged as a PowerPoint presentation"),
        ("pptx", {"ppt/slides/slide2.xml": None}, "bad is a PowerPoint presentation that is damaged"),
        ("odt", {"content.xml": None}, "bad is an OpenDocument text that is damaged"),
        ("odt", {"content.xml": b"<office/>"}, "bad is an OpenDocument text without any text"),
        ("odp", {"content.xml": b"<office>"}, "bad is damaged as an OpenDocument presentation"),
        ("epub", {"META-INF/container.xml": b"<container/>"}, "bad is an EPUB book that is damaged"),
        ("epub", {"EPUB/text/ch001.xhtml": None}, "bad is an EPUB book that is damaged"),
    ],
)  # fmt: skip
def test_what_has_no_text_or_is_broken_inside_is_refused(
    kind: str, changes: dict[str, bytes | None], message: str
) -> None:
    with pytest.raises(DocumentError, match=f"^{message}"):
        parse(rezipped(WHOLE[kind], changes), "bad", format_of(f"a.{kind}").media_type)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_dtd_is_refused_before_anything_is_unfolded(encoding: str) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c SYSTEM "file:///etc/passwd">]><w:document/>'.encode(encoding)
    data = rezipped(WHOLE["docx"], {"word/document.xml": bomb})
    with pytest.raises(DocumentError, match=r"bad has a DTD in word/document\.xml, which a Word document never has"):
        parse(data, "bad", DOCX)


def test_what_unfolds_to_too_much_is_refused() -> None:
    data = rezipped(WHOLE["docx"], {f"word/media/{i}.png": bytes(10 * 2**20) for i in range(21)})
    with pytest.raises(TooLargeError, match="bad unfolds to more than 200 MiB or 20,000 parts"):
        parse(data, "bad", DOCX)


def test_a_sheet_may_say_that_it_is_large_but_not_be_it(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = part(WHOLE["xlsx"], "xl/worksheets/sheet2.xml")
    assert b'<dimension ref="' in sheet
    start = sheet.index(b'<dimension ref="') + 16
    huge = sheet[:start] + b"A1:XFD1048576" + sheet[sheet.index(b'"', start) :]
    data = rezipped(WHOLE["xlsx"], {"xl/worksheets/sheet2.xml": huge})
    assert parse(data, "a", XLSX).text == BUDGET
    monkeypatch.setattr(sheets, "MAX_CELLS", 15)  # it has 19
    for whole, media_type in ((data, XLSX), (WHOLE["ods"].read_bytes(), ODS)):
        with pytest.raises(TooLargeError, match="a has more than 15 cells, which is all that is taken: split it"):
            parse_bytes(whole, "a", media_type)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("old.doc", "old.doc is a Word document of before 2007: save it as .docx."),
        ("old.XLS", "old.XLS is an Excel workbook of before 2007: save it as .xlsx."),
        ("old.ppt", "old.ppt is a PowerPoint presentation of before 2007: save it as .pptx."),
        (
            "all.zip",
            "all.zip is a zip archive: bring it to POST /v1/archives or `quoth index`; one in another isn't opened, unpack "
            "that.",
        ),
        ("photo.heic", "photo.heic is a picture of a kind that isn't read: save it as .png."),
    ],
)
def test_what_is_known_but_not_read_is_refused_with_its_cure(name: str, message: str) -> None:
    for declared in (None, "application/octet-stream", "application/msword"):
        with pytest.raises(MediaTypeError) as error:
            format_of(name, declared)
        assert str(error.value) == message
