"""A span's edges: whole words, and marks that close what the span opens."""

import pytest

from qa.answering.forms.edges import whole


@pytest.mark.parametrize(
    ("text", "span", "grown"),
    [
        ("Set up an assisted Survey-In first.", "assisted Survey", "assisted Survey-In"),
        ("It is at files.example.org and elsewhere.", "files", "files.example.org"),
        ("Write to ada@example.org, please.", "ada", "ada@example.org"),
        ("Write to ada@example.org, please.", "example.org", "ada@example.org"),
        ("Use the non-slip mats.", "slip mats", "non-slip mats"),
        ("Open 9-17 on weekdays.", "17", "17"),  # a range may be parted
        ("It is part TK-118, a strap.", "118", "TK-118"),
        ("It is part TK-118, a strap.", "part TK", "part TK-118"),
        ("The belt BX-20-A is grey.", "20", "BX-20-A"),
        ("Only the P-7 leaks.", "7", "P-7"),
        ("Made on 2024-05-06 here.", "2024", "2024"),
        ("Tea and/or coffee. Then cake.", "or coffee", "or coffee"),
        ("See Ada-meets-Grace-in-Oslo-on-May-4.jpg here.", "Oslo", "Oslo"),  # a file's name has its parts
        ("Ends here. Next sentence.", "here", "here"),
        ("Read [the handbook](https://example.org/hb) first.", "the handbook", "the handbook"),  # it opens nothing
        (
            "Read [the handbook](https://example.org/hb) first.",
            "Read [the handbook",
            "Read [the handbook](https://example.org/hb)",
        ),
        ("Use the port (usually 2101) here.", "the port (usually 2101", "the port (usually 2101)"),
        ("Use the port (usually 2101) here.", "usually 2101", "usually 2101"),
        ("Say “thank you” first.", "Say “thank you", "Say “thank you”"),
        ("Press **Start** now.", "Press **Start", "Press **Start**"),
        ("Press **Start** now.", "Start", "Start"),
        ("Press [**Start**][1].", "[**Start", "[**Start**][1]"),
        ("4. Order signs, by 30 May.\n5. Print them.", "30 May.\n5", "30 May"),  # the next item's number
        ("4) Order signs by May\n\n5) Print them.", "May\n\n5)", "May"),
        ("- oars\n- a sail", "oars\n-", "oars"),
        ("1. It was passed by 14 votes to 3.\n2. Elections.", "14 votes to 3.\n2", "14 votes to 3"),
        ("- a ticket: £5\n- a card: £9", "£5\n-", "£5"),
        ("1. Take size S.\n2. Go.", "size S.\n2", "size S"),
        ("1. Open from 9–5 (by day).\n2. Go.", "9–5 (by day).\n2", "9–5 (by day)"),
        ("1. It ends at 5 p.m.\n2. Go.", "5 p.m.\n2", "5 p.m."),
        ("1. It took 3\n2 boats", "took 3\n2", "took 3\n2"),  # it numbers nothing
        ("- oars\n- a sail", "\n-", "\n-"),  # nothing would be left
        ("Use a fuse of 10 A. Then go.", "10", "10 A"),
        ("It is up to 60 °C hot.", "60", "60 °C"),
        ("At most 15 % is paid.", "15", "15 %"),
        ("It costs €1,150.50 now.", "1,150.50", "€1,150.50"),
        ("It opens at 10 am today.", "10", "10 am"),
        ("Add 10 mice and 5 Apples.", "10", "10"),
        ("It is open from 9 to 11 a.m. on weekdays.", "9 to 11 a.m", "9 to 11 a.m."),
        ("It is made in the U.S.", "the U.S", "the U.S."),
        ("It stops with status 12. Then it waits.", "stops with status", "stops with status 12"),
        ("It is at gate B4 now.", "at gate", "at gate B4"),
        ("Since version 2.10 it sails.", "Since version", "Since version 2.10"),
        ("In the room 10 people may sit.", "In the room", "In the room"),
        ("They go by bus I think.", "by bus", "by bus"),
        ("They ask for the code 20 times.", "the code", "the code"),
        ("They ask for the code 20 times.", "code 20", "code 20"),
        ("Tell me the number of boats.", "the number", "the number"),
        ("Take the boat. Then row.", "the boat", "the boat"),
        ("Use the branch `main` here.", "main`", "main"),
        ("Use the branch `main` here.", "branch `main`", "branch `main`"),
        ("Say “thank you” first.", "thank you”", "thank you"),
        ("It costs 40 (or 30) euros.", "or 30)", "or 30"),
        ("Use f(x) or g(y) here.", "x) or g(y)", "x) or g(y)"),
        ("Use `zsh`, `fish`, `sh`.", "zsh`, `fish`, `sh`", "`zsh`, `fish`, `sh`"),
        ("Use `zsh` or `fish` here.", "zsh` or `fish", "`zsh` or `fish`"),
        ("Use ``a`b``, ``c`` here.", "a`b``, ``c", "``a`b``, ``c``"),
        ("Use ``a`` here.", "a``", "a"),
        ("Ask [Ada](/ada) or [Bea](/bea) first.", "Ada](/ada) or [Bea", "[Ada](/ada) or [Bea](/bea)"),
        ("Ask [**Ada**](/ada) or Bea.", "Ada**](/ada) or Bea", "[**Ada**](/ada) or Bea"),
        ("Read “Ink” and “Salt” now.", "Ink” and “Salt", "“Ink” and “Salt”"),
        ('Read "Ink" and "Salt" now.', 'Ink" and "Salt', '"Ink" and "Salt"'),
        ('A pipe of 5" is 3 m long.', "of 5", "of 5"),
        ("Take *oars*, a sail or *nets*.", "oars*, a sail or *nets", "*oars*, a sail or *nets*"),
        ("Use `zsh`, `fish` here.", ", `fish`", ", `fish`"),
        ("They sail at noon\n5 boats", "noon\n5", "noon\n5"),  # it numbers nothing
    ],
)
def test_a_span_grows_to_whole_words_and_closing_marks(text: str, span: str, grown: str) -> None:
    start = text.index(span)
    first, last = whole(text, start, start + len(span))
    assert text[first:last] == grown


@pytest.mark.parametrize(
    ("text", "span", "grown"),
    [
        ("The code of the cellar is 4471#.", "4471", "4471#"),
        ("The code is **4471#** here.", "4471", "4471#"),
        ("The PIN of the copier is 0815*.", "0815", "0815*"),
        ("Dial *31# to hide your number.", "31", "*31#"),
        ("Press *100# for this. The PIN is 0815*.", "100#", "*100#"),
        ("Press *100# for this. The PIN is 0815*.", "0815", "0815*"),
        ("*100# tells it.", "100", "*100#"),
        ("It is the berth #12 on the left.", "12", "#12"),
        # Marks of other things
        ("It is *31* of them.", "31", "31"),
        ("It is **31** of them.", "31", "31"),
        ("It is *31#* there.", "31", "31#"),
        ("They have *31 days* for it.", "31", "31"),
        ("It costs *at most 31*.", "31", "31"),
        ("Entry costs £8*.\n\n* With a guide.", "8", "£8"),
        ("Paid early.\n*5 % discount", "5 %", "5 %"),
        ("It is 3*4 here.", "3", "3"),
        ("See [this](#12) first.", "12", "12"),
        ("See page.html#12 first.", "12", "12"),
        ("Written in C#, not in C++.", "C#", "C#"),
    ],
)
def test_a_codes_keys_belong_to_it(text: str, span: str, grown: str) -> None:
    start = text.index(span)
    first, last = whole(text, start, start + len(span))
    assert text[first:last] == grown


def test_a_span_at_the_end_of_the_text_stays() -> None:
    assert whole("Oslo", 0, 4) == (0, 4)


@pytest.mark.parametrize(
    ("text", "span", "grown"),
    [
        ("Go to *Harbour › Berths* now.", "*Harbour › Berths", "*Harbour › Berths*"),
        ("It is _really very deep_ here.", "_really very deep", "_really very deep_"),
        ("Go to *Harbour › Berths* now.", "Harbour › Berths*", "Harbour › Berths"),
        ("Set max_depth_m or min_depth_m.", "Set max_depth", "Set max_depth_m"),
        ("2 * 3 * 4 is 24.", "2 * 3", "2 * 3"),
    ],
)
def test_emphasis_is_closed(text: str, span: str, grown: str) -> None:
    start = text.index(span)
    first, last = whole(text, start, start + len(span))
    assert text[first:last] == grown


@pytest.mark.parametrize(
    ("text", "span", "grown"),
    [
        ("Rated load 63 t at most.", "63", "63 t"),
        ("It needs 20 kN.", "20", "20 kN"),
        ("At most 140 lb", "140", "140 lb"),
        ("4 tonnes of sand", "4", "4 tonnes"),
        ("Tighten to 12 Nm now.", "12", "12 Nm"),
        ("A field of 3 ha.", "3", "3 ha"),
        ("Take 2 t-shirts.", "2", "2"),
        ("All 63 took part.", "63", "63"),
        ("In 63 the club began.", "63", "63"),
    ],
)
def test_a_number_keeps_its_unit(text: str, span: str, grown: str) -> None:
    start = text.index(span)
    first, last = whole(text, start, start + len(span))
    assert text[first:last] == grown
