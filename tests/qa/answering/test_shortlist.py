"""The best candidates' sentences as one text: what is shown of each, and where each span is in it."""

from index.retrieval.passages import Passage
from qa.answering.shortlist import together

POOL = "Come early. The pool opens at nine and closes at six. Towels are 2 crowns."
SAUNA = "It opens at ten."


def passage(text: str, start: int = 0, context: str = "") -> Passage:
    return Passage("baths.md", start, start + len(text), text, 1, {}, context)


def words(text: str) -> int:
    return len(text.split())


def found(passage: Passage, words: str) -> tuple[Passage, int, int]:
    start = passage.text.index(words)
    return passage, start, start + len(words)


def test_sentences_stand_below_title_and_heading_in_the_order_given() -> None:
    pool, sauna = passage(POOL, 100, "Baths\nPool"), passage(SAUNA, 900, "Baths\nSauna")
    text, places = together([found(sauna, "ten"), found(pool, "nine")], words)
    assert text == ("Baths. Sauna. It opens at ten.\n\nBaths. Pool. The pool opens at nine and closes at six.\n\n")
    assert [text[start:end] for start, end in places] == ["ten", "nine"]


def test_a_sentence_stands_below_the_heading_or_the_heads_that_its_passage_has_above_it() -> None:
    sections = passage("## Pool\n\nIt opens at nine.\n\n## Sauna\n\nIt opens at ten.", context="Baths\nOpening hours")
    text, _ = together([found(sections, "nine"), found(sections, "ten")], words)
    assert text == "Baths. Pool. It opens at nine.\n\nBaths. Sauna. It opens at ten.\n\n"
    prices = passage("| Boat | Price |\n|---|---|\n| Eider | 40 |", context="Boats\nPrices")
    text, _ = together([found(prices, "40")], words)
    assert text == "Boats. Prices. Eider: Price: 40.\n\n"


def test_two_spans_of_a_sentence_share_it() -> None:
    text, places = together([found(passage(POOL), "six"), found(passage(POOL), "nine")], words)
    assert text == "The pool opens at nine and closes at six.\n\n"
    assert [text[start:end] for start, end in places] == ["six", "nine"]


def test_a_long_sentence_is_cut_between_words_on_both_sides_of_the_span() -> None:
    long = "one " * 100 + "nine" + " two" * 100
    text, ((start, end),) = together([found(passage(long), "nine")], words)
    assert text == "one " * 49 + "nine" + " two" * 49 + "\n\n"  # the 200th character is in a word on either side
    assert text[start:end] == "nine"


def test_a_second_span_beyond_the_cut_has_a_stretch_of_its_own() -> None:
    long = "nine" + " two" * 100 + " ten"
    text, places = together([found(passage(long), "nine"), found(passage(long), "ten")], words)
    assert [text[start:end] for start, end in places] == ["nine", "ten"]
    assert text.count("\n\n") == 2


def test_nothing_of_nothing() -> None:
    assert together([], words) == ("", ())
