"""A length of another dimension is no answer to how deep or wide something is."""

import pytest

from qa.reading.other_measures import of_other_measures

CANAL = "It is a narrow canal of 23.4 kilometres, 3 m deep and 9 m wide."
WALK = "The Ropewalk, 300 metres, runs to the harbour."
WALL = "The wall, of which 2.1 km remain, was built in 1340."
POOL = "The pool is a basin of 25 metres. The water comes up to 90 cm. Its length: 50 m."
FENCE = "The fence must not be over 1.8 m. A wall of 3 metres is the limit. Plant it 10 cm below the surface."


@pytest.mark.parametrize(
    ("question", "text", "closed"),
    [
        ("how deep is the canal?", CANAL, ["23.4 kilometres", "9 m wide"]),
        ("how wide is the canal?", CANAL, ["23.4 kilometres", "3 m deep"]),
        ("how long is the canal?", CANAL, []),
        ("how wide is the ropewalk", WALK, ["300 metres"]),
        ("how high is the ropewalk", WALK, ["300 metres"]),
        ("how high is the wall", WALL, ["2.1 km"]),
        ("how deep is the pool", POOL, ["25 metres", "50 m"]),
        ("how high may the fence be", FENCE, ["10 cm below"]),
        ("how deep do I plant it", FENCE, ["3 metres"]),
        ("how wide is the river", "The river is 120 m across.", []),
        ("how deep is the river", "The river is 120 m across.", ["120 m across"]),
        ("how high is the tower", "The tower rises 64 metres above the square.", []),
    ],
)
def test_lengths_of_another_dimension_are_closed(question: str, text: str, closed: list[str]) -> None:
    assert [text[slice(*each)] for each in of_other_measures(question, text)] == closed
