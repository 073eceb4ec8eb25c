"""What stands below a question in an FAQ is given whole, if that question is asked and more than a fact."""

import pytest
from shape_support import shaped

from qa.answering.forms.form import Form

FAQ = """# Library questions

## What happens if I lose my card?

Tell us at once. A new card
costs 5 euros.

You can pay at the desk.

**How do I renew a book?**

Call the desk, or use the catalogue. Do so in time.

## Fines

They grow by 20 cents a day. At 5 euros they stop.
"""


@pytest.mark.parametrize(
    ("question", "span", "answer"),
    [
        ("What happens if I lose my card?", "Tell us at once", "Tell us at once. A new card\ncosts 5 euros."),
        ("what if I lose my card", "A new card", "Tell us at once. A new card\ncosts 5 euros."),  # "happens" is lacking
        ("How do I renew a book", "use the catalogue", "Call the desk, or use the catalogue. Do so in time."),
    ],
)
def test_the_paragraph_below_the_question_is_its_answer(question: str, span: str, answer: str) -> None:
    shape, text = shaped(question, FAQ, span)
    assert (shape.form, text) == (Form.SENTENCE, answer)


@pytest.mark.parametrize(
    ("question", "span", "answer"),
    [
        ("What does a lost card cost?", "5 euros", "5 euros"),  # a fact
        ("How do fines grow?", "by 20 cents a day", "by 20 cents a day"),  # "Fines" asks for less
    ],
)
def test_what_asks_otherwise_gets_no_more_than_it_asks_for(question: str, span: str, answer: str) -> None:
    assert shaped(question, FAQ, span)[1] == answer
