"""People responsible for another topic of the same noun are no answer."""

import pytest

from qa.reading.other_topics import of_other_topics

TOPICS = "| Laser safety | Ines |\n| Laptop, accounts | Jonas |\n| Travel expenses | Mia |\n- Works council: Hanno\n"


@pytest.mark.parametrize(
    ("question", "closed"),
    [
        ("who is responsible for fire safety", ["| Laser safety | Ines |"]),
        ("who is responsible for laser safety", []),
        ("who is responsible for safety", []),
        ("who do i ask about living expenses", ["| Travel expenses | Mia |"]),
        ("who do I ask about my expenses", []),
        ("who handles the expenses for travel", []),
        ("who is on the youth council", ["- Works council: Hanno"]),
        ("who deals with laptop accounts", []),
        ("when is fire safety discussed", []),
    ],
)
def test_lines_on_another_topic_are_closed(question: str, closed: list[str]) -> None:
    assert [TOPICS[slice(*each)] for each in of_other_topics(question, TOPICS)] == closed
