"""Pages of a PDF: running heads and feet, sentences that go on overleaf, columns.

`harbour-rules.pdf` was made by LibreOffice and `minutes.pdf` by Chromium; the others are written by hand, line by line.
"""

import io
from collections.abc import Sequence

import pytest
from bomb_corpus import CATALOG, FONT, one_page, pdf, stream
from pypdf import PdfReader, PdfWriter, Transformation
from support import ROOT

from index.documents import Document
from index.known_slices import known_slices
from index.loading import load
from index.parsing.parse import parse

FILES = ROOT / "tests" / "data" / "formats"
RULES = FILES / "harbour-rules.pdf"
HEAD, FOOT = 780, 20  # where a line stands, in points from the lower edge; a page is 800 high


def pages_of(*pages: Sequence[tuple[int, str]]) -> Document:
    """A PDF with these pages, each of lines at a height."""
    kids = b" ".join(b"%d 0 R" % (6 + 2 * i) for i in range(len(pages)))
    objects = [CATALOG % b"", b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(pages)), b"null", b"null", FONT]
    for i, lines in enumerate(pages):
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R" % (7 + 2 * i)
        objects.append(page + b" /Resources << /Font << /F1 5 0 R >> >> >>")
        objects.append(stream(b"".join(b"BT /F1 11 Tf 60 %d Td (%b) Tj ET\n" % (y, t.encode()) for y, t in lines)))
    return parse(pdf(*objects), "a.pdf", "application/pdf")


def furniture_of(document: Document) -> str:
    (known,) = known_slices(document.metadata, len(document.text))
    assert known.kind == "furniture"
    return document.text[known.start : known.end]


def test_heads_and_feet_are_in_no_sentence_and_said_once() -> None:
    document = load(RULES)
    text = document.text
    assert "A launch takes about two\nhours. In the last week of April" in text
    overleaf = text.index("hours. In the last week")
    assert document.pages[2] == overleaf  # the third page begins in the midst of the sentence
    assert (document.page_at(overleaf - 1), document.page_at(overleaf)) == (2, 3)
    assert text.startswith("Harbour rules\n\nThese rules were adopted")
    assert text.endswith("the locks of two gates have to be changed with it.\n\n"
                         "Nordhavn Harbour Board: Rules 2026, third edition")  # fmt: skip
    assert text.count("Nordhavn Harbour Board: Rules") == 1
    assert furniture_of(document) == "Nordhavn Harbour Board: Rules 2026, third edition"
    assert "Page 2 of 3" not in text


def test_the_words_of_a_number_that_counts_pages_are_kept_and_bare_numbers_arent() -> None:
    document = pages_of(
        [(HEAD, "Fees 2026, 7"), (700, "One."), (FOOT, "- 7 -")],
        [(HEAD, "Fees 2026, 8"), (700, "Two."), (FOOT, "- 8 -")],
        [(HEAD, "Fees 2026, 9"), (700, "Three."), (FOOT, "- 9 -")],
    )
    assert document.text == "One.\n\nTwo.\n\nThree.\n\nFees 2026, 9"
    assert document.pages == (0, 6, 12)
    assert furniture_of(document) == "Fees 2026, 9"


def test_what_all_pages_say_is_their_text_where_they_say_nothing_else() -> None:
    document = pages_of(*[[(HEAD, "Nordhavn Harbour Board"), (FOOT, f"Rules 2026, {page}")] for page in (7, 8, 9)])
    assert document.text == "Nordhavn Harbour Board\nRules 2026, 9"
    assert document.metadata == {}


def test_a_head_may_be_another_one_on_each_page_beside_the_pages_number() -> None:
    document = pages_of(
        [(HEAD, "1 Berths"), (700, "Berths"), (680, "Are let by the year.")],
        [(HEAD, "Fees 2"), (700, "Fees"), (680, "Are due in May.")],
        [(HEAD, "3 Dogs and cats"), (700, "Dogs and cats"), (680, "Are kept on a lead.")],
        [(HEAD, "Nets 4"), (700, "Nets"), (680, "Are stored behind the ice house.")],
        [(HEAD, "5 Paint"), (700, "Paint"), (680, "Is scraped off on the slip.")],
        [(HEAD, "Swimming 6"), (700, "Swimming"), (680, "Is safe at the hut.")],
    )
    assert document.text == (
        "Berths\nAre let by the year.\n\nFees\nAre due in May.\n\n"
        "Dogs and cats\nAre kept on a lead.\n\nNets\nAre stored behind the ice house.\n\nPaint\nIs scraped off on the slip.\n\n"
        "Swimming\nIs safe at the hut."
    )


@pytest.mark.parametrize(
    "lines",
    [
        ["Invoice 2024-117", "Invoice 2024-118", "Invoice 2024-119"],  # numbers that aren't the pages'
        ["Boat: Ada", "Boat: Bee", "Boat: Cod"],
    ],
)
def test_what_differs_from_page_to_page_stays(lines: list[str]) -> None:
    bodies = ["Paid in May.", "Not paid yet.", "The owner has left."]
    document = pages_of(*([(HEAD, line), (700, body)] for line, body in zip(lines, bodies, strict=True)))
    assert document.text == "\n\n".join(f"{line}\n{body}" for line, body in zip(lines, bodies, strict=True))


def test_what_is_said_again_in_the_midst_of_pages_stays() -> None:
    names = ("Ada", "Bee", "Cod")
    document = pages_of(
        *([(HEAD, f"For {name}"), (700, "No fee is due."), (600, f"{name} is afloat.")] for name in names)
    )
    assert document.text.count("No fee is due.") == 3


@pytest.mark.parametrize(
    ("above", "below", "text"),
    [
        ("The deputy harbour master is", "called Ada.", "The deputy harbour master is\ncalled Ada."),
        ("The deputy harbour master is Ingrid", "Solheim-Bakke. Call her.", "is Ingrid\nSolheim-Bakke."),
        ("Show the member-", "ship card.", "Show the membership card."),
        ("The deputy is Ottilie Brandt-", "Krogh.", "is Ottilie Brandt-Krogh."),
        ("The deputy harbour master left.", "Ingrid came.", "master left.\n\nIngrid came."),
        ("Berths", "The fee is due in May.", "Berths\n\nThe fee is due in May."),
        ("In the harbour are allowed then", "- dogs on a lead", "allowed then\n\n- dogs on a lead"),
    ],
)
def test_a_sentence_goes_on_overleaf(above: str, below: str, text: str) -> None:
    document = pages_of(
        [(720, "The harbour is open to all boats."), (700, above), (FOOT, "Page 1")], [(720, below), (FOOT, "Page 2")]
    )
    assert text in document.text
    assert document.text[document.pages[1] :] == below


def test_columns_that_are_drawn_across_are_read_one_after_the_other() -> None:
    text = load(FILES / "minutes.pdf").text
    assert "approved the budget of 410 crowns for the next year. The\ntreasurer, Ada Holm, thanked everybody" in text
    assert "rope cut up for the nets at the bathing hut.\nHarbour fees rise by seven percent from March on" in text
    assert text.index("The board met in the customs house") < text.index("The committee looked at the yearly report")
    assert text.index("in writing and with his name.") < text.index("The clerk has sent the minutes")


def rows_of(*rows: tuple[str, ...], width: int = 190) -> str:
    """The text of a page on which these rows of cells are drawn, the cells `width` points apart."""
    cells = [
        b"BT /F1 11 Tf %d %d Td (%b) Tj ET\n" % (60 + width * column, 700 - 14 * row, cell.encode())
        for row, each in enumerate(rows)
        for column, cell in enumerate(each)
    ]
    return parse(one_page(b"".join(cells)), "a.pdf", "application/pdf").text


def test_columns_word_by_word() -> None:
    assert rows_of(
        ("The committee looked at the", "Harbour fees rise by seven"),
        ("yearly report and then app-", "percent from March on, said"),
        ("roved the budget of 410", "the treasurer, Ada Holm,"),
        ("crowns for the next year.", "in her closing speech."),
        ("It met nine times.",),
    ) == (
        "The committee looked at the\nyearly report and then approved the budget of 410\ncrowns for the next year.\n"
        "It met nine times.\nHarbour fees rise by seven\npercent from March on, said\nthe treasurer, Ada Holm,\n"
        "in her closing speech."
    )


@pytest.mark.parametrize(
    "rows",
    [
        [("Boat", "Owner"), ("Ada", "Berit Sandal"), ("Bee", "Knut Varg"), ("Cod", "Oda Lunde")],  # are there heads?
        [("Adult", "14", "31"), ("Student", "10", "24"), ("Child", "6", "15")],  # there are none
        [("-", "nets"), ("-", "pots"), ("-", "fish boxes")],
        [("1.", "Nets"), ("2.", "Pots"), ("3.", "Fish boxes")],
        [("x11()", "# a window"), ("q()", "# the end"), ("ls()", "# a list")],
        [("Fees . . . . . .", "1"), ("Tides . . . . .", "2"), ("Nets . . . . . .", "3")],
        [("is.na", "as.raw"), ("is.nan", "as.call"), ("is.name", "as.list"), ("is.null", "as.real")],
        [("May I bring my dog?", "Yes, on a lead."), ("Where may I swim?", "At the hut."), ("When?", "By day.")],
    ],
)
def test_rows_that_are_no_table_stay_as_they_are(rows: list[tuple[str, ...]]) -> None:
    text = rows_of(*rows)
    assert "|" not in text
    assert text.split() == " ".join(" ".join(row) for row in rows).split()


def test_a_table_has_rows_of_cells_below_the_heads_of_its_columns() -> None:
    assert (
        "\n\nFees\n\nBoat | Summer | Winter\nup to 7 m | 110 crowns | 60 crowns\n"
        "up to 10 m | 170 crowns | 95 crowns\nover 10 m | 240 crowns | 130 crowns\n\nFees are due within thirty days."
    ) in load(RULES).text
    assert "\n\nMember | Office | Until\nAda Holm | treasurer | 2027\n" in load(FILES / "minutes.pdf").text


def test_an_empty_cell_is_one_and_a_head_may_have_two_lines() -> None:
    assert (
        rows_of(
            ("", "Grounds and", "Night"),
            ("", "museum", "programme"),
            ("Adult", "14", "52"),
            ("Student", "", "40"),
            ("Child", "6", "26"),
            width=150,
        )
        == " | Grounds and museum | Night programme\nAdult | 14 | 52\nStudent |  | 40\nChild | 6 | 26".strip()
    )


def test_headings_are_known_by_the_size_of_their_type() -> None:
    document = load(RULES)
    assert [(heading.level, heading.title) for heading in document.headings] == [
        (1, "Harbour rules"), (2, "Berths"), (2, "Water and power"), (2, "Fees"), (2, "Order and quiet"),
        (2, "Slips and cranes"), (2, "Lost property"),
    ]  # fmt: skip
    assert all(document.text.startswith(heading.title, heading.start) for heading in document.headings)
    assert document.title == "Harbour rules"
    assert document.section_at(document.text.index("forbidden from the first of")) == "Water and power"


def sized(*lines: tuple[int, str, str]) -> Document:
    """A page of lines: their size, their font (F1, or B for bold) and their words; no bookmarks."""
    y, content = 760, b""
    for size, font, words in lines:
        content += b"BT /%b %d Tf 60 %d Td (%b) Tj ET\n" % (font.encode(), size, y, words.encode())
        y -= round(1.3 * size)
    bold = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << "
    page += b"/F1 5 0 R /B 6 0 R >> >> >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return parse(pdf(CATALOG % b"", pages, page, stream(content), FONT, bold), "a.pdf", "application/pdf")


def test_bold_lines_by_themselves_are_headings_and_bold_sentences_arent() -> None:
    body = (11, "F1", "Boats are let by the year from the first of May, and paid for then.")
    document = sized(
        (18, "F1", "Rules of the"), (18, "F1", "harbour"), body, body, (11, "B", "Berths"), body, body,
        (11, "B", "Engines may not be run at night."), body, (8, "B", "1 See the annex"), (11, "B", "Note:"), body,
    )  # fmt: skip
    assert [(heading.level, heading.title) for heading in document.headings] == [
        (1, "Rules of the harbour"),
        (2, "Berths"),
    ]
    assert document.text.startswith("Rules of the\nharbour\n\nBoats are let")
    assert "paid for then.\n\nBerths\n\nBoats" in document.text


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_is_turned_reads_as_it_is_shown(turn: int) -> None:
    writer = PdfWriter(clone_from=PdfReader(RULES))
    for page in writer.pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        place = {90: (height, 0.0), 180: (width, height), 270: (0.0, width)}[turn]
        page.add_transformation(Transformation().rotate(turn).translate(*place))
        for box in (page.mediabox, page.cropbox):
            box.upper_right = (width, height) if turn == 180 else (height, width)
        page.rotate(turn)
    buffer = io.BytesIO()
    writer.write(buffer)
    turned, document = parse(buffer.getvalue(), "a.pdf", "application/pdf"), load(RULES)
    assert (turned.text, turned.pages, turned.headings) == (document.text, document.pages, document.headings)
