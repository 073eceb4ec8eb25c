"""Of what a sentence tells of several things alike, the answer is what it tells of the one that is asked for."""

import pytest
from shape_support import parts, shaped

TEXT = """Coats go on the pegs, lunch boxes on the trolley and reading folders in the blue tray. Glass goes in the green bin, paper in
the blue bin and food waste in the brown bin. Sick notes go to payroll, holiday requests to your manager and expenses to finance. Use
the short lance for cars, the long lance for walls and the brush for windows. Ivana guards at the north, Kofi at the ford. Maps lie at
the desk or in the lobby. Ylva works at the desk and Samir in the garage. They row in winter at Ebb and in summer at Orme.
"""
BINS = "the green bin, paper in\nthe blue bin and food waste in the brown bin"
LANCES = "the short lance for cars, the long lance for walls and the brush"


@pytest.mark.parametrize(
    ("question", "span", "words"),
    [
        ("where do lunch boxes go", "on the trolley and reading folders in the blue tray", "on the trolley"),
        ("where do coats go", "on the pegs", "on the pegs"),
        ("which bin for glass", BINS, "the green bin"),
        ("where does food waste go", BINS, "in the brown bin"),
        ("where do I send a sick note", "payroll, holiday requests to your manager and expenses", "to payroll"),
        ("who do I send expenses to", "your manager", "finance"),
        ("what do I use for windows", LANCES, "the brush"),
        ("what do I use for cars", LANCES, "the short lance"),
        ("where are maps", "at\nthe desk or in the lobby", "at\nthe desk or in the lobby"),
        ("where is Ylva", "at the desk and Samir in the garage", "at the desk"),
        ("where do they row", "in winter at Ebb and in summer at Orme", "in winter at Ebb and in summer at Orme"),
        ("where is Paul", "at the desk and Samir in the garage", "at the desk and Samir in the garage"),
    ],
)
def test_what_is_told_of_the_one_thing(question: str, span: str, words: str) -> None:
    assert shaped(question, TEXT, span)[1] == words


def test_what_is_asked_of_all_stays_a_list() -> None:
    assert len(parts(shaped("Which lances are there?", TEXT, LANCES))) == 3
