"""Tables written with HTML's tags: their rows and heads, whole and in pieces, while the text stays as it is."""

import pytest

from index.blocks import BlockKind, blocks_of, chunk_blocks
from index.chunking import chunk
from index.context import context_of
from index.documents import Document
from index.tables import heads_above, rows_around

TABLE = """# Boats

Prices hold from May on:
<table>
  <thead>
    <tr><th rowspan="2">Boat</th><th colspan="2">Price per hour</th><th rowspan=2>Weight</th></tr>
    <tr><th>members</th><th>guests</th></tr>
  </thead>
  <tr><td><b>Eider</b></td><td>40</td>
      <td>55</td><td>120&nbsp;kg</td></tr>
  <tr><td>Teal</td><td>30</td><td rowspan="2"><code>45</code></td><td>90 kg</td></tr>
  <tr><td>Merganser<br>(old)</td><td></td><td>95 kg</td></tr>
</table>
Ask at the quay.
"""
HEADS = ["Boat", "Price per hour: members", "Price per hour: guests", "Weight"]


def words(text: str, place: str) -> list[list[str]]:
    return [[cell.text for cell in row] for row in rows_around(text, text.index(place))]


def test_cells_have_their_columns_and_slice_back() -> None:
    rows = rows_around(TABLE, TABLE.index("90 kg"))
    assert [[cell.text for cell in row] for row in rows] == [
        HEADS,
        ["Eider", "40", "55", "120 kg"],
        ["Teal", "30", "45", "90 kg"],
        ["Merganser (old)", "", "45", "95 kg"],
    ]
    assert [TABLE[cell.start : cell.end] for row in rows[1:] for cell in row] == [
        *("Eider", "40", "55", "120&nbsp;kg"),
        *("Teal", "30", "45", "90 kg"),
        *("Merganser<br>(old)", "", "45", "95 kg"),
    ]


def test_heads_stand_above_the_rows_below_them_alone() -> None:
    assert heads_above(TABLE, TABLE.index("<tr><td>Teal")) == HEADS
    assert heads_above(TABLE, TABLE.index("95 kg")) == HEADS
    for place in ("Prices", "<table>", "members", "Ask"):
        assert heads_above(TABLE, TABLE.index(place)) == []
    assert rows_around(TABLE, TABLE.index("Ask")) == rows_around(TABLE, TABLE.index("Prices")) == []


def test_heads_of_rows_are_none_of_columns() -> None:
    text = "<TABLE>\n<TR><TH>Weight<TD>3.2 kg\n<TR><TH>Length<TD>15 m\n</TABLE>\n"
    assert words(text, "15 m") == [["Weight", "3.2 kg"], ["Length", "15 m"]]
    assert heads_above(text, text.index("15 m")) == []


def test_a_piece_of_a_table_has_rows() -> None:
    piece = TABLE[TABLE.index("<tr><td>Teal") :]
    assert words(piece, "95 kg") == [["Teal", "30", "45", "90 kg"], ["Merganser (old)", "", "45", "95 kg"]]


@pytest.mark.parametrize(
    "text",
    [
        "<table><tr><td><table><tr><td>Eider</td><td>40</td></tr></table></td><td>Menu</td></tr></table>",
        "A row is written <tr>, a cell <td>Eider</td><td>40</td>.",
        "<table><tr><td>Teal</td><td>30</td></tr></table>\nEider, 40",
    ],
)
def test_what_lays_out_a_page_or_speaks_of_tags_is_no_table(text: str) -> None:
    assert rows_around(text, len(text) - 2) == []


def test_many_columns_by_one_cell_are_no_burden() -> None:
    text = "<table>" + "<tr>" + '<td colspan="999" rowspan="999">a</td>' * 1_000 + "</tr>" + "<tr><td>b</td></tr>" * 100
    assert max(len(row) for row in rows_around(text, text.index("<td>b"))) == 100


def test_rows_are_blocks_to_chunk_and_the_text_is_a_paragraph_as_before() -> None:
    assert {each.kind for each in blocks_of(TABLE)} == {BlockKind.PARAGRAPH}
    blocks = [(each.kind.value, TABLE[each.start : each.end]) for each in chunk_blocks(TABLE, blocks_of(TABLE))]
    assert blocks[1] == ("paragraph", "Prices hold from May on:")
    assert blocks[2][1].startswith("<table>\n  <thead>\n    <tr><th rowspan")
    assert blocks[5] == ("row", TABLE[TABLE.index("<tr><td>Teal") : TABLE.index("\n  <tr><td>Merganser")])
    assert blocks[-1] == ("paragraph", "Ask at the quay.")


@pytest.mark.parametrize("line_break", ["", "\n", "\n\n"])
def test_no_chunk_is_torn_in_a_row_and_each_has_the_heads(line_break: str) -> None:
    rows = [f"<tr><td>Boat {i}</td><td>{i} kg. As weighed</td></tr>" for i in range(1_000, 1_060)]
    text = line_break.join(["<table>", "<tr><th>Boat</th><th>Weight</th></tr>", *rows, "</table>"])
    document = Document("boats.md", "Boats", text, media_type="text/markdown")
    chunks = chunk(text, lambda piece: len(piece.split()), size=64, overlap=16)
    assert len(chunks) > 3
    for each in chunks[1:]:
        assert text.startswith("<tr>", each.start)
        assert context_of(document, each.start) == "Boats\nBoat | Weight"
    assert all(text[: each.end].endswith(("</tr>", "</table>")) for each in chunks)
