"""Where a passage's text is gold and where it is the answer."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation.datasets.dataset import Gold
from qa.evaluation.report import Piece, pieces
from qa.evaluation.rows import Passage

PASSAGE = Passage("d", 100, 122, "Jorun Vask sails  Orm.")


def place(text: str = "", start: int | None = None, end: int | None = None, document_id: str | None = "d") -> Gold:
    return Gold(text, document_id, start, end)


def marked(golds: list[Gold], answer: list[Gold]) -> list[tuple[str, str]]:
    names = {(False, False): "", (True, False): "gold", (False, True): "answer", (True, True): "both"}
    return [(piece.text, names[piece.gold, piece.answer]) for piece in pieces(PASSAGE, golds, answer)]


def test_offsets_are_those_of_the_document() -> None:
    # gold [106, 116) is "Vask sails", the answer [100, 110) "Jorun Vask": both share "Vask"
    assert marked([place(start=106, end=116)], [place(start=100, end=110)]) == [
        ("Jorun ", "answer"),
        ("Vask", "both"),
        (" sails", "gold"),
        ("  Orm.", ""),
    ]


@pytest.mark.parametrize(
    ("gold", "expected"),
    [
        (place(start=90, end=105), [("Jorun", "gold"), (" Vask sails  Orm.", "")]),  # begins before the passage
        (place(start=119, end=400), [("Jorun Vask sails  O", ""), ("rm.", "gold")]),
        (place(start=300, end=400), [(PASSAGE.text, "")]),
        (place(start=100, end=105, document_id="e"), [(PASSAGE.text, "")]),
        (place("SAILS orm"), [("Jorun Vask ", ""), ("sails  Orm", "gold"), (".", "")]),
        (place("sails Orm", document_id=None), [("Jorun Vask ", ""), ("sails  Orm", "gold"), (".", "")]),
        (place("sail"), [(PASSAGE.text, "")]),  # part of a word is no answer
        (place(" "), [(PASSAGE.text, "")]),
    ],
)
def test_what_lies_outside_is_cut_and_what_has_no_offsets_is_found_by_its_words(
    gold: Gold, expected: list[tuple[str, str]]
) -> None:
    assert marked([gold], []) == expected


def test_an_empty_passage_has_no_pieces() -> None:
    assert pieces(replace(PASSAGE, text=""), [place("x")], []) == []


spans = st.lists(st.tuples(st.integers(90, 130), st.integers(90, 130)), max_size=5)


@given(spans, spans)
def test_the_pieces_are_the_text_and_each_character_is_marked_as_the_spans_say(golds: list, answers: list) -> None:
    found = pieces(PASSAGE, [place(start=a, end=b) for a, b in golds], [place(start=a, end=b) for a, b in answers])
    assert "".join(piece.text for piece in found) == PASSAGE.text
    marks = [(piece.gold, piece.answer) for piece in found for _ in piece.text]
    for at, (gold, answer) in enumerate(marks, start=100):
        assert gold == any(a <= at < b for a, b in golds)
        assert answer == any(a <= at < b for a, b in answers)
    assert all(isinstance(piece, Piece) and piece.text for piece in found)
