"""Items that go on with the line above them, as the duties in a contract do: yes, no, or all of them."""

import pytest
from shape_support import parts, shaped

from qa.answering.forms.form import Form

RULES = """5. DUTIES
The Member shall:
    (a) keep the hull clean;
    (b) not keep any engine other than one outboard, without the Club's written consent;
    (c) not light fires on deck; and
    (d) pay for mooring and water, but not insurance, which is covered by the fee.
"""
BOND = """4.2 The Club may hold back money from the bond for:
    (a) damage to boats;
    (b) unpaid fees; or
    (c) lost keys, at 12 euros each.
"""
HOSTEL = "Guests may not:\n\n- bring dogs\n- cook in the rooms\n\nGuests may:\n\n- use the sauna\n"


@pytest.mark.parametrize(
    ("question", "text", "span", "verdict", "words"),
    [
        ("may I light a fire", RULES, "not light fires on deck", "no", "not light fires on deck"),
        ("Do I have to keep the hull clean?", RULES, "keep the hull clean", "yes", "keep the hull clean"),
        ("can I bring my dog", HOSTEL, "bring dogs", "no", "bring dogs"),
        ("may I cook in my room", HOSTEL, "cook in the rooms", "no", "cook in the rooms"),
        ("can I use the sauna", HOSTEL, "use the sauna", "yes", "use the sauna"),
        (  # a span that goes on into the next item
            "Can I have a diesel engine aboard?",
            RULES,
            "not keep any engine other than one outboard, without the Club's written consent;\n    (c) not light fires",
            "no",
            "not keep any engine other than one outboard, without the Club's written consent",
        ),
    ],
)
def test_an_item_is_judged_with_the_line_above_it(
    question: str, text: str, span: str, verdict: str, words: str
) -> None:
    found, answer = shaped(question, text, span)
    assert (found.form, found.verdict, answer) == (Form.YES_NO, verdict, words)


def test_a_line_above_that_is_a_sentence_is_no_part_of_its_items() -> None:
    text = "You can cook here, but do not smoke.\n\n- There is a stove\n- There are pans\n"
    assert shaped("Is there a stove?", text, "There is a stove")[0].verdict == "yes"


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Is insurance covered by the fee?", "yes"),
        ("Is water covered by the fee?", None),  # that is told of insurance alone
        ("Do I have to pay for water?", "yes"),
    ],
)
def test_a_relative_clause_decides_on_what_it_describes(question: str, verdict: str | None) -> None:
    span = "pay for mooring and water, but not insurance, which is covered by the fee"
    assert shaped(question, RULES, span)[0].verdict == verdict


@pytest.mark.parametrize(("question", "verdict"), [("are the oars included", "no"), ("is the rudder included", "yes")])
def test_but_excluding_denies_what_is_behind_it(question: str, verdict: str) -> None:
    text = "The rudder is included in the price, but excluding the oars."
    assert shaped(question, text, text)[0].verdict == verdict


def test_items_that_are_one_sentence_are_all_that_is_asked_for() -> None:
    found = shaped("what can be taken from the bond", BOND, "damage to boats")
    assert parts(found) == ["damage to boats", "unpaid fees", "lost keys, at 12 euros each"]
    assert shaped("what is paid for keys", BOND, "lost keys")[0].form is Form.SPAN  # asks of one item
    apart = BOND.replace("; or", ";")
    assert shaped("what can be taken from the bond", apart, "damage to boats")[0].form is Form.SPAN
