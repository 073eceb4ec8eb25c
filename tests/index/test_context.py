"""What chunks are found by besides their own words, and what is embedded in front of them."""

import pytest

from index.context import PREFIX_TOKENS, ChunkContext, context_of, prefix_of, read_prefix
from index.documents import Document, Heading
from index.embedding import SentenceTransformerEmbedder

TEXT = "Intro.\n# Quays\nBoats.\n## North quay\nSheds."
HEADINGS = (Heading(7, 1, "Quays"), Heading(22, 2, "North quay"))
DOCUMENT = Document("harbour.md", "The harbour", TEXT, headings=HEADINGS)


def words(text: str) -> int:
    """Tokens counted by hand: a word each, and a full stop each."""
    return len(text.replace(".", " . ").split())


@pytest.mark.parametrize(
    ("start", "context", "prefix"),
    [
        (0, "The harbour", "The harbour. "),
        (7, "The harbour", "The harbour. "),  # the chunk begins with the heading
        (15, "The harbour\nQuays", "The harbour. Quays. "),
        (22, "The harbour\nQuays", "The harbour. Quays. "),
        (36, "The harbour\nQuays\nNorth quay", "The harbour. North quay. "),
    ],
)
def test_a_chunks_context_is_the_title_and_the_headings_above_it(start: int, context: str, prefix: str) -> None:
    assert context_of(DOCUMENT, start) == context
    assert prefix_of(DOCUMENT, start, "section", words) == prefix
    assert prefix_of(DOCUMENT, start, "title", words) == "The harbour. "
    assert prefix_of(DOCUMENT, start, "none", words) == ""


@pytest.mark.parametrize(
    ("path", "words_of_it"),
    [
        ("docs/transit-benefit.md", "transit benefit"),
        ("docs/pump_P-7.v2.txt", "pump P 7 v2"),
        ("leave/index.md", "leave"),  # a page that is its folder's
        ("leave/README.md", "leave"),
        ("_index.md", ""),
        ("teams/payroll/contact.md", "payroll contact"),  # whose contact it is, only the folder says
        ("boat-hire/FAQ.md", "boat hire FAQ"),
        ("docs/faq.md", "faq"),
        ("contact.md", "contact"),
        ("payroll/contact-form.md", "contact form"),
    ],
)
@pytest.mark.parametrize("title_repeats", ["path", "name", "stem"])
def test_without_a_title_the_words_of_the_file_name_serve(path: str, words_of_it: str, title_repeats: str) -> None:
    titles = {"path": path, "name": path.rpartition("/")[2], "stem": path.rpartition("/")[2].rpartition(".")[0]}
    document = Document(path, titles[title_repeats], TEXT, headings=HEADINGS)
    assert context_of(document, 15) == "\n".join(filter(None, [words_of_it, "Quays"]))
    assert prefix_of(document, 15, "title", words) == (f"{words_of_it}. " if words_of_it else "")


@pytest.mark.parametrize(
    ("context", "prefix"),
    [
        ("", ""),
        ("Harbour", "Harbour. "),
        ("Harbour\nQuays", "Harbour. Quays. "),
        ("Harbour\nQuays\nNorth", "Harbour. North. "),
    ],
)
def test_a_reader_is_shown_the_title_and_the_nearest_heading(context: str, prefix: str) -> None:
    assert read_prefix(context, words) == prefix


def test_a_heading_that_is_the_title_is_said_once() -> None:
    document = Document("a", "Quays", TEXT, headings=HEADINGS)
    assert context_of(document, 36) == "Quays\nNorth quay"
    assert prefix_of(document, 15, "section", words) == "Quays. "


@pytest.mark.parametrize(
    ("title", "heading", "context", "prefix"),
    [
        ("Where to?", "East\n quay!", "section", "Where to? East quay! "),  # no full stop after another end
        ("a " * 31, "b", "title", "a " * 30 + "a. "),  # 31 words and a full stop are 32
        ("a " * 32, "b", "title", "a " * 30 + "a. "),
        ("a " * 32, "b", "section", "a " * 14 + "a. b. "),  # 16 for each of the two
        ("a", "b " * 99, "section", "a. " + "b " * 14 + "b. "),
    ],
)
def test_a_prefix_is_cut_to_32_tokens(title: str, heading: str, context: ChunkContext, prefix: str) -> None:
    document = Document("id", title, "H x", headings=(Heading(0, 1, heading),))
    assert prefix_of(document, 2, context, words) == prefix


@pytest.mark.parametrize("title", ["unfathomable " * 99, "港口手冊" * 99, "ab" * 999, "👩‍👧" * 99, "x. " * 99])
def test_no_title_makes_a_prefix_too_long_for_the_real_tokenizer(
    embedder: SentenceTransformerEmbedder, title: str
) -> None:
    document = Document("id", title, "H x", headings=(Heading(0, 1, title),))
    for context in ("title", "section"):
        prefix = prefix_of(document, 2, context, embedder.count_tokens)  # type: ignore[arg-type]
        assert embedder.count_tokens(prefix) <= PREFIX_TOKENS
        assert title.startswith(prefix[:3])
        assert prefix


def test_a_chunk_from_the_midst_of_a_table_stands_under_the_heads_of_its_columns() -> None:
    text = "# Boats\n\n| Boat | Price in crowns |\n|---|---|\n| Kestrel | 410 |\n| Eider | 574 |\n\nThat is all."
    document = Document("boats.md", "Hire", text, headings=(Heading(0, 1, "Boats"),))
    eider, top, after = text.index("| Eider"), text.index("| Boat"), text.index("That")
    assert context_of(document, eider) == "Hire\nBoats\nBoat | Price in crowns"
    assert prefix_of(document, eider, "section", len) == "Hire. Boat | Price in. "  # 16 of 32 characters each
    assert context_of(document, top) == context_of(document, after) == "Hire\nBoats"


def test_below_a_versions_heading_that_is_read_too() -> None:
    text = "# Changes\n## [4.2.1] – May\n### Fixed\n- A crash\n"
    headings = (Heading(0, 1, "Changes"), Heading(10, 2, "[4.2.1] – May"), Heading(27, 3, "Fixed"))
    document = Document("changes.md", "Changes", text, headings=headings)
    start = text.index("- A")
    assert prefix_of(document, start, "section", words) == "Changes. [4.2.1] – May: Fixed. "
    assert read_prefix(context_of(document, start), words) == "Changes. [4.2.1] – May: Fixed. "
    assert read_prefix("Changes\n4.2 Storage\nFixed", words) == "Changes. Fixed. "
