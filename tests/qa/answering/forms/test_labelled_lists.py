"""What is listed behind a label, without an "and" before the last item."""

import pytest
from shape_support import parts, shaped

from qa.answering.forms.form import Form

CRATE = "Read this first. In the crate: the lamp, a plug (type C), four screws with washers, this leaflet. Keep it dry."
REFUSED = "⚠ Not accepted: paint and solvents, tyres (except of bicycles), plaster board, garden waste in plastic bags."
NOTE = "Note: the pump runs, it is loud, the floor shakes."


@pytest.mark.parametrize(
    ("question", "text", "span", "items"),
    [
        (
            "what's in the crate",
            CRATE,
            "the lamp, a plug (type C)",
            ["the lamp", "a plug (type C)", "four screws with washers", "this leaflet"],
        ),
        (
            "who came to the meeting",  # several are asked for, and the span ends within a name
            "Present: Jana Holm (chair), Piet Roos, Amal Said, Nora Beck",
            "Jana Holm (chair), Piet Roos, Amal",
            ["Jana Holm (chair)", "Piet Roos", "Amal Said", "Nora Beck"],
        ),
        (
            "what isn't accepted",
            REFUSED,
            "paint and solvents, tyres (except of bicycles)",
            ["paint and solvents", "tyres (except of bicycles)", "plaster board", "garden waste in plastic bags"],
        ),
    ],
)
def test_a_list_behind_a_label_is_given_to_its_end(question: str, text: str, span: str, items: list[str]) -> None:
    found = shaped(question, text, span)
    assert (found[0].form, parts(found)) == (Form.LIST, items)


@pytest.mark.parametrize(
    ("question", "text", "span"),
    [
        ("what holds it to the wall", CRATE, "four screws with washers"),  # one item
        ("how many screws are in the crate", CRATE, "a plug (type C), four screws"),  # asks for one
        ("what about the pump", NOTE, "the pump runs, it is loud"),  # sentences
    ],
)
def test_what_else_stands_behind_a_label_is_no_list(question: str, text: str, span: str) -> None:
    assert shaped(question, text, span)[0].form is not Form.LIST
