"""Lists without marks in plain text: the lines below one that announces them."""

import pytest
from shape_support import parts, shaped

from qa.answering.forms.form import Form

CAMP = """CUB CAMP

We're off for two nights.

Bring:
sleeping bag, pillow, teddy
pyjamas
wellies AND trainers
coat that keeps the rain out
torch

No money is needed.
"""
CAMP_ITEMS = [
    "sleeping bag, pillow, teddy", "pyjamas", "wellies AND trainers", "coat that keeps the rain out", "torch",
]  # fmt: skip
SHOW = """Show

To enter the show you need
your name and plot number
two plates
the fee of 50p in an envelope

Come by ten.
"""
BURNT = """The following may not be burnt:
plastic bags and bottles
painted wood
tyres
The warden decides in doubt about anything else.
"""


@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown"])
@pytest.mark.parametrize(
    ("question", "text", "span", "items"),
    [
        ("what should my cub bring?", CAMP, "sleeping bag, pillow, teddy\npyjamas", CAMP_ITEMS),
        ("packing list for cub camp", CAMP, "torch", CAMP_ITEMS),
        (
            "what do I need to enter the show",
            SHOW,
            "your name and plot number\ntwo plates",
            ["your name and plot number", "two plates", "the fee of 50p in an envelope"],
        ),
        ("what things may not be burnt", BURNT, "painted wood", ["plastic bags and bottles", "painted wood", "tyres"]),
        ("what's in the box", "In the box:\nRed ink\nBlue ink\nPink ink\n", "Blue ink", ["Red ink", "Blue ink", "Pink ink"]),
    ],
)  # fmt: skip
def test_each_line_is_an_item(question: str, text: str, span: str, items: list[str], media_type: str) -> None:
    found = shaped(question, text, span, media_type=media_type)
    assert (found[0].form, parts(found)) == (Form.LIST, items)


WRAPPED = """Tea

You need:
a cup of milk, which should be warm but
not too hot, and a spoonful of honey if
you like it sweet, or a slice of lemon.

<div>
Set:
<li>a cup
<li>a fork
</div>

```
set:
mode: "400"
owner: root
```

Write to:
Mrs Smith
12 Mill Lane
York
"""


@pytest.mark.parametrize(
    ("question", "text", "span", "words"),
    [
        ("what do I need for the tea", WRAPPED, "a cup of milk", "a cup of milk"),  # a paragraph broken to fit
        ("what things are set", WRAPPED, "a fork", "a fork"),
        ("which modes are set", WRAPPED, 'mode: "400"', 'mode: "400"'),
        ("when do I need the coat", CAMP, "coat that keeps the rain out", "coat that keeps the rain out"),
        ("who do I write to", WRAPPED, "Mrs Smith", "Mrs Smith"),  # one is asked for
        ("what is the address", WRAPPED, "Mrs Smith\n12 Mill Lane\nYork", "Mrs Smith\n12 Mill Lane\nYork"),
        ("what things does the warden decide", BURNT, "anything else", "anything else"),  # behind the list
    ],
)
def test_what_is_no_list_or_not_asked_for_as_one(question: str, text: str, span: str, words: str) -> None:
    found = shaped(question, text, span, media_type="text/plain")
    assert (found[0].form is Form.LIST, found[1]) == (False, words)
