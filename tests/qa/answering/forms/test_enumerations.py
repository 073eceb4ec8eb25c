"""Lists within a sentence: where they begin and end, what parts them, and the marks around them."""

import pytest
from shape_support import parts, shaped

PEOPLE = """The plan is signed by the harbour master, the cook, and the owner. Ann Lee, head of finance, Oslo, pays. The boats sail
to Chile, Peru, Ecuador. It stands at 12 Mill Lane, Leeds, York. Talks are by [Bea Moe](/bea) and [Cy Orr](/cy) at noon. Lockers hold
rope, oars, nets, etc. Food and drink is sold by Food and Drink Services. Texts are short, clear, true, and kind.

- lamps
- plugs and wires
- ropes

Sites end in .org, .net, and .example here. Boats fear (i) rust (ii) frost (iii) salt. On the jury sit Ann Lee, Bea Moe and one
person from each of the three clubs. Ann wrote, Bea printed, and the owner of the hotel has paid for it all. Copies lie at the
Hall, Briar and Alden lake. Buses stop in the yard, behind the barn and next to the gate. The mail was sent to
the mayor, the press, and, of course, neighbours. Bring a torch, a map and socks, and never row alone.
"""


@pytest.mark.parametrize(
    ("question", "span", "items"),
    [
        ("who signs the plan", "the harbour master, the cook, and the owner", ["the harbour master", "the cook", "the owner"]),
        ("where do they sail?", "Chile, Peru, Ecuador", []),  # where things stand is listed from four on
        ("what countries does it sail to", "Chile, Peru, Ecuador", ["Chile", "Peru", "Ecuador"]),
        ("who pays", "Ann Lee, head of finance, Oslo", []),  # one person
        ("where is it", "12 Mill Lane, Leeds, York", []),  # one address
        ("who speaks", "[Bea Moe](/bea) and [Cy Orr](/cy)", ["Bea Moe", "Cy Orr"]),
        ("who sells it", "Food and Drink Services", []),  # one name
        ("what do the lockers hold", "rope, oars, nets, etc.", ["rope", "oars", "nets"]),
        ("which things do the lockers hold", "rope, oars, nets, etc", ["rope", "oars", "nets"]),
        ("how should texts be", "short, clear, true, and kind", ["short", "clear", "true", "kind"]),
        ("when are they made?", "short, clear, true, and kind", []),
        ("why is it full", "lamps\n- plugs and wires\n- ropes", ["lamps", "plugs and wires", "ropes"]),
        ("who is feared", "(i) rust (ii) frost (iii) salt", ["rust", "frost", "salt"]),
        ("Which endings are there?", ".org, .net, and .example", [".org", ".net", ".example"]),
        (
            "who's on the jury",
            "Ann Lee, Bea Moe and one\nperson from each of the three clubs",
            ["Ann Lee", "Bea Moe", "one\nperson from each of the three clubs"],
        ),
        ("where are copies", "at the\nHall, Briar and Alden lake", ["the\nHall", "Briar", "Alden lake"]),
        ("where are copies", "Hall, Briar and Alden lake", ["Hall", "Briar", "Alden lake"]),
        (
            "where do buses stop",
            "in the yard, behind the barn and next to the gate",
            ["in the yard", "behind the barn", "next to the gate"],
        ),
        ("Tell me who participated.", "the mayor", ["the mayor", "the press", "neighbours"]),
        ("what should I bring", "a torch, a map and socks, and never row alone", ["a torch", "a map", "socks"]),
        ("who did it", "Ann wrote, Bea printed, and the owner of the hotel has paid for it all", []),
    ],
)  # fmt: skip
def test_a_span_that_names_several_things_is_a_list_of_them(question: str, span: str, items: list[str]) -> None:
    assert parts(shaped(question, PEOPLE, span)) == items


@pytest.mark.parametrize("question", ["What did the talk come down to?", "who came", "Which themes are there?"])
@pytest.mark.parametrize("mark", ["*", "_", "**", "__"])
def test_items_are_without_marks_of_emphasis(question: str, mark: str) -> None:
    words = f"{mark}trust{mark}, {mark}law{mark}, and {mark}work{mark}"
    found = shaped(question, f"It came down to three: {words}.", words)
    assert parts(found) == ["trust", "law", "work"]
    assert found[1] == words


OPENED = """However, trees, bamboo and ivy are forbidden. Usually, boots, gloves and a helmet are worn. Lily, Emily and Ann row.
For safety, ropes, nets and poles are kept. For members, guests and staff. Annually, monthly and weekly tickets
are sold. In addition, tea and cake are sold. On Mondays, Fridays, and Sundays. Holly, yew and box are grown.
"""


@pytest.mark.parametrize(
    ("span", "items"),
    [
        ("trees, bamboo and ivy", ["trees", "bamboo", "ivy"]),
        ("bamboo and ivy", ["trees", "bamboo", "ivy"]),
        ("However, trees, bamboo and ivy", ["trees", "bamboo", "ivy"]),
        ("boots, gloves and a helmet", ["boots", "gloves", "a helmet"]),
        ("ropes, nets and poles", ["ropes", "nets", "poles"]),
        ("tea and cake", ["tea", "cake"]),
        ("Emily and Ann", ["Lily", "Emily", "Ann"]),
        ("guests and staff", ["members", "guests", "staff"]),
        ("monthly and weekly tickets", ["Annually", "monthly", "weekly tickets"]),
        ("Fridays", ["Mondays", "Fridays", "Sundays"]),
        ("yew and box", ["Holly", "yew", "box"]),
    ],
)
def test_what_opens_a_sentence_is_no_item(span: str, items: list[str]) -> None:
    assert parts(shaped("Which things are there?", OPENED, span)) == items


PAIRED = """It needs Python 3.10 or newer, libpq and a C compiler. It runs on Linux, macOS and Windows 10 or 11. The fee includes the
use of boats and oars, lunch and a towel. It is for cooks, waiters and managers of hotels and hostels. We serve tea and coffee,
milk. We lend skis, poles and boots as well as hats. Bring a cap, socks and shoes and come to the quay.
"""


@pytest.mark.parametrize(
    ("span", "items"),
    [
        ("Python 3.10 or newer, libpq and a C compiler", ["Python 3.10 or newer", "libpq", "a C compiler"]),
        ("Linux, macOS and Windows 10 or 11", ["Linux", "macOS", "Windows 10 or 11"]),
        ("macOS", ["Linux", "macOS", "Windows 10 or 11"]),
        ("the\nuse of boats and oars, lunch and a towel", ["the\nuse of boats and oars", "lunch", "a towel"]),
        ("cooks, waiters and managers of hotels and hostels", ["cooks", "waiters", "managers of hotels and hostels"]),
        ("tea and coffee,\nmilk", ["tea", "coffee", "milk"]),
        ("skis, poles and boots as well as hats", ["skis", "poles", "boots", "hats"]),
        ("socks", ["a cap", "socks", "shoes"]),
    ],
)
def test_one_and_ends_a_list_and_others_are_within_its_items(span: str, items: list[str]) -> None:
    assert parts(shaped("Which things are there?", PAIRED, span)) == items


CLOSED = """Fires are lit in May, June and July, and never in a storm. We deliver to Leeds, York and Hull, usually within two days.
Bring notes, coins, and cards (in the shops only). Bring oars and sails, ropes and nets.
"""


@pytest.mark.parametrize(
    ("span", "items"),
    [
        ("May, June and July", ["May", "June", "July"]),
        ("Leeds, York and Hull", ["Leeds", "York", "Hull"]),
        ("notes, coins, and cards", ["notes", "coins", "cards (in the shops only)"]),
        ("coins", ["notes", "coins", "cards (in the shops only)"]),
        ("oars and sails", ["oars and sails", "ropes", "nets"]),
    ],
)
def test_behind_an_and_a_list_ends_with_its_last_item(span: str, items: list[str]) -> None:
    assert parts(shaped("Which things are there?", CLOSED, span)) == items


@pytest.mark.parametrize(
    ("names", "span"),
    [
        ("[Ada](/ada), [Bea](/bea) and [Cy](/cy)", "Ada](/ada), [Bea](/bea) and [Cy](/cy)"),
        ("[Ada](/ada), [Bea](/bea) and [Cy](/cy)", "[Ada](/ada), [Bea](/bea) and [Cy"),
        ("[Ada][1], **[Bea][2]**, and **[Cy][3]**", "[Ada][1], **[Bea][2]**, and **[Cy][3]**"),
        ("“Ada”, “Bea” and “Cy”", "Ada”, “Bea” and “Cy"),
        ("Ada, Bea and [Cy](/cy)", "Ada, Bea and [Cy](/cy)"),
    ],
)
def test_a_list_is_with_the_marks_around_its_first_and_last_item(names: str, span: str) -> None:
    found = shaped("Who are the maintainers?", f"Maintainers: {names}. They meet (on Mondays).", span)
    assert parts(found) == ["Ada", "Bea", "Cy"]
    assert found[1] == names


@pytest.mark.parametrize("span", ["bash`, `zsh`, `fish`", "`bash`, `zsh`, `fish", "`zsh`"])
def test_code_that_is_listed_keeps_its_marks(span: str) -> None:
    found = shaped("Which shells are supported?", "Supported shells: `bash`, `zsh`, `fish`.", span)
    assert parts(found) == ["`bash`", "`zsh`", "`fish`"]


QUOTED = """It needs `a and b.txt`, `c.txt` and `d.txt`. The films are “Black and White”, “Ink” and “Salt”. We play
"Blue Moon", "Red, White and Sky" and "Green Door". The flags are `--fast`, ``--dry`run`` and ``--only=`a, b and c``. The sign
says “no dogs, cats, and birds” in red. Pipes are 3", 5" and 7" wide.
"""


@pytest.mark.parametrize(
    ("span", "items"),
    [
        ("`a and b.txt`, `c.txt` and `d.txt`", ["`a and b.txt`", "`c.txt`", "`d.txt`"]),
        ("“Black and White”, “Ink” and “Salt”", ["Black and White", "Ink", "Salt"]),
        ("Ink", ["Black and White", "Ink", "Salt"]),
        ("“Ink” and “Salt”", ["Black and White", "Ink", "Salt"]),
        ("c.txt", ["`a and b.txt`", "`c.txt`", "`d.txt`"]),
        ('Blue Moon", "Red, White and Sky" and "Green Door"', ['"Blue Moon"', '"Red, White and Sky"', '"Green Door"']),
        ("`--fast`, ``--dry`run`` and ``--only=`a, b and c``", ["`--fast`", "``--dry`run``", "``--only=`a, b and c``"]),
        ("dogs, cats, and birds", ["dogs", "cats", "birds"]),
        ("cats", ["no dogs", "cats", "birds"]),
        ('3", 5" and 7"', ['3"', '5"', '7"']),
    ],
)
def test_what_is_quoted_or_code_is_one_item(span: str, items: list[str]) -> None:
    assert parts(shaped("Which things are there?", QUOTED, span)) == items


NAMES = (
    "Quotes: Otterby £18,400, Liftline £21,950, Hale & Sons £16,700. We sell tea £2, coffee £3, cake and jam £4. It needs 2 eggs, "
    "100 g flour, salt and 50 g butter. Ann, Bea & Cy row. It was built by Hale & Sons, Reed and Co. and Marsh."
)


@pytest.mark.parametrize(
    ("span", "items"),
    [
        (
            "Otterby £18,400, Liftline £21,950, Hale & Sons £16,700",
            ["Otterby £18,400", "Liftline £21,950", "Hale & Sons £16,700"],
        ),
        ("tea £2, coffee £3, cake and jam £4", ["tea £2", "coffee £3", "cake and jam £4"]),
        ("2 eggs, 100 g flour, salt and 50 g butter", ["2 eggs", "100 g flour", "salt", "50 g butter"]),
        ("Ann, Bea & Cy", ["Ann", "Bea", "Cy"]),
        ("Hale & Sons, Reed and Co. and Marsh", ["Hale & Sons", "Reed and Co", "Marsh"]),
    ],
)
def test_an_and_within_a_name_or_a_priced_item_parts_nothing(span: str, items: list[str]) -> None:
    assert parts(shaped("Which things are there?", NAMES, span)) == items
