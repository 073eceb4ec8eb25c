"""What is to be done, in front of what a span only tells to follow from it."""

import pytest
from shape_support import shaped

LIFT = "If you get stuck press the bell for five seconds: you're now put through to a call centre. Otterby made it."
ALARM = "If the alarm goes off type 0000 and hash: the siren stops and the company rings you back."
NAMED = "To reset it: hold the button. Opening the safe: the code is in the book."
DOOR = (
    "Press and hold Start for three seconds. If the display shows the open padlock, you can open the door. If the water "
    "is too high it stays shut.\n\nLift the grey lever. When the light turns green you can pull out the paper.\n\n"
    "Turn off the light. If you lose your key, ring Ann.\n\nThe lamp is red. When it turns green you can go in."
)
JAM = (
    "If it hasn't set: back in the pan and boil five more minutes. If it still hasn't, call it sauce.\n\n"
    "If the jar won't open: a tap on the lid. If that doesn't help, run hot water over it. If not, break it.\n\n"
    "If it rains, come in."
)


@pytest.mark.parametrize(
    ("question", "text", "span", "words"),
    [
        ("I'm stuck in the lift, how do I get help?", LIFT, "you're now put through to a call centre",
         "If you get stuck press the bell for five seconds: you're now put through to a call centre."),
        ("how do I stop the alarm?", ALARM, "the siren stops", ALARM),
        ("what do I do when the alarm goes off", ALARM, "the siren stops", ALARM),
        ("how do I get the door open while it's running?", DOOR, "you can open the door",
         "Press and hold Start for three seconds. If the display shows the open padlock, you can open the door."),
        ("how do I get the jammed paper out", DOOR, "When the light turns green you can pull out the paper.",
         "Lift the grey lever. When the light turns green you can pull out the paper."),
        ("jam is still runny, any way to save it?", JAM, "If it still hasn't, call it sauce",
         "If it hasn't set: back in the pan and boil five more minutes. If it still hasn't, call it sauce."),
        ("how do I open the jar", JAM, "break it",
         "If the jar won't open: a tap on the lid. If that doesn't help, run hot water over it. If not, break it."),
    ],
)  # fmt: skip
def test_the_instruction_in_front_belongs_to_it(question: str, text: str, span: str, words: str) -> None:
    assert shaped(question, f"# Notes\n\n{text}\n", span)[1] == words


@pytest.mark.parametrize(
    ("question", "text", "span"),
    [
        ("how do I reset it", NAMED, "hold the button"),  # the instruction is behind the colon
        ("how do I open the safe", NAMED, "the code is in the book"),
        ("where am I put through to", LIFT, "a call centre"),
        ("how do I get help in the lift", LIFT, "press the bell for five seconds"),
        ("what do I do when the light turns green", DOOR, "When the light turns green you can pull out the paper."),
        ("how do I get a new key", DOOR, "If you lose your key, ring Ann."),  # a case of its own
        ("how do I get in", DOOR, "When it turns green you can go in."),  # nothing is done before
        ("what do I do if it rains", JAM, "If it rains, come in."),
    ],
)
def test_what_leaves_nothing_out_stays(question: str, text: str, span: str) -> None:
    assert shaped(question, f"# Notes\n\n{text}\n", span)[1].removesuffix(".") == span.removesuffix(".")
