"""Who is quoted is a slice of the text, or nobody where nobody is named."""

import pytest

from index.blocks import blocks_of
from index.documents import Heading
from index.quotations import who_is_quoted

FORWARDED = """\
Fwd: the slip

From: Mia Holm
To: Bob Lund
Date: Fri, 3 May 2024

See below.

-----Original Message-----
From: Anna Berg [mailto:anna@example.org]
Sent: Friday, 3 May 2024 10:12
To: Mia Holm
Subject: The slip

It is free:

- till May

- Attachment: plan.pdf (application/pdf)

Another mail

So it is."""
HEADINGS = [Heading(0, 1, "Fwd: the slip"), Heading(FORWARDED.index("Another mail"), 1, "Another mail")]


def who_says(text: str, words: str, headings: list[Heading] | None = None) -> str | None:
    """Who says these words, as the text names them."""
    who = who_is_quoted(text, text.index(words), headings or [])
    return text[slice(*who)] if who else None


@pytest.mark.parametrize(
    ("above", "who"),
    [
        ("On Fri, 3 May 2024 at 10:12, Anna Berg <anna@example.org> wrote:", "Anna Berg"),
        ("On Fri, May 3, 2024 at 10:12 AM Anna Berg <anna@example.org>\nwrote:", "Anna Berg"),
        ("On 5/3/24 10:12 AM, Anna Berg wrote:", "Anna Berg"),
        ('On Fri, 3 May 2024 10:12:03 +0200 (CEST), "Berg, Anna" <a@example.org> wrote:', "Berg, Anna"),
        ("On 3 May Anna Berg wrote:", "Anna Berg"),
        ("On May 3 Anna Berg wrote:", "Anna Berg"),
        ("Thanks a lot!\nOn 2024-05-03 10:12, Anna Berg wrote:", "Anna Berg"),
        ("Anna Berg wrote:", "Anna Berg"),
        ("anna@example.org writes:", "anna@example.org"),
        ("Am 03.05.2024 um 10:12 schrieb Anna Berg <anna@example.org>:", "Anna Berg"),
        ("Le ven. 3 mai 2024 à 10:12, Anna Berg <anna@example.org> a écrit :", "Anna Berg"),
        ("El vie, 3 may 2024 a las 10:12, Anna Berg (<anna@example.org>) escribió:", "Anna Berg"),
        ("Il giorno ven 3 mag 2024 alle ore 10:12 Anna Berg <a@example.org> ha scritto:", "Anna Berg"),
        ("Op vr 3 mei 2024 om 10:12 schreef Anna Berg <anna@example.org>:", "Anna Berg"),
        ("In her last letter she wrote:", None),
        ("She wrote:", None),
        ("The rules:", None),
        ("Anna Berg wrote:\n\n\n\nAnd so on.", None),
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_the_words_above_a_quotation_say_who_is_quoted(above: str, who: str | None, gap: str) -> None:
    text = f"Hello,\n\n{above}{gap}> The slip is free.\n>\n> Till May.\n\nSo be it."
    assert [who_says(text, words) for words in ("Hello", "The slip", "Till May", "So be it")] == [None, who, who, None]
    quotations = [block for block in blocks_of(text) if block.kind == "quotation"]
    assert [block.who and text[slice(*block.who)] for block in quotations] == [who]


def test_a_quotation_in_a_quotation_is_said_by_another() -> None:
    text = "On 3 May 2024, Bob Lund wrote:\n> Yes.\n> On 2 May 2024, Anna Berg wrote:\n> > Is it free?\n> Ask her."
    assert [who_says(text, words) for words in ("Yes", "Is it free", "Ask her")] == [
        "Bob Lund",
        "Anna Berg",
        "Bob Lund",
    ]


def test_a_mail_below_the_head_of_another_is_said_by_who_sent_it() -> None:
    told = {
        words: who_says(FORWARDED, words, HEADINGS) for words in ("Mia", "See", "Sent", "It is", "till", "plan", "So")
    }
    assert told == {
        "Mia": None, "See": None, "Sent": None, "It is": "Anna Berg", "till": "Anna Berg", "plan": None, "So": None,
    }  # fmt: skip
    said = [FORWARDED[block.start : block.end] for block in blocks_of(FORWARDED, HEADINGS) if block.who]
    assert said == ["It is free:", "- till May"]


@pytest.mark.parametrize("line", ["\n", "> ", ">", " ", "From: ", "From: a\n", "On 10:12 ", "wrote "])
def test_what_is_made_to_take_long_is_read_all_the_same(line: str) -> None:
    text = line * (60_000 // len(line)) + "\nx wrote:\n> words"
    assert who_is_quoted(text, len(text) - 1) is None or text.endswith("words")
    assert text[list(blocks_of(text))[-1].end :] == ""
