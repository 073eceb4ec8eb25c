"""Where the sentence around a span begins and ends."""

import pytest
from shape_support import shaped

from index.lines import lines_near
from qa.answering.forms.clauses import sentence_at
from qa.answering.forms.form import Form

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
        ("Austria ........ 130 EUR\nParis, Rome .... 210 EUR", "210", "Paris, Rome .... 210 EUR"),
        ("Porter . . . . . 30\nStores . . . . . 55", "55", "Stores . . . . . 55"),
        ("It was late.... We went home.", "went", "We went home."),
        ("It was late ... Then we went.", "went", "Then we went."),
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


def test_a_shortcode_parts_sentences_and_paragraphs() -> None:
    text = (
        "To see the logs, run `logs`. {{< note >}}\nThey stay for 14 days.\n{{< /note >}}\nA {{< b >}} is kept now.\n"
    )
    found, words = shaped("How do I see the logs?", text, "`logs`")
    assert (found.form, words) == (Form.SENTENCE, "To see the logs, run `logs`.")
    start = text.index("14 days")
    first, last = sentence_at(text, lines_near(text, start, start + 7), start, start + 7)
    assert text[first:last].endswith("They stay for 14 days.")
    found, words = shaped("Why is it kept?", text, "kept now")
    assert (found.form, words) == (Form.SPAN, "kept now")
