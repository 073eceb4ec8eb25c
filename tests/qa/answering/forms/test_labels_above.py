"""What stands below "Not included:" isn't included, and what stands below "We accept:" is accepted."""

import pytest
from shape_support import shaped

from index.lines import lines_near
from qa.answering.forms.form import Form, Verdict
from qa.answering.forms.labels_above import lead_above, may_be

FLAT = """HOLIDAY FLAT

Included in the rent:
- water and electricity
- bed linen

Not included:
- towels
- the final clean (£60)
"""
COVER = """# Cover

## What isn't insured

- wear and tear, damp and moths
- storm damage to fences

## What we can't accept

Cheques and foreign cards.

We pay within a month.

## Dos and don'ts

- ring the bell

If you can't come:

- a friend may come instead

No permit is needed for:

- sheds
"""


def lead(text: str, words: str) -> str:
    start = text.index(words)
    return lead_above(text, lines_near(text, start, start + len(words)), start, start + len(words))


@pytest.mark.parametrize(
    ("text", "words", "above"),
    [
        (FLAT, "towels", "Not included: "),
        (FLAT, "the final clean (£60)", "Not included: "),
        (FLAT, "bed linen", "Included in the rent: "),
        (COVER, "storm damage to fences", "What isn't insured: "),
        (COVER, "Cheques and foreign cards.", "What we can't accept: "),
        (COVER, "We pay within a month.", ""),  # a sentence says it by itself
        (COVER, "ring the bell", ""),
        (COVER, "a friend may come instead", ""),
        (COVER, "sheds", "No permit is needed for: "),
        ("Guests may not:\n\n- bring dogs\n", "bring dogs", "Guests may not "),
        ("**Never**\n\n- the lawn\n", "the lawn", "Never "),
        ("We don't take cash. Cards are fine.\n\n- Visa\n", "Visa", ""),
        ("## Kitchen\n\n- a kettle\n", "a kettle", ""),
        ("The following are not covered\n\n- frost damage\n", "frost damage", "The following are not covered: "),
        ("What is not covered\n* limescale\n* the door seal\n", "the door seal", "What is not covered: "),
    ],
)
def test_what_stands_above_an_item_belongs_to_it(text: str, words: str, above: str) -> None:
    assert lead(text, words) == above


@pytest.mark.parametrize(
    ("question", "above", "verdict", "given"),
    [
        ("Are towels included?", "Not included: ", "yes", False),
        ("Are towels included?", "Not included: ", "no", True),
        ("Do I pay extra for towels?", "Not included: ", "yes", True),
        ("Is frost damage excluded?", "Exclusions: ", "yes", True),
        ("Can I build a shed?", "No permit is needed for: ", "yes", True),
        ("Are towels included?", "Included in the rent: ", "yes", True),
    ],
)
def test_no_yes_is_given_below_a_label_that_denies(question: str, above: str, verdict: Verdict, given: bool) -> None:
    assert may_be(question, above, verdict) is given


@pytest.mark.parametrize(
    ("question", "span", "verdict", "words"),
    [
        ("is the final clean in the price?", "the final clean", "no", "the final clean (£60)"),
        ("are towels included", "Not included:", "no", "towels"),  # the label alone was read
        ("is bed linen included", "Not included:", "yes", "bed linen"),  # below the other label
        ("is parking included", "Not included:", None, "Not included:"),  # below neither
    ],
)
def test_the_item_that_is_asked_is_judged_with_its_label(
    question: str, span: str, verdict: Verdict | None, words: str
) -> None:
    found, answer = shaped(question, FLAT, span)
    assert (found.form, found.verdict, answer) == (Form.YES_NO if verdict else Form.SENTENCE, verdict, words)
