"""Of several items only those are an answer that the question asks for."""

import pytest
from shape_support import parts, shaped

from qa.answering.forms.form import Form

STAFF = "The head teacher is Mrs Adeyemi, her deputy Mr Novak, and Miss Lowe runs the office."
THREE = "Mrs Adeyemi, her deputy Mr Novak, and Miss Lowe"
CLUB = """# Club

The chair is Ann Lee, the treasurer Bob Moe, and Cy Orr keeps the keys. The committee is Ann Lee (chair), Bob Moe (treasurer) and
Cy Orr (keys). Advice is given by Ann Lee, Bob Moe and the warden. The trip is led by Ann Lee, her brother Jo and Cy Orr.
"""
LEAVING = "Put the chairs back in stacks, sweep the floor, take your rubbish home, and post the key through number 4."
CHORES = "Put the chairs back in stacks, sweep the floor, take your rubbish home, and post the key through number 4"
ANIMALS = """# Animals

- Hens may be kept, up to six per plot.
- Cockerels are not allowed.
- Dogs are not allowed off the lead.
- No pigs.
- Bees can be kept only with written consent.
"""
DESKTOPS = "You can have GNOME, Xfce or no desktop at all."


@pytest.mark.parametrize(
    ("question", "text", "span", "words"),
    [
        ("who is the deputy head", STAFF, THREE, "her deputy Mr Novak"),
        ("Who's the head teacher?", STAFF, THREE, "Mrs Adeyemi"),
        ("who's in the office", STAFF, THREE, "Miss Lowe runs the office"),
        ("Who runs the office?", STAFF, THREE, "Miss Lowe runs the office"),
        ("who is the treasurer", CLUB, "Ann Lee, the treasurer Bob Moe, and Cy Orr", "the treasurer Bob Moe"),
        (
            "who is your treasurer",
            CLUB,
            "Ann Lee (chair), Bob Moe (treasurer) and\nCy Orr (keys)",
            "Bob Moe (treasurer)",
        ),
        ("who was the cleaner", CLUB, "Ann Lee, the treasurer Bob Moe, and Cy Orr", None),  # none of them
    ],
)
def test_one_person_is_asked_for(question: str, text: str, span: str, words: str | None) -> None:
    found, answer = shaped(question, text, span)
    assert (found.form, answer) == (Form.SPAN, words or span)


@pytest.mark.parametrize(
    ("question", "text", "span"),
    [
        ("who works at the school", STAFF, THREE),
        ("who is on the committee", CLUB, "Ann Lee (chair), Bob Moe (treasurer) and\nCy Orr (keys)"),
        ("who gives advice", CLUB, "Ann Lee, Bob Moe and the warden"),
        ("who leads the trip", CLUB, "Ann Lee, her brother Jo and Cy Orr"),
    ],
)
def test_several_people_stay(question: str, text: str, span: str) -> None:
    assert len(parts(shaped(question, text, span))) == 3


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Where do I put the key?", "post the key through number 4"),
        ("where does our rubbish go", "take your rubbish home"),
        ("where do the chairs go", "Put the chairs back in stacks"),
    ],
)
def test_one_place_is_asked_for(question: str, words: str) -> None:
    assert shaped(question, LEAVING, CHORES)[1] == words


def test_several_places_stay() -> None:
    text = "A patch is no use on the valve, on old patches or on latex tubes."
    assert len(parts(shaped("where is a patch no use", text, "on the valve, on old patches or on latex tubes"))) == 3


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("What animals can I keep?", [0, 2, 4]),
        ("which animals are allowed", [0, 2, 4]),
        ("Which animals are not allowed?", [1, 2, 3]),
        ("What animals can't I keep?", [1, 2, 3]),
        ("Which animals are there rules on?", [0, 1, 2, 3, 4]),
    ],
)
def test_what_is_forbidden_is_not_among_what_is_allowed(question: str, items: list[int]) -> None:
    all_items = [line[2:-1] for line in ANIMALS.splitlines()[2:]]
    found = parts(shaped(question, ANIMALS, "Hens may be kept, up to six per plot."))
    assert found == [all_items[i] for i in items]


def test_an_option_of_none_is_one() -> None:
    found = shaped("what desktops can I have", DESKTOPS, "GNOME, Xfce or no desktop at all")
    assert parts(found) == ["GNOME", "Xfce", "no desktop at all"]


CHORES_BEHIND = "Members wipe down the boat, put the oars in the rack, sign the log and hang the key in the cupboard."
BELOW = "Below the sign, open the lid and press the knob."
BUT_NOT = "Visitors may use the showers, the bar and the car park, but not the gym."


@pytest.mark.parametrize(
    ("question", "text", "span", "words"),
    [
        ("where do oars go", CHORES_BEHIND, "the rack, sign the log and hang the key in the cupboard", "the rack"),
        ("where is the knob", BELOW, "Below the sign, open the lid and press the knob", BELOW[:-1]),
        ("What can't visitors use?", BUT_NOT, "the showers, the bar and the car park", "the gym"),
        ("What are visitors not allowed to use?", BUT_NOT, "the showers, the bar and the car park", "the gym"),
    ],
)
def test_what_goes_on_isnt_asked_for(question: str, text: str, span: str, words: str) -> None:
    found, answer = shaped(question, text, span)
    assert (found.form, answer) == (Form.SPAN, words)


def test_what_is_allowed_stays() -> None:
    found = shaped("What may visitors use?", BUT_NOT, "the showers, the bar and the car park")
    assert parts(found) == ["the showers", "the bar", "the car park"]
