"""Tables whose cells stand below each other, with and without lines of marks."""

import pytest

from index.blocks import BlockKind, blocks_of, chunk_blocks
from index.chunking import chunk
from index.documents import Heading
from index.tables import heads_above, rows_around

MARKED = """Storage
=======

======  ==================  ========
Buffer  Contents            Keeps
======  ==================  ========
P1      Tris, EDTA          6 months
N3      a salt, room temp.  a year
EB      water
======  ==================  ========

All are clear.
"""
PLAIN = """The stairs are cleaned in turn:

    Week  Floor         Bins
    1     ground floor  paper
    2     first floor   glass
"""


def test_cells_lie_below_the_marks_and_heads_are_known_below_them() -> None:
    rows = [[cell.text for cell in row] for row in rows_around(MARKED, MARKED.index("a salt"))]
    assert rows == [
        ["Buffer", "Contents", "Keeps"],
        ["P1", "Tris, EDTA", "6 months"],
        ["N3", "a salt, room temp.", "a year"],
        ["EB", "water", ""],
    ]
    assert heads_above(MARKED, MARKED.index("N3")) == ["Buffer", "Contents", "Keeps"]
    assert heads_above(MARKED, MARKED.index("Buffer")) == []


def test_columns_may_be_one_blank_apart_between_marks() -> None:
    text = "========= ====== ======\nPassenger Single Return\n========= ====== ======\nAdult     6.40   11.20\nChild     2.10   3.80\n========= ====== ======\n"
    assert rows_around(text, text.index("Adult")) == []  # the heads have no gap, so what is there isn't all
    text = text.replace("Passenger Single Return", "Whose     Single Return")
    assert [[cell.text for cell in row] for row in rows_around(text, text.index("3.80"))] == [
        ["Whose", "Single", "Return"], ["Adult", "6.40", "11.20"], ["Child", "2.10", "3.80"]
    ]  # fmt: skip


def test_each_cell_is_the_slice_that_it_says() -> None:
    for row in rows_around(PLAIN, PLAIN.index("glass")):
        assert len(row) == 3
        assert all(PLAIN[cell.start : cell.end] == cell.text for cell in row)
    assert heads_above(PLAIN, PLAIN.index("glass")) == ["Week", "Floor", "Bins"]


@pytest.mark.parametrize(
    "text",
    [
        "Two  blanks stand here.\nAnd here  too, by chance.\nNot below  each other.\n",
        "Week  Floor\n1     ground\n",  # two rows may be chance
        "Week  Floor  Bins\n1     ground\n2     first  paper\n",
        "===  ====\nA    B\n===  ====\nlonger word\nC    D\n===  ====\n",
        f"{'word  ' * 200}\n{'word  ' * 200}\n{'word  ' * 200}\n",
        "*   oars\n*   a sail\n*   nets\n",
        "  -  oars\n  -  a sail\n  -  nets\n",
        "1.  oars\n2.  a sail\n3.  nets\n",
        "(a)  oars\n(b)  a sail\n(c)  nets\n",
        "  o  oars\n  o  a sail\n  o  nets\n",
    ],
)
def test_what_is_no_table(text: str) -> None:
    assert rows_around(text, text.index("  ")) == []
    assert all(block.kind is not BlockKind.ROW for block in chunk_blocks(text, blocks_of(text)))


PRICES = """  Item           Unit     Price
  Oak board      metre    12.50
  Pine board     metre     4.20
  Wood glue      bottle    6.80
"""


@pytest.mark.parametrize(
    ("text", "is_table"),
    [
        (PRICES, True),
        (PRICES.replace("  Price", "Price £").replace(" 4.20", "£4.20"), True),
        (PRICES.replace(" 4.20", "    –"), True),
        (PRICES.replace("  Price", "Price  "), False),  # the head ends elsewhere
        (PRICES.replace(" 4.20", " free"), False),
        (PRICES.replace("Price", " 2.50"), False),  # no head
        (PRICES.replace("metre     4.20", "          4.20"), True),  # a cell is missing
        (PRICES.replace("metre ", " metre"), False),  # words begin below each other
    ],
)
def test_numbers_may_end_below_each_other(text: str, is_table: bool) -> None:
    rows = rows_around(text, text.index("6.80"))
    assert bool(rows) == is_table
    assert all(text[cell.start : cell.end] == cell.text for row in rows for cell in row)
    assert not rows or [cell.text for cell in rows[-1]] == ["Wood glue", "bottle", "6.80"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Sign  Meaning\n-     removed\n+     added\n", [["Sign", "Meaning"], ["-", "removed"], ["+", "added"]]),
        ("==  =======\n-   removed\n+   added\n==  =======\n", [["-", "removed"], ["+", "added"]]),
        ("1.  Ada  80\n2.  Bea  75\n3.  Cy   70\n", [["1.", "Ada", "80"], ["2.", "Bea", "75"], ["3.", "Cy", "70"]]),
    ],
)
def test_rows_may_begin_with_what_is_a_mark_elsewhere(text: str, rows: list[list[str]]) -> None:
    assert [[cell.text for cell in row] for row in rows_around(text, text.index("\n") + 1)] == rows


def test_the_rows_are_blocks_and_marks_belong_to_the_heads_and_the_last_row() -> None:
    blocks = [
        (b.kind, MARKED[b.start : b.end]) for b in chunk_blocks(MARKED, blocks_of(MARKED, [Heading(0, 1, "Storage")]))
    ]
    assert [kind for kind, _ in blocks] == [BlockKind.HEADING, *[BlockKind.ROW] * 4, BlockKind.PARAGRAPH]
    assert blocks[1][1] == "\n".join(MARKED.split("\n")[3:6])
    assert blocks[3][1] == "N3      a salt, room temp.  a year"
    assert [b.kind for b in chunk_blocks(PLAIN, blocks_of(PLAIN))] == [BlockKind.PARAGRAPH, *[BlockKind.ROW] * 3]


def test_marks_above_a_heading_lead_to_it() -> None:
    text = "=======\nStorage\n=======\n\nIn the cold.\n"
    above, heading, below = chunk_blocks(text, blocks_of(text, [Heading(8, 1, "Storage")]))
    assert (above.kind, heading.kind, below.kind) == (BlockKind.HEADING, BlockKind.HEADING, BlockKind.PARAGRAPH)
    before = "One two three four five six.\n\n"
    chunks = chunk(
        before + text, lambda words: len(words.split()), size=8, overlap=0, headings=[Heading(38, 1, "Storage")]
    )
    assert [(before + text)[each.start : each.end] for each in chunks] == [before.strip(), text.strip()]


def test_no_chunk_begins_or_ends_within_a_row() -> None:
    for size in range(12, 40):
        chunks = chunk(MARKED, lambda words: len(words.split()), size=size, overlap=4)
        starts = {each.start for each in chunks}
        assert not any(MARKED[MARKED.rfind("\n", 0, start) + 1 : start].strip() for start in starts if start < 300)


@pytest.mark.parametrize(("rows", "heads"), [(99, ["Week", "Floor"]), (100, [])])
def test_a_table_has_at_most_a_hundred_lines_wherever_it_is_looked_at(rows: int, heads: list[str]) -> None:
    """The lines of a log stand below each other, too, and all of them would be read again for each of its chunks."""
    text = "Week  Floor\n" + "".join(f"{number:<4}  ground\n" for number in range(rows))
    for number in (0, rows // 2, rows - 1):
        assert heads_above(text, text.index(f"\n{number:<4}  ") + 1) == heads
    assert len(rows_around(text, 0)) == (rows + 1 if heads else 0)
