"""The successor, where the predecessor is named first."""

import pytest
from shape_support import shaped

CANAL = "The first engineer was Hugh Penrose, who died in 1792 and was followed by his assistant William Tarr."
SCHOOL = "The first head was Anna Bolt, who was succeeded by the chemist Ida Marsh in 1960."


@pytest.mark.parametrize(
    ("question", "text", "span", "name"),
    [
        ("who took over after the first engineer died", CANAL, CANAL[23:-1], "William Tarr"),
        ("who succeeded Hugh Penrose", CANAL, "Hugh Penrose", "William Tarr"),
        ("who was the first engineer", CANAL, "Hugh Penrose", "Hugh Penrose"),
        ("who was the second head", SCHOOL, "Anna Bolt", "Ida Marsh"),
        ("who succeeded Ida Marsh", SCHOOL, "Anna Bolt", "Anna Bolt"),  # it isn't told
    ],
)
def test_the_successor_is_named(question: str, text: str, span: str, name: str) -> None:
    assert shaped(question, text, span)[1] == name
