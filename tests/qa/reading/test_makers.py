"""Whom a work is about hasn't made it."""

import pytest

from qa.reading.makers import of_subjects

DIARY = 'Room 6 shows the diary of Ada Reuss, on which the novel "White Hands" is based.'
FILM = 'The film "Slow Water" tells the life of the miller Ezra Dow. It was filmed by Bo Lind.'


@pytest.mark.parametrize(
    ("question", "text", "closed"),
    [
        ("who wrote White Hands?", DIARY, ["Room 6 shows the diary of Ada Reuss"]),
        ("who wrote the diary", DIARY, []),
        ("who directed Slow Water?", FILM, ["of the miller Ezra Dow"]),
        ("who is the director of Slow Water", FILM, ["of the miller Ezra Dow"]),
        ("who is Slow Water about", FILM, []),
        ("who composed Old Mill", '"Old Mill" was inspired by Ada Finch.', ["Ada Finch"]),
        ("who inspired Old Mill", '"Old Mill" was inspired by Ada Finch.', []),
        ("who wrote the play", "The play is based on the letters of Mia Rue.", ["letters of Mia Rue"]),
        ("who wrote the letters", "The play is based on the letters of Mia Rue.", []),
        ("who made the head", "The bust of Ida Storm is the work of Lena Voss.", ["Ida Storm"]),
        ("who painted the picture", "The portrait of Otto Blum, which Karl Held painted, is new.", ["Otto Blum"]),
        ("who painted the picture", "A portrait of Otto Blum by Karl Held hangs there.", ["Otto Blum"]),
    ],
)
def test_whom_a_work_is_about_is_closed(question: str, text: str, closed: list[str]) -> None:
    assert [text[slice(*each)] for each in of_subjects(question, text)] == closed
