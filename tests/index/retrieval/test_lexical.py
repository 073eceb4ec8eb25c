"""The words of a question, which the full-text index is asked for."""

import pytest

from index.retrieval.lexical import Lexical, content_words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who signed the directive?", ["signed", "directive"]),
        ('a "quoted" NEAR(word* -x)', ["quoted", "near", "word", "x"]),
        ("what is it?", []),
        ("🐝🐝", []),
        ("مَن وقّع؟", ["م", "ن", "وق", "ع"]),
        ("MS-13 MS-13", ["ms", "13"]),
    ],
)
def test_a_questions_words_are_each_said_once(question: str, words: list[str]) -> None:
    assert content_words(question) == words


@pytest.mark.parametrize("context", [-0.1, float("nan"), float("inf")])
def test_a_weight_of_the_context_that_is_no_weight_is_refused(context: float) -> None:
    with pytest.raises(ValueError, match="weight of a chunk's context is .*: it must be 0 or more and finite"):
        Lexical(context)
