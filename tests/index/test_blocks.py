"""Blocks are slices of the text that leave out nothing but white space, each of the kind that its marks say."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.blocks import Block, BlockKind, blocks_of
from index.documents import Heading
from index.known_slices import Known


def kinds(text: str, *headings: Heading) -> list[tuple[str, str, int]]:
    """(kind, slice, level) of each block."""
    return [(each.kind.value, text[each.start : each.end], each.level) for each in blocks_of(text, headings)]


def test_marks_tell_paragraphs_items_and_rows_apart() -> None:
    text = (
        "# Boats\n\nTwo are for hire,\nby the day:\n- the *Eider*\n  with its oars\n- the *Teal*\n\n"
        "| Boat | Price |\n|---|---|\n| Eider | 40 |\n| Teal | 35 |\n\nAsk at the quay.\n"
    )
    assert kinds(text, Heading(0, 1, "Boats")) == [
        ("heading", "# Boats", 1),
        ("paragraph", "Two are for hire,\nby the day:", 0),
        ("item", "- the *Eider*\n  with its oars", 0),
        ("item", "- the *Teal*", 0),
        ("row", "| Boat | Price |\n|---|---|", 0),
        ("row", "| Eider | 40 |", 0),
        ("row", "| Teal | 35 |", 0),
        ("paragraph", "Ask at the quay.", 0),
    ]


def test_an_item_is_as_deep_as_the_items_it_lies_in() -> None:
    text = "1. Moor.\n   - at the bow\n     - with the long rope\n   - at the stern\n2. Go ashore.\n\nText.\n\n  - indented"
    assert kinds(text) == [
        ("item", "1. Moor.", 0),
        ("item", "- at the bow", 1),
        ("item", "- with the long rope", 2),
        ("item", "- at the stern", 1),
        ("item", "2. Go ashore.", 0),
        ("paragraph", "Text.", 0),
        ("item", "- indented", 0),
    ]


@pytest.mark.parametrize("mark", ["  o ", "  o   ", "o   ", "o\t", "\to\t"])
def test_an_o_that_blanks_set_apart_is_a_mark(mark: str) -> None:
    text = f"Bring:\n\n{mark}tents\n{mark}stoves\n\nYou can pay by card\no by cheque."
    assert [kind for kind, _, _ in kinds(text)] == ["paragraph", "item", "item", "paragraph"]


def test_content_begins_after_the_mark() -> None:
    text = "## Rules\n\n  2) No  dogs\n\nText"
    assert list(blocks_of(text, [Heading(0, 2, "Rules")])) == [
        Block(BlockKind.HEADING, 0, 3, 8, 2),
        Block(BlockKind.ITEM, 12, 15, 23, 0),
        Block(BlockKind.PARAGRAPH, 25, 25, 29),
    ]


def test_code_goes_on_over_blank_lines_and_marks_until_its_fence() -> None:
    text = "Run:\n```sh\n# no heading\n\n- no item\n```\nDone.\n\n~~~\nleft open\n\n"
    assert kinds(text) == [
        ("paragraph", "Run:", 0),
        ("code", "```sh\n# no heading\n\n- no item\n```", 0),
        ("paragraph", "Done.", 0),
        ("code", "~~~\nleft open", 0),
    ]


def test_a_fence_is_closed_by_one_as_long_without_a_language() -> None:
    text = "````md\n```sh\nls\n```\n`````\nText.\n\n```\n```py\nx\n```\nText."
    assert kinds(text) == [
        ("code", "````md\n```sh\nls\n```\n`````", 0),
        ("paragraph", "Text.", 0),
        ("code", "```\n```py\nx\n```", 0),
        ("paragraph", "Text.", 0),
    ]


def test_a_line_of_marks_below_a_heading_is_of_it_and_opens_no_code() -> None:
    text = "Mooring\n~~~~~~~\nAt the quay.\n\nFees\n----\n40 euros"
    assert kinds(text, Heading(0, 1, "Mooring"), Heading(30, 2, "Fees")) == [
        ("heading", "Mooring\n~~~~~~~", 1),
        ("paragraph", "At the quay.", 0),
        ("heading", "Fees\n----", 2),
        ("paragraph", "40 euros", 0),
    ]


def test_quoted_mail_is_apart_from_what_is_said_to_it() -> None:
    text = "Yes.\n> Is the quay open?\n> Mia\nCome by."
    assert kinds(text) == [
        ("paragraph", "Yes.", 0),
        ("quotation", "> Is the quay open?\n> Mia", 0),
        ("paragraph", "Come by.", 0),
    ]


def test_a_heading_without_marks_is_known_by_where_it_begins() -> None:
    text = "Fees\n40 euros a day.\nRules\nNo dogs."
    assert kinds(text, Heading(0, 1, "Fees"), Heading(21, 1, "Rules")) == [
        ("heading", "Fees", 1),
        ("paragraph", "40 euros a day.", 0),
        ("heading", "Rules", 1),
        ("paragraph", "No dogs.", 0),
    ]


def test_what_the_format_knows_of_a_slice_goes_before_its_marks() -> None:
    text = "Lease\n\nowner: Berit Sandal\nberth: C-41\n- no item\n\n| a |\n\n```\nRules 2026\n# Fees"
    fields, caption, furniture = text.index("owner"), text.index("| a |"), text.index("Rules")
    known = [
        Known(fields, text.index("\n- no"), "field"), Known(caption, caption + 5, "caption"),
        Known(furniture, len(text), "furniture"),
    ]  # fmt: skip
    blocks = list(blocks_of(text, [], known))
    assert [(each.kind.value, text[each.start : each.end]) for each in blocks] == [
        ("paragraph", "Lease"),
        ("field", "owner: Berit Sandal"),
        ("field", "berth: C-41"),
        ("item", "- no item"),
        ("caption", "| a |"),
        ("code", "```"),
        ("furniture", "Rules 2026\n# Fees"),
    ]
    assert [text[each.content : each.end] for each in blocks[1:3]] == ["Berit Sandal", "C-41"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Figure 3: The *Eider* at\nher berth.", "caption"),
        ("**Table 2.** Prices", "caption"),
        ("Fig. 4a – The slip", "caption"),
        ("Abb. 1.2: Der Hafen", "caption"),
        ("TABLE IV. PRICES", "caption"),
        ("Figure 3 shows the quay.", "paragraph"),
        ("Figure 3.5 is wrong.", "paragraph"),
        ("Tables 1: and 2", "paragraph"),
        ("Figures are in crowns.", "paragraph"),
    ],
)
def test_a_paragraph_that_begins_as_captions_do_is_one(text: str, kind: str) -> None:
    assert kinds(f"Before.\n\n{text}\n\nAfter.")[1] == (kind, text, 0)
    assert kinds(f"Before,\n{text}") == [("paragraph", f"Before,\n{text}", 0)]


def test_a_number_amid_a_sentence_begins_no_list() -> None:
    amid = "Gunnar Lie was born in\n1987. He came to Orm in\n12. No one knows why."
    assert kinds("He was born in\n12. May\n13) and so on") == [
        ("paragraph", "He was born in\n12. May\n13) and so on", 0)
    ]
    assert kinds(amid.replace("1987", "987"))[0][0] == "paragraph"
    assert [kind for kind, _, _ in kinds("He was born in\n1. May")] == ["paragraph", "item"]
    assert [kind for kind, _, _ in kinds("Bring these:\n2. oars")] == ["paragraph", "item"]
    assert [kind for kind, _, _ in kinds("Oars are there.\n2. Moor.")] == ["paragraph", "item"]
    assert [kind for kind, _, _ in kinds("Oars are there\n\n2. Moor.")] == ["paragraph", "item"]
    assert [kind for kind, _, _ in kinds("1. Row\n2. Moor.")] == ["item", "item"]


@pytest.mark.parametrize("text", ["", " \n\n", "\r\n\t"])
def test_blank_text_has_no_blocks(text: str) -> None:
    assert list(blocks_of(text)) == []


@given(
    st.text(st.sampled_from("ab1.|->#`~=: \t\r\n"), max_size=80),
    st.lists(st.tuples(st.integers(0, 80), st.sampled_from(["caption", "field", "furniture"])), max_size=6),
)
@example("```\n\n\n", [])
@example("- a\n\r\n  b\n> c\n|-|\n", [])
def test_blocks_are_in_order_and_leave_out_white_space_alone(text: str, places: list[tuple[int, str]]) -> None:
    edges = sorted(places)
    known = [Known(start, end, kind) for (start, kind), (end, _) in pairwise(edges) if start < end]
    end = 0
    for block in blocks_of(text, (), known):
        assert text[end : block.start].strip() == ""
        assert block.start <= block.content <= block.end
        words = text[block.start : block.end]
        assert words == words.strip() != ""
        end = block.end
    assert text[end:].strip() == ""
