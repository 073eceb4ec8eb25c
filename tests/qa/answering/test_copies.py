"""Places in copies of one text count as one source."""

import pytest

from index.retrieval.passages import Passage
from qa.answering.copies import are_copies

TEXT = "Staff get 26 days of leave a year."


def place(name: str, title: str, text: str, answer: str = "26 days") -> tuple[Passage, int, int]:
    return Passage(name, 0, len(text), text, 1, {}, title), text.index(answer), text.index(answer) + len(answer)


@pytest.mark.parametrize(
    ("title", "text", "copy"),
    [
        ("Leave", f"Updated 3 May.\n\n{TEXT} Ask HR.", True),
        ("Leave (draft)", "Staff get 26 days of leave a year!", True),
        ("Leave", "All staff get 26 days of leave a year.", False),
        ("Handbook", TEXT, False),  # another text, which agrees
    ],
)
def test_the_same_sentence_in_a_text_of_the_same_title(title: str, text: str, copy: bool) -> None:
    assert are_copies(place("a", "Leave", TEXT), place("b", title, text)) is copy


def test_titles_of_two_years_are_of_two_texts() -> None:
    assert not are_copies(place("a", "Leave 2025", TEXT), place("b", "Leave 2026", TEXT))


def test_a_few_words_are_no_copy() -> None:
    short = "It is 26 days."
    assert not are_copies(place("a", "Leave", short), place("b", "Leave", short))


def test_one_document_is_no_copy_of_itself() -> None:
    assert not are_copies(place("a", "Leave", TEXT), place("a", "Leave", TEXT))
