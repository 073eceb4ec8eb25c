"""Chunks slice the document, cover it, and stay within their size."""

import re
import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index import chunking
from index.chunking import Chunk, ChunkingError, _located, chunk
from index.documents import Heading
from index.embedding import SentenceTransformerEmbedder
from index.known_slices import Known


def words(text: str) -> int:
    """A token a word: what a test can count by eye."""
    return len(text.split())


def test_short_text_is_one_chunk_without_the_space_around_it() -> None:
    assert chunk("  One small text.\n", words, size=20, overlap=5) == [Chunk(2, 17)]


def test_paragraphs_are_kept_whole_where_they_fit() -> None:
    text = "One two three four.\n\nFive six seven eight.\n\nNine ten."
    chunks = chunk(text, words, size=6, overlap=0)
    assert [text[c.start : c.end] for c in chunks] == ["One two three four.", "Five six seven eight.\n\nNine ten."]


def test_long_paragraphs_are_cut_at_sentences_even_where_lines_are_wrapped() -> None:
    text = "One two three\nfour. Five six seven\neight. Nine ten."
    chunks = chunk(text, words, size=4, overlap=0)
    assert [text[c.start : c.end] for c in chunks] == ["One two three\nfour.", "Five six seven\neight.", "Nine ten."]


def test_overlap_goes_back_to_a_sentence_of_the_last_chunk() -> None:
    text = "One two. Three four. Five six. Seven eight. Nine ten."
    chunks = chunk(text, words, size=6, overlap=2)
    assert [text[c.start : c.end] for c in chunks] == [
        "One two. Three four.",
        "Three four. Five six. Seven eight.",
        "Seven eight. Nine ten.",
    ]


def test_overlap_goes_back_to_a_word_where_no_sentence_is_near() -> None:
    text = "one two three four five six seven eight"
    chunks = chunk(text, words, size=5, overlap=2)
    assert [text[c.start : c.end] for c in chunks] == [
        "one two three",
        "two three four five six",
        "five six seven eight",
    ]


def pieces_of(text: str, *headings: Heading, size: int, overlap: int = 0) -> list[str]:
    return [text[c.start : c.end] for c in chunk(text, words, size=size, overlap=overlap, headings=headings)]


def test_a_row_is_whole_though_a_sentence_ends_in_it() -> None:
    text = "| Boat | Hire |\n|---|---|\n| Eider | Ask first. Then pay. |\n| Teal | Not now. |\n"
    # A row has 5, 1, 8 and 6 tokens; "| Eider | Ask first." would still fit behind the heads
    assert pieces_of(text, size=12) == [
        "| Boat | Hire |\n|---|---|",
        "| Eider | Ask first. Then pay. |",
        "| Teal | Not now. |",
    ]


def test_an_item_is_whole_though_a_sentence_ends_in_it() -> None:
    text = "- Moor here. Tie up.\n- Pay now. Keep the slip.\n- Go."
    assert pieces_of(text, size=8) == ["- Moor here. Tie up.", "- Pay now. Keep the slip.\n- Go."]


def test_a_heading_goes_with_what_follows_it() -> None:
    text = "One two three.\n\nFees\n\nFour five six."
    assert pieces_of(text, Heading(16, 1, "Fees"), size=4) == ["One two three.", "Fees\n\nFour five six."]
    assert pieces_of(text, size=4) == ["One two three.\n\nFees", "Four five six."]  # it is a paragraph like others


def test_heads_and_what_announces_a_list_go_with_the_first_of_it() -> None:
    table = "Boats.\n\n| Boat | Hire |\n|---|---|\n| Teal | 9 |\n| Eider | 8 |"
    assert pieces_of(table, size=11) == ["Boats.", "| Boat | Hire |\n|---|---|\n| Teal | 9 |", "| Eider | 8 |"]
    listed = "Boats.\n\nFor hire are:\n\n- Teal\n- Eider"
    assert pieces_of(listed, size=7) == ["Boats.", "For hire are:\n\n- Teal\n- Eider"]


def chunks_of(text: str, size: int, *known: Known) -> list[str]:
    return [text[c.start : c.end] for c in chunk(text, words, size=size, overlap=0, known=known)]


def test_page_furniture_is_in_no_chunk_unless_there_is_nothing_else() -> None:
    text = "Rules 2026\n\nOne two three.\n\nRules 2026\n\nFour.\n\nRules 2026"
    furniture = [Known(m.start(), m.end(), "furniture") for m in re.finditer("Rules 2026", text)]
    assert chunks_of(text, 100, *furniture) == ["One two three.", "Four."]
    assert chunks_of(text, 100) == [text]
    heading = Heading(text.index("Four"), 1, "Four.")
    (_, last) = chunk(text, words, size=100, overlap=50, headings=[heading], known=furniture)
    assert text[last.start : last.end] == "Four."  # no overlap goes over it
    assert chunks_of("Rules 2026", 100, Known(0, 10, "furniture")) == ["Rules 2026"]


def test_a_caption_goes_with_its_table_above_or_below() -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |"
    above = f"One two three four.\n\nTable 1: Boats\n\n{table}\n\nFive."
    assert chunks_of(above, 16) == ["One two three four.", f"Table 1: Boats\n\n{table}\n\nFive."]
    below = f"One two three four.\n\n{table}\n\nTable 1: Boats\n\nFive six."
    assert chunks_of(below, 15) == ["One two three four.", f"{table}\n\nTable 1: Boats", "Five six."]
    between = f"{table}\n\nTable 2: Boats\n\n{table}"
    assert chunks_of(between, 16) == [table, f"Table 2: Boats\n\n{table}"]


def test_a_field_is_whole_where_it_fits() -> None:
    text = "owner: Berit Sandal. Orm.\nberth: C 41. Left.\nfee: 40"
    fields = Known(0, len(text), "field")
    assert chunks_of(text, 7, fields) == ["owner: Berit Sandal. Orm.", "berth: C 41. Left.\nfee: 40"]
    assert chunks_of(text, 7) == ["owner: Berit Sandal. Orm.\nberth: C 41.", "Left.\nfee: 40"]
    assert chunks_of(text, 20, fields) == [text]


def test_who_is_quoted_goes_with_the_quotation() -> None:
    text = "One two three four.\n\nAnna Berg wrote:\n\n> The slip is free."
    assert chunks_of(text, 9) == ["One two three four.", "Anna Berg wrote:\n\n> The slip is free."]
    assert chunks_of(text.replace("wrote:", "left."), 9) == [
        "One two three four.\n\nAnna Berg left.", "> The slip is free.",
    ]  # fmt: skip


def test_a_list_is_whole_where_it_fits() -> None:
    listed = "One two three.\n\n- a b\n- c d\n- e f\n\nFour."
    assert pieces_of(listed, size=9) == ["One two three.", "- a b\n- c d\n- e f", "Four."]
    assert pieces_of(listed, size=8) == ["One two three.\n\n- a b", "- c d\n- e f\n\nFour."]


def test_a_chunk_that_the_next_one_holds_whole_is_left_out() -> None:
    text = "Fees\n\nOne two three four. Five six."
    # The heading doesn't fit before "One … four.", but that chunk overlaps it
    assert pieces_of(text, Heading(0, 1, "Fees"), size=5, overlap=1) == [
        "Fees\n\nOne two three four.",
        "four. Five six.",
    ]


def test_overlap_begins_at_a_row_or_item_and_never_within_a_row() -> None:
    rows = "| a | 1. 2 |\n| b | 3. 4 |\n| c | 5. 6 |"
    assert pieces_of(rows, size=18, overlap=6) == [
        "| a | 1. 2 |\n| b | 3. 4 |",
        "| b | 3. 4 |\n| c | 5. 6 |",
    ]
    assert pieces_of(rows, size=17, overlap=5) == ["| a | 1. 2 |\n| b | 3. 4 |", "| c | 5. 6 |"]
    assert pieces_of("- a b\n- c d\n- e f", size=9, overlap=3) == ["- a b\n- c d", "- c d\n- e f"]


def test_repeated_text_is_located_where_it_stands() -> None:
    text = "Same words here. " * 8
    chunks = chunk(text, words, size=6, overlap=0)
    assert [(c.start, c.end) for c in chunks] == [(0, 33), (34, 67), (68, 101), (102, 135)]


def test_a_word_longer_than_a_chunk_is_cut_and_nothing_is_lost() -> None:
    text = "x" * 1000
    chunks = chunk(text, len, size=300, overlap=0)
    assert [(c.start, c.end) for c in chunks] == [(0, 300), (300, 600), (600, 900), (900, 1000)]


@pytest.mark.parametrize("text", ["x" * 100_000, "a" + "\n" * 100_000 + "b", "e" + "\u0301" * 100_000, "x y" * 30_000])
def test_a_text_of_few_tokens_and_many_characters_is_cut_all_the_same(text: str) -> None:
    asked: list[int] = []

    def few(piece: str) -> int:
        asked.append(len(piece))
        return len(piece.split()[:1])  # as an embedder that doesn't know the word

    chunks = chunk(text, few, size=64, overlap=16)
    assert max(c.end - c.start for c in chunks) <= 64 * 16
    assert max(asked) <= 48 * 16  # what is too long in any case isn't tokenized: that takes a hundred times its size
    covered = {place for c in chunks for place in range(c.start, c.end)}
    assert all(text[place].isspace() for place in range(len(text)) if place not in covered)


def test_a_long_gap_parts_what_it_stands_between_and_nothing_else() -> None:
    gap, sentence = " " * 5000, "One two three."
    assert chunk(sentence + gap, words, size=6, overlap=2) == [Chunk(0, 14)]
    assert chunk(gap + sentence, words, size=6, overlap=2) == [Chunk(5000, 5014)]
    assert chunk(sentence + gap + sentence, words, size=6, overlap=0) == [Chunk(0, 14), Chunk(5014, 5028)]


@pytest.mark.parametrize("unit", ["x", "ab ", "One two three. ", "line\n", "Some text.\n\n", "日本。"])
def test_a_text_too_large_to_be_split_at_once_is_cut_where_it_would_be(
    unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = unit * (12_000 // len(unit))
    whole = chunk(text, words, size=64, overlap=16)
    monkeypatch.setattr(chunking, "_MAX_SECTION_CHARS", 4000)
    parts = chunk(text, words, size=64, overlap=16)
    assert abs(len(parts) - len(whole)) <= 4
    covered = {place for c in parts for place in range(c.start, c.end)}
    assert all(text[place].isspace() for place in range(len(text)) if place not in covered)
    if " " in unit or "\n" in unit:
        assert all(text[c.start - 1 : c.start].isspace() for c in parts[1:])


@pytest.mark.parametrize("lines", [100_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_blank_lines_take_little_more_memory_than_they_have(lines: int) -> None:
    chunk("a b", words, size=64, overlap=16)  # which imports the splitter
    tracemalloc.start()
    try:
        assert chunk("a" + "\n" * lines + "b", words, size=64, overlap=16) == [
            Chunk(0, 1),
            Chunk(lines + 1, lines + 2),
        ]
        assert tracemalloc.get_traced_memory()[1] < 10 * lines
    finally:
        tracemalloc.stop()


def test_a_splitter_that_alters_text_is_caught() -> None:
    with pytest.raises(ChunkingError, match="character 4"):
        list(_located("one two", 0, 7, ["one ", "TWO"]))
    with pytest.raises(ChunkingError, match="end at character 4 of 7"):
        list(_located("one two", 0, 7, ["one "]))


ALPHABET = st.sampled_from(
    [
        *"ab1.!?,;:-'\"()\n\r\t  ",
        ". ",
        "\r\n",
        "\n\n",
        "é",
        "e\u0301",
        "日本。",
        "👩‍👧",
        "\u200f",
        "اسم",
        "\ufeff",
        "\x85",
        "\u2028",
        "\n- ",
        " | ",
        "\n|-|\n",
        "\n```\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(ALPHABET, max_size=200).map("".join),
    st.integers(4, 30),
    st.integers(0, 10),
    st.sets(st.integers(0, 200), max_size=5),
)
@example("a. " * 50, 4, 2, set())
@example("\n\n \r\n", 4, 0, set())
@example("a\nb c d e f", 5, 1, {0})
def test_every_character_lies_in_a_chunk_and_every_chunk_within_its_size(
    text: str, size: int, overlap: int, headings: set[int]
) -> None:
    overlap = min(overlap, size // 2)
    below = [Heading(start, 1, "Heading") for start in sorted(headings) if start < len(text)]
    chunks = chunk(text, len, size=size, overlap=overlap, headings=below)
    covered = set()
    for c in chunks:
        assert 0 <= c.start < c.end <= len(text)
        assert text[c.start : c.end] == text[c.start : c.end].strip()
        assert c.end - c.start <= size
        covered.update(range(c.start, c.end))
    assert all(character.isspace() for i, character in enumerate(text) if i not in covered)
    assert [c.start for c in chunks] == sorted(c.start for c in chunks)
    assert [c.end for c in chunks] == sorted({c.end for c in chunks})


def test_sizes_are_the_embedders_tokens(embedder: SentenceTransformerEmbedder) -> None:
    text = "Unfathomable counterrevolutionaries antidisestablishmentarianistically vociferate. " * 30
    for c in chunk(text, embedder.count_tokens, size=64, overlap=16):
        assert 40 < embedder.count_tokens(text[c.start : c.end]) <= 64
