"""What isn't so is no answer to a question on what is, and the other way round."""

import pytest

from qa.reading.denied_lists import asked_side, beside, of_denied_lists

WARRANTY = """The warranty covers:

- exchanger
- fans

Not covered by the warranty: filters, cables.
"""
HALL = """**Allowed in the hall**

- ball games
- dancing

**Not allowed in the hall**

- candles
- bikes
"""


def closed(question: str, text: str) -> list[str]:
    return [text[start:end] for start, end in of_denied_lists(question, text)]


def side(question: str, text: str, context: str = "") -> str | None:
    found = asked_side(question, text, context)
    return found and text[slice(*found)]


@pytest.mark.parametrize(
    ("question", "text", "denied"),
    [
        ("what is covered by the warranty?", WARRANTY, "filters, cables."),
        ("what does the warranty cover?", WARRANTY, "filters, cables."),
        ("what is allowed in the hall?", HALL, "candles\n- bikes"),
        ("what can keys of type R do?", "Keys of type R cannot: make labels, roll keys.", "make labels, roll keys."),
        ("what comes in the box?", "In the box: a pump. Not in the box: ducts, screws.", "ducts, screws."),
        ("what does the fare include?", "The fare doesn't include drinks, but it does tea.", "drinks, "),
        ("where can I park?", "No parking: Hill Street, Mill Lane.", "Hill Street, Mill Lane."),
        ("who may use the sauna?", "The following may not use the sauna:\nchildren\ndogs", "children\ndogs"),
    ],
)
def test_what_is_not_so_is_closed_to_a_question_on_what_is(question: str, text: str, denied: str) -> None:
    assert closed(question, text) == [denied]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("what isn't covered by the warranty?", WARRANTY),
        ("what is excluded from the warranty?", WARRANTY),
        ("what is missing from the box?", "Not in the box: ducts, screws."),
        ("are filters covered by the warranty?", WARRANTY),
        ("what do I do with a pump that stands still?", "If the pump does not start:\n\n- fill it\n- call us"),
        ("what happens when the pump does not start?", "The pump does not start: fill it."),
        ("which dogs are allowed?", "Not only dogs are allowed: cats, birds."),
        ("what must I do in the quiet room?", "- Do not interrupt the quiet room\n- Switch your phone off"),
        ("what matters to the rule?", "Rules help. The rule does not\n    matter here, and\n    nobody keeps it."),
        ("which equipment is covered?", "The policy covers: screens, phones."),
        ("what does the policy include?", "It does not include any limit on phones."),
    ],
)
def test_neighbours_stay_open(question: str, text: str) -> None:
    assert closed(question, text) == []


@pytest.mark.parametrize(
    ("question", "text", "right"),
    [
        ("what does the warranty cover?", WARRANTY, "exchanger\n- fans"),
        ("what isn't covered by the warranty?", WARRANTY, "filters, cables"),
        ("what is allowed in the hall?", HALL, "ball games\n- dancing"),
        ("what is not allowed in the hall?", HALL, "candles\n- bikes"),
        ("what isn't allowed on Sundays in the hall?", HALL, None),  # it may be allowed on other days
        ("what does the policy cover?", "The policy covers: screens, phones.", None),  # the reader's to find
        ("is dancing allowed in the hall?", HALL, None),
        ("what comes in the box?", "In the box\n  1 pump\n  2 hoses\nNot in the box: oil.", "1 pump\n  2 hoses"),
    ],
)
def test_the_side_asked_for_is_found_where_both_are_listed(question: str, text: str, right: str | None) -> None:
    assert side(question, text) == right


def test_words_of_the_headings_above_are_named_too() -> None:
    text = "Covered: fire, storm.\nNot covered: flood."
    assert side("what does the home policy not cover?", text) is None
    assert side("what does the home policy not cover?", text, "Home policy") == "flood"


def test_beside_what_is_not_so_nothing_is_open() -> None:
    start = HALL.index("candles")
    found = (start, len(HALL.rstrip()))
    assert beside("what is not allowed in the hall?", HALL, found) == [(0, start), (found[1], len(HALL))]
    assert beside("what is allowed in the hall?", HALL, found) == []
