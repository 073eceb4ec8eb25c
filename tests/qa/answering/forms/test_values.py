"""The values of a clause are the items, not the clause with the first of them."""

import pytest
from shape_support import parts, shaped

TEXT = """From November to March the ferry sails at 7, 12 and 17. It meets on Mondays, Tuesdays and Fridays. The course costs £5, £7
and £9. The club meets in March, June and September. They meet on the last Monday of
June, September and November. Boats leave pier 2, 3 and 4. The pool is open on Mondays at 7, 9 and 11 a.m.
"""


@pytest.mark.parametrize(
    ("question", "span", "items"),
    [
        ("When does it sail in winter?", "From November to March the ferry sails at 7, 12 and 17", ["7", "12", "17"]),
        ("What times does it sail?", "From November to March the ferry sails at 7, 12 and 17", ["7", "12", "17"]),
        ("when does it meet", "It meets on Mondays, Tuesdays and Fridays", ["Mondays", "Tuesdays", "Fridays"]),
        ("how much is it", "The course costs £5, £7\nand £9", ["£5", "£7", "£9"]),
        ("when is the club on", "The club meets in March, June and September", ["March", "June", "September"]),
        ("when do I swim", "The pool is open on Mondays at 7, 9 and 11 a.m.", ["on Mondays at 7", "9", "11 a.m"]),
        (
            "when do they meet",
            "the last Monday of\nJune, September and November",
            ["the last Monday of\nJune", "September", "November"],
        ),
        ("which piers", "pier 2, 3 and 4", ["pier 2", "3", "4"]),
    ],
)
def test_the_values_are_the_items(question: str, span: str, items: list[str]) -> None:
    assert parts(shaped(question, TEXT, span)) == items
