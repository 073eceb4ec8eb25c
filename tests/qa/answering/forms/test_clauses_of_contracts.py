"""Numbered clauses and their headings: where an item or a sentence ends, and what is no list."""

import pytest
from shape_support import parts, shaped

from index.lines import LineKind, lines_near
from qa.answering.forms.form import Form

LEASE = """3. WHAT IS LET
3.1 The flat has two rooms.
3.2 The following belong to it:
(a) a cellar;
(b) a bicycle stand.
3.3 The loft is not let.

4. Duties of the tenant

4.1 The tenant clears the snow.
5. KEYS
Two keys are handed over.
"""


def test_a_list_ends_where_the_next_clause_begins() -> None:
    found = shaped("Which things belong to it?", LEASE, "a cellar")
    assert (found[0].form, parts(found)) == (Form.LIST, ["a cellar", "a bicycle stand"])
    assert found[1] == "a cellar;\n(b) a bicycle stand"


@pytest.mark.parametrize(
    ("question", "span", "sentence"),
    [
        ("Is the loft let?", "The loft is not let", "3.3 The loft is not let."),
        ("Does the tenant clear the snow?", "clears the snow", "4.1 The tenant clears the snow."),
    ],
)
def test_a_clause_is_a_paragraph_of_its_own(question: str, span: str, sentence: str) -> None:
    assert shaped(question, LEASE, span)[1] == sentence


def test_headings_with_numbers_are_no_list() -> None:
    kinds = {LEASE[line.start : line.end]: line.kind for line in lines_near(LEASE, 0, 0)}
    for heading in ("3. WHAT IS LET", "4. Duties of the tenant", "5. KEYS"):
        assert kinds[heading] is LineKind.HEADING
    steps = "1. OPEN THE LID\n2. CLOSE IT\n\n1. Plane\n   of steel\n2. Saw\nTwo saws are there.\n"
    assert {line.kind for line in lines_near(steps, 0, 0) if steps[line.start : line.start + 1].isdigit()} == {
        LineKind.NUMBERED
    }
