"""The words of a question, which the full-text index is asked for; one of several tokens is a phrase."""

import pytest

from index.retrieval.query_words import query_words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who signed the directive?", ["signed", "directive"]),
        ('a "quoted" NEAR(word* -x)', ["quoted", "near", "word", "x"]),
        ("what is it?", []),
        ("🐝🐝", []),
        ("مَن وقّع؟", ["م", "ن", "وق", "ع"]),
        ("MS-13 MS-13", ["ms-13", "ms13", "ms 13"]),
        ("What's new?", ["new"]),
    ],
)
def test_a_questions_words_are_each_said_once(question: str, words: list[str]) -> None:
    assert query_words(question) == words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("In which room is 10.4.0.12?", ["room", "10.4.0.12"]),  # its numbers alone would find others
        ("error E417", ["error", "e417", "e 417"]),
        ("error e-417", ["error", "e-417", "e417", "e 417", "417"]),
        ("version 2.3.1", ["version", "2.3.1"]),
        ("4,500 bolts of 2024-05-03", ["4,500", "4500", "500", "bolts", "2024-05-03", "2024"]),
        ("send an e-mail", ["send", "e", "mail", "email"]),
    ],
)
def test_a_code_is_searched_for_as_a_whole_in_either_spelling(question: str, words: list[str]) -> None:
    assert query_words(question) == words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who leads the IT department?", ["leads", "department", "it", "it department"]),
        ("How is hepatitis A passed on?", ["hepatitis", "passed", "hepatitis a"]),
        ("A word from the WHO", ["word", "who"]),
        ("May I leave?", ["leave"]),
        ("WHO IS IT?", []),  # all in capitals, which say nothing then
    ],
)
def test_a_stop_word_in_capitals_is_a_name(question: str, words: list[str]) -> None:
    assert query_words(question) == words


def test_letters_that_people_type_without_their_stroke_are_searched_for_both_ways() -> None:
    assert query_words("Søren, Łukasz, Weiß") == ["søren", "łukasz", "weiß", "soren", "lukasz", "weiss"]
