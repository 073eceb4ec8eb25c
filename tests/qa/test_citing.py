"""Quotes, sentences, pages, sections and links, and the promise that a citation slices to its answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import Document, Heading
from qa.citing import VerbatimError, cite, sentence_around
from qa.urls import CONTEXT_CHARS

TEXT = (
    "Title\n\nDr. J. R. Vask runs the yard. She was hired in 1998 (“a good year!”) by the St. Olave line. "
    "It paid\n3.5 per cent. What then? Nobody knows\n\n4 May. Fog.\n\n- item one\n- item two"
)


def around(words: str) -> str:
    start = TEXT.index(words)
    first, last = sentence_around(TEXT, start, start + len(words))
    return TEXT[first:last]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("yard", "Dr. J. R. Vask runs the yard."),
        ("1998", "She was hired in 1998 (“a good year!”) by the St. Olave line."),
        ("3.5 per cent", "It paid\n3.5 per cent."),
        ("3.5 per cent.", "It paid\n3.5 per cent."),
        ("What then?", "What then? Nobody knows"),
        ("Nobody", "Nobody knows"),
        ("Title", "Title"),
        ("Vask runs the yard", "Dr. J. R. Vask runs the yard."),
        ("4 May", "4 May. Fog."),
        ("Fog", "Fog."),
        (  # long enough to be quoted alone
            "She was hired in 1998 (“a good year!”) by the St. Olave line.",
            "She was hired in 1998 (“a good year!”) by the St. Olave line.",
        ),
        ("yard. She", "Dr. J. R. Vask runs the yard. She was hired in 1998 (“a good year!”) by the St. Olave line."),
    ],
)
def test_the_sentence_around_an_answer(words: str, sentence: str) -> None:
    assert around(words) == sentence


def test_a_sentence_ends_after_a_unit_and_a_single_digit() -> None:
    text = "Its fuse is one of 10 A. Use no lead. The ban fell by 1 vote to 5. Instead, J. Vask puts up signs."
    for sentence in ("Use no lead.", "The ban fell by 1 vote to 5.", "Instead, J. Vask puts up signs."):
        start = text.index(sentence)
        assert sentence_around(text, start, start + 8) == (start, start + len(sentence))


def test_text_without_sentences_is_quoted_in_part() -> None:
    text = "word " * 1000
    first, last = sentence_around(text, 2500, 2504)
    assert (first, last) == (1900, 3104)


@settings(deadline=None)  # a shared machine may be slow
@given(st.text('ab .!?\n\r"”é👩‍👧。', max_size=300), st.data())
def test_the_sentence_always_holds_the_answer(text: str, data: st.DataObject) -> None:
    places = [i for i, character in enumerate(text) if not character.isspace()]
    if places:
        start = data.draw(st.sampled_from(places))
        end = data.draw(st.sampled_from([i for i in places if i >= start])) + 1
        first, last = sentence_around(text, start, end)
        assert 0 <= first <= start < end <= last <= len(text)


def test_a_citation_has_everything_that_leads_to_its_place() -> None:
    document = Document(
        "a b/ü.pdf", "T", "🐝 First page. Ünï 👩‍👧 words here.\r\nMore.", "https://x.test/d",
        pages=(0, 15), headings=(Heading(2, 1, "Head"),), metadata={"date": "2026-03-01"},
    )  # fmt: skip
    start = document.text.index("words")
    citation = cite(document, "default", start, start + 5, "words")
    assert document.text[citation.start : citation.end] == citation.quote.exact == "words"
    assert citation.quote.prefix == document.text[:start][-CONTEXT_CHARS:]
    assert citation.quote.suffix == " here.\r\nMore."
    assert (citation.sentence, citation.page, citation.section) == ("Ünï 👩‍👧 words here.", 2, "Head")
    assert (citation.title, citation.uri, citation.date) == ("T", "https://x.test/d", "2026-03-01")
    assert citation.url.startswith(f"/documents/a%20b/%C3%BC.pdf?start={start}&end={start + 5}#cited&prefix=")
    assert citation.source_url == (
        "https://x.test/d#:~:text=%F0%9F%90%9D%20First%20page.%20%C3%9Cn%C3%AF%20%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7-,words,-here.%20More."
    )


def test_words_that_arent_there_are_never_cited() -> None:
    with pytest.raises(VerbatimError, match=r"a\[0:3\] is not the answer's text"):
        cite(Document("a", "A", "one two"), "default", 0, 3, "two")


def test_a_citation_says_who_is_quoted() -> None:
    text = "Yes.\n\nOn 3 May 2024, Anna\nBerg <a@example.org> wrote:\n> Is the slip free?\n\nCome by."
    document = Document("a", "A", text)
    quoted = [
        cite(document, "default", at, at + 4, text[at : at + 4]).quoted for at in map(text.index, ("slip", "Come"))
    ]
    assert quoted == ["Anna Berg", None]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("1 day", "- moving house: 1 day"),
        ("1 day\n- a death: 5 days", "- moving house: 1 day\n- a death: 5 days"),
        ("8 kg", "Load | 3 kg | 8 kg"),
        ("lid", "Leave is paid for\n- a wedding: 2 days\n- moving house: 1 day\n- a death: 5 days\n- lid"),
    ],
)
def test_of_lists_and_tables_the_items_and_rows_are_cited(words: str, sentence: str) -> None:
    leave = "It is so. Leave is paid for\n- a wedding: 2 days\n- moving house: 1 day\n- a death: 5 days\n- lid\n\n"
    text = leave + "| P-3 | P-8\nLoad | 3 kg | 8 kg\nPan | 18 cm | 24 cm\n"
    start = text.index(words)
    assert text[slice(*sentence_around(text, start, start + len(words)))] == sentence


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("Other dogs may come into the garden.", "Other dogs may come into the garden."),
        ("Stitches don't need to be taken out", "* Stitches don't need to be taken out."),
        ("2 weeks", "* No swimming for 2 weeks."),
    ],
)
def test_an_item_that_is_all_of_the_answer_is_cited_without_the_others(words: str, sentence: str) -> None:
    text = (
        "* A ramp.\n* Guide dogs are welcome. Other dogs may come into the garden.\n* Quiet hour: at ten.\n"
        "* No swimming for 2 weeks.\n* Stitches don't need to be taken out.\n* Rest.\n"
    )
    start = text.index(words)
    assert text[slice(*sentence_around(text, start, start + len(words)))] == sentence


def test_of_a_table_in_tags_the_sentence_is_the_row() -> None:
    text = "Hire.\n<table>\n<tr><th>Boat</th></tr>\n<tr><td>Eider</td><td>40</td></tr>\n<tr><td>Teal</td></tr></table>\nEnd."
    start = text.index("40")
    assert text[slice(*sentence_around(text, start, start + 2))] == "Eider</td><td>40"
    assert text[slice(*sentence_around(text, text.index("End"), len(text)))].endswith("</table>\nEnd.")
