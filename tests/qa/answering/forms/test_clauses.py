"""Where the sentence around a span begins and ends."""

import pytest

from index.lines import lines_near
from qa.answering.forms.clauses import sentence_at

MINUTES = """Place: Common room
Present: Ada Lund (chair), Piet Amsel,
Eva Rud
**Guests:** Ole Vik of Vik Roofing

We began at seven.
"""


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("The ban was rejected, 1 vote to 5. Instead, signs are put up.", "ban", "The ban was rejected, 1 vote to 5."),
        ("Its fuse is one of 10 A. Use no lead.", "no lead", "Use no lead."),
        ("The hose is 5 m. The drain is lower.", "hose", "The hose is 5 m."),
        ("Ask J. Smith first. Then go.", "first", "Ask J. Smith first."),
        ("So do it. 2. Then go.", "go", "2. Then go."),
        ("As Step 3. Close it.", "Close", "As Step 3. Close it."),
        ("It opens at 9 a.m. The bar is shut.", "opens", "It opens at 9 a.m. The bar is shut."),
        (MINUTES, "Common", "Place: Common room"),
        (MINUTES, "Eva", "Present: Ada Lund (chair), Piet Amsel,\nEva Rud"),
        (MINUTES, "Ole", "**Guests:** Ole Vik of Vik Roofing"),
        ("Boats are let out\nby the hour: ask at the desk\nfor a price.", "hour",
         "Boats are let out\nby the hour: ask at the desk\nfor a price."),
    ],
)  # fmt: skip
def test_the_sentence_around_words(text: str, words: str, sentence: str) -> None:
    start = text.index(words)
    first, last = sentence_at(text, lines_near(text, start, start), start, start + len(words))
    assert text[first:last] == sentence
