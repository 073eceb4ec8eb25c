"""Verdicts that cells of a table state."""

import pytest

from qa.reading.stated_verdicts import stated_verdict

ROTA, TICKS = ["Eddie", "-", "x", "x"], ["Eddie", "✓", "x", "–"]


@pytest.mark.parametrize(
    ("question", "cell", "table", "verdict"),
    [
        ("May guests use it?", "yes", [], "yes"),
        ("May guests use it?", "**No**", [], "no"),
        ("Does it leak?", "none", [], "no"),
        ("Is Eddie in?", "x", ROTA, "yes"),
        ("Is Eddie in?", "-", ROTA, "no"),
        ("Can Eddie publish?", "✓", TICKS, "yes"),
        ("Can Eddie publish?", "x", TICKS, "no"),
        ("Can Eddie publish?", "–", TICKS, "no"),
        ("Is it open on Sunday?", "closed", [], "no"),
        ("Is it closed on Sunday?", "closed", [], "yes"),
        ("Is breakfast included?", "included", [], "yes"),
        ("How is it?", "-", ["4", "-", "7"], None),  # nothing in the table says what it means
        ("Is it heavy?", "12 kg", [], None),
        ("Is it listed?", "No. 4", [], None),
        ("Is Nora in?", "Nora", ROTA, None),
    ],
)
def test_a_cell_states_it_by_its_word_or_by_a_sign_of_its_table(
    question: str, cell: str, table: list[str], verdict: str | None
) -> None:
    assert stated_verdict(question, cell, table) == verdict
