"""What shares a subject or a head with what is before its comma is no item of its own."""

import pytest
from shape_support import parts, shaped

TEXT = """# Joining

Anybody who lives, works or studies in the county. Open to people who live, work or study here. Bring something with your name
and address on it. Send a letter with your name and address. Show proof of your identity and address. Members are guests who
pay, rowers and sailors. Bring a copy of your passport and sturdy boots. Bring a towel and swimwear. Bring a bottle of water and
sandwiches. Remarks that hurt or harm are deleted. Ask the keeper of the hall and kitchen. Choose that boat, this oar or a sail.
"""


@pytest.mark.parametrize(
    "span",
    [
        "Anybody who lives, works or studies in the county",
        "people who live, work or study here",
        "something with your name\nand address on it",
        "a letter with your name and address",
        "proof of your identity and address",
        "Remarks that hurt or harm",
        "the keeper of the hall and kitchen",
    ],
)
@pytest.mark.parametrize("question", ["who may join", "what should I bring", "Which things are there?", "what is it"])
def test_what_shares_words_is_one_thing(question: str, span: str) -> None:
    assert parts(shaped(question, TEXT, span)) == []


@pytest.mark.parametrize(
    ("span", "items"),
    [
        ("guests who\npay, rowers and sailors", ["guests who\npay", "rowers", "sailors"]),
        ("a copy of your passport and sturdy boots", ["a copy of your passport", "sturdy boots"]),
        ("a towel and swimwear", ["a towel", "swimwear"]),
        ("a bottle of water and\nsandwiches", ["a bottle of water", "sandwiches"]),
        ("that boat, this oar or a sail", ["that boat", "this oar", "a sail"]),
    ],
)
def test_what_shares_none_is_a_list(span: str, items: list[str]) -> None:
    assert parts(shaped("Which things should I bring?", TEXT, span)) == items
