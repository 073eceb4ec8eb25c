"""Where words stand in a text, and kept spans in a document that has changed."""

import pytest

from index.feedback import KeptSpan
from qa.feedback.anchoring import locate_again, nearest, occurrences


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("It sails at noon, not before noon.", "noon", ["noon", "noon"]),
        ("It sails at noon.", "  at noon ", ["at noon"]),
        ("In 1995 five of 55 sank.", "5", []),  # a part of a number is another number
        ("It costs $5 (or 5%).", "$5", ["$5"]),
        ("Jorun\nVask and JORUN  VASK", "Jorun Vask", ["Jorun\nVask", "JORUN  VASK"]),
        ("Jorun Vask and JORUN  VASK", "Jorun Vask", ["Jorun Vask"]),  # as written, if it stands so anywhere
        ("a.b but not axb", "A.B", ["a.b"]),
        ("Größe 👩‍👧 größe", "größe", ["größe"]),
        ("İ and\u3000THE  \n İ Straße", "the i̇ straße", []),  # a letter that folds to two is only itself
        ("\t\tİ and\u3000THE  \n İ Straße", "the İ straße", ["THE  \n İ Straße"]),
        ("a\nb a  b aa b a b.", "A B", ["a\nb", "a  b", "a b"]),
        ("anything", " \n ", []),
        ("???", "?", ["?", "?", "?"]),
    ],
)
def test_words_are_found_whole_and_as_written_first(text: str, words: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in occurrences(text, words)] == found


def test_the_nearest_place_is_taken() -> None:
    assert nearest([(0, 4), (30, 34), (90, 94)], 50) == (30, 34)


def kept(text: str, exact: str, start: int) -> KeptSpan:
    end = start + len(exact)
    return KeptSpan("a", "0" * 64, start, end, text[max(0, start - 8) : start], exact, text[end : end + 8])


OLD = "Fares: a child pays 5 crowns, a dog pays 5 crowns, a horse pays 9."


@pytest.mark.parametrize(
    ("new", "exact", "start", "found"),
    [
        (OLD, "5", 20, 20),
        ("New in 2026. " + OLD, "5", 20, 33),  # moved, and told from the other 5 by what stands around it
        (OLD.replace("horse pays 9", "horse pays 8"), "5", 41, 41),
        (OLD.replace("child pays 5", "child pays 6"), "5", 20, 41),  # the only one left
        (OLD.replace("child", "girl"), "9", 64, 63),
        (OLD.replace("5", "7"), "5", 20, None),
        ("5 crowns for a child, 5 crowns for a dog, 9 for a horse.", "5", 20, None),  # which of the two?
        ("", "5", 20, None),
    ],
)
def test_a_kept_span_is_found_again_or_not(new: str, exact: str, start: int, found: int | None) -> None:
    assert OLD[start : start + len(exact)] == exact
    expected = None if found is None else (found, found + len(exact))
    assert locate_again(new, kept(OLD, exact, start)) == expected


def test_a_span_at_the_very_beginning_stays_there() -> None:
    text = "Noon is when it sails. Noon!"
    assert locate_again(text, kept(text, "Noon", 0)) == (0, 4)
